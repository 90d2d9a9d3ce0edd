"""One actor under a supervisor: its subscription and publishers, its state, and what becomes of it.

    starting ──► running ──► leaving (what was published goes out)
       ▲                        │ fails, and may be restarted │ else
       └──────── resting ◄──────┘                             └──► ended

Its life is a generator, which says what it wants and is given what came: it knows neither threads nor asyncio.
"""

from __future__ import annotations

import enum
import logging
import random
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, NamedTuple

from mycelium._codec.record import Message
from mycelium.actor.bus_context import BusContext
from mycelium.actor.counts import ActorState, ActorStats
from mycelium.actor.failure import RAISED, Failure
from mycelium.actor.handlers import Actor, handlers_of
from mycelium.actor.policy import KeptState, Policy, Restart, Restarts
from mycelium.bus import MessageBus
from mycelium.errors import MyceliumError
from mycelium.subscriber import Subscriber

_LOG = logging.getLogger("mycelium")

# How often an actor that stayed when its publishers had closed looks for new ones.
_LOOK_FOR_PUBLISHERS_S = 0.02


class Want(NamedTuple):
    """What a life waits for: a time of the monotonic clock, and, where it `takes`, something to handle."""

    until: float | None
    takes: bool


class Arrived(enum.Enum):
    """What came, where it is neither a message nor a fault."""

    NOTHING = enum.auto()
    """The time has, or an order."""
    CLOSED = enum.auto()
    """All publishers have closed, or nothing more is taken in."""


Arrival = Message | MyceliumError | Arrived


class End(NamedTuple):
    """How a child ended for good: in order, or with a failure that its policy gives up on."""

    escalated: tuple[str, Failure] | None = None


class Order(enum.IntEnum):
    """What its supervisor asks of it."""

    NONE = 0
    DRAIN = 1
    """To handle what waits, and to end."""
    ABORT = 2
    """To end now."""


# So much may wait to be sent while there are messages to take.
_MOST_UNSENT = 64

# Nothing to wait for: whoever carries the life sends what was published.
_AT_ONCE = Want(0.0, False)

Life = Generator[Want, Arrival, End]


