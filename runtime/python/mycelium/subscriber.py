"""The subscribing end of one or several topics."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Generic, TypeVar

from mycelium._closing import Closing
from mycelium._codec.record import Message
from mycelium.errors import Closed
from mycelium.listener import Listener

M = TypeVar("M", bound=Message)


class Subscriber(Closing, Generic[M]):
    """Receives the messages of its types, of each publisher in the order of publishing.

    It ends, after the last message, when it has seen a publisher and all that it saw have closed.
    What goes wrong on the way is raised once by `recv`, in its place between the messages:
    `PeerVanished`, `DigestMismatch`, `Lost`, `DecodeError`; the next call goes on.

    One thread at a time may receive. Waiting holds no interpreter lock.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def is_closed(self) -> bool:
        """Whether it takes nothing more in: it was told to end, or it or its bus was closed."""

    @abstractmethod
    def recv(self, timeout: float | None = None) -> M:
        """The next message.

        Waits at most `timeout` seconds, then raises `TimeoutError`. Raises `Closed` at the end.
        """

    @abstractmethod
    def try_recv(self) -> M | None:
        """The next message if there is one now. Raises `Closed` at the end."""

    @abstractmethod
    def recv_batch(self, limit: int = 65_536, timeout: float | None = None) -> Any:
        """What waits now, at most `limit` messages, as a numpy record array; waits for the first.

        For a subscriber of one type, a fixed message: see its `decode_many`. Raises what `recv` raises;
        an error behind messages that were taken is raised by the next call.
        """

    @abstractmethod
    async def recv_async(self) -> M:
        """As `recv`, for asyncio; a call that is cancelled has taken nothing."""

    def __aiter__(self) -> AsyncIterator[M]:
        """All messages up to the end, for `async for`."""
        return self._messages()

    async def _messages(self) -> AsyncIterator[M]:
        while True:
            try:
                message = await self.recv_async()
            except Closed:
                return
            yield message

    @abstractmethod
    def __iter__(self) -> Iterator[M]:
        """All messages up to the end."""

    def listen(
        self,
        callback: Callable[[M], object],
        *,
        on_error: Callable[[Exception, M | None], object] | None = None,
    ) -> Listener[M]:
        """Calls a function with each message, in a thread of its own, up to the end.

        An exception of the callback is logged by the logger `mycelium`, handed to `on_error` with its message, and
        stops nobody. So is what `recv` would raise, with no message. Closing the listener closes this subscriber.
        """
        return Listener(self, callback, on_error)

    @abstractmethod
    def end(self) -> None:
        """Takes nothing more in, from any thread: what waits is still received, and then it is `Closed`."""

    @abstractmethod
    def close(self) -> None:
        """Receives no more. Closing twice is nothing to do."""
