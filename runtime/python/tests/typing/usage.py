"""What a type checker makes of generated classes: each `error:` comment is what mypy must say there."""

from decimal import Decimal
from typing import assert_never, assert_type

from market import Decision, DepthUpdate, Level, Side, Signal, Trade, Venue, Verdict

from mycelium import MessageBus, Publisher, Subscriber
from mycelium.actor import Actor, Context, Supervisor, receive

level = Level(price=Decimal(1), quantity=Decimal(2))
assert_type(level, Level)
assert_type(level.price, Decimal)
assert_type(level.price_raw, int)
assert_type(Trade.TYPE_ID, int)
assert_type(Trade.from_frame(b""), Trade)
assert_type(DepthUpdate.from_json("").previous_update_id, int | None)
assert_type(Venue.BINANCE.is_known, bool)

Level(price=Decimal(1))  # error: Missing positional argument "quantity"
Level(1.5, Decimal(2))  # error: Argument 1 to "Level" has incompatible type
Level(level.price, level.price, size=3)  # error: Unexpected keyword argument
print(level.prise)  # error: "Level" has no attribute "prise"
level.price = "1"  # error: Incompatible types in assignment


def decide(verdict: Verdict) -> str:
    """Every arm has to be dealt with."""
    match verdict.decision:
        case Decision.Approved(approval):
            return str(approval.position_after)
        case Decision.Rejected(rejection):
            return rejection.rule
        case Decision.Unknown(tag, payload):
            return f"{tag} {payload.hex()}"
        case other:
            assert_never(other)


def forget(verdict: Verdict) -> str:
    """An arm that is left out is found."""
    match verdict.decision:
        case Decision.Approved(approval):
            return str(approval.position_after)
        case other:
            assert_never(other)  # error: Argument 1 to "assert_never"


def signal(level: Level) -> Signal:
    """Fields with a default need no argument."""
    return Signal(
        event_time=1,
        sent_time=1,
        signal_id=1,
        symbol="BTCUSDT",
        side=Side.BUY,
        price=level.price,
        quantity=level.quantity,
        confidence=0.5,
        mid=level.price,
        strategy="s",
    )


bus = MessageBus()
assert_type(bus.publisher(Trade), Publisher[Trade])
assert_type(bus.subscriber(Trade), Subscriber[Trade])
assert_type(bus.subscriber(Trade, Signal), Subscriber[Trade | Signal])
bus.publisher(Trade).publish(signal(level))  # error: Argument 1 to "publish"
bus.publisher(Level)  # error: Value of type variable "A"
for message in bus.subscriber(Trade, Signal):
    assert_type(message.symbol, str)


class Watches(Actor):
    """Handlers are held to the types that they are marked with."""

    publishes = (Signal,)

    def __init__(self, venue: Venue) -> None:
        self.venue = venue

    @receive(Trade)
    def on_trade(self, trade: Trade, context: Context) -> None:
        """One that fits."""
        assert_type(context.now(), int)

    @receive(Signal)  # error: Argument 1 has incompatible type
    def on_signal(self, signal: Trade, context: Context) -> None:
        """One that does not."""


def watch(supervisor: Supervisor) -> None:
    """So are an actor's arguments."""
    supervisor.thread("watches", Watches, Venue.BINANCE)
    supervisor.thread("watches", Watches)  # error: Missing positional argument "venue"
