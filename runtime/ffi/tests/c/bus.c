/* The bus of one process through mycelium.h, and through the table by which modules share it; the argument is a
 * folder to do it in. Exits with 0 if all is as the header promises, else says where it is not. */
#include "check.h"
#include "market.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

static const myc_topic TRADES = {market_Trade_TOPIC, market_Trade_TYPE_ID, market_Trade_DIGEST, NULL, 0};
static const myc_topic SIGNALS = {
    market_Signal_TOPIC, market_Signal_TYPE_ID, market_Signal_DIGEST, NULL, 0};

/* Publishes one trade, written where its subscribers read it. */
static int publish_trade(const myc_bus_api *api, myc_publisher *publisher, uint64_t id) {
    uint8_t *place = NULL;
    CHECK(api->publisher_reserve(publisher, sizeof(market_Trade_Frame), &place) == MYC_OK);
    CHECK((uintptr_t)place % 8 == 0);
    market_Trade *trade = market_Trade_Frame_init((market_Trade_Frame *)(void *)place);
    trade->trade_id = id;
    trade->venue = market_Venue_BINANCE;
    trade->side = market_Side_BUY;
    return api->publisher_commit(publisher, NULL);
}

static uint64_t id_of(const myc_frame *frame) {
    market_Trade_View trade;
    myc_WireError error;
    CHECK(market_Trade_View_open(&trade, frame->bytes, frame->len, &error) == MYC_WIRE_OK);
    CHECK(frame->topic_len == strlen(market_Trade_TOPIC));
    CHECK(memcmp(frame->topic, market_Trade_TOPIC, frame->topic_len) == 0 && frame->lost == 0);
    return trade.block->trade_id;
}

static void check_receiving(const myc_bus_api *api) {
    myc_bus *bus = NULL;
    CHECK(api->bus_new(NULL, &bus) == MYC_OK && bus != NULL);
    myc_subscriber *typed = NULL, *second = NULL, *named = NULL;
    CHECK(api->subscriber_open(bus, &TRADES, 1, &typed) == MYC_OK);
    const myc_topic both[] = {SIGNALS, TRADES};
    CHECK(api->subscriber_open(bus, both, 2, &second) == MYC_OK);
    const char *patterns[] = {"nothing.here", "market.>"};
    CHECK(api->subscriber_open_patterns(bus, patterns, 2, &named) == MYC_OK);
    myc_publisher *publisher = NULL;
    CHECK(api->publisher_open(bus, &TRADES, &publisher) == MYC_OK);
    size_t count = 0;
    CHECK(api->publisher_subscribers(publisher, &count) == MYC_OK && count == 3);

    myc_frame frame = {0};
    CHECK(api->subscriber_recv(typed, 0, &frame) == MYC_NONE && frame.bytes == NULL);
    CHECK(api->subscriber_recv(typed, 1000, &frame) == MYC_NONE);
    for (uint64_t id = 0; id < 10; id++) {
        CHECK(publish_trade(api, publisher, id) == MYC_OK);
    }
    CHECK(api->subscriber_recv(typed, 0, &frame) == MYC_OK && id_of(&frame) == 0);
    CHECK(api->subscriber_recv(typed, LONG, &frame) == MYC_OK && id_of(&frame) == 1);
    /* All subscribers to the type read one frame. */
    const uint8_t *shared = frame.bytes;
    /* A copy of what was received, published again. */
    CHECK(api->publisher_publish(publisher, frame.bytes, frame.len, NULL) == MYC_OK);
    myc_frame frames[20];
    CHECK(api->subscriber_recv_batch(typed, LONG, frames, 3, &count) == MYC_OK && count == 3);
    CHECK(id_of(&frames[0]) == 2 && id_of(&frames[2]) == 4);
    CHECK(api->subscriber_recv_batch(typed, LONG, frames, 20, &count) == MYC_OK && count == 6);
    CHECK(id_of(&frames[0]) == 5 && id_of(&frames[5]) == 1);
    CHECK(api->subscriber_recv_batch(typed, 0, frames, 20, &count) == MYC_NONE && count == 6);
    CHECK(api->subscriber_recv(named, 0, &frame) == MYC_OK && id_of(&frame) == 0);
    CHECK(api->subscriber_recv(named, 0, &frame) == MYC_OK && id_of(&frame) == 1);
    CHECK(api->subscriber_recv_batch(second, 0, frames, 20, &count) == MYC_OK && count == 11);
    CHECK(frames[1].bytes == shared);
    uint64_t received = 0, lost = 1;
    CHECK(api->subscriber_counts(named, &received, &lost) == MYC_OK && received == 2 && lost == 0);

    /* Handles go on without the bus's; the last publisher ends its subscribers. */
    CHECK(api->bus_release(bus) == MYC_OK);
    CHECK(publish_trade(api, publisher, 99) == MYC_OK);
    CHECK(api->publisher_close(publisher) == MYC_OK);
    CHECK(api->subscriber_recv(typed, LONG, &frame) == MYC_OK && id_of(&frame) == 99);
    CHECK(api->subscriber_recv(typed, LONG, &frame) == MYC_ERR_CLOSED);
    CHECK(api->subscriber_recv(typed, 0, &frame) == MYC_ERR_CLOSED);
    CHECK(api->subscriber_close(typed) == MYC_OK && api->subscriber_close(second) == MYC_OK);
    CHECK(api->subscriber_close(named) == MYC_OK);
}