class Child:
    """An actor with all that its supervisor needs to know of it."""

    def __init__(
        self,
        bus: MessageBus,
        path: str,
        policy: Policy,
        cls: type[Actor],
        make: Callable[[], Actor],
        *,
        defers: bool,
    ) -> None:
        self.stats = ActorStats(path)
        self.order = Order.NONE
        self.ordered = threading.Event()
        """Set with the first order."""
        self.on_order: Callable[[], None] = _nothing
        """Wakes whatever carries it, beside `ordered`."""
        self.context = BusContext(bus, self.stats, cls.publishes, defers=defers)
        self.subscriber: Subscriber[Any] | None = None
        self._policy = policy
        self._restarts = Restarts(policy, random.Random())
        self._make = make
        self._actor: Actor | None = None
        if types := cls.takes():
            try:
                self.subscriber = bus.subscriber(*types)
            except BaseException:
                self.context.close()
                raise

    # What its supervisor calls, from any thread.

    def stop(self, until: float, *, holds: bool) -> None:
        """Asks it to handle what waits, and to end."""
        self._give(Order.DRAIN)
        if self.subscriber is not None:
            self.subscriber.end()

    def abort(self) -> None:
        """Asks it to end now; also where it waits for room on a topic."""
        self._give(Order.ABORT)
        if self.subscriber is not None:
            self.subscriber.close()
        for publisher in self.context.publishers.values():
            # It gives up waiting at once; that it is closed is said where there is room for that, which may take long.
            threading.Thread(target=publisher.close, daemon=True).start()

    def stuck(self) -> list[str]:
        """Those that it has left behind: it has none."""
        return []

    def collect(self, into: list[ActorStats]) -> None:
        """Adds its health and counts."""
        into.append(self.stats.snapshot())

    def go_on_from(self, former: object) -> None:
        """Goes on from the counts of its former life in its group."""
        if isinstance(former, Child):
            self.stats.go_on_from(former.stats)

    def close(self) -> None:
        """It has ended, also if whatever carried it was thrown away before it could say so."""
        self._actor = None
        if not self.stats.state.is_final:
            self.stats.state = ActorState.STOPPED
        if self.subscriber is not None:
            self.subscriber.close()

    def _give(self, order: Order) -> None:
        self.order = max(self.order, order)
        self.ordered.set()
        self.on_order()

    # Its life, for whatever carries it.

    def life(self) -> Life:
        """All its lives, up to its end."""
        while True:
            failure = yield from self._one_life()
            end, rests_until = self._leave(failure)
            if end is not None:
                return end
            while self.order is Order.NONE and time.monotonic() < rests_until:
                yield Want(rests_until, False)
            if self.order is not Order.NONE:
                self.stats.state = ActorState.STOPPED
                return End()

    def _one_life(self) -> Generator[Want, Arrival, Failure | None]:
        """From the start up to a failure, or the end in order."""
        context = self.context
        self.stats.state = ActorState.STARTING
        failure = self._guard(self._begin)
        if failure is None:
            self.stats.state = ActorState.RUNNING
            failure = yield from self._run()
        if failure is None and context.stops and self._actor is not None:
            failure = self._guard(self._actor.stopping, context)
        if context.outbox:
            yield _AT_ONCE
        return failure or context.failure

    def _begin(self) -> None:
        if self._actor is None:
            self._actor = self._make()
        self._actor.started(self.context)

    def _run(self) -> Generator[Want, Arrival, Failure | None]:
        """Hands messages and timers to the actor."""
        assert self._actor is not None
        actor, context, subscriber = self._actor, self.context, self.subscriber
        handlers = handlers_of(actor)
        knows_the_end = False
        failure: Failure | None = None
        while True:
            if len(context.outbox) >= _MOST_UNSENT:
                yield _AT_ONCE
            if failure or context.failure or context.stops or self.order is Order.ABORT:
                return failure or context.failure
            if self.order is Order.DRAIN:
                self.stats.state = ActorState.STOPPING
            elif (timer := context.timers.take_due(time.monotonic())) is not None:
                self.stats.timers += 1
                failure = self._guard(actor.timer, timer, context)
                # Behind each timer a message has its turn, or others do where there is none.
                if failure or context.failure or context.stops:
                    continue
            if subscriber is None and self.order is Order.DRAIN:
                context.stop()
                continue
            # One that is to stop handles messages that wait, but begins nothing by itself.
            until = context.timers.next() if self.order is Order.NONE else None
            arrival = yield Want(until, subscriber is not None)
            if isinstance(arrival, Message):
                knows_the_end = False
                self.stats.received += 1
                failure = self._guard(handlers[type(arrival)], arrival, context)
            elif isinstance(arrival, MyceliumError):
                self.stats.faults += 1
                failure = self._guard(actor.fault, arrival, context)
            elif arrival is Arrived.CLOSED and subscriber is not None:
                if self.order is not Order.NONE or subscriber.is_closed:
                    context.stop()
                elif knows_the_end:
                    look = time.monotonic() + _LOOK_FOR_PUBLISHERS_S
                    yield Want(look if until is None else min(look, until), False)
                else:
                    knows_the_end = True
                    failure = self._guard(actor.ended, context)

    def _guard(self, call: Callable[..., object], *arguments: Any) -> Failure | None:
        """Runs code of the actor; an exception ends at this edge."""
        try:
            call(*arguments)
        except RAISED as error:
            return Failure.of(error)
        return None

    def _leave(self, failure: Failure | None) -> tuple[End | None, float]:
        """Decides what comes after a life: the end, or another one from that time on."""
        self.context.begin_anew()
        stats, policy = self.stats, self._policy
        if failure is not None:
            stats.failures += 1
            stats.last_failure = failure
            _LOG.error("actor %s %s", stats.actor, failure, exc_info=failure.error)
        is_wanted = policy.restart is Restart.ALWAYS or (
            policy.restart is Restart.ON_FAILURE and failure is not None
        )
        if not is_wanted or self.order is not Order.NONE:
            stats.state = ActorState.FAILED if failure else ActorState.STOPPED
            return End(), 0.0
        rests_until = self._restarts.next(time.monotonic())
        if rests_until is None:
            stats.state = ActorState.FAILED
            last = failure or Failure("it stopped again")
            return End((stats.actor, last)), 0.0
        if failure is None or policy.state is KeptState.REMADE:
            self._actor = None
        stats.restarts += 1
        stats.state = ActorState.RESTING
        return None, rests_until


def _nothing() -> None:
    pass
