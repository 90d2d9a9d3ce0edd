"""The bus in Python, as the face of the package uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from mycelium import _exit, _lending
from mycelium._transport.hub import Hub
from mycelium._transport.publisher import PythonPublisher
from mycelium._transport.subscriber import PythonSubscriber
from mycelium.errors import NativeLibraryError
from mycelium.topology import Dial, Listen

if TYPE_CHECKING:
    from mycelium._codec.record import Message
    from mycelium._transport.credentials import Identity
    from mycelium.topology import Topology


class PythonEngine:
    """A bus whose middle is a `Hub`."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    @classmethod
    def within_process(cls) -> Self:
        """Without a topology."""
        return cls(Hub())

    @classmethod
    def of_topology(cls, topology: Topology, service: str) -> Self:
        """With what the node of a service opens."""
        _lending.check()
        node = topology.node_of(service)
        identity = _identity(topology, service)
        peers = frozenset(peer.name for peer in topology.nodes) - {node.name}
        engine = cls(Hub(node.name, service, peers))
        try:
            engine.hub.open_links(topology.links(service), identity)
        except BaseException:
            engine.close()
            raise
        return engine

    def publisher(self, cls: type[Message]) -> PythonPublisher[Any]:
        """A publisher of a type."""
        return PythonPublisher(self.hub, cls)

    def subscriber(
        self, types: tuple[type[Message], ...], capacity: int, *, views: bool
    ) -> PythonSubscriber[Any]:
        """A subscriber to types, of which there is one at least."""
        _lending.check()
        subscriber = PythonSubscriber(self.hub, types, capacity, views=views)
        _exit.add(subscriber)
        return subscriber

    def share(self, version: int, size: int) -> object:
        """Extensions that were built apart can use the bus in Rust alone."""
        raise NativeLibraryError(
            "a bus in Python cannot be shared with extensions: install the package with its native core,"
            " and do not set MYCELIUM_PURE_PYTHON"
        )

    def close(self) -> None:
        """Leaves in order."""
        _lending.check()
        self.hub.close()


def _identity(topology: Topology, service: str) -> Identity | None:
    """Who the node is, where it speaks TLS."""
    node = topology.node_of(service)
    links = topology.links(service)
    if not any(isinstance(one, Listen | Dial) and one.endpoint.is_tls for one in links):
        return None
    # Many a process speaks none, and needs no OpenSSL.
    from mycelium._transport.credentials import Identity

    assert node.tls is not None, "the topology has checked it"
    return Identity(node.name, node.tls)
