"""The subscribing end of one or several topics, on the bus in Python."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from mycelium import _lending
from mycelium._codec.arrays import frame_dtype_of
from mycelium._codec.record import Message
from mycelium._codec.refuse import HEADER
from mycelium._transport.inbox import CAPACITY, Inbox, News
from mycelium.errors import Closed, MyceliumError
from mycelium.subscriber import Subscriber

if TYPE_CHECKING:
    from mycelium._transport.hub import Hub
    from mycelium._transport.shm import RingReader

M = TypeVar("M", bound=Message)

# After so many messages from one source, the others have their turn.
_TURN = 256
# How long a wait for one ring lasts: while messages may come another way too, and while not.
_SHARED_WAIT_S = 0.001
_RING_WAIT_S = 0.01
# How long a thread waits for asyncio: so long may a loop that ends wait for that thread.
_ASYNC_WAIT_S = 0.05


class PythonSubscriber(Subscriber[M]):
    """Takes frames out of an inbox and out of rings, in turns."""

    def __init__(
        self,
        hub: Hub,
        types: tuple[type[M], ...],
        capacity: int = CAPACITY,
        *,
        views: bool = False,
    ) -> None:
        self.inbox = Inbox(capacity)
        self.types: dict[str, type[Message]] = {cls.TOPIC: cls for cls in types}
        self.rings: list[RingReader] = []
        self._hub = hub
        self._gives_views = views
        self._open: set[Hashable] = set()
        self._has_seen_one = False
        self._is_closed = False
        self._fault: Exception | None = None
        self._turn = 0
        self._left = _TURN
        hub.add_taker(self)
        polls: list[Callable[[], Any]] = [self._take]
        self._sources = polls + [ring.poll for ring in self.rings]

    def recv(self, timeout: float | None = None) -> M:
        """The next message.

        Waits at most `timeout` seconds, then raises `TimeoutError`. Raises `Closed` at the end.
        """
        message: M = self._message_of(self._await(timeout))
        return message

    def try_recv(self) -> M | None:
        """The next message if there is one now. Raises `Closed` at the end."""
        item = self._next()
        if item is None:
            item = self._last()
        if item is None:
            return None
        message: M = self._message_of(item)
        return message

    def recv_batch(self, limit: int = 65_536, timeout: float | None = None) -> Any:
        """What waits now, at most `limit` messages, as a numpy record array; waits for the first.

        For a subscriber of one type, a fixed message: see its `decode_many`. Raises what `recv` raises;
        an error behind messages that were taken is raised by the next call.
        """
        if len(self.types) != 1:
            raise TypeError("recv_batch is for a subscriber of one type")
        (cls,) = self.types.values()
        size = frame_dtype_of(cls).itemsize
        frames = [_frame_of(self._await(timeout), cls, size)]
        try:
            while len(frames) < limit and (item := self._next()) is not None:
                frames.append(_frame_of(item, cls, size))
        except (MyceliumError, TypeError, ValueError) as error:
            self._fault = error
        return cls.decode_many(b"".join(frames))

    async def recv_async(self) -> M:
        """As `recv`, for asyncio; a call that is cancelled has taken nothing."""
        import asyncio

        while (item := self._next() or self._last()) is None:
            # Waiting takes nothing out: that is done here, in the loop's own thread.
            await asyncio.to_thread(self._wait, _ASYNC_WAIT_S)
        message: M = self._message_of(item)
        return message

    @property
    def is_closed(self) -> bool:
        """Whether it takes nothing more in: it was told to end, or it or its bus was closed."""
        return self._is_closed

    def __iter__(self) -> Iterator[M]:
        """All messages up to the end."""
        while True:
            try:
                yield self.recv()
            except Closed:
                return

    def end(self) -> None:
        """Takes nothing more in: what waits is still received, and then it is `Closed`."""
        self._is_closed = True
        self._hub.remove_taker(self)

    def close(self) -> None:
        """Receives no more. Closing twice is nothing to do."""
        _lending.check()
        self.end()
        self._hub.leave_rings(self)
        self.inbox.close()

    # What the hub and the rings call.

    def opened(self, key: Hashable) -> None:
        """A publisher is there; runs in the receiving thread."""
        self._has_seen_one = True
        self._open.add(key)

    def closed(self, key: Hashable) -> None:
        """A publisher is gone; runs in the receiving thread."""
        self._open.discard(key)

    def _await(self, timeout: float | None) -> Any:
        """The next item; waits for it."""
        item = self._next()
        if item is not None:
            return item
        deadline = None if timeout is None else time.monotonic() + timeout
        while (item := self._last()) is None:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError(f"no message within {timeout} s")
            self._wait(left)
            item = self._next()
            if item is not None:
                return item
        return item

    def _last(self) -> Any:
        """At the end, where nothing was found: what came just before it, else `Closed`. Before it, nothing."""
        if not self._is_at_end():
            return None
        item = self._next()
        if item is None:
            if self._is_closed:
                # Its rings were kept for what waited in them.
                self._hub.leave_rings(self)
            raise Closed("all publishers have closed")
        return item

    def _next(self) -> Any:
        """The next item of the source whose turn it is, or of another: a message, or its type and frame."""
        if self._fault is not None:
            fault, self._fault = self._fault, None
            raise fault
        if self._left == 0:
            self._pass_turn()
        for _ in self._sources:
            item = self._sources[self._turn]()
            if item is not None:
                self._left -= 1
                return item
            self._pass_turn()
        return None

    def _pass_turn(self) -> None:
        self._turn = (self._turn + 1) % len(self._sources)
        self._left = _TURN

    def _take(self) -> Any:
        """The next item of the inbox; news on the way take effect."""
        while (item := self.inbox.take()) is not None:
            if item.__class__ is not News:
                return item
            item.tell()
        return None

    def _is_at_end(self) -> bool:
        return self._is_closed or (self._has_seen_one and not self._open)

    def _wait(self, left: float | None) -> None:
        attached = [ring for ring in self.rings if ring.is_attached]
        if not attached:
            # A ring may appear meanwhile; it does not ring the inbox's bell.
            limit = 0.005 if self.rings else 0.5
            self.inbox.wait(limit if left is None else min(left, limit))
            return
        is_only_way = len(attached) == 1 and not self._hub.brings_more(self)
        pause = _RING_WAIT_S if is_only_way else _SHARED_WAIT_S
        if left is not None:
            pause = min(pause, left)
        self._likeliest(attached).wait(pause)

    def _likeliest(self, attached: list[RingReader]) -> RingReader:
        """The ring that gave the last message.

        Its next one ends the wait at once; what comes another way is found behind it.
        """
        last = self.rings[self._turn - 1] if self._turn else attached[0]
        return last if last in attached else attached[0]

    def _message_of(self, item: tuple[type[Message], bytes]) -> Any:
        """Makes of a frame what this subscriber gives."""
        cls, frame = item
        return cls.view(frame) if self._gives_views else cls.from_frame(frame)


def _frame_of(item: Any, cls: type[Message], size: int) -> bytes:
    """The frame of an item, in this version of its type."""
    frame: bytes = item[1]
    if len(frame) == size:
        length, type_id, _, block, _ = HEADER.unpack_from(frame)
        found = (length, type_id, block)
        if found == (size - HEADER.size, cls.TYPE_ID, cls.BLOCK):
            return frame
    return bytes(cls.from_frame(frame).to_frame())
