"""A simple strategy: follow a price that moves away from where it has been."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import exp

from market import BookTicker, Side, Trade

NS_PER_S = 1_000_000_000
FAST_S = 1.5
SLOW_S = 12.0
FLOW_S = 3.0
THRESHOLD = 0.00004
REST_NS = 1 * NS_PER_S
PRICE_STEP = Decimal("0.00000001")
LOT = Decimal("0.001")
SIZE = Decimal("0.25")


@dataclass
class Idea:
    """What the strategy would do now."""

    side: Side
    price: Decimal
    quantity: Decimal
    confidence: float
    mid: Decimal


class Momentum:
    """Watches one instrument."""

    def __init__(self) -> None:
        self.fast = 0.0
        self.slow = 0.0
        self.flow = 0.0
        self.last_ns = 0
        self.rests_until_ns = 0

    def trade(self, trade: Trade) -> None:
        """Notes who is in a hurry."""
        signed = float(trade.quantity if trade.side is Side.BUY else -trade.quantity)
        self.flow += signed

    def quote(self, ticker: BookTicker) -> Idea | None:
        """Moves the averages; gives an idea when the fast one leaves the slow one behind."""
        mid = (ticker.bid.price + ticker.ask.price) / 2
        self._move(float(mid), ticker.event_time)
        lead = self.fast / self.slow - 1.0
        if abs(lead) < THRESHOLD or ticker.event_time < self.rests_until_ns:
            return None
        if (lead > 0) != (self.flow > 0):
            return None
        self.rests_until_ns = ticker.event_time + REST_NS
        side = Side.BUY if lead > 0 else Side.SELL
        confidence = 1.0 - exp(-abs(lead) / THRESHOLD / 2.0)
        return Idea(
            side=side,
            price=ticker.ask.price if side is Side.BUY else ticker.bid.price,
            quantity=(SIZE * Decimal(confidence)).quantize(LOT),
            confidence=confidence,
            mid=mid.quantize(PRICE_STEP, ROUND_HALF_EVEN),
        )

    def _move(self, mid: float, event_ns: int) -> None:
        if self.last_ns == 0:
            self.fast = self.slow = mid
        seconds = max(0, event_ns - self.last_ns) / NS_PER_S if self.last_ns else 0.0
        self.fast += (mid - self.fast) * (1.0 - exp(-seconds / FAST_S))
        self.slow += (mid - self.slow) * (1.0 - exp(-seconds / SLOW_S))
        self.flow *= exp(-seconds / FLOW_S)
        self.last_ns = max(self.last_ns, event_ns)
