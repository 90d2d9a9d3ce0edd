"""The publishing end of a topic."""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import Generic, TypeVar

from mycelium._closing import Closing
from mycelium._codec.record import Message
from mycelium.errors import Closed

M = TypeVar("M", bound=Message)

_LOOK_S = 0.002


class Publisher(Closing, Generic[M]):
    """Publishes messages of one type to everybody who subscribes to its topic.

    A message is encoded when it is published: it may be changed afterwards, and each subscriber has one of its
    own. A publisher may be used from several threads. Closing it ends its subscribers after the last
    message.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def topic(self) -> str:
        """Name of the topic."""

    @property
    @abstractmethod
    def is_closed(self) -> bool:
        """Whether it, or its bus, was closed."""

    @abstractmethod
    def publish(self, message: M) -> None:
        """Sends a message to all subscribers; waits while one of them has no room for it.

        A message that cannot be encoded is a `TypeError` or `ValueError`, one whose fields do not keep their
        `@range` or `@len` among them, and goes nowhere. Where the topology says that a full topic is an
        error, that is `Full`.
        """

    @abstractmethod
    def publish_frame(self, frame: bytes | bytearray | memoryview) -> None:
        """As `publish`, with a frame of the type that was encoded before: by `to_frame`, or elsewhere.

        Its header is checked here, its contents where they are decoded.
        """

    @abstractmethod
    def subscribers(self) -> int:
        """How many take this topic now: here, over connections, and from rings."""

    def wait_for_subscribers(
        self, count: int = 1, timeout: float | None = None
    ) -> None:
        """Waits until so many take the topic; a `TimeoutError` says how many do."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (found := self.subscribers()) < count:
            if self.is_closed:
                raise Closed(f"the publisher of {self.topic!r} is closed")
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(
                    f"topic {self.topic!r}: {found} of {count} subscribers after {timeout} s"
                )
            time.sleep(_LOOK_S)

    @abstractmethod
    def close(self) -> None:
        """Says that nothing more comes. Closing twice is nothing to do."""
