"""Threads that publish, subscribe, come and go on one bus, for as long as is asked for.

    PYTHONPATH=runtime/python:generated/python python benches/python/stress.py --seconds 60

Eight threads of Python: publishers, which close and open anew; subscribers by iteration and by polling of views;
listeners, a tenth of whose callbacks raise; and an event loop. With `--extension` also eight threads of Rust, of an extension that was
built apart: four that publish and four that subscribe, and all come and go (`cargo build --release -p extension`
makes it). A listener that stays takes everything and checks each publisher's order. Ends with 1 where a message
was lost, was out of order, or memory grew.
"""

import argparse
import asyncio
import gc
import importlib.util
import logging
import random
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from importlib.machinery import ExtensionFileLoader
from pathlib import Path
from typing import Any

import mycelium
from market import Side, Trade, TradeFlags, Venue

PUBLISHERS = 3
RUST_THREADS = 4
# Messages between two comings of a thread of Rust.
RUST_TURN = 1000
# How much more memory than after the first quarter is growth.
MARGIN_BYTES = 24 << 20


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--extension", type=Path)
    arguments = parser.parse_args()
    seconds = arguments.seconds
    logging.getLogger("mycelium").setLevel(logging.CRITICAL)
    rust = load(arguments.extension) if arguments.extension else None
    stress = Stress(time.monotonic() + seconds, rust)
    first = None
    started = time.monotonic()
    print(f"core {mycelium.CORE}", flush=True)
    stress.start()
    while not stress.is_over():
        time.sleep(min(seconds / 20, 5))
        gc.collect()
        resident = resident_bytes()
        if first is None and time.monotonic() - started > seconds / 4:
            first = resident
        print(
            f"{time.monotonic() - started:6.0f} s {stress.taken:>10,} taken"
            f" {stress.raised:>8,} raised {stress.turns:>7,} came and went"
            f" {resident >> 20:>5} MiB",
            flush=True,
        )
    stress.finish()
    grown = resident_bytes() - (first or 0)
    if grown > MARGIN_BYTES:
        stress.faults.append(f"memory grew by {grown >> 20} MiB")
    print("\n".join(stress.faults) or "nothing was lost, out of order, or kept")
    return bool(stress.faults)


class Stress:
    def __init__(self, until: float, rust: Any) -> None:
        self.until = until
        self.rust = rust
        self.floods: list[Any] = []
        self.drains: list[Any] = []
        self.bus = mycelium.MessageBus()
        self.sent = [0] * PUBLISHERS
        self.seen = [0] * (PUBLISHERS + (RUST_THREADS if rust else 0))
        self.taken = self.raised = self.turns = 0
        self.faults: list[str] = []
        # Holds the topic open, so that who stays does not end in between.
        self.keeper = self.bus.publisher(Trade)
        self.listener = self.bus.subscriber(Trade, capacity=256).listen(
            self.check, on_error=self.note
        )
        roles = [lambda n=n: self.publish(n) for n in range(PUBLISHERS)]
        roles += [self.iterate, self.look, self.listen, self.listen]
        roles += [lambda: asyncio.run(self.loop())]
        self.threads = [threading.Thread(target=self.run, args=(r,)) for r in roles]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()
        if self.rust is None:
            return
        for number in range(PUBLISHERS, len(self.seen)):
            self.floods.append(self.rust.flood(self.bus, number, RUST_TURN))
            self.drains.append(self.rust.drain(self.bus, len(self.seen), RUST_TURN))

    def is_over(self) -> bool:
        return time.monotonic() >= self.until

    def finish(self) -> None:
        for thread in self.threads:
            thread.join(60)
            if thread.is_alive():
                self.faults.append("a thread does not end")
        self.sent += [flood.stop() for flood in self.floods]
        drained = [drain.stop() for drain in self.drains]
        self.turns += sum(turns for _, turns in drained)
        print(f"{sum(received for received, _ in drained):,} taken by threads of Rust")
        self.keeper.close()
        self.listener.join(60)
        self.bus.close()
        if self.sent != self.seen:
            self.faults.append(f"published {self.sent}, arrived {self.seen}")

    def run(self, role: Callable[[], None]) -> None:
        ended = False
        try:
            role()
            ended = True
        finally:
            # What it failed with, the interpreter prints.
            if not ended:
                self.faults.append("a thread failed")

    def publish(self, number: int) -> None:
        while not self.is_over():
            with self.bus.publisher(Trade) as publisher:
                for _ in range(random.randrange(1, 2000)):
                    self.sent[number] += 1
                    publisher.publish(trade(self.sent[number], number))

    def check(self, taken: Trade) -> None:
        self.taken += 1
        number = int(taken.event_time)
        self.seen[number] += 1
        if taken.trade_id != self.seen[number]:
            self.faults.append(f"{taken.trade_id} came in place of {self.seen[number]}")
            self.seen[number] = taken.trade_id
        if taken.trade_id % 10 == 0:
            raise ValueError("every tenth")

    def note(self, error: Exception, _: Trade | None) -> None:
        self.raised += 1
        if not isinstance(error, ValueError):
            self.faults.append(repr(error))

    def iterate(self) -> None:
        while not self.is_over():
            with self.bus.subscriber(Trade, capacity=64) as subscriber:
                for count, _ in enumerate(subscriber):
                    if count > random.randrange(1000) or self.is_over():
                        break
            self.turns += 1

    def look(self) -> None:
        while not self.is_over():
            with self.bus.subscriber(Trade, views=True) as subscriber:
                for _ in range(random.randrange(1000)):
                    view = subscriber.try_recv()
                    if view is not None:
                        assert view.symbol == "BTCUSDT"
            self.turns += 1

    def listen(self) -> None:
        def fail(taken: Trade) -> None:
            if taken.trade_id % 10 == 0:
                raise ValueError("every tenth")

        while not self.is_over():
            with self.bus.subscriber(Trade).listen(fail, on_error=self.note):
                time.sleep(random.random() / 50)
            self.turns += 1

    async def loop(self) -> None:
        while not self.is_over():
            with self.bus.subscriber(Trade, capacity=64) as subscriber:
                for _ in range(random.randrange(200)):
                    await subscriber.recv_async()
            self.turns += 1


def load(path: Path) -> Any:
    """An extension, whatever its file is called."""
    loader = ExtensionFileLoader("extension", str(path))
    spec = importlib.util.spec_from_loader("extension", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def trade(number: int, publisher: int) -> Trade:
    return Trade(
        event_time=publisher,
        sent_time=0,
        trade_id=number,
        symbol="BTCUSDT",
        venue=Venue.BINANCE,
        side=Side.BUY,
        flags=TradeFlags(0),
        price=Decimal("60000.1"),
        quantity=Decimal("0.001"),
    )


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


if __name__ == "__main__":
    sys.exit(main())
