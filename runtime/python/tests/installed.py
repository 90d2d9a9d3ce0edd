"""Uses the package where a wheel was installed, and nothing else: run by `cargo xtask wheels`, with the generated code."""

import sys
from decimal import Decimal
from pathlib import Path

from market import Level, Side, Snapshot, Trade, TradeFlags, Venue

import mycelium

assert Path(sys.prefix) in Path(mycelium.__file__).parents, mycelium.__file__
assert mycelium.CORE == "native", "the wheel's native core does not load"

trade = Trade(
    event_time=1,
    sent_time=2,
    trade_id=3,
    symbol="BTCUSDT",
    venue=Venue.BINANCE,
    side=Side.BUY,
    flags=TradeFlags(0),
    price=Decimal("60000.1"),
    quantity=Decimal("0.001"),
)
assert Trade.from_frame(trade.to_frame()) == trade
assert Trade.from_json(trade.to_json()) == trade
book = Snapshot.encode(
    1, 2, 3, "BTCUSDT", Venue.BINANCE, [(Decimal(5), Decimal(6))], []
)
assert list(Snapshot.view(book).bids) == [Level(Decimal(5), Decimal(6))]

with mycelium.MessageBus() as bus, bus.publisher(Snapshot) as publisher:
    books = bus.subscriber(Snapshot, views=True)
    with publisher.loan(bids=1, asks=0, symbol="BTCUSDT") as lent:
        lent.event_time = lent.sent_time = 1
        lent.last_update_id, lent.venue = 7, Venue.BINANCE
        lent.bids = [Level(Decimal(5), Decimal(6))]
    assert books.recv(timeout=10).bids.rows() == [(500_000_000, 600_000_000)]
