"""Python codecs side by side: nanoseconds of each peer on the same work, interleaved, as tables.

Rounds go over all peers again and again, so that a slow moment of the machine meets all of them; each
figure is the median of the rounds. `--json` prints the figures alone.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import mycelium
import numpy as np
import objects
import plain
import shapes
import with_schema
from work import ASKS, BIDS, SYMBOL, TIME, TRADE, VALUES, Case, Peer, check

ROUNDS = 9
ROUND_NS = 2_000_000
RECORDS = 10_000
MESSAGES = ("trade", "book", "array")
WORKS = [
    f"{message} {what}" for message in MESSAGES for what in ("encode", "decode", "read")
]
Results = dict[str, dict[str, float]]
# Work, the ratio that is to be reached, and the peer; without one, the fastest.
GOALS = (
    ("trade encode", "0.9", "struct by hand"),
    ("trade encode", "0.6", "msgspec"),
    ("trade read", "0.85", "msgspec"),
    ("book encode", "0.15", ""),
    ("book read", "0.7", ""),
    ("array read", "1", "numpy"),
)


def read_trade(t: Any) -> Any:
    return t.time, t.id, t.symbol, t.price, t.quantity, t.side


def mycelium_messages() -> Peer:
    """This package, as its users would write it where speed matters."""
    trade, values = shapes.Trade(*TRADE), np.array(VALUES)

    def read_book(data: bytes) -> float:
        book, total = shapes.Book.view(data), 0.0
        for levels in (book.bids, book.asks):
            for price, quantity in levels.iter_rows():
                total += price + quantity
        return total

    return Peer(
        f"mycelium ({mycelium.CORE})",
        Case(
            lambda: trade.to_frame(),
            shapes.Trade.from_frame,
            lambda data: read_trade(shapes.Trade.from_frame(data)),
        ),
        Case(
            lambda: shapes.Book.encode(TIME, SYMBOL, BIDS, ASKS),
            shapes.Book.view,
            read_book,
        ),
        Case(
            lambda: shapes.Array.encode(TIME, values),
            shapes.Array.view,
            lambda data: shapes.Array.view(data).values.numpy().sum(),
        ),
    )


def nanoseconds(run: Callable[[], Any], count: int) -> float:
    """Of one call, in a loop of so many."""
    loop = range(count)
    start = time.perf_counter_ns()
    for _ in loop:
        run()
    return (time.perf_counter_ns() - start) / count


def measure(runs: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Median nanoseconds of each."""
    counts = {}
    for name, run in runs.items():
        run()
        counts[name] = max(1, min(20_000, int(ROUND_NS / max(nanoseconds(run, 3), 50))))
    rounds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            rounds[name].append(nanoseconds(run, counts[name]))
    return {name: statistics.median(times) for name, times in rounds.items()}


def bound(run: Callable[[bytes], Any], data: bytes) -> Callable[[], Any]:
    return lambda: run(data)


def of_arrays() -> dict[str, float]:
    """A book whose levels lie in numpy's record arrays, as no other peer takes them."""
    level = shapes.Level.DTYPE
    bids, asks = np.array(BIDS, level), np.array(ASKS, level)
    book = shapes.Book.encode(TIME, SYMBOL, bids, asks)
    assert book == shapes.Book.encode(TIME, SYMBOL, BIDS, ASKS)
    return measure({"encode": lambda: shapes.Book.encode(TIME, SYMBOL, bids, asks)})


def many() -> dict[str, float]:
    """Nanoseconds of one record of a batch."""
    batch = shapes.Trade(*TRADE).to_frame() * RECORDS
    times = measure({"decode_many": lambda: shapes.Trade.decode_many(batch)})
    return {name: ns / RECORDS for name, ns in times.items()}


def main() -> None:
    """Prints one JSON object: work, then peer, then nanoseconds."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if "--only-mycelium" in sys.argv:
        makers: list[Callable[[], Peer]] = [mycelium_messages]
    else:
        makers = [
            mycelium_messages, *plain.PEERS, *objects.PEERS, *with_schema.PEERS,
        ]  # fmt: skip
    peers = [make() for make in makers]
    results: Results = {}
    for peer in peers:
        check(peer)
    for message in MESSAGES:
        cases: dict[str, Case] = {peer.name: getattr(peer, message) for peer in peers}
        data = {name: case.encode() for name, case in cases.items()}
        results[f"{message} encode"] = measure({n: c.encode for n, c in cases.items()})
        for what in ("decode", "read"):
            runs = {n: bound(getattr(c, what), data[n]) for n, c in cases.items()}
            results[f"{message} {what}"] = measure(runs)
    results["a record of many"] = many()
    results["a book of arrays"] = of_arrays()
    if mycelium.CORE == "native":
        environment = os.environ | {"MYCELIUM_PURE_PYTHON": "1"}
        command = [sys.executable, __file__, "--only-mycelium", "--json"]
        ran = subprocess.run(
            command, env=environment, capture_output=True, check=True, text=True
        )
        for work, times in json.loads(ran.stdout).items():
            results[work] |= times if work in WORKS else {}
    if "--json" in sys.argv:
        print(json.dumps(results, indent=1))
    else:
        print(
            "\n\n".join(
                [*(table(results, message) for message in MESSAGES), ratios(results)]
            )
        )


def table(results: Results, message: str) -> str:
    """Rows of peers, the fastest to encode first."""
    works = [f"{message} {what}" for what in ("encode", "decode", "read")]
    names = sorted(results[works[0]], key=results[works[0]].__getitem__)
    head = f"| {message} | encode | decode | decode and read all |\n|---|--:|--:|--:|\n"
    rows = [
        [name, *(f"{results[work][name]:,.0f}" for work in works)] for name in names
    ]
    return head + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def ratios(results: Results) -> str:
    """Ours to the peers that the goals name."""
    head = "| ours to a peer's | goal | ratio | the peer |\n|---|--:|--:|---|\n"
    rows = []
    for work, goal, name in GOALS:
        times = results[work]
        ours = times["mycelium (native)"]
        others = {n: ns for n, ns in times.items() if not n.startswith("mycelium")}
        name = name or min(others, key=others.__getitem__)
        rows.append(f"| {work} | {goal} | {ours / others[name]:.2f} | {name} |")
    trade = [results[f"trade {what}"] for what in ("encode", "read")]
    for what, times in zip(("encode", "read"), trade, strict=True):
        ratio = times["mycelium (python)"] / times["protobuf (upb)"]
        rows.append(f"| trade {what}, Python core | 1 | {ratio:.2f} | protobuf (upb) |")
    many = results["a record of many"]["decode_many"]
    of_arrays = results["a book of arrays"]["encode"]
    peers = {n: ns for n, ns in results["book encode"].items() if "mycelium" not in n}
    best = min(peers, key=peers.__getitem__)
    return (
        head + "\n".join(rows) + "\n\n"
        f"`decode_many` takes {many:.2f} ns for a record. A book whose levels lie in numpy's record arrays takes"
        f" {of_arrays:.0f} ns to encode: {of_arrays / peers[best]:.2f} of what {best} takes from tuples."
    )


if __name__ == "__main__":
    main()
