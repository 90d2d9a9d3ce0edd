"""An end of the bus over the ring, which never sleeps: answers each message of another process, or asks.

`end.py answer TOPOLOGY TRIPS` says that it is ready, and ends behind so many answers. `end.py ask TOPOLOGY TRIPS WARM_UP`
prints median and 99th percentile of half a round trip in nanoseconds, but of the first ones. `cargo xtask bench --ring` runs both.
"""

import sys
from itertools import pairwise
from time import perf_counter_ns

from ends import Back, There
from mycelium import MessageBus

PATIENCE_S = 20.0


def answer(bus: MessageBus, trips: int) -> None:
    poll, publisher = bus.subscriber(There).try_recv, bus.publisher(Back)
    print("ready", flush=True)
    publisher.wait_for_subscribers(1, PATIENCE_S)
    publish, back = publisher.publish, Back(0, bytes(40))
    for _ in range(trips):
        while (there := poll()) is None:
            pass
        back.first = there.first
        publish(back)


def ask(bus: MessageBus, trips: int, warm_up: int) -> str:
    publisher, poll = bus.publisher(There), bus.subscriber(Back).try_recv
    publisher.wait_for_subscribers(1, PATIENCE_S)
    publish, there = publisher.publish, There(0, bytes(40))
    stamps = [perf_counter_ns()]
    for trip in range(trips):
        there.first = trip
        publish(there)
        while (back := poll()) is None:
            pass
        if back.first != trip:
            raise ValueError(f"{back.first} where {trip} was due")
        stamps.append(perf_counter_ns())
    stamps = stamps[warm_up:]
    times = sorted((end - start) / 2 for start, end in pairwise(stamps))
    last = len(times) - 1
    return f"{times[last // 2]} {times[last * 99 // 100]}"


def main(part: str, topology: str, *counts: str) -> None:
    service = "first" if part == "ask" else "second"
    with MessageBus.from_topology(topology, service) as bus:
        if part == "ask":
            print(ask(bus, *map(int, counts)))
        else:
            answer(bus, *map(int, counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