static void check_loss(const myc_bus_api *api) {
    myc_bus_options options = {.capacity = 4, .when_full = MYC_WHEN_FULL_DROP_OLDEST, .spin_ns = -1};
    myc_bus *bus = NULL;
    CHECK(api->bus_new(&options, &bus) == MYC_OK);
    myc_subscriber *subscriber = NULL;
    CHECK(api->subscriber_open(bus, &TRADES, 1, &subscriber) == MYC_OK);
    myc_publisher *publisher = NULL;
    CHECK(api->publisher_open(bus, &TRADES, &publisher) == MYC_OK);
    myc_frame frames[8];
    size_t count = 7;
    for (int round = 0; round < 2; round++) {
        for (uint64_t id = 0; id < 10; id++) {
            CHECK(publish_trade(api, publisher, id) == MYC_OK);
        }
        CHECK(api->subscriber_recv_batch(subscriber, 0, frames, 8, &count) == MYC_LOST);
        CHECK(count == 0 && frames[0].lost == 6 && frames[0].bytes == NULL);
        CHECK(api->subscriber_recv_batch(subscriber, 0, frames, 8, &count) == MYC_OK);
        CHECK(count == 4 && id_of(&frames[0]) == 6);
    }
    /* What is found behind frames is told by the next call. */
    CHECK(publish_trade(api, publisher, 7) == MYC_OK);
    CHECK(api->bus_shutdown(bus) == MYC_OK);
    CHECK(publish_trade(api, publisher, 8) == MYC_ERR_CLOSED);
    CHECK(api->subscriber_recv_batch(subscriber, 0, frames, 8, &count) == MYC_OK && count == 1);
    CHECK(api->subscriber_recv_batch(subscriber, LONG, frames, 8, &count) == MYC_ERR_CLOSED);
    uint64_t received = 0, lost = 0;
    CHECK(api->subscriber_counts(subscriber, &received, &lost) == MYC_OK);
    CHECK(received == 9 && lost == 12);
    CHECK(api->publisher_close(publisher) == MYC_OK);
    CHECK(api->subscriber_close(subscriber) == MYC_OK);
    CHECK(api->bus_release(bus) == MYC_OK);
}

static void check_descriptor(const myc_bus_api *api) {
    myc_bus *bus = NULL;
    CHECK(api->bus_new(NULL, &bus) == MYC_OK);
    myc_subscriber *subscriber = NULL;
    CHECK(api->subscriber_open(bus, &TRADES, 1, &subscriber) == MYC_OK);
    myc_publisher *publisher = NULL;
    CHECK(api->publisher_open(bus, &TRADES, &publisher) == MYC_OK);
    int descriptor = -1;
    CHECK(api->subscriber_descriptor(subscriber, &descriptor) == MYC_OK && descriptor >= 0);
    myc_frame frame;
    for (uint64_t id = 0; id < 100; id++) {
        struct pollfd waits = {.fd = descriptor, .events = POLLIN, .revents = 0};
        CHECK(api->subscriber_arm(subscriber) == MYC_NONE);
        CHECK(poll(&waits, 1, 0) == 0);
        CHECK(publish_trade(api, publisher, id) == MYC_OK);
        CHECK(poll(&waits, 1, 20000) == 1);
        CHECK(api->subscriber_arm(subscriber) == MYC_OK);
        CHECK(api->subscriber_recv(subscriber, 0, &frame) == MYC_OK && id_of(&frame) == id);
    }
    CHECK(api->subscriber_arm(subscriber) == MYC_NONE);
    CHECK(api->publisher_close(publisher) == MYC_OK);
    struct pollfd waits = {.fd = descriptor, .events = POLLIN, .revents = 0};
    CHECK(poll(&waits, 1, 20000) == 1);
    CHECK(api->subscriber_recv(subscriber, 0, &frame) == MYC_ERR_CLOSED);
    CHECK(api->subscriber_close(subscriber) == MYC_OK);
    CHECK(api->bus_release(bus) == MYC_OK);
}

