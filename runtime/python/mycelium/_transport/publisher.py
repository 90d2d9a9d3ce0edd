"""The publishing end of a topic, on the bus in Python."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

from mycelium import _lending
from mycelium._codec.record import Message
from mycelium._codec.refuse import check_header
from mycelium._codec.values import as_bytes
from mycelium.errors import Closed
from mycelium.publisher import Publisher

if TYPE_CHECKING:
    from mycelium._transport.hub import Hub, Topic

M = TypeVar("M", bound=Message)


class PythonRoom:
    """Memory for a frame that is copied when it is published, so that nobody can change it afterwards."""

    is_used = False

    def __init__(self, publisher: PythonPublisher[Any], buffer: bytearray) -> None:
        self._buffer = buffer
        self._publisher = publisher
        self._lent = _lending.Lent()

    def __del__(self) -> None:
        # Of a loan that nobody has left.
        self._lent.end()

    def publish(self) -> None:
        """Checks the frame and publishes it."""
        self._lent.end()
        frame = bytes(self._buffer)
        self._publisher.message_type.from_frame(frame)
        self._publisher.publish_frame(frame)

    def give_up(self) -> None:
        """Publishes nothing."""
        self._lent.end()


class PythonPublisher(Publisher[M]):
    """Hands frames to the inboxes of subscribers here, and to the lanes that lead away."""

    def __init__(self, hub: Hub, cls: type[M]) -> None:
        _lending.check()
        self._hub = hub
        self._cls = cls
        self._topic: Topic = hub.open_publisher(cls)
        self._is_closed = False
        # Held by whoever closes it: two threads at once would count it off twice.
        self._closing = threading.Lock()

    @property
    def topic(self) -> str:
        """Name of the topic."""
        return self._cls.TOPIC

    @property
    def is_closed(self) -> bool:
        """Whether it, or its bus, was closed."""
        return self._is_closed or self._hub.is_closed

    def publish(self, message: M) -> None:
        """Sends a message to all subscribers; waits while one of them has no room for it."""
        if message.__class__ is not self._cls:
            raise TypeError(
                f"this publisher takes {self._cls.__name__}, got {type(message).__name__}"
            )
        self._send(message.to_frame())

    def publish_frame(self, frame: bytes | bytearray | memoryview) -> None:
        """As `publish`, with a frame of the type that was encoded before."""
        frame = as_bytes(frame)
        check_header(frame, self._cls.TYPE_ID, self._cls.NAME)
        self._send(frame)

    @property
    def message_type(self) -> type[M]:
        """The class of its messages."""
        return self._cls

    def _lend(self, length: int) -> tuple[bytearray, PythonRoom]:
        _lending.check()
        if self.is_closed:
            raise Closed(f"the publisher of {self.topic!r} is closed")
        buffer = bytearray(length)
        return buffer, PythonRoom(self, buffer)

    def _send(self, frame: bytes) -> None:
        _lending.check()
        topic = self._topic
        for taker in topic.takers:
            taker.inbox.put(((self._cls, frame),), self._gives_up)
        if self.is_closed:
            raise Closed(f"the publisher of {self.topic!r} is closed")
        for lane in topic.lanes:
            if not lane.send(frame, self._was_closed):
                raise Closed(f"the publisher of {self.topic!r} is closed")

    def _gives_up(self) -> bool:
        return self.is_closed

    def _was_closed(self) -> bool:
        # A bus that is closed still sends what waits, for a while.
        return self._is_closed

    def subscribers(self) -> int:
        """How many take this topic now: here, over connections, and from rings."""
        _lending.check()
        return self._hub.subscribers_of(self._topic)

    def close(self) -> None:
        """Says that nothing more comes. Closing twice is nothing to do."""
        _lending.check()
        with self._closing:
            is_first, self._is_closed = not self._is_closed, True
        if is_first and not self._hub.is_closed:
            self._hub.close_publisher(self._topic)
