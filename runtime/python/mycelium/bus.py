"""The bus: where publishers and subscribers of a process meet each other and those of others."""

from __future__ import annotations

import atexit
import os
import weakref
from typing import Any, Self, TypeVar, overload

from mycelium._closing import Closing
from mycelium._codec.record import Message
from mycelium._transport.hub import Hub
from mycelium.publisher import Publisher
from mycelium.subscriber import Subscriber
from mycelium.topology import Topology

A = TypeVar("A", bound=Message)
B = TypeVar("B", bound=Message)
C = TypeVar("C", bound=Message)
D = TypeVar("D", bound=Message)
E = TypeVar("E", bound=Message)
F = TypeVar("F", bound=Message)

_open_buses: weakref.WeakSet[MessageBus] = weakref.WeakSet()


class MessageBus(Closing):
    """Publishers and subscribers, in this process and, by a topology, in others.

    >>> bus = MessageBus()
    >>> bus.close()

    Use it in a `with` statement, or `close` it: others are told that this process leaves in order,
    and nothing is left behind under `/dev/shm`. What is still open when Python exits is closed then.
    """

    def __init__(self) -> None:
        self._hub = Hub()
        _open_buses.add(self)

    @classmethod
    def from_topology(cls, path: str | os.PathLike[str], service: str) -> Self:
        """The bus of a service, linked to others as a topology file says.

        A `TopologyError` says what is wrong with the file, where, and what to do.
        """
        topology = Topology.load(path)
        node = topology.node_of(service)
        peers = frozenset(peer.name for peer in topology.nodes) - {node.name}
        bus = cls()
        bus._hub = Hub(node.name, service, peers)
        try:
            bus._hub.open_links(topology.links(service))
        except BaseException:
            bus.close()
            raise
        return bus

    def publisher(self, cls: type[A]) -> Publisher[A]:
        """A publisher of a message type."""
        _check_type(cls)
        return Publisher(self._hub, cls)

    @overload
    def subscriber(self, a: type[A], /, *, capacity: int = ...) -> Subscriber[A]: ...
    @overload
    def subscriber(
        self, a: type[A], b: type[B], /, *, capacity: int = ...
    ) -> Subscriber[A | B]: ...
    @overload
    def subscriber(
        self, a: type[A], b: type[B], c: type[C], /, *, capacity: int = ...
    ) -> Subscriber[A | B | C]: ...
    @overload
    def subscriber(
        self, a: type[A], b: type[B], c: type[C], d: type[D], /, *, capacity: int = ...
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
    ) -> Subscriber[A | B | C | D | E | F]: ...
    def subscriber(self, *types: Any, capacity: int = 65_536) -> Subscriber[Any]:
        """A subscriber to one or several message types.

        Several types make one stream, in the order in which each publisher published them.
        `capacity` bounds what may wait here before publishers wait.
        """
        if not types:
            raise TypeError("a subscriber needs at least one message type")
        for cls in types:
            _check_type(cls)
        return Subscriber(self._hub, types, capacity)

    def close(self) -> None:
        """Leaves in order: closes publishers and subscribers, sends what waits, says goodbye."""
        self._hub.close()
        _open_buses.discard(self)


def _check_type(cls: Any) -> None:
    if not (
        isinstance(cls, type) and issubclass(cls, Message) and hasattr(cls, "TOPIC")
    ):
        raise TypeError(f"expected the class of a message, got {cls!r}")


@atexit.register
def _close_all() -> None:
    for bus in list(_open_buses):
        bus.close()
