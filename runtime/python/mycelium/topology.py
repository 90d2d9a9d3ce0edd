"""Topology files: which node runs where, and the links that follow from it.

    topology = Topology.load("topology.toml")
    for link in topology.links("strategy"):
        print(link)

From node A to node B messages take B's endpoint; where B has none that A reaches, A's. So a node with
a socket listens and the others dial it; on the connection the listener subscribes to what it wants,
and the dialer does too if the listener does not reach an endpoint of the dialer. A node with a
shared-memory folder reads there one ring for each node of its machine, and writes one for those that
have no endpoint.
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from mycelium._topology_keys import did_you_mean
from mycelium.errors import TopologyError

DEFAULT_CAPACITY_BYTES = 16 << 20
_HERE = {"127.0.0.1", "::1", "[::1]"}


@dataclass(frozen=True)
class Endpoint:
    """Where a node is reached: `shm` a folder, `unix` a socket file, `tcp` host:port."""

    kind: str
    place: str
    capacity_bytes: int = DEFAULT_CAPACITY_BYTES
    is_tls: bool = False

    def __str__(self) -> str:
        return f"{self.kind}:{self.place}"


@dataclass(frozen=True)
class TlsFiles:
    """What a node speaks TLS with: its certificate, the key of it, and the authority that it trusts, in PEM."""

    certificate: str
    key: str
    authority: str


@dataclass(frozen=True)
class Node:
    """A process: its name, the services in it, where it is reached."""

    name: str
    services: tuple[str, ...]
    host: str = "localhost"
    endpoint: Endpoint | None = None
    tls: TlsFiles | None = None

    def way_to(self, peer: Node) -> Node | None:
        """Whose endpoint messages to a peer take; none where neither reaches the other."""
        if _is_reached(peer, self):
            return peer
        return self if _is_reached(self, peer) else None


def _is_reached(owner: Node, other: Node) -> bool:
    if owner.endpoint is None:
        return False
    if _machine(owner.host) == _machine(other.host):
        return True
    return owner.endpoint.kind == "tcp" and not is_loopback(owner.endpoint.place)


@dataclass(frozen=True)
class Listen:
    """Listen at the node's own socket; every peer dials it."""

    endpoint: Endpoint


@dataclass(frozen=True)
class Dial:
    """Dial a peer's socket; `subscribes` says whether this side also receives there."""

    endpoint: Endpoint
    peer: str
    subscribes: bool


@dataclass(frozen=True)
class WriteRing:
    """Write one ring, which several peers may read."""

    path: str
    capacity_bytes: int
    readers: tuple[str, ...]


@dataclass(frozen=True)
class ReadRing:
    """Read a peer's ring."""

    path: str
    peer: str


Link = Listen | Dial | WriteRing | ReadRing


@dataclass(frozen=True)
class Topology:
    """All nodes of a deployment."""

    path: Path
    nodes: tuple[Node, ...] = field(default=())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Reads and checks a file; a `TopologyError` names every fault, its place and its remedy."""
        path = Path(path)
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise TopologyError(
                f"cannot read the topology {path}: {reason}; pass the path of a topology file"
            ) from None
        from mycelium._topology import Reader

        reader = Reader(path, text)
        nodes = reader.nodes()
        if reader.faults:
            raise TopologyError("\n".join(reader.faults))
        return cls(path, tuple(nodes))

    def node_of(self, service: str) -> Node:
        """The node that runs a service."""
        for node in self.nodes:
            if service in node.services:
                return node
        known = [service for node in self.nodes for service in node.services]
        near = did_you_mean(service, known)
        hint = f" {near}" if near else ""
        raise TopologyError(
            f"{self.path} holds no service {service!r};{hint} it holds: {', '.join(known)}"
        )

    def links(self, service: str) -> list[Link]:
        """Everything that the node of a service opens."""
        node = self.node_of(service)
        peers = [peer for peer in self.nodes if peer.name != node.name]
        links = _own_links(node, peers)
        for peer in peers:
            links.extend(_peer_links(node, peer))
        return links


def _own_links(node: Node, peers: list[Node]) -> list[Link]:
    """What goes over the node's own endpoint."""
    endpoint = node.endpoint
    writers = [peer for peer in peers if peer.way_to(node) is node]
    readers = tuple(peer.name for peer in peers if node.way_to(peer) is node)
    if endpoint is None or not (writers or readers):
        return []
    if endpoint.kind != "shm":
        return [Listen(endpoint)]
    links: list[Link] = [ReadRing(_ring(endpoint, peer), peer.name) for peer in writers]
    if readers:
        links.append(WriteRing(_ring(endpoint, node), endpoint.capacity_bytes, readers))
    return links


def _peer_links(node: Node, peer: Node) -> list[Link]:
    """What goes over the endpoint of a peer."""
    endpoint = peer.endpoint
    if endpoint is None or node.way_to(peer) is not peer:
        return []
    is_way_back = peer.way_to(node) is peer
    if endpoint.kind != "shm":
        return [Dial(endpoint, peer.name, is_way_back)]
    links: list[Link] = [
        WriteRing(_ring(endpoint, node), endpoint.capacity_bytes, (peer.name,))
    ]
    if is_way_back:
        links.append(ReadRing(_ring(endpoint, peer), peer.name))
    return links


def _ring(endpoint: Endpoint, writer: Node) -> str:
    return os.path.join(endpoint.place, f"{writer.name}.ring")


def _machine(host: str) -> str:
    return "localhost" if host in _HERE else host


def is_loopback(address: str) -> bool:
    """Whether `host:port` stays within its machine."""
    parts = split_address(address)
    if parts is None:
        return False
    try:
        return ipaddress.ip_address(parts[0]).is_loopback
    except ValueError:
        return parts[0] == "localhost"


def split_address(address: str) -> tuple[str, int] | None:
    """Host and port of `host:port` or `[v6]:port`."""
    host, separator, port = address.rpartition(":")
    is_bracketed = host.startswith("[") and host.endswith("]")
    if not separator or not host or not port.isascii() or not port.isdigit():
        return None
    if not 0 < int(port) < 65536 or (":" in host and not is_bracketed):
        return None
    return (host[1:-1] if is_bracketed else host), int(port)
