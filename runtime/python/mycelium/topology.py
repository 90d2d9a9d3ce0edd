"""Topology files: which node runs where, and the links that follow from it.

    topology = Topology.load("topology.toml")
    for link in topology.links("strategy"):
        print(link)

From node A to node B messages take B's endpoint; where B has none, A's. So a node with a socket
listens and every other node dials it; on the connection the listener subscribes to what it wants, and
the dialer does too if it has no endpoint of its own. A node with a shared-memory folder reads there
one ring for each other node, and writes one for the node that has no endpoint.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from mycelium.errors import TopologyError

DEFAULT_CAPACITY_BYTES = 16 << 20
_CAPACITY_BYTES = range(64 << 10, (1 << 36) + 1)
_SOCKET_PATH_BYTES = 107
_NODE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}", re.ASCII)
_HERE = {"127.0.0.1", "::1", "[::1]"}


@dataclass(frozen=True)
class Endpoint:
    """Where a node is reached: `shm` a folder, `unix` a socket file, `tcp` host:port."""

    kind: str
    place: str
    capacity_bytes: int = DEFAULT_CAPACITY_BYTES

    def __str__(self) -> str:
        return f"{self.kind}:{self.place}"


@dataclass(frozen=True)
class Node:
    """A process: its name, the services in it, where it is reached."""

    name: str
    services: tuple[str, ...]
    host: str = "localhost"
    endpoint: Endpoint | None = None


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
        reader = _Reader(path, text)
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
        hint = _did_you_mean(service, known)
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
    if not peers or endpoint is None:
        return []
    if endpoint.kind != "shm":
        return [Listen(endpoint)]
    links: list[Link] = [ReadRing(_ring(endpoint, peer), peer.name) for peer in peers]
    readers = tuple(peer.name for peer in peers if peer.endpoint is None)
    if readers:
        links.append(WriteRing(_ring(endpoint, node), endpoint.capacity_bytes, readers))
    return links


def _peer_links(node: Node, peer: Node) -> list[Link]:
    """What goes over the endpoint of a peer."""
    endpoint = peer.endpoint
    if endpoint is None:
        return []
    is_way_back = node.endpoint is None
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


def _did_you_mean(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f" did you mean {near[0]!r}?" if near else ""


class _Reader:
    """Reads the text and gathers what is wrong with it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.faults: list[str] = []
        self.heads = [
            number
            for number, line in enumerate(self.lines, 1)
            if re.match(r"\s*\[\[\s*nodes\s*\]\]", line)
        ]
        try:
            self.table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.table = {}
            self.faults.append(
                f"{path}: this is not TOML: {error}; see https://toml.io/en/v1.0.0"
            )

    def fault(self, index: int, key: str, what: str, remedy: str) -> None:
        """Notes a fault in a node, at the line of a key where there is one."""
        self.faults.append(f"{self.path}:{self._line(index, key)}: {what}; {remedy}")

    def _line(self, index: int, key: str) -> int:
        if index >= len(self.heads):
            return 1
        start = self.heads[index]
        end = (
            self.heads[index + 1] - 1
            if index + 1 < len(self.heads)
            else len(self.lines)
        )
        # The key itself, else another of its table.
        for pattern in (rf"\s*{re.escape(key)}\s*=", rf"\s*{key.partition('.')[0]}\b"):
            for number in range(start, end):
                if re.match(pattern, self.lines[number]):
                    return number + 1
        return start

    def nodes(self) -> list[Node]:
        """The nodes, checked one by one and together."""
        if self.faults:
            return []
        for key in self.table.keys() - {"nodes"}:
            self.faults.append(
                f"{self.path}: a topology has no key {key!r}; it has: nodes"
            )
        tables = self.table.get("nodes", [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            self.faults.append(
                f"{self.path}: `nodes` is not a list of tables; write `[[nodes]]`"
            )
            return []
        if not tables:
            self.faults.append(
                f"{self.path}: this topology has no nodes;"
                " add a `[[nodes]]` table with `name` and `services`"
            )
        nodes = [self._node(index, table) for index, table in enumerate(tables)]
        if not self.faults:
            self._check_names(nodes)
            self._check_reach(nodes)
        return nodes

    def _value(
        self, index: int, table: dict[str, Any], key: str, kind: type, where: str
    ) -> Any:
        value = table.get(key)
        if value is None or (isinstance(value, kind) and not isinstance(value, bool)):
            return value
        wanted = {
            str: "a string",
            int: "a whole number",
            list: "a list",
            dict: "a table",
        }[kind]
        found = type(value).__name__
        self.fault(index, key, f"`{where}{key}` is of type {found}", f"write {wanted}")
        return None

    def _known(
        self, index: int, table: dict[str, Any], what: str, keys: list[str]
    ) -> None:
        for key in table:
            if key not in keys:
                hint = _did_you_mean(key, keys) or f" the keys are: {', '.join(keys)}"
                self.fault(index, key, f"{what} has no key {key!r}", hint.strip())

    def _node(self, index: int, table: dict[str, Any]) -> Node:
        self._known(
            index, table, "a node", ["name", "services", "host", "port", "endpoint"]
        )
        name = self._value(index, table, "name", str, "")
        if "name" not in table:
            self.fault(index, "name", "this node has no name", 'add `name = "…"`')
        elif name is not None and not _NODE_NAME.fullmatch(name):
            self.fault(
                index, "name", f"{name!r} cannot be the name of a node",
                "use 1 to 64 letters, digits, `.`, `_` and `-`, not starting with `.`",
            )  # fmt: skip
        services = self._value(index, table, "services", list, "")
        if not services or not all(
            isinstance(one, str) and one.strip() for one in services
        ):
            self.fault(
                index, "services", "this node has no services",
                'add `services = ["…"]`: the names under which programs open the bus',
            )  # fmt: skip
            services = []
        host = self._value(index, table, "host", str, "") or "localhost"
        port = self._value(index, table, "port", int, "")
        if port is not None and not 0 < port < 65536:
            self.fault(
                index,
                "port",
                f"`port` is {port}",
                "write a port number, from 1 to 65535",
            )
        endpoint = self._endpoint(index, table, host, port)
        return Node(name or "", tuple(services), host, endpoint)

    def _endpoint(
        self, index: int, table: dict[str, Any], host: str, port: int | None
    ) -> Endpoint | None:
        address = (
            f"[{host}]:{port}" if ":" in host and host[0] != "[" else f"{host}:{port}"
        )
        if "endpoint" not in table:
            return Endpoint("tcp", address) if port is not None else None
        inner = self._value(index, table, "endpoint", dict, "")
        if inner is None:
            return None
        self._known(index, inner, "an endpoint", ["kind", "path", "addr", "capacity"])
        kind = self._value(index, inner, "kind", str, "endpoint.")
        if kind not in ("shm", "unix", "tcp"):
            what = (
                f"there is no endpoint kind {kind!r}"
                if kind
                else "this endpoint has no kind"
            )
            remedy = 'write `endpoint.kind = "shm"`, `"unix"` or `"tcp"`'
            self.fault(index, "endpoint.kind", what, remedy)
            return None
        unused = {
            "shm": ["addr"],
            "unix": ["addr", "capacity"],
            "tcp": ["path", "capacity"],
        }[kind]
        for key in unused:
            if key in inner:
                what = f"`endpoint.{key}` means nothing to a {kind} endpoint"
                self.fault(index, f"endpoint.{key}", what, f"remove `endpoint.{key}`")
        if kind == "tcp":
            return self._tcp(index, inner, address if port is not None else None)
        return self._local(index, inner, kind)

    def _local(self, index: int, inner: dict[str, Any], kind: str) -> Endpoint | None:
        path = self._value(index, inner, "path", str, "endpoint.")
        if not path:
            example = "/dev/shm/market" if kind == "shm" else "run/risk.sock"
            remedy = f'add `endpoint.path = "{example}"`'
            self.fault(index, "endpoint.path", "this endpoint has no path", remedy)
            return None
        place = os.path.join(self.path.parent, path)
        if kind == "unix" and len(os.fsencode(place)) > _SOCKET_PATH_BYTES:
            what = f"the path of this socket is too long: {place}"
            remedy = f"choose one of at most {_SOCKET_PATH_BYTES} bytes"
            self.fault(index, "endpoint.path", what, remedy)
        capacity = self._value(index, inner, "capacity", int, "endpoint.")
        if capacity is None:
            return Endpoint(kind, place)
        if capacity not in _CAPACITY_BYTES:
            low, high = _CAPACITY_BYTES.start, _CAPACITY_BYTES.stop - 1
            remedy = f"write the bytes of a ring, from {low} to {high}"
            self.fault(index, "endpoint.capacity", f"`capacity` is {capacity}", remedy)
        return Endpoint(kind, place, capacity)

    def _tcp(
        self, index: int, inner: dict[str, Any], address: str | None
    ) -> Endpoint | None:
        addr = self._value(index, inner, "addr", str, "endpoint.")
        if addr is not None and address is not None:
            remedy = "keep either `endpoint.addr` or `host` and `port`"
            self.fault(
                index, "endpoint.addr", "this node says twice where it is", remedy
            )
        place = addr or address
        if place is None:
            remedy = 'add `endpoint.addr = "127.0.0.1:9002"`, or `host` and `port`'
            self.fault(index, "endpoint", "this endpoint has no address", remedy)
            return None
        if split_address(place) is None:
            remedy = 'write host and port, such as "127.0.0.1:9002" or "[::1]:9002"'
            self.fault(
                index, "endpoint.addr", f"{place!r} is not a TCP address", remedy
            )
        return Endpoint("tcp", place)

    def _check_names(self, nodes: list[Node]) -> None:
        seen: dict[tuple[str, str], int] = {}
        for index, node in enumerate(nodes):
            names = [
                ("node", node.name),
                *(("service", service) for service in node.services),
            ]
            if node.endpoint is not None:
                names.append(("endpoint", str(node.endpoint)))
            for what, name in names:
                first = seen.setdefault((what, name), index)
                if first != index or names.count((what, name)) > 1:
                    key = {"node": "name", "service": "services"}.get(what, "endpoint")
                    lines = f"nodes {nodes[first].name!r} and {node.name!r}"
                    text = f"{lines} have the same {what} {name!r}"
                    self.fault(
                        index, key, text, f"each {what} stands once in a topology"
                    )

    def _check_reach(self, nodes: list[Node]) -> None:
        without = [node.name for node in nodes if node.endpoint is None]
        if len(without) > 1:
            names = " and ".join(repr(name) for name in without)
            index = next(i for i, node in enumerate(nodes) if node.name == without[-1])
            self.fault(
                index, "name", f"nodes {names} cannot reach one another: none has an endpoint",
                'give an endpoint to all of them but one, such as `endpoint.kind = "shm"`'
                " with `endpoint.path`",
            )  # fmt: skip
        for index, node in enumerate(nodes):
            if node.endpoint is None or node.endpoint.kind == "tcp":
                continue
            away = [
                peer.name
                for peer in nodes
                if _machine(peer.host) != _machine(node.host)
            ]
            if away:
                names = " and ".join(repr(name) for name in away)
                what = f"node {node.name!r} on host {node.host} is out of reach for {names}"
                remedy = f"give {node.name!r} a TCP endpoint: `host` and `port`"
                self.fault(index, "endpoint.kind", what, remedy)


def _machine(host: str) -> str:
    return "localhost" if host in _HERE else host


def split_address(address: str) -> tuple[str, int] | None:
    """Host and port of `host:port` or `[v6]:port`."""
    host, separator, port = address.rpartition(":")
    is_bracketed = host.startswith("[") and host.endswith("]")
    if not separator or not host or not port.isascii() or not port.isdigit():
        return None
    if not 0 < int(port) < 65536 or (":" in host and not is_bracketed):
        return None
    return (host[1:-1] if is_bracketed else host), int(port)
