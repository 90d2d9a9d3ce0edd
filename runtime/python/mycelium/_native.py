"""The bus of the runtime in Rust: what is called for each message stands in the native core, the rest here."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, TypeVar

from mycelium import _core, _exit
from mycelium._codec.arrays import frame_dtype_of
from mycelium._codec.record import Message
from mycelium._watch import Watch
from mycelium.errors import Closed
from mycelium.publisher import Publisher
from mycelium.subscriber import Subscriber

if TYPE_CHECKING:
    from pathlib import Path

M = TypeVar("M", bound=Message)


class NativePublisher(_core.Publisher[M], Publisher[M]):
    """A publisher on the bus in Rust."""

    __slots__ = ("__weakref__",)

    def _lend(self, length: int) -> tuple[_core.Room, _core.Room]:
        room = self.lend(length)
        return room, room


class NativeSubscriber(_core.Subscriber[M], Subscriber[M]):
    """A subscriber on the bus in Rust."""

    __slots__ = ("__weakref__", "_end_watch", "_types", "_watch")

    def __init__(
        self, bus: _core.Bus, types: tuple[type[M], ...], capacity: int, views: bool
    ) -> None:
        self._types = types
        self._watch: Watch | None = None
        # Called when the subscriber is forgotten or before, and then keeps the watch and its loop no longer.
        self._end_watch: Callable[[], object] | None = None

    def recv_batch(self, limit: int = 65_536, timeout: float | None = None) -> Any:
        """What waits now, at most `limit` messages, as a numpy record array; waits for the first."""
        if len(self._types) != 1:
            raise TypeError("recv_batch is for a subscriber of one type")
        (cls,) = self._types
        size = frame_dtype_of(cls).itemsize
        return cls.decode_many(self.recv_frames(size, limit, timeout))

    async def recv_async(self) -> M:
        """As `recv`, for asyncio; a call that is cancelled has taken nothing."""
        if (message := self.try_recv()) is not None:
            return message
        watch = self._watch_of(asyncio.get_running_loop())
        while (message := self.poll(watch.wake)) is None:
            await watch.wait()
        return message

    def close(self) -> None:
        """Receives no more. Closing twice is nothing to do."""
        super().close()
        if self._end_watch is not None:
            self._end_watch()

    def _watch_of(self, loop: asyncio.AbstractEventLoop) -> Watch:
        watch = self._watch
        if watch is None or watch.loop is not loop:
            if self._end_watch is not None:
                self._end_watch()
            watch = self._watch = Watch(loop)
            finalizer = weakref.finalize(self, watch.end)
            finalizer.atexit = False
            self._end_watch = finalizer
        return watch


class NativeEngine:
    """One handle of a bus in Rust."""

    def __init__(self, bus: _core.Bus) -> None:
        self._bus = bus
        self._lock = threading.Lock()
        self._is_closed = False
        self._is_ending = False
        # Held while something is opened, so that no two claim a topic. Opening may run code of others, which may
        # open here.
        self._opening = threading.RLock()
        self._classes: dict[str, type[Message]] = {}
        self._ends: weakref.WeakSet[NativePublisher[Any] | NativeSubscriber[Any]] = (
            weakref.WeakSet()
        )

    @classmethod
    def within_process(cls) -> Self:
        """On a bus of its own."""
        return cls(_core.Bus())

    @classmethod
    def of_topology(cls, path: Path, service: str) -> Self:
        """On the bus of a service's node, which is one in a process."""
        return cls(_core.Bus.from_topology(path, service))

    def publisher(self, cls: type[M]) -> NativePublisher[M]:
        """A publisher of a type."""
        with self._opening:
            claims = self._claims_of((cls,))
            publisher = NativePublisher[M](self._bus, cls)
            self._classes |= claims
        self._add(publisher)
        return publisher

    def subscriber(
        self, types: tuple[type[M], ...], capacity: int, *, views: bool
    ) -> NativeSubscriber[M]:
        """A subscriber to types, of which there is one at least."""
        with self._opening:
            claims = self._claims_of(types)
            subscriber = NativeSubscriber[M](self._bus, types, capacity, views)
            self._classes |= claims
        self._add(subscriber)
        return subscriber

    def share(self, version: int, size: int) -> object:
        """The bus for extensions that were built apart."""
        return self._bus.share(version, size)

    def end(self) -> None:
        """Lets subscribers end behind what has reached them, and those that are made from now on at once."""
        with self._lock:
            self._is_ending = True
            ends = list(self._ends)
        for end in ends:
            if isinstance(end, NativeSubscriber):
                end.end()

    def close(self) -> None:
        """Closes publishers, lets subscribers end behind what has reached them, and leaves the bus."""
        # Before anything has changed: who is refused has closed nothing.
        _core.check_lending()
        with self._lock:
            self._is_closed = True
            ends = list(self._ends)
        for end in ends:
            if isinstance(end, NativeSubscriber):
                end.end()
        # A bus that leaves closes its publishers all at once, and waits for room only so long; one alone that is closed
        # waits as long as there is none, behind all those that wait for it too.
        self._bus.close()
        for end in ends:
            if isinstance(end, NativePublisher):
                end.close()

    def _claims_of(self, types: tuple[type[Message], ...]) -> dict[str, type[Message]]:
        """The topics of types with their classes: a topic carries one class in a process.

        They are claimed when the bus has opened what is asked for: what fails claims nothing.
        """
        with self._lock:
            if self._is_closed:
                raise Closed("the bus is closed")
        claims: dict[str, type[Message]] = {}
        for cls in types:
            known = claims.setdefault(cls.TOPIC, self._classes.get(cls.TOPIC, cls))
            if known is not cls:
                raise TypeError(
                    f"topic {cls.TOPIC!r} carries {known.__module__}.{known.__qualname__}"
                    f" in this process, not {cls.__module__}.{cls.__qualname__}"
                )
        return claims

    def _add(self, end: NativePublisher[Any] | NativeSubscriber[Any]) -> None:
        with self._lock:
            self._ends.add(end)
            is_late, is_ending = self._is_closed, self._is_ending
        if is_late:
            # The bus was closed meanwhile.
            end.close()
        elif is_ending and isinstance(end, NativeSubscriber):
            end.end()
        _exit.add(end)
