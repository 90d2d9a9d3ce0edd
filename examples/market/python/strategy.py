"""The strategy service of the market pipeline: the market in, signals out."""

import json
import sys
import time
from pathlib import Path

import service
from lifeline import Lifeline
from market import BookTicker, DepthUpdate, Side, Signal, Snapshot, Trade
from momentum import Idea, Momentum
from mycelium import Closed, Lost, MessageBus, Publisher
from tally import Message, Tally

NAME = "strategy"
MARKET = (BookTicker, Trade, DepthUpdate, Snapshot)
PATIENCE_S = 60.0
LOOK_EVERY_S = 0.2


class Strategy:
    """Keeps an account of every topic and a watcher of every instrument."""

    def __init__(self, signals: Publisher[Signal]) -> None:
        self.signals = signals
        self.received = {kind.TOPIC: Tally() for kind in MARKET}
        self.published = Tally()
        self.instruments: dict[str, Momentum] = {}
        self.sent: list[dict[str, object]] = []

    def take(self, message: Message) -> None:
        """Accounts for a message and reacts to it."""
        self.received[message.TOPIC].receive(message)
        if isinstance(message, BookTicker):
            idea = self.watcher(message.symbol).quote(message)
            if idea is not None:
                self.publish(message, idea)
        elif isinstance(message, Trade):
            self.watcher(message.symbol).trade(message)

    def watcher(self, symbol: str) -> Momentum:
        """The watcher of an instrument, from its first message on."""
        return self.instruments.setdefault(symbol, Momentum())

    def publish(self, cause: BookTicker, idea: Idea) -> None:
        """Sends a signal."""
        signal = Signal(
            event_time=cause.event_time,
            sent_time=time.time_ns(),
            signal_id=self.published.count + 1,
            symbol=cause.symbol,
            side=idea.side,
            price=idea.price,
            quantity=idea.quantity,
            confidence=idea.confidence,
            mid=idea.mid,
            strategy="momentum",
        )
        self.signals.publish(signal)
        self.published.record(signal)
        self.sent.append(
            {
                "id": signal.signal_id,
                "symbol": signal.symbol,
                "is_buy": signal.side is Side.BUY,
                "event_time": signal.event_time,
                "mid": float(signal.mid),
            }
        )

    def progress(self) -> None:
        """Says on standard output how far the service is."""
        count = sum(tally.count for tally in self.received.values())
        lost = sum(tally.lost for tally in self.received.values())
        print(f"progress {NAME} {count} {lost}", flush=True)

    def report(self) -> dict[str, object]:
        """What the service leaves behind."""
        return {
            "service": NAME,
            "language": "Python",
            "published": {Signal.TOPIC: self.published.report()},
            "received": {
                topic: tally.report() for topic, tally in self.received.items()
            },
            "signals": self.sent,
        }


def run(topology: Path, lifeline: Lifeline) -> dict[str, object]:
    """Receives until the market's publishers have closed."""
    with (
        MessageBus.from_topology(topology, NAME) as bus,
        bus.publisher(Signal) as signals,
        bus.subscriber(*MARKET) as market,
    ):
        wait_for_risk(signals, lifeline)
        strategy = Strategy(signals)
        looked = 0.0
        while True:
            if (now := time.monotonic()) - looked > LOOK_EVERY_S:
                looked = now
                lifeline.check()
                strategy.progress()
            try:
                strategy.take(market.recv(timeout=LOOK_EVERY_S))
            except TimeoutError:
                pass
            except Lost as lost:
                strategy.received[lost.topic].lost += lost.count
            except Closed:
                # The market may have closed because somebody else vanished.
                lifeline.check()
                strategy.progress()
                return strategy.report()


def wait_for_risk(signals: Publisher[Signal], lifeline: Lifeline) -> None:
    """Waits until the risk service subscribes, unless told to end."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        lifeline.check()
        try:
            return signals.wait_for_subscribers(1, timeout=LOOK_EVERY_S)
        except TimeoutError:
            if time.monotonic() > deadline:
                raise


def serve(topology: Path, reports: Path, lifeline: Lifeline) -> None:
    """The service, and the report that it leaves."""
    report = run(topology, lifeline)
    (reports / f"{NAME}.json").write_text(json.dumps(report))


if __name__ == "__main__":
    sys.exit(service.main(NAME, __doc__, serve))
