# %% [markdown]
"""A day of trades, received from the bus and drawn.

A notebook in cells: editors that know `# %%` run it cell by cell, and `python day.py` runs it whole.

    python day.py --out day.svg [--feed CAPTURE.jsonl.gz]

Without a captured feed, the trades of a day come from a seeded random walk.
"""

import argparse
import gzip
import json
import random
import tempfile
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import mycelium
import numpy as np
from market import Side, Trade, TradeFlags, Venue

arguments = argparse.ArgumentParser(description="Draws the trades of a day.")
arguments.add_argument("--out", type=Path, default=Path("day.svg"))
arguments.add_argument("--feed", type=Path)
options = arguments.parse_args()

BARS = 96
SECOND = 1_000_000_000
DAY = 86_400 * SECOND


# %% Where the trades come from: a captured feed, or a random walk.
def captured(path: Path) -> Iterator[Trade]:
    """The trades of a captured stream, one event a line behind its receive time."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line.partition(" ")[2]).get("data", {})
            if event.get("e") == "trade" and Decimal(event["q"]):
                price, quantity = Decimal(event["p"]), Decimal(event["q"])
                yield trade(
                    event["T"] * 1_000_000, event["t"], price, quantity, event["m"]
                )


def simulated() -> Iterator[Trade]:
    """Some twenty thousand trades of one day, the same each time."""
    rng, cents, time = random.Random(8), 6_000_000, 0
    for number in range(1, 20_001):
        time += int(rng.expovariate(20_000 / DAY))
        cents += rng.randint(-900, 900)
        quantity = Decimal(rng.randint(1, 900)).scaleb(-3)
        yield trade(
            time, number, Decimal(cents).scaleb(-2), quantity, rng.random() < 0.5
        )


def trade(
    time: int, number: int, price: Decimal, quantity: Decimal, is_sale: bool
) -> Trade:
    """A trade message; `is_sale` says that the buyer's order rested in the book."""
    return Trade(
        event_time=time,
        sent_time=time,
        trade_id=number,
        symbol="BTCUSDT",
        venue=Venue.BINANCE if options.feed else Venue.SIMULATOR,
        side=Side.SELL if is_sale else Side.BUY,
        flags=TradeFlags.BUYER_IS_MAKER if is_sale else TradeFlags(0),
        price=price,
        quantity=quantity,
    )


# %% Two nodes, which a topology links by a socket: the same lines work between machines.
folder = tempfile.TemporaryDirectory()
topology = Path(folder.name, "topology.toml")
topology.write_text(
    """
[[nodes]]
name = "venue"
services = ["feed"]
endpoint.kind = "unix"
endpoint.path = "run/venue.sock"

[[nodes]]
name = "desk"
services = ["drawing"]
"""
)


def publish(bus: mycelium.MessageBus) -> None:
    """Publishes all trades once somebody takes them."""
    with bus.publisher(Trade) as publisher:
        publisher.wait_for_subscribers(1, timeout=30)
        for message in captured(options.feed) if options.feed else simulated():
            publisher.publish(message)


# %% Receive: each batch is a numpy record array, made without an object for each trade.
batches = []
with (
    mycelium.MessageBus.from_topology(topology, "feed") as venue,
    mycelium.MessageBus.from_topology(topology, "drawing") as desk,
):
    subscriber = desk.subscriber(Trade)
    feed = threading.Thread(target=publish, args=(venue,))
    feed.start()
    try:
        while True:
            batches.append(subscriber.recv_batch(timeout=30))
    except mycelium.Closed:
        feed.join()
trades = np.concatenate(batches)
print(f"{len(trades)} trades in {len(batches)} batches")

# %% Bars: decimals come as mantissas of 1e-8, times as datetime64.
price = trades["price_raw"] / 1e8
quantity = trades["quantity_raw"] / 1e8
time = trades["event_time"].astype("i8")
elapsed = time - time.min()
bar = elapsed * BARS // (elapsed.max() + 1)
volume = np.bincount(bar, quantity, BARS)
turnover = np.bincount(bar, price * quantity, BARS)
average = np.divide(turnover, volume, out=np.full(BARS, np.nan), where=volume > 0)


# %% Draw: the price as a line, the volume as columns below it.
WIDTH, HEIGHT, FLOOR = 960, 480, 340


def scaled(values: Any, low: float, high: float) -> Any:
    """Values between two heights of the picture, the greatest at `high`."""
    least, most = np.nanmin(values), np.nanmax(values)
    return low + (values - least) / (most - least or 1) * (high - low)


x = (np.arange(BARS) + 0.5) * WIDTH / BARS
is_there = ~np.isnan(average)
heights = scaled(average, FLOOR, 40)
line = " ".join(
    f"{a:.1f},{b:.1f}" for a, b in zip(x[is_there], heights[is_there], strict=True)
)
tops = HEIGHT - volume / volume.max() * (HEIGHT - FLOOR - 20)
columns = "".join(
    f'<rect x="{a - 4:.1f}" y="{top:.1f}" width="8" height="{HEIGHT - top:.1f}"/>'
    for a, top in zip(x, tops, strict=True)
)
days = trades["event_time"][[0, -1]].astype("M8[s]")
title = f"BTCUSDT, {len(trades)} trades, {days[0]} to {days[1]}"
options.out.write_text(
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">'
    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    f'<text x="12" y="24">{title}</text>'
    f'<text x="12" y="{FLOOR + 16}" font-size="12">{np.nanmin(average):.2f} to {np.nanmax(average):.2f}</text>'
    f'<polyline points="{line}" fill="none" stroke="#246" stroke-width="2"/>'
    f'<g fill="#9bc">{columns}</g></svg>\n'
)
print(f"{volume.sum():.3f} traded; drawn in {options.out}")
folder.cleanup()
