/* Messages with lists that are written where they go. The first argument is a folder to do it in: there both ends are here, in
 * a ring and in memory of their own. With the path of a topology behind it, only the publishing end is, that of the node
 * "writer". Exits with 0 if all is as the headers promise, else says where it is not. */
#include "check.h"
#include "market.h"

#include <sched.h>

static const myc_topic UPDATES = {market_DepthUpdate_TOPIC, market_DepthUpdate_TYPE_ID, market_DepthUpdate_DIGEST, NULL, 0};

enum { MESSAGES = 100 };

/* Writes the message in room that is lent, and publishes it: as many bids as its number says, and twice as many asks. */
static void publish(myc_publisher *publisher, uint64_t id) {
    const market_DepthUpdate_Counts counts = {.bids = (size_t)id, .asks = 2 * (size_t)id};
    const size_t size = market_DepthUpdate_Counts_size(&counts);
    uint8_t *place = NULL;
    CHECK(myc_publisher_loan(publisher, size, &place, NULL) == MYC_OK);
    market_DepthUpdate_Room room;
    market_DepthUpdate *update = market_DepthUpdate_Room_init(&room, place, &counts);
    update->last_update_id = id;
    update->previous_update_id.present = id > 0;
    update->previous_update_id.value = id - (id > 0);
    update->venue = market_Venue_BINANCE;
    update->symbol.len = 3;
    memcpy(update->symbol.data, "BTC", 3);
    for (size_t i = 0; i < counts.bids; i++) {
        room.bids[i].price = (int64_t)(id * i);
        room.bids[i].quantity = -(int64_t)i;
    }
    for (size_t i = 0; i < counts.asks; i++)
        room.asks[i] = (market_Level){(int64_t)(id + i), 1};
    /* What goes out is a message: here that can be asked before. */
    market_DepthUpdate_View view;
    CHECK(market_DepthUpdate_View_open(&view, place, size, NULL) == MYC_WIRE_OK);
    CHECK(market_DepthUpdate_asks(&view).items == room.asks || counts.asks == 0);
    CHECK(myc_publisher_commit(publisher, NULL) == MYC_OK);
}

static void check(const myc_frame *frame, uint64_t id) {
    market_DepthUpdate_View update;
    myc_WireError error;
    CHECK(market_DepthUpdate_View_open(&update, frame->bytes, frame->len, &error) == MYC_WIRE_OK && frame->lost == 0);
    CHECK(update.block->last_update_id == id && update.block->first_update_id == 0);
    CHECK((market_DepthUpdate_previous_update_id(&update) != NULL) == (id > 0));
    const market_DepthUpdate_bids_Items bids = market_DepthUpdate_bids(&update);
    const market_DepthUpdate_asks_Items asks = market_DepthUpdate_asks(&update);
    CHECK(bids.count == id && asks.count == 2 * id);
    for (size_t i = 0; i < bids.count; i++)
        CHECK(bids.items[i].price == (int64_t)(id * i) && bids.items[i].quantity == -(int64_t)i);
    for (size_t i = 0; i < asks.count; i++)
        CHECK(asks.items[i].price == (int64_t)(id + i) && asks.items[i].quantity == 1);
}

static void wait_for_one(myc_publisher *publisher) {
    size_t count = 0;
    while (count == 0) {
        CHECK(myc_publisher_subscribers(publisher, &count) == MYC_OK);
        sched_yield();
    }
}

/* Both ends: of one bus, or of two whose nodes share a ring. */
static void check_both_ends(const char *topology) {
    myc_bus *here = NULL, *there = NULL;
    if (topology == NULL) {
        CHECK(myc_bus_new(NULL, &here) == MYC_OK && myc_bus_retain(here) == MYC_OK);
        there = here;
    } else {
        CHECK(myc_bus_from_topology(topology, "reader", NULL, &there) == MYC_OK);
        CHECK(myc_bus_from_topology(topology, "writer", NULL, &here) == MYC_OK);
    }
    myc_subscriber *subscriber = NULL;
    CHECK(myc_subscriber_open(there, &UPDATES, 1, &subscriber) == MYC_OK);
    myc_publisher *publisher = NULL;
    CHECK(myc_publisher_open(here, &UPDATES, &publisher) == MYC_OK);
    wait_for_one(publisher);
    for (uint64_t id = 0; id < MESSAGES; id++) {
        publish(publisher, id);
        myc_frame frame = {0};
        CHECK(myc_subscriber_recv(subscriber, LONG, &frame) == MYC_OK);
        check(&frame, id);
    }
    /* What no frame holds, no loan gives. */
    const market_DepthUpdate_Counts counts = {.asks = SIZE_MAX};
    uint8_t *place = NULL;
    const size_t size = market_DepthUpdate_Counts_size(&counts);
    CHECK(size == SIZE_MAX && myc_publisher_loan(publisher, size, &place, NULL) == MYC_ERR_TOO_LONG);
    CHECK(myc_publisher_close(publisher) == MYC_OK && myc_subscriber_close(subscriber) == MYC_OK);
    CHECK(myc_bus_release(here) == MYC_OK && myc_bus_release(there) == MYC_OK);
}

/* The end that publishes, for one who receives in another process. */
static void write_for_others(const char *topology) {
    myc_bus *bus = NULL;
    myc_publisher *publisher = NULL;
    CHECK(myc_bus_from_topology(topology, "writer", NULL, &bus) == MYC_OK);
    CHECK(myc_publisher_open(bus, &UPDATES, &publisher) == MYC_OK);
    wait_for_one(publisher);
    for (uint64_t id = 0; id < MESSAGES; id++)
        publish(publisher, id);
    CHECK(myc_publisher_close(publisher) == MYC_OK && myc_bus_release(bus) == MYC_OK);
}

int main(int argc, char **argv) {
    CHECK(argc == 2 || argc == 3);
    if (argc == 3) {
        write_for_others(argv[2]);
        return 0;
    }
    check_both_ends(NULL);
    char path[4096];
    CHECK((size_t)snprintf(path, sizeof path, "%s/lists.toml", argv[1]) < sizeof path);
    write_topology(path, argv[1]);
    check_both_ends(path);
    return 0;
}
