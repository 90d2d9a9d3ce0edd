"""The world of an actor at a bus: the system's clock, and publishers."""

from __future__ import annotations

import random
import time
from typing import Any

from mycelium._codec.record import Message
from mycelium.actor.context import Context, Timer
from mycelium.actor.counts import ActorStats
from mycelium.actor.failure import Failure
from mycelium.actor.timers import Timers
from mycelium.bus import MessageBus
from mycelium.errors import Closed, MyceliumError
from mycelium.publisher import Publisher
from mycelium.time import NANOSECONDS


class BusContext(Context):
    """The context of an actor that a supervisor carries."""

    def __init__(
        self,
        bus: MessageBus,
        stats: ActorStats,
        types: tuple[type[Message], ...],
        *,
        defers: bool,
    ) -> None:
        self.stats = stats
        self.publishers: dict[type[Message], Publisher[Any]] = {}
        # What is to be sent where this one may not wait: encoded, for messages may be changed afterwards.
        self.outbox: list[tuple[Publisher[Any], bytes]] = []
        self.timers = Timers()
        self.failure: Failure | None = None
        self.stops = False
        self._defers = defers
        self._random = random.Random()
        try:
            for cls in dict.fromkeys(types):
                self.publishers[cls] = bus.publisher(cls)
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        """The actor's name, behind the groups that it is in."""
        return self.stats.actor

    @property
    def random(self) -> random.Random:
        """Random numbers, seeded by the system."""
        return self._random

    def now(self) -> int:
        """The system's time in nanoseconds since 1970."""
        return time.time_ns()

    def set_timer(self, after_ns: int) -> Timer:
        """Calls `Actor.timer` once, so many nanoseconds from now."""
        return self.timers.set(time.monotonic() + max(after_ns, 0) / NANOSECONDS)

    def cancel_timer(self, timer: Timer) -> None:
        """Takes a timer back."""
        self.timers.cancel(timer)

    def publish(self, message: Message) -> None:
        """Publishes a message; on a thread it waits while a subscriber has no room for it."""
        publisher = self.publishers.get(message.__class__)
        if publisher is None:
            raise TypeError(
                f"actor {self.name!r} publishes {type(message).__name__},"
                " which its `publishes` does not name"
            )
        if self._defers:
            self.outbox.append((publisher, message.to_frame()))
            return
        try:
            publisher.publish(message)
        except MyceliumError as error:
            self.refuse(error)
        else:
            self.stats.published += 1

    def stop(self) -> None:
        """Stops the actor when the running handler returns."""
        self.stops = True

    def fail(self, reason: object) -> None:
        """Fails the actor when the running handler returns."""
        if self.failure is None:
            self.failure = Failure(str(reason))

    def refuse(self, error: Exception) -> None:
        """Takes note that something cannot be published."""
        if isinstance(error, Closed):
            self.stop()
        else:
            self.fail(error)

    def begin_anew(self) -> None:
        """What a life leaves to the next one: nothing."""
        self.timers.clear()
        self.failure = None
        self.stops = False

    def close(self) -> None:
        """Publishes no more."""
        for publisher in self.publishers.values():
            publisher.close()
