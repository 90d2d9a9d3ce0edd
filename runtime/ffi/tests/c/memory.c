/* Frames for which there is no memory, in a process that may have little. No sanitizer can look on: they want much. Exits
 * with 0 if all is as the header promises, else says where it is not. */
#define _GNU_SOURCE
#include "check.h"
#include "market.h"

#include <sys/resource.h>

static const myc_topic TRADES = {market_Trade_TOPIC, market_Trade_TYPE_ID, market_Trade_DIGEST, NULL, 0};

int main(void) {
    myc_bus *bus = NULL;
    myc_publisher *publisher = NULL;
    CHECK(myc_bus_new(NULL, &bus) == MYC_OK);
    CHECK(myc_publisher_open(bus, &TRADES, &publisher) == MYC_OK);
    const struct rlimit little = {(rlim_t)1 << 30, (rlim_t)1 << 30};
    CHECK(setrlimit(RLIMIT_AS, &little) == 0);
    uint8_t *place = NULL;
    const size_t much = (size_t)1 << 31;
    CHECK(myc_publisher_reserve(publisher, much, &place) == MYC_ERR_TOO_LONG);
    CHECK(strstr(myc_last_error(), "no memory") != NULL);
    CHECK(myc_publisher_loan(publisher, much, &place, NULL) == MYC_ERR_TOO_LONG);
    CHECK(strstr(myc_last_error(), "no memory") != NULL);
    CHECK(place == NULL);
    /* Nothing is lent, and a little there is. */
    CHECK(myc_publisher_commit(publisher, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_loan(publisher, sizeof(market_Trade_Frame), &place, NULL) == MYC_OK);
    for (size_t at = 0; at < sizeof(market_Trade_Frame); at++) {
        CHECK(place[at] == 0);
    }
    /* What is refused gives up what was lent before, too. */
    CHECK(myc_publisher_reserve(publisher, much, &place) == MYC_ERR_TOO_LONG);
    CHECK(myc_publisher_commit(publisher, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_give_up(publisher) == MYC_OK);
    CHECK(myc_publisher_close(publisher) == MYC_OK);
    CHECK(myc_bus_release(bus) == MYC_OK);
    return 0;
}