/* What a callback has seen. */
typedef struct {
    const myc_bus_api *api;
    myc_subscriber *subscriber;
    myc_publisher *echo;
    uint64_t stop_at;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t next;
    int last_code;
} Seen;

static void on_trade(void *user, int code, const myc_frame *frame) {
    Seen *seen = user;
    myc_frame other;
    size_t count;
    CHECK(seen->api->subscriber_recv(seen->subscriber, 0, &other) == MYC_ERR_BUSY);
    if (code == MYC_OK) {
        CHECK(id_of(frame) == seen->next);
        CHECK(seen->api->publisher_subscribers(seen->echo, &count) == MYC_OK);
        if (seen->next == seen->stop_at) {
            CHECK(seen->api->subscriber_stop(seen->subscriber) == MYC_OK);
        }
    }
    pthread_mutex_lock(&seen->lock);
    seen->next += code == MYC_OK;
    seen->last_code = code;
    pthread_cond_broadcast(&seen->changed);
    pthread_mutex_unlock(&seen->lock);
}

static void await(Seen *seen, uint64_t count, int code) {
    pthread_mutex_lock(&seen->lock);
    while (seen->next < count || seen->last_code != code) {
        pthread_cond_wait(&seen->changed, &seen->lock);
    }
    pthread_mutex_unlock(&seen->lock);
}

static void check_callback(const myc_bus_api *api) {
    myc_bus *bus = NULL;
    CHECK(api->bus_new(NULL, &bus) == MYC_OK);
    Seen seen = {.api = api, .stop_at = 99, .last_code = MYC_NONE};
    CHECK(pthread_mutex_init(&seen.lock, NULL) == 0 && pthread_cond_init(&seen.changed, NULL) == 0);
    CHECK(api->subscriber_open(bus, &TRADES, 1, &seen.subscriber) == MYC_OK);
    CHECK(api->publisher_open(bus, &TRADES, &seen.echo) == MYC_OK);
    CHECK(api->subscriber_stop(seen.subscriber) == MYC_OK);
    CHECK(api->subscriber_listen(seen.subscriber, on_trade, &seen) == MYC_OK);
    CHECK(api->subscriber_listen(seen.subscriber, on_trade, &seen) == MYC_ERR_BUSY);
    for (uint64_t id = 0; id < 100; id++) {
        CHECK(publish_trade(api, seen.echo, id) == MYC_OK);
    }
    await(&seen, 100, MYC_OK);
    /* It has stopped itself; this waits until it has returned. */
    CHECK(api->subscriber_stop(seen.subscriber) == MYC_OK);
    CHECK(publish_trade(api, seen.echo, 100) == MYC_OK);
    myc_frame frame;
    CHECK(api->subscriber_recv(seen.subscriber, LONG, &frame) == MYC_OK && id_of(&frame) == 100);

    seen.next = 101;
    CHECK(api->subscriber_listen(seen.subscriber, on_trade, &seen) == MYC_OK);
    CHECK(publish_trade(api, seen.echo, 101) == MYC_OK);
    await(&seen, 102, MYC_OK);
    CHECK(api->bus_shutdown(bus) == MYC_OK);
    await(&seen, 102, MYC_ERR_CLOSED);
    CHECK(api->subscriber_close(seen.subscriber) == MYC_OK);
    CHECK(api->publisher_close(seen.echo) == MYC_OK);
    CHECK(api->bus_release(bus) == MYC_OK);
    pthread_mutex_destroy(&seen.lock);
    pthread_cond_destroy(&seen.changed);
}

/* A lock that nobody may hold who waits: the receiver needs it. */
typedef struct {
    const myc_bus_api *api;
    myc_subscriber *subscriber;
    pthread_mutex_t lock;
    atomic_int waits;
} Interpreter;

