"""The Python side of the meetings of any two languages: `peer.rs` says what it does."""

import sys
from decimal import Decimal

from market import DepthUpdate, Level, Trade, Venue
from mycelium import DigestMismatch, MessageBus, wire
from vectors.scalars import Nothing

COUNT = 300
NOTHING_EVERY = 100
LARGE_LEVELS = 8_000
PATIENCE_S = 20.0
UNIT = Decimal("0.00000001")


class OtherTrade(
    wire.Message,
    name="market.Trade",
    id=2,
    topic="market.trades",
    digest="myc1:" + "11" * 32,
):
    """The topic of trades, of another version."""

    trade_id: wire.u64


def depth(n: int) -> DepthUpdate:
    """The message of a number."""
    levels = LARGE_LEVELS if n + 1 == COUNT else n % 20
    return DepthUpdate(
        event_time=n,
        sent_time=n + 1,
        first_update_id=n,
        last_update_id=n + 7,
        previous_update_id=n if n % 2 == 1 else None,
        symbol="BTCUSDT",
        venue=Venue(77) if n % 3 == 0 else Venue.BINANCE,
        bids=[Level((61_250 * i + n) * UNIT, -i * UNIT) for i in range(levels)],
        asks=[],
    )


def publish(bus: MessageBus) -> None:
    """Publishes all messages, once there is somebody for each kind."""
    with (
        bus.publisher(OtherTrade),
        bus.publisher(Nothing) as nothings,
        bus.publisher(DepthUpdate) as depths,
    ):
        nothings.wait_for_subscribers(1, timeout=PATIENCE_S)
        depths.wait_for_subscribers(1, timeout=PATIENCE_S)
        for n in range(COUNT):
            if n % NOTHING_EVERY == 0:
                nothings.publish(Nothing())
            depths.publish(depth(n))
    print("other", OtherTrade.DIGEST)


def receive(bus: MessageBus) -> None:
    """Checks what comes: of several types in one stream, in the publisher's order."""
    trades, nothings = bus.subscriber(Trade), bus.subscriber(Nothing)
    seen = empty = 0
    for message in bus.subscriber(Nothing, DepthUpdate):
        if isinstance(message, Nothing):
            assert seen == empty * NOTHING_EVERY, f"an empty one behind {seen} others"
            empty += 1
        else:
            assert message == depth(seen), f"another message than number {seen}"
            seen += 1
    assert (seen, empty) == (COUNT, COUNT // NOTHING_EVERY), (seen, empty)
    assert len(list(nothings)) == empty
    try:
        trades.recv(timeout=PATIENCE_S)
    except DigestMismatch as error:
        assert (error.topic, error.ours) == (Trade.TOPIC, Trade.DIGEST), error
        print("other", error.theirs, "at", error.peer)


def main() -> None:
    """`peer.py TOPOLOGY SERVICE ROLE`."""
    _, topology, service, role = sys.argv
    work = {"publish": publish, "receive": receive}[role]
    with MessageBus.from_topology(topology, service) as bus:
        work(bus)


if __name__ == "__main__":
    main()
