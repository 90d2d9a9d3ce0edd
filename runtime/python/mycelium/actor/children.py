"""The children of a supervisor or a group: who they are, how they end, how they are stopped."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from mycelium.actor.child import End
from mycelium.actor.counts import ActorStats
from mycelium.actor.failure import Escalation, Failure, SpawnError
from mycelium.bus import MessageBus
from mycelium.publisher import Publisher

# How long a child that did not end in order has to end at once.
_GRACE_S = 0.2

Held = list[Publisher[Any]]
"""What a child that has ended publishes on: as long as it is open, nobody downstream sees an end."""


class Charge(Protocol):
    """An actor or a group, as whoever looks after it sees it."""

    def stop(self, until: float, *, holds: bool) -> None:
        """Asks it to end in order. With `holds` it is to be started again."""

    def abort(self) -> None:
        """Asks it to end now."""

    def stuck(self) -> list[str]:
        """Those that it has left behind."""
        ...

    def collect(self, into: list[ActorStats]) -> None:
        """Adds health and counts of all actors in it."""

    def go_on_from(self, former: object) -> None:
        """Goes on from the counts of its former life."""


@dataclass(slots=True)
class Record:
    """A child."""

    name: str
    charge: Charge
    has_ended: bool = False
    held: Held = field(default_factory=list)


class Children:
    """A table behind a lock, and a condition that says that it has changed; messages never pass it."""

    def __init__(self, path: str, bus: MessageBus) -> None:
        self.path = path
        """Names of the groups around it and its own, joined; empty for a supervisor."""
        self.bus = bus
        self.changed = threading.Condition()
        self.escalations: deque[tuple[str, Failure]] = deque()
        """Failures that children hand up, also while they are stopped."""
        self.escalation: Escalation | None = None
        """The first of a supervisor."""
        self.shutdown: float | None = None
        """When a shutdown is to be over."""
        self._records: dict[int, Record] = {}
        self._count = 0
        # Children of the lives before a restart: their counts go on.
        self._former: dict[str, Charge] = {}
        # The children are stopped so that they can be started again.
        self._holds = False
        self._is_stopping = False
        # The thread that looks after a group has ended.
        self._is_over = False
        self._stuck: list[str] = []

    def path_of(self, name: str) -> str:
        """The name of a child, behind the groups that it is in."""
        return f"{self.path}/{name}" if self.path else name

    def add(self, name: str, charge: Charge) -> int:
        """Takes a child in, unless its name is taken or children are being stopped."""
        with self.changed:
            if self._is_stopping:
                raise SpawnError(f"actor {name!r}: the supervisor stops")
            if any(record.name == name for record in self._records.values()):
                raise SpawnError(
                    f"actor {name!r}: another one has the name; give each its own"
                )
            if name in self._former:
                charge.go_on_from(self._former[name])
            key = self._count
            self._count += 1
            self._records[key] = Record(name, charge)
            return key

    def remove(self, key: int) -> None:
        """Forgets a child that was not started."""
        with self.changed:
            record = self._records.pop(key, None)
            if record is not None:
                # A shutdown may wait for it already.
                record.has_ended = True
            self.changed.notify_all()

    def take_end(self, key: int, end: End, held: Held) -> None:
        """Takes note that a child has ended for good.

        What it published on is closed then, unless this is a group that may start it again.
        """
        with self.changed:
            may_come_again = self._holds or end.escalated is not None
            record = self._records.get(key)
            if record is not None:
                record.has_ended = True
                if may_come_again and not self._is_over and self.path:
                    record.held, held = held, []
            if end.escalated is not None:
                self.escalations.append(end.escalated)
            self.changed.notify_all()
        close(held)

    def have_ended(self) -> bool:
        """Whether all children have; under the lock."""
        return all(record.has_ended for record in self._records.values())

    def next_escalation(self) -> tuple[str, Failure] | None:
        """Waits for a failure that a child hands up; nothing when all have ended or are to stop."""
        with self.changed:
            self.changed.wait_for(
                lambda: (
                    self.shutdown is not None or self.escalations or self.have_ended()
                )
            )
            if self.shutdown is not None or not self.escalations:
                return None
            return self.escalations.popleft()

    def rest_until(self, at: float) -> bool:
        """Whether the time has come before a shutdown has."""
        with self.changed:
            while self.shutdown is None and (left := at - time.monotonic()) > 0:
                self.changed.wait(min(left, threading.TIMEOUT_MAX))
            return self.shutdown is None

    def reopen(self) -> Held:
        """Lets a group whose children have all ended be started again.

        Of their lives only counts are left, and what is given: what they published on.
        """
        with self.changed:
            held = self._take_held()
            for record in self._records.values():
                self._former[record.name] = record.charge
            self._records.clear()
            self.escalations.clear()
            self._is_stopping = self.shutdown is not None
            self._holds = self._holds and self._is_stopping
            return held

    def close(self) -> Held:
        """Stops what is left, at the end of a group's thread; gives what is held for the group above."""
        with self.changed:
            until = self.shutdown
        stuck = self._stop_all(time.monotonic() if until is None else until)
        with self.changed:
            self._stuck = stuck
            self._is_over = True
            held = self._take_held()
            self.changed.notify_all()
        return held

    def stop_children(self, until: float) -> list[str]:
        """Stops the children for good, the last one first; gives the paths of those that do not end."""
        with self.changed:
            self._holds = False
        return self._stop_all(until)

    def pause_children(self, until: float) -> list[str]:
        """As `stop_children`, but they are to be started again."""
        with self.changed:
            # A shutdown that has begun says itself whether they are.
            self._holds = self._holds or self.shutdown is None
        return self._stop_all(until)

    def _stop_all(self, until: float) -> list[str]:
        with self.changed:
            self._is_stopping = True
            records = list(reversed(self._records.values()))
        stuck: list[str] = []
        for record in records:
            with self.changed:
                holds = self._holds
            record.charge.stop(until, holds=holds)
            if self._wait_for(record, until):
                stuck.extend(record.charge.stuck())
                continue
            record.charge.abort()
            if not self._wait_for(record, time.monotonic() + _GRACE_S):
                stuck.append(self.path_of(record.name))
        return stuck

    def _wait_for(self, record: Record, until: float) -> bool:
        with self.changed:
            while not record.has_ended:
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self.changed.wait(min(left, threading.TIMEOUT_MAX))
            return True

    def _take_held(self) -> Held:
        held: Held = []
        for record in self._records.values():
            held.extend(record.held)
            record.held = []
        return held

    # A group is a charge itself.

    def stop(self, until: float, *, holds: bool) -> None:
        """Asks a group's thread to stop its children, and to end."""
        with self.changed:
            if self.shutdown is None:
                self.shutdown = until
            self._holds = holds
            self.changed.notify_all()

    def abort(self) -> None:
        """Asks all in it to end now."""
        with self.changed:
            charges = [record.charge for record in self._records.values()]
        for charge in charges:
            charge.abort()

    def stuck(self) -> list[str]:
        """Those that a group that has ended has left behind."""
        with self.changed:
            return list(self._stuck)

    def collect(self, into: list[ActorStats]) -> None:
        """Adds health and counts of all actors."""
        with self.changed:
            charges = [record.charge for record in self._records.values()]
        for charge in charges:
            charge.collect(into)

    def go_on_from(self, former: object) -> None:
        """Its actors go on from the counts of those of its former life."""
        if isinstance(former, Children):
            with former.changed:
                known = dict(former._former)
                for record in former._records.values():
                    known[record.name] = record.charge
            with self.changed:
                self._former = known


def close(held: Held) -> None:
    """Lets those downstream see an end."""
    for publisher in held:
        publisher.close()
