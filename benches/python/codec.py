"""Nanoseconds that encoding and decoding take in Python for each event of a stream of frames."""

import json
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from market import BookTicker, DepthUpdate, Snapshot, Trade

KINDS: dict[int, Any] = {
    kind.TYPE_ID: kind for kind in (BookTicker, Trade, DepthUpdate, Snapshot)
}
HEADER = struct.Struct("<IHHII")
PASSES = 3


def split(data: bytes) -> dict[int, list[bytes]]:
    """The frames by their type."""
    frames: dict[int, list[bytes]] = {}
    at = 0
    while at < len(data):
        length, type_id, *_ = HEADER.unpack_from(data, at)
        end = at + HEADER.size + length
        frames.setdefault(type_id, []).append(data[at:end])
        at = end
    return frames


def fastest_ns(run: Callable[[Any], object], items: list[Any]) -> float:
    """For each item, in the fastest of a few passes."""
    best = float("inf")
    for _ in range(PASSES):
        start = time.perf_counter_ns()
        for item in items:
            run(item)
        best = min(best, time.perf_counter_ns() - start)
    return best / len(items)


def measure(kind: Any, frames: list[bytes]) -> dict[str, float]:
    """Times of one kind of event."""
    messages = [kind.from_frame(frame) for frame in frames]
    return {
        "count": len(frames),
        "bytes": sum(map(len, frames)),
        "encode_ns": fastest_ns(kind.to_frame, messages),
        "decode_ns": fastest_ns(kind.from_frame, frames),
    }


def main() -> None:
    """Prints one JSON object: times by kind."""
    frames = split(Path(sys.argv[1]).read_bytes())
    times = {
        KINDS[type_id].__name__: measure(KINDS[type_id], frames[type_id])
        for type_id in frames
    }
    print(json.dumps(times))


if __name__ == "__main__":
    main()
