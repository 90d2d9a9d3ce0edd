/* Typed messages over a ring, written and read in place: mycelium.h beside headers of `mycc gen --lang c`.
 * The argument is a folder to do it in. Exits with 0 if all is as promised, else says where it is not. */
#include "check.h"
#include "market.h"

#define COUNT 1000

/* Trades are written where the ring keeps them. */
static void write_trade(myc_writer *writer, uint64_t id) {
    uint8_t *place = NULL;
    CHECK(myc_writer_reserve(writer, sizeof(market_Trade_Frame), LONG, &place) == MYC_OK);
    market_Trade_Frame *frame = (market_Trade_Frame *)(void *)place;
    market_Trade *trade = market_Trade_Frame_init(frame);
    frame->header.sequence = (uint32_t)id;
    trade->trade_id = id;
    trade->symbol.len = 7;
    memcpy(trade->symbol.data, "BTCUSDT", 7);
    trade->venue = market_Venue_BINANCE;
    trade->side = id % 2 == 0 ? market_Side_BUY : market_Side_SELL;
    trade->flags = market_TradeFlags_LIQUIDATION;
    trade->price = INT64_C(6125050000000) + (int64_t)id;
    trade->quantity = 12500000;
    CHECK(myc_writer_commit(writer) == MYC_OK);
}

static void read_trade(myc_reader *reader, uint64_t id) {
    const uint8_t *frame = NULL;
    size_t len = 0;
    CHECK(myc_reader_wait(reader, LONG) == MYC_OK);
    CHECK(myc_reader_poll(reader, &frame, &len) == MYC_OK);
    market_Trade_View trade;
    myc_WireError error;
    CHECK(market_Trade_View_open(&trade, frame, len, &error) == MYC_WIRE_OK);
    /* In place: nothing was copied. */
    CHECK((const uint8_t *)trade.block == frame + MYC_FRAME_HEADER);
    CHECK(trade.block->trade_id == id && trade.block->price == INT64_C(6125050000000) + (int64_t)id);
    CHECK(trade.block->side == (id % 2 == 0 ? market_Side_BUY : market_Side_SELL));
    myc_Text symbol = market_Trade_symbol(&trade);
    CHECK(symbol.len == 7 && memcmp(symbol.data, "BTCUSDT", 7) == 0);
    market_Signal_View other;
    CHECK(market_Signal_View_open(&other, frame, len, &error) == MYC_WIRE_TYPE_ID);
}

/* What a writer should not have sent is refused, with its place. */
static void check_refused(myc_writer *writer, myc_reader *reader) {
    market_Trade_Frame bad;
    market_Trade_Frame_init(&bad)->side = 9;
    CHECK(myc_writer_write(writer, (const uint8_t *)&bad, sizeof bad, LONG) == MYC_OK);
    const uint8_t *frame = NULL;
    size_t len = 0;
    CHECK(myc_reader_wait(reader, LONG) == MYC_OK);
    CHECK(myc_reader_poll(reader, &frame, &len) == MYC_OK);
    market_Trade_View trade;
    myc_WireError error;
    CHECK(market_Trade_View_open(&trade, frame, len, &error) == MYC_WIRE_ENUM);
    CHECK(strcmp(error.field, "market.Trade.side") == 0 && error.offset == 16 + 44);
    CHECK(trade.block == NULL);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    char path[4096];
    CHECK((size_t)snprintf(path, sizeof path, "%s/trades.ring", argv[1]) < sizeof path);
    myc_writer *writer = NULL;
    myc_reader *reader = NULL;
    CHECK(myc_writer_create(path, 4096, &writer) == MYC_OK);
    CHECK(myc_reader_attach(path, MYC_START_FIRST, &reader) == MYC_OK);
    for (uint64_t id = 1; id <= COUNT; id++) {
        write_trade(writer, id);
        read_trade(reader, id);
    }
    check_refused(writer, reader);
    CHECK(myc_reader_close(reader) == MYC_OK && myc_writer_close(writer) == MYC_OK);
    return 0;
}