static void let_go(void *user) {
    Interpreter *interpreter = user;
    atomic_fetch_add(&interpreter->waits, 1);
    pthread_mutex_unlock(&interpreter->lock);
}

static void take_again(void *user) {
    Interpreter *interpreter = user;
    pthread_mutex_lock(&interpreter->lock);
}

static void *receive_all(void *user) {
    Interpreter *interpreter = user;
    for (uint64_t id = 0; id < 200;) {
        myc_frame frame;
        /* It takes frames only with the lock, and does not wait with it. */
        pthread_mutex_lock(&interpreter->lock);
        int code = interpreter->api->subscriber_recv(interpreter->subscriber, 0, &frame);
        if (code == MYC_OK) {
            CHECK(id_of(&frame) == id);
            id++;
        }
        pthread_mutex_unlock(&interpreter->lock);
        CHECK(code == MYC_OK || sched_yield() == 0);
    }
    return NULL;
}

static void check_waiting(const myc_bus_api *api) {
    myc_bus_options options = {.capacity = 2};
    myc_bus *bus = NULL;
    CHECK(api->bus_new(&options, &bus) == MYC_OK);
    Interpreter interpreter = {.api = api};
    CHECK(pthread_mutex_init(&interpreter.lock, NULL) == 0);
    myc_waiting waiting = {let_go, take_again, &interpreter};
    CHECK(api->subscriber_open(bus, &TRADES, 1, &interpreter.subscriber) == MYC_OK);
    myc_publisher *publisher = NULL;
    CHECK(api->publisher_open(bus, &TRADES, &publisher) == MYC_OK);
    market_Trade_Frame trade;
    pthread_mutex_lock(&interpreter.lock);
    pthread_t receiver;
    for (uint64_t id = 0; id < 200; id++) {
        market_Trade *fields = market_Trade_Frame_init(&trade);
        fields->trade_id = id;
        fields->venue = market_Venue_BINANCE;
        fields->side = market_Side_BUY;
        CHECK(api->publisher_publish(publisher, (uint8_t *)&trade, sizeof trade, &waiting) == MYC_OK);
        if (id == 1) {
            /* Full, and nobody waits yet. */
            CHECK(atomic_load(&interpreter.waits) == 0);
            CHECK(pthread_create(&receiver, NULL, receive_all, &interpreter) == 0);
        }
    }
    CHECK(atomic_load(&interpreter.waits) > 0);
    pthread_mutex_unlock(&interpreter.lock);
    CHECK(pthread_join(receiver, NULL) == 0);
    waiting.after = NULL;
    CHECK(api->publisher_publish(publisher, (uint8_t *)&trade, sizeof trade, &waiting) == MYC_ERR_ARGUMENT);
    CHECK(api->publisher_close(publisher) == MYC_OK);
    CHECK(api->subscriber_close(interpreter.subscriber) == MYC_OK);
    CHECK(api->bus_release(bus) == MYC_OK);
    pthread_mutex_destroy(&interpreter.lock);
}

/* A publisher whose thread waits for room that never comes. */
typedef struct {
    const myc_bus_api *api;
    myc_publisher *publisher;
    atomic_bool waits;
    int code;
} Stuck;

static void begins_to_wait(void *user) {
    Stuck *stuck = user;
    atomic_store(&stuck->waits, true);
}

static void waits_no_more(void *user) {
    (void)user;
}

static void *publish_until_refused(void *user) {
    Stuck *stuck = user;
    myc_waiting waiting = {begins_to_wait, waits_no_more, stuck};
    market_Trade_Frame trade;
    market_Trade *fields = market_Trade_Frame_init(&trade);
    fields->venue = market_Venue_BINANCE;
    fields->side = market_Side_BUY;
    do {
        stuck->code = stuck->api->publisher_publish(stuck->publisher, (uint8_t *)&trade, sizeof trade, &waiting);
    } while (stuck->code == MYC_OK);
    return NULL;
}

