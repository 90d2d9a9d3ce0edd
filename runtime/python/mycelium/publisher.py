"""The publishing end of a topic."""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import Any, Generic, TypeVar

from mycelium._closing import Closing
from mycelium._codec.record import Message
from mycelium.errors import Closed
from mycelium.loan import Loan, Room

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

    def loan(self, /, **fields: Any) -> Loan[M]:
        """A message that is written where it goes, in a `with` block: for images and arrays.

            with images.loan(pixels=640 * 480, camera="front") as image:
                image.width = 640
                image.pixels.numpy()[:] = frame

        For a list of items of a fixed size, and for `bytes`, a number is its length: the attribute then gives its
        `numpy()` and `memoryview()`, all zeros before. Whatever else has no fixed size is given here; the rest may be set
        in the block. At its end the message is checked and published; one that is left by an error is not.

        Between processes that share memory the list is written in the ring where it will be read, with the native
        core. Nobody else of this process publishes into that ring meanwhile, and this thread can publish, open and
        close nothing.
        """
        return Loan(self.message_type, self._lend, fields, clears=True)

    def loan_uninit(self, /, **fields: Any) -> Loan[M]:
        """As `loan`, but numbers and bytes are whatever lay there before: for those who write all of them."""
        return Loan(self.message_type, self._lend, fields, clears=False)

    @property
    @abstractmethod
    def message_type(self) -> type[M]:
        """The class of its messages."""

    @abstractmethod
    def _lend(self, length: int) -> tuple[Any, Room]:
        """A buffer for a frame of this length, and the room that it is of."""

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
