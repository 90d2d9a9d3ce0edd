"""Runs actors on a virtual clock."""

from __future__ import annotations

import hashlib
import heapq
import random
from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mycelium._codec.record import Message
from mycelium.actor.context import Context, Timer
from mycelium.actor.handlers import Actor, handlers_of
from mycelium.errors import MyceliumError
from mycelium.sim.link import Link, Way
from mycelium.sweep import derive_seed


class SimulationError(MyceliumError):
    """An actor failed, which ends the simulation: its name, the time, and the reason."""

    def __init__(self, actor: str, at: int, reason: str) -> None:
        super().__init__(actor, at, reason)
        self.actor = actor
        self.at = at
        self.reason = reason

    def __str__(self) -> str:
        return f"actor {self.actor!r} failed at {self.at}: {self.reason}"


class LogEntry(NamedTuple):
    """A message that reached actors: when, from whom (`None` from outside), to whom, of which class, and its frame."""

    at: int
    sender: str | None
    receivers: tuple[str, ...]
    cls: type[Message]
    frame: bytes


class _Delivery(NamedTuple):
    cls: type[Message]
    frame: bytes
    sender: int | None
    receivers: tuple[int, ...]


class _Due(NamedTuple):
    actor: int
    timer: Timer


class Simulation:
    """Runs actors, each of which has a name, on one thread and a virtual clock.

    It looks at no clock and at no chance but its seed's: two runs are alike to the byte. A message is encoded when it
    is published, and each receiver decodes one of its own, as at a bus. A simulation shares nothing with any other.
    """

    def __init__(
        self, actors: Mapping[str, Actor], seed: int, *, starting_at: int = 0
    ) -> None:
        self.now = starting_at
        """The virtual time."""
        self.events = 0
        """Handlers that ran."""
        self.lost = 0
        """Messages that links have lost."""
        self.log: list[LogEntry] | None = None
        """Every message that reached an actor, since `record` was called."""
        self._names = tuple(actors)
        self._actors = tuple(actors.values())
        self._handlers = tuple(handlers_of(actor) for actor in self._actors)
        self._worlds = tuple(
            _SimContext(self, index, name, derive_seed(seed, index + 1))
            for index, name in enumerate(self._names)
        )
        self._targets: dict[type[Message], tuple[int, ...]] = {}
        for index, actor in enumerate(self._actors):
            for cls in actor.takes():
                self._targets[cls] = (*self._targets.get(cls, ()), index)
        self._chance = random.Random(derive_seed(seed, 0))
        self._ways: dict[tuple[int | None, int], Way] = {}
        # Due now, in order; what is due later passes the heap.
        self._soon: deque[_Delivery | _Due] = deque()
        self._later: list[tuple[int, int, _Delivery | _Due]] = []
        self._count = 0
        self._cancelled: set[Timer] = set()
        self._pending: set[Timer] = set()
        self._alive = set(range(len(self._actors)))
        self._leaving: list[int] = []
        self._failure: SimulationError | None = None
        self._is_started = False
        self._is_draining = False

    def link(self, sender: str, receiver: str, link: Link) -> None:
        """Sets the way from one actor to another; without one a message arrives at once."""
        ends = (self._index(sender), self._index(receiver))
        self._ways.setdefault(ends, Way()).link = link

    def record(self) -> None:
        """Writes down every message that reaches an actor from now on, in `log`."""
        if self.log is None:
            self.log = []

    def digest(self) -> str:
        """A digest of all that was written down: equal where times, receivers and bytes are."""
        sha = hashlib.sha256()
        for entry in self.log or ():
            head = f"{entry.at} {entry.sender} {','.join(entry.receivers)} {len(entry.frame)}\n"
            sha.update(head.encode())
            sha.update(entry.frame)
        return sha.hexdigest()

    def inject(self, at: int, message: Message) -> None:
        """Puts in a message from outside, which arrives at this time, or now where that has gone by."""
        cls = type(message)
        receivers = self._receivers(cls)
        self._put(at, _Delivery(cls, message.to_frame(), None, receivers))

    def feed(self, messages: Iterable[tuple[int, Message]]) -> None:
        """Runs on messages from outside, in the order of their times."""
        for at, message in messages:
            self.run_until(at)
            self.inject(at, message)

    def replay(self, log: Iterable[LogEntry]) -> None:
        """Runs on what came from outside in a run that was written down; of the same actors.

        An entry that these actors cannot take is a `TypeError` or `ValueError` that names it, in its place.
        """
        for entry in log:
            if entry.sender is not None:
                continue
            self.run_until(entry.at)
            receivers = tuple(map(self._index, entry.receivers))
            takers = self._receivers(entry.cls)
            for index in receivers:
                if index not in takers:
                    raise TypeError(
                        f"actor {self._names[index]!r} does not take {entry.cls.__name__}, which the log"
                        f" has for it at {entry.at}: replay with the actors of the run that was written down"
                    )
            self._put(entry.at, _Delivery(entry.cls, entry.frame, None, receivers))

    def run_until(self, at: int) -> None:
        """Runs what is due up to this time, which it is then. Raises `SimulationError` where an actor fails."""
        self._start()
        while (next_at := self._next_at()) is not None and next_at <= at:
            self._step()
        self.now = max(self.now, at)

    def run(self) -> None:
        """Runs until nothing is to come; with a timer that is set again and again that is never."""
        self._start()
        while self._alive and self._step():
            pass

    def finish(self) -> None:
        """Lets what is on its way arrive, timers apart, and stops the actors one after the other."""
        self._start()
        self._is_draining = True
        while self._step():
            pass
        for actor in range(len(self._actors)):
            self._leaving.append(actor)
            self._settle()
            while self._step():
                pass

    def actor(self, name: str) -> Actor:
        """The actor of this name."""
        return self._actors[self._index(name)]

    def _index(self, name: str) -> int:
        if name not in self._names:
            raise ValueError(f"no actor {name!r} among {', '.join(self._names)}")
        return self._names.index(name)

    def _receivers(self, cls: type[Message]) -> tuple[int, ...]:
        receivers = self._targets.get(cls)
        if receivers is None:
            raise TypeError(f"no actor of this simulation takes {cls.__name__}")
        return receivers

    def _start(self) -> None:
        if not self._is_started:
            self._is_started = True
            for actor, world in zip(self._actors, self._worlds, strict=True):
                actor.started(world)
            self._settle()

    def _next_at(self) -> int | None:
        if self._soon:
            return self.now
        return self._later[0][0] if self._later else None

    def _step(self) -> bool:
        """Does what is due next; gives whether there was anything."""
        later = self._later
        if later and (later[0][0] <= self.now or not self._soon):
            self.now, _, due = heapq.heappop(later)
        elif self._soon:
            due = self._soon.popleft()
        else:
            return False
        if isinstance(due, _Delivery):
            self._deliver(due)
        else:
            self._fire(due)
        return True

    def _deliver(self, due: _Delivery) -> None:
        receivers = [index for index in due.receivers if index in self._alive]
        if self.log is not None and receivers:
            sender = None if due.sender is None else self._names[due.sender]
            names = tuple(self._names[index] for index in receivers)
            self.log.append(LogEntry(self.now, sender, names, due.cls, due.frame))
        self.events += len(receivers)
        for index in receivers:
            message = due.cls.from_frame(due.frame)
            self._handlers[index][due.cls](message, self._worlds[index])
        self._settle()

    def _fire(self, due: _Due) -> None:
        self._pending.discard(due.timer)
        if due.timer in self._cancelled:
            self._cancelled.discard(due.timer)
        elif not self._is_draining and due.actor in self._alive:
            self.events += 1
            self._actors[due.actor].timer(due.timer, self._worlds[due.actor])
            self._settle()

    def _settle(self) -> None:
        """Deals with those that want to leave, and with a failure."""
        while True:
            if self._failure is not None:
                failure, self._failure = self._failure, None
                raise failure
            leaving = sorted(set(self._leaving) & self._alive)
            self._leaving = leaving[1:]
            if not leaving:
                return
            self._alive.discard(leaving[0])
            self._actors[leaving[0]].stopping(self._worlds[leaving[0]])

    def _put(self, at: int, due: _Delivery | _Due) -> None:
        if at <= self.now:
            self._soon.append(due)
        else:
            self._count += 1
            heapq.heappush(self._later, (at, self._count, due))

    # What contexts call.

    def _publish(self, sender: int, message: Message) -> None:
        cls = type(message)
        if cls not in self._actors[sender].publishes:
            raise TypeError(
                f"actor {self._names[sender]!r} publishes {cls.__name__},"
                " which its `publishes` does not name"
            )
        frame, receivers = message.to_frame(), self._receivers(cls)
        arrivals: dict[int, list[int]] = {}
        for receiver in receivers:
            way = self._ways.get((sender, receiver))
            at = self.now if way is None else way.send(self.now, self._chance)
            if at is None:
                self.lost += 1
            else:
                arrivals.setdefault(at, []).append(receiver)
        for at, together in arrivals.items():
            self._put(at, _Delivery(cls, frame, sender, tuple(together)))

    def _set_timer(self, actor: int, after_ns: int) -> Timer:
        self._count += 1
        timer = Timer(self._count)
        self._pending.add(timer)
        self._put(self.now + max(after_ns, 0), _Due(actor, timer))
        return timer

    def _cancel_timer(self, timer: Timer) -> None:
        if timer in self._pending:
            self._cancelled.add(timer)

    def _stop(self, actor: int) -> None:
        self._leaving.append(actor)

    def _fail(self, actor: int, reason: object) -> None:
        if self._failure is None:
            self._failure = SimulationError(self._names[actor], self.now, str(reason))


