/* Frames that are written where they go, through the table of the bus: in a ring, and in memory of their own. The argument
 * is a folder to do it in. Exits with 0 if all is as the header promises, else says where it is not. */
#include "check.h"
#include "market.h"

#include <sched.h>

static const myc_topic TRADES = {market_Trade_TOPIC, market_Trade_TYPE_ID, market_Trade_DIGEST, NULL, 0};

static void count_before(void *calls) { ((size_t *)calls)[0]++; }

static void count_after(void *calls) { ((size_t *)calls)[1]++; }

static uint64_t id_of(const myc_frame *frame) {
    market_Trade_View trade;
    myc_WireError error;
    CHECK(market_Trade_View_open(&trade, frame->bytes, frame->len, &error) == MYC_WIRE_OK && frame->lost == 0);
    return trade.block->trade_id;
}

/* Trades are written in the ring of a node, where those of another read them; or in memory of their own. */
static void check_loans(const myc_bus_api *api, const char *topology) {
    myc_bus *here = NULL, *there = NULL;
    if (topology == NULL) {
        CHECK(api->bus_new(NULL, &here) == MYC_OK && api->bus_retain(here) == MYC_OK);
        there = here;
    } else {
        CHECK(api->bus_from_topology(topology, "reader", NULL, &there) == MYC_OK);
        CHECK(api->bus_from_topology(topology, "writer", NULL, &here) == MYC_OK);
    }
    myc_subscriber *subscriber = NULL;
    CHECK(api->subscriber_open(there, &TRADES, 1, &subscriber) == MYC_OK);
    myc_publisher *publisher = NULL, *other = NULL;
    CHECK(api->publisher_open(here, &TRADES, &publisher) == MYC_OK);
    size_t count = 0;
    while (count == 0) {
        CHECK(api->publisher_subscribers(publisher, &count) == MYC_OK);
        sched_yield();
    }
    size_t calls[2] = {0, 0};
    const myc_waiting waiting = {count_before, count_after, calls};
    for (uint64_t id = 0; id < 300; id++) {
        uint8_t *place = NULL;
        CHECK(api->publisher_loan(publisher, sizeof(market_Trade_Frame), &place, &waiting) == MYC_OK);
        CHECK((uintptr_t)place % 8 == 0 && calls[0] == id + 1 && calls[1] == id + 1);
        market_Trade *trade = market_Trade_Frame_init((market_Trade_Frame *)(void *)place);
        trade->trade_id = id;
        trade->venue = market_Venue_BINANCE;
        trade->side = market_Side_BUY;
        if (id % 3 == 2) { /* Given up, in one way or another: nothing of it arrives. */
            if (id % 2 == 0) {
                CHECK(api->publisher_give_up(publisher) == MYC_OK);
            } else {
                CHECK(api->publisher_reserve(publisher, 8, &place) == MYC_OK);
            }
            CHECK(api->publisher_give_up(publisher) == MYC_OK);
            continue;
        }
        /* It would wait for itself. */
        CHECK(api->publisher_publish(publisher, place, 16, NULL) == MYC_ERR_ARGUMENT);
        CHECK(strstr(myc_last_error(), "in place") != NULL);
        CHECK(api->publisher_open(here, &TRADES, &other) == MYC_ERR_ARGUMENT);
        CHECK(api->publisher_subscribers(publisher, &count) == MYC_ERR_ARGUMENT);
        CHECK(api->bus_shutdown(here) == MYC_ERR_ARGUMENT);
        CHECK(api->subscriber_stop(subscriber) == MYC_ERR_ARGUMENT);
        CHECK(api->publisher_commit(publisher, NULL) == MYC_OK);
        CHECK(api->publisher_commit(publisher, NULL) == MYC_ERR_ARGUMENT);
        myc_frame frame = {0};
        CHECK(api->subscriber_recv(subscriber, LONG, &frame) == MYC_OK && id_of(&frame) == id);
        /* Here what was written is read in its place; a ring is mapped by each of the two. */
        CHECK(topology != NULL || frame.bytes == place);
    }
    uint8_t *place = NULL;
    CHECK(api->publisher_loan(publisher, SIZE_MAX, &place, NULL) == MYC_ERR_TOO_LONG);
    if (topology != NULL) {
        CHECK(api->publisher_loan(publisher, (size_t)1 << 20, &place, NULL) == MYC_ERR_TOO_LONG);
    }
    CHECK(api->publisher_loan(publisher, 24, &place, NULL) == MYC_OK);
    memset(place, 0, 24);
    CHECK(api->publisher_commit(publisher, NULL) == MYC_ERR_MALFORMED);
    CHECK(api->publisher_loan(publisher, 24, &place, NULL) == MYC_OK);
    CHECK(api->publisher_close(publisher) == MYC_OK);
    myc_frame frame = {0};
    CHECK(api->subscriber_recv(subscriber, LONG, &frame) == MYC_ERR_CLOSED);
    CHECK(api->subscriber_close(subscriber) == MYC_OK);
    CHECK(api->bus_release(here) == MYC_OK && api->bus_release(there) == MYC_OK);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    const myc_bus_api *api = myc_bus_api_get(MYC_BUS_API_VERSION, sizeof(myc_bus_api));
    CHECK(api != NULL);
    check_loans(api, NULL);
    char path[4096];
    CHECK((size_t)snprintf(path, sizeof path, "%s/loans.toml", argv[1]) < sizeof path);
    write_topology(path, argv[1]);
    check_loans(api, path);
    return 0;
}