static void check_end(const myc_bus_api *api) {
    myc_bus_options options = {.capacity = 1};
    myc_bus *bus = NULL;
    CHECK(api->bus_new(&options, &bus) == MYC_OK);
    myc_subscriber *subscriber = NULL;
    CHECK(api->subscriber_open(bus, &TRADES, 1, &subscriber) == MYC_OK);
    Stuck stuck = {.api = api};
    CHECK(api->publisher_open(bus, &TRADES, &stuck.publisher) == MYC_OK);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, publish_until_refused, &stuck) == 0);
    while (!atomic_load(&stuck.waits)) {
        sched_yield();
    }
    CHECK(api->publisher_end(stuck.publisher) == MYC_OK);
    CHECK(pthread_join(thread, NULL) == 0 && stuck.code == MYC_ERR_CLOSED);
    CHECK(publish_trade(api, stuck.publisher, 1) == MYC_ERR_CLOSED);
    CHECK(api->publisher_end(stuck.publisher) == MYC_OK);
    /* The subscriber got what it had room for, and ends. */
    myc_frame frame;
    CHECK(api->subscriber_recv(subscriber, LONG, &frame) == MYC_OK && id_of(&frame) == 0);
    CHECK(api->subscriber_recv(subscriber, LONG, &frame) == MYC_ERR_CLOSED);
    CHECK(api->publisher_close(stuck.publisher) == MYC_OK);
    CHECK(api->subscriber_close(subscriber) == MYC_OK);
    CHECK(api->bus_release(bus) == MYC_OK);
}

static void check_topology(const myc_bus_api *api, const char *path) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    fputs("[[nodes]]\nname = \"engine\"\nservices = [\"execution\", \"risk\"]\n", file);
    CHECK(fclose(file) == 0);
    myc_bus *one = NULL, *two = NULL;
    CHECK(api->bus_from_topology(path, "execution", NULL, &one) == MYC_OK);
    CHECK(api->bus_from_topology(path, "risk", NULL, &two) == MYC_OK);
    /* Services of one node share a bus. */
    myc_subscriber *subscriber = NULL;
    CHECK(api->subscriber_open(two, &TRADES, 1, &subscriber) == MYC_OK);
    myc_publisher *publisher = NULL;
    CHECK(api->publisher_open(one, &TRADES, &publisher) == MYC_OK);
    CHECK(publish_trade(api, publisher, 5) == MYC_OK);
    myc_frame frame;
    CHECK(api->subscriber_recv(subscriber, LONG, &frame) == MYC_OK && id_of(&frame) == 5);
    CHECK(api->publisher_close(publisher) == MYC_OK && api->subscriber_close(subscriber) == MYC_OK);
    CHECK(api->bus_release(one) == MYC_OK && api->bus_release(two) == MYC_OK);
    CHECK(api->bus_from_topology(path, "nobody", NULL, &one) == MYC_ERR_TOPOLOGY);
    CHECK(strstr(api->last_error(), "nobody") != NULL);
}