class _SimContext(Context):
    """The world of one actor."""

    def __init__(self, simulation: Simulation, index: int, name: str, seed: int):
        self._simulation = simulation
        self._index = index
        self._name = name
        self._seed = seed
        self._random: random.Random | None = None

    @property
    def name(self) -> str:
        """The actor's name in this simulation."""
        return self._name

    @property
    def random(self) -> random.Random:
        """Random numbers of the seed, of this actor alone."""
        # Made when it is asked for: its state is 2.5 kB.
        if self._random is None:
            self._random = random.Random(self._seed)
        return self._random

    def now(self) -> int:
        """The virtual time, which does not go by while a handler runs."""
        return self._simulation.now

    def set_timer(self, after_ns: int) -> Timer:
        """Calls `Actor.timer` once, so many nanoseconds from now."""
        return self._simulation._set_timer(self._index, after_ns)

    def cancel_timer(self, timer: Timer) -> None:
        """Takes a timer back."""
        self._simulation._cancel_timer(timer)

    def publish(self, message: Message) -> None:
        """Publishes a message to all that take it."""
        self._simulation._publish(self._index, message)

    def stop(self) -> None:
        """Stops the actor when the running handler returns."""
        self._simulation._stop(self._index)

    def fail(self, reason: object) -> None:
        """Fails the actor, and so the simulation, when the running handler returns."""
        self._simulation._fail(self._index, reason)
