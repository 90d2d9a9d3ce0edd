"""The bus: where publishers and subscribers of a process meet each other and those of others."""

from __future__ import annotations

import os
from typing import Any, Self, TypeVar, overload

from mycelium import _engine, _exit
from mycelium._closing import Closing
from mycelium._codec.record import Message
from mycelium.publisher import Publisher
from mycelium.subscriber import Subscriber

A = TypeVar("A", bound=Message)
B = TypeVar("B", bound=Message)
C = TypeVar("C", bound=Message)
D = TypeVar("D", bound=Message)
E = TypeVar("E", bound=Message)
F = TypeVar("F", bound=Message)


class MessageBus(Closing):
    """Publishers and subscribers, in this process and, by a topology, in others.

    >>> bus = MessageBus()
    >>> bus.close()

    Use it in a `with` statement, or `close` it: others are told that this process leaves in order,
    and nothing is left behind under `/dev/shm`. What is still open when Python exits is closed then.
    """

    def __init__(self) -> None:
        self._begin(_engine.within_process())

    @classmethod
    def from_topology(cls, path: str | os.PathLike[str], service: str) -> Self:
        """The bus of a service, linked to others as a topology file says.

        The services of one node share its bus, in Python and in Rust. A `TopologyError` says what is wrong with
        the file, where, and what to do.
        """
        return cls._of(_engine.of_topology(path, service))

    @classmethod
    def _of(cls, engine: _engine.Engine) -> Self:
        bus = cls.__new__(cls)
        bus._begin(engine)
        return bus

    def _begin(self, engine: _engine.Engine) -> None:
        self._engine = engine
        _exit.add(self)

    def publisher(self, cls: type[A]) -> Publisher[A]:
        """A publisher of a message type."""
        _check_type(cls)
        return self._engine.publisher(cls)

    @overload
    def subscriber(
        self, a: type[A], /, *, capacity: int = ..., views: bool = ...
    ) -> Subscriber[A]: ...
    @overload
    def subscriber(
        self, a: type[A], b: type[B], /, *, capacity: int = ..., views: bool = ...
    ) -> Subscriber[A | B]: ...
    @overload
    def subscriber(
        self,
        a: type[A],
        b: type[B],
        c: type[C],
        /,
        *,
        capacity: int = ...,
        views: bool = ...,
    ) -> Subscriber[A | B | C]: ...
    @overload
    def subscriber(
        self,
        a: type[A],
        b: type[B],
        c: type[C],
        d: type[D],
        /,
        *,
        capacity: int = ...,
        views: bool = ...,
    ) -> Subscriber[A | B | C | D]: ...
    @overload
    def subscriber(
        self,
        a: type[A],
        b: type[B],
        c: type[C],
        d: type[D],
        e: type[E],
        /,
        *,
        capacity: int = ...,
        views: bool = ...,
    ) -> Subscriber[A | B | C | D | E]: ...
    @overload
    def subscriber(
        self,
        a: type[A],
        b: type[B],
        c: type[C],
        d: type[D],
        e: type[E],
        f: type[F],
        /,
        *more: type[F],
        capacity: int = ...,
        views: bool = ...,
    ) -> Subscriber[A | B | C | D | E | F]: ...
    def subscriber(
        self, *types: Any, capacity: int = 65_536, views: bool = False
    ) -> Subscriber[Any]:
        """A subscriber to one or several message types.

        Several types make one stream, in the order in which each publisher published them.
        `capacity` bounds what may wait here before publishers wait, unless the topology says something else for the
        topic. With `views` it gives views of frames, as `Trade.view` does: fields are read when they are asked for.
        """
        if not types:
            raise TypeError("a subscriber needs at least one message type")
        if capacity < 1:
            raise ValueError(f"a capacity is 1 at least, not {capacity}")
        for cls in types:
            _check_type(cls)
        return self._engine.subscriber(types, capacity, views=views)

    def __mycelium_bus__(self, version: int, size: int) -> object:
        """The bus for an extension in Rust or C that was built apart, in a capsule named `mycelium.bus`.

        It holds a `myc_shared_bus` of `mycelium.h`. A `RuntimeError` says that the package was built for another version
        of the table of functions, or has less than `size` bytes of it.
        """
        return self._engine.share(version, size)

    def close(self) -> None:
        """Leaves in order: closes publishers, sends what waits, says goodbye.

        Subscribers receive what has reached them, then end. The bus of a node is left with the last of its services in
        Python, for those in Rust too.
        """
        self._engine.close()


def _check_type(cls: Any) -> None:
    if not (
        isinstance(cls, type) and issubclass(cls, Message) and hasattr(cls, "TOPIC")
    ):
        raise TypeError(f"expected the class of a message, got {cls!r}")
