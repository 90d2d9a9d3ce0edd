"""Timers of one actor at the clock of the system."""

from __future__ import annotations

import heapq

from mycelium.actor.context import Timer


class Timers:
    """What is to come, earliest first, in the order of setting where it is due at once."""

    def __init__(self) -> None:
        self._due: list[tuple[float, Timer]] = []
        # Of all that were ever set.
        self._count = 0

    def set(self, at: float) -> Timer:
        """A timer at this time of the monotonic clock, in seconds."""
        timer = Timer(self._count)
        self._count += 1
        heapq.heappush(self._due, (at, timer))
        return timer

    def cancel(self, timer: Timer) -> None:
        """Takes one back, where it is still to come."""
        self._due = [due for due in self._due if due[1] != timer]
        heapq.heapify(self._due)

    def next(self) -> float | None:
        """When the earliest is due."""
        return self._due[0][0] if self._due else None

    def take_due(self, now: float) -> Timer | None:
        """The earliest, where it is due."""
        if self._due and self._due[0][0] <= now:
            return heapq.heappop(self._due)[1]
        return None

    def clear(self) -> None:
        """A restarted actor has set none."""
        self._due.clear()