static void check_failures(void) {
    myc_bus *bus = NULL;
    myc_publisher *publisher = NULL, *other = NULL;
    myc_subscriber *subscriber = NULL;
    myc_frame frame;
    size_t count;
    uint64_t number;
    int descriptor;
    uint8_t *place = NULL;
    CHECK(myc_bus_new(NULL, NULL) == MYC_ERR_ARGUMENT);
    myc_bus_options options = {.when_full = 9};
    CHECK(myc_bus_new(&options, &bus) == MYC_ERR_ARGUMENT && bus == NULL);
    CHECK(myc_bus_from_topology(NULL, "a", NULL, &bus) == MYC_ERR_ARGUMENT);
    CHECK(myc_bus_retain(NULL) == MYC_ERR_ARGUMENT && myc_bus_release(NULL) == MYC_OK);
    CHECK(myc_bus_shutdown(NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_open(NULL, &TRADES, &publisher) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_publish(NULL, NULL, 0, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_reserve(NULL, 8, &place) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_commit(NULL, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_subscribers(NULL, &count) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_end(NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_close(NULL) == MYC_OK);
    CHECK(myc_subscriber_open(NULL, &TRADES, 1, &subscriber) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_open_patterns(NULL, NULL, 0, &subscriber) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_recv(NULL, 0, &frame) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_recv_batch(NULL, 0, &frame, 1, &count) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_descriptor(NULL, &descriptor) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_arm(NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_listen(NULL, on_trade, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_stop(NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_counts(NULL, &number, &number) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_close(NULL) == MYC_OK);

    CHECK(myc_bus_new(NULL, &bus) == MYC_OK);
    CHECK(myc_publisher_open(bus, NULL, &publisher) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_open(bus, &TRADES, NULL) == MYC_ERR_ARGUMENT);
    myc_topic topic = TRADES;
    topic.digest = "myc1:12";
    CHECK(myc_publisher_open(bus, &topic, &publisher) == MYC_ERR_ARGUMENT);
    CHECK(strstr(myc_last_error(), "64 hexadecimal digits") != NULL);
    topic = TRADES;
    topic.type_id = 0;
    CHECK(myc_publisher_open(bus, &topic, &publisher) == MYC_ERR_ARGUMENT);
    topic = TRADES;
    topic.ancestor_count = SIZE_MAX;
    CHECK(myc_subscriber_open(bus, &topic, 1, &subscriber) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_open(bus, &TRADES, &publisher) == MYC_OK);
    topic = TRADES;
    topic.digest = market_Signal_DIGEST;
    CHECK(myc_publisher_open(bus, &topic, &other) == MYC_ERR_TYPE && other == NULL);
    CHECK(myc_subscriber_open(bus, &topic, 0, &subscriber) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_open(bus, &topic, SIZE_MAX, &subscriber) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_open(bus, NULL, 1, &subscriber) == MYC_ERR_ARGUMENT && subscriber == NULL);
    CHECK(myc_subscriber_open(bus, &topic, 1, &subscriber) == MYC_OK);
    market_Trade_Frame trade;
    market_Trade_Frame_init(&trade);
    CHECK(myc_publisher_publish(publisher, (uint8_t *)&trade, sizeof trade, NULL) == MYC_OK);
    CHECK(myc_subscriber_recv(subscriber, LONG, &frame) == MYC_ERR_TYPE);
    CHECK(myc_subscriber_close(subscriber) == MYC_OK);
    CHECK(myc_subscriber_open(bus, &TRADES, 1, &subscriber) == MYC_OK);

    /* Handles of another kind. */
    CHECK(myc_bus_shutdown((myc_bus *)(void *)publisher) == MYC_ERR_ARGUMENT);
    CHECK(strstr(myc_last_error(), "no bus") != NULL);
    CHECK(myc_publisher_commit((myc_publisher *)(void *)subscriber, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_recv((myc_subscriber *)(void *)bus, 0, &frame) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_close((myc_subscriber *)(void *)((char *)subscriber + 4)) == MYC_ERR_ARGUMENT);

    CHECK(myc_publisher_reserve(publisher, SIZE_MAX, &place) == MYC_ERR_TOO_LONG && place == NULL);
    CHECK(myc_publisher_reserve(publisher, 16, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_commit(publisher, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_reserve(publisher, 24, &place) == MYC_OK && place[23] == 0);
    CHECK(myc_publisher_commit(publisher, NULL) == MYC_ERR_MALFORMED);
    CHECK(myc_publisher_commit(publisher, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_publish(publisher, NULL, 8, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_publish(publisher, (const uint8_t *)"", SIZE_MAX, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_publisher_publish(publisher, NULL, 0, NULL) == MYC_ERR_MALFORMED);
    CHECK(myc_subscriber_recv(subscriber, 0, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_recv_batch(subscriber, 0, &frame, 0, &count) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_recv_batch(subscriber, 0, &frame, SIZE_MAX, &count) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_listen(subscriber, NULL, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_subscriber_recv(subscriber, 0, &frame) == MYC_NONE);

    CHECK(myc_bus_retain(bus) == MYC_OK && myc_bus_release(bus) == MYC_OK);
    CHECK(myc_bus_shutdown(bus) == MYC_OK && myc_bus_release(bus) == MYC_OK);
    CHECK(myc_subscriber_close(subscriber) == MYC_OK);
    CHECK(myc_publisher_close(publisher) == MYC_OK);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    CHECK(myc_bus_api_get(MYC_BUS_API_VERSION + 1, sizeof(myc_bus_api)) == NULL);
    CHECK(strstr(myc_last_error(), "version") != NULL);
    CHECK(myc_bus_api_get(MYC_BUS_API_VERSION, sizeof(myc_bus_api) + 1) == NULL);
    const myc_bus_api *api = myc_bus_api_get(MYC_BUS_API_VERSION, sizeof(myc_bus_api));
    CHECK(api != NULL && api->version == MYC_BUS_API_VERSION && api->size == sizeof(myc_bus_api));
    check_receiving(api);
    check_loss(api);
    check_descriptor(api);
    check_callback(api);
    check_waiting(api);
    check_end(api);
    check_failures();
    char path[4096];
    CHECK((size_t)snprintf(path, sizeof path, "%s/topology.toml", argv[1]) < sizeof path);
    check_topology(api, path);
    return 0;
}
