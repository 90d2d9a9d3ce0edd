"""The monitor service of the market pipeline: the market in, an account of it out.

Where the topology gives it a node, it is a process: `python monitor.py`. Where the topology puts it into the engine's
node, the engine hosts it and calls `run`. Nothing else differs.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import service
from lifeline import Lifeline
from market import BookTicker, DepthUpdate, Snapshot, Trade
from mycelium import Closed, Lost, MessageBus
from tally import Message, Tally

NAME = "monitor"
MARKET = (BookTicker, Trade, DepthUpdate, Snapshot)
LOOK_EVERY_S = 0.2


class Monitor:
    """Keeps an account of every topic, and the widest spread of every instrument."""

    def __init__(self) -> None:
        self.received = {kind.TOPIC: Tally() for kind in MARKET}
        self.widest: dict[str, Decimal] = {}

    def take(self, message: Message) -> None:
        """Accounts for a message."""
        self.received[message.TOPIC].receive(message)
        if isinstance(message, BookTicker):
            spread = message.ask.price - message.bid.price
            widest = self.widest.get(message.symbol, spread)
            self.widest[message.symbol] = max(widest, spread)

    def progress(self) -> None:
        """Says on standard output how far the service is, in one piece: others of the process write there too."""
        count = sum(tally.count for tally in self.received.values())
        lost = sum(tally.lost for tally in self.received.values())
        sys.stdout.write(f"progress {NAME} {count} {lost}\n")
        sys.stdout.flush()

    def report(self) -> dict[str, object]:
        """What the service leaves behind, with the process that it ran in."""
        return {
            "service": NAME,
            "language": "Python",
            "process": os.getpid(),
            "received": {
                topic: tally.report() for topic, tally in self.received.items()
            },
            "widest_spread": {
                symbol: str(spread) for symbol, spread in self.widest.items()
            },
        }


def run(
    bus: MessageBus, reports: str, check: Callable[[], None] = lambda: None
) -> None:
    """Receives until the market's publishers have closed, then leaves its report in a folder."""
    monitor = Monitor()
    with bus.subscriber(*MARKET) as market:
        looked = 0.0
        while True:
            if (now := time.monotonic()) - looked > LOOK_EVERY_S:
                looked = now
                check()
                monitor.progress()
            try:
                monitor.take(market.recv(timeout=LOOK_EVERY_S))
            except TimeoutError:
                pass
            except Lost as lost:
                monitor.received[lost.topic].lost += lost.count
            except Closed:
                break
    # The market may have closed because somebody else vanished.
    check()
    monitor.progress()
    Path(reports, f"{NAME}.json").write_text(json.dumps(monitor.report()))


def serve(topology: Path, reports: Path, lifeline: Lifeline) -> None:
    """The service in a process of its own."""
    with MessageBus.from_topology(topology, NAME) as bus:
        run(bus, str(reports), lifeline.check)


if __name__ == "__main__":
    sys.exit(service.main(NAME, __doc__, serve))
