"""The publishing end of a topic."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Generic, TypeVar

from mycelium._closing import Closing
from mycelium._codec.constraint import check_constraints
from mycelium._codec.record import Message
from mycelium.errors import Closed

if TYPE_CHECKING:
    from mycelium._transport.hub import Hub, Topic

M = TypeVar("M", bound=Message)

_LOOK_S = 0.002


class Publisher(Closing, Generic[M]):
    """Publishes messages of one type to everybody who subscribes to its topic.

    Subscribers in this process get the very object: do not change a message once it is published.
    A publisher may be used from several threads. Closing it ends its subscribers after the last
    message.
    """

    def __init__(self, hub: Hub, cls: type[M]) -> None:
        self._hub = hub
        self._cls = cls
        self._topic: Topic = hub.open_publisher(cls)
        self._is_closed = False

    @property
    def topic(self) -> str:
        """Name of the topic."""
        return self._cls.TOPIC

    def publish(self, message: M) -> None:
        """Sends a message to all subscribers; waits while one of them has no room for it.

        A message whose fields do not keep their `@range` or `@len` is a `ValueError`, and goes nowhere.
        """
        if message.__class__ is not self._cls:
            raise TypeError(
                f"this publisher takes {self._cls.__name__}, got {type(message).__name__}"
            )
        if self._is_closed or self._hub.is_closed:
            raise Closed(f"the publisher of {self.topic!r} is closed")
        if self._cls.IS_CONSTRAINED:
            self._check_constraints(message)
        topic = self._topic
        for taker in topic.takers:
            taker.inbox.put((message,))
        for lane in topic.lanes:
            lane.send(message)

    def _check_constraints(self, message: M) -> None:
        """Constraints alone: a lane's encoder refuses values of other types, as without constraints."""
        try:
            check_constraints(self._cls._WIRE_, message, self._cls.__name__)
        except Exception:
            # What is of another type has no length or order; the whole check says so.
            message.validate()
            raise

    def subscribers(self) -> int:
        """How many take this topic now: here, over connections, and from rings."""
        return self._hub.subscribers_of(self._topic)

    def wait_for_subscribers(
        self, count: int = 1, timeout: float | None = None
    ) -> None:
        """Waits until so many take the topic; a `TimeoutError` says how many do."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (found := self.subscribers()) < count:
            if self._is_closed or self._hub.is_closed:
                raise Closed(f"the publisher of {self.topic!r} is closed")
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(
                    f"topic {self.topic!r}: {found} of {count} subscribers after {timeout} s"
                )
            time.sleep(_LOOK_S)

    def close(self) -> None:
        """Says that nothing more comes. Closing twice is nothing to do."""
        if not self._is_closed:
            self._is_closed = True
            if not self._hub.is_closed:
                self._hub.close_publisher(self._topic)
