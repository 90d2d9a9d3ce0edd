"""Reads topology files: one and all that it includes, checked and made into nodes."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mycelium._topology_file import (
    Faults,
    File,
    check_rules,
    defaults_of,
    known,
    tables,
)
from mycelium._topology_keys import (
    ENDPOINT,
    NODE,
    TABLES,
    TLS,
    complete,
    did_you_mean,
    merge_defaults,
)
from mycelium._topology_tables import (
    CAPACITY_BYTES,
    KINDS,
    POLICIES,
    PORTS,
    RESTARTS,
    is_command,
)
from mycelium.topology import Endpoint, Node, TlsFiles, is_loopback, split_address

_SOCKET_PATH_BYTES = 107
_NODE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}", re.ASCII)
_DNS_NAME = re.compile(
    r"((?!-)[A-Za-z0-9_-]{1,63}(?<!-)\.)*(?!-)[A-Za-z0-9_-]{1,63}(?<!-)", re.ASCII
)
_DNS_NUMBER = re.compile(r"(.*\.)?([0-9]+|0[xX][0-9A-Fa-f]*)", re.ASCII)
_NATS = (
    "open the bus with the native core, built with the feature `nats`, "
    "or give the node an endpoint of another kind"
)
_INSECURE = "give the nodes `tls`, or write `endpoint.insecure = true` where the network is trusted"


@dataclass
class _Place:
    """A node's table and where it stands."""

    file: File
    index: int
    table: dict[str, Any]


class Reader:
    """Reads a file and what it includes, and gathers what is wrong with it."""

    def __init__(self, path: Path, text: str) -> None:
        self.faults = Faults()
        self._seen: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._places: list[_Place] = []
        self._defaults: dict[str, Any] = {}
        self._root = self._read(path, text)

    def nodes(self) -> list[Node]:
        """The nodes, checked one by one and together."""
        if not self._places and not self.faults:
            self._root.say(
                "this topology has no nodes",
                "add a `[[nodes]]` table with `name` and `services`",
            )
        nodes = [self._node(place) for place in self._places]
        if not self.faults:
            self._check_names(nodes)
        if not self.faults:
            self._check_reach(nodes)
            self._check_certificates(nodes)
        return nodes

    def _read(self, path: Path, text: str) -> File:
        file = File(path, text, self.faults)
        identity = os.path.realpath(path)
        self._seen.append(identity)
        self._open.append((str(path), identity))
        for key in file.table.keys() - set(TABLES):
            hint = did_you_mean(key, TABLES) or f"it has: {', '.join(TABLES)}"
            file.say(f"a topology has no key {key!r}", hint)
        for index, table in enumerate(tables(file, "nodes")):
            self._places.append(_Place(file, index, table))
        check_rules(file)
        self._defaults = merge_defaults(self._defaults, defaults_of(file))
        self._include(file)
        self._open.pop()
        return file

    def _include(self, file: File) -> None:
        includes = file.table.get("include", [])
        if not isinstance(includes, list) or not all(
            isinstance(one, str) for one in includes
        ):
            file.say("`include` is no list of strings", 'write `include = ["…"]`')
            return
        for include in includes:
            if "\0" in include:
                file.say("`include` holds a zero byte", "write a path")
                continue
            path = Path(os.path.join(file.folder, include))
            identity = os.path.realpath(path)
            open_now = [one for _, one in self._open]
            if identity in open_now:
                circle = [name for name, _ in self._open[open_now.index(identity) :]]
                way = " -> ".join([*circle, str(path)])
                file.say(
                    f"files include one another in a circle: {way}",
                    "take one of these `include`s out",
                )
            elif identity not in self._seen:
                try:
                    text = path.read_text("utf-8")
                except (OSError, UnicodeDecodeError) as error:
                    why = (
                        error.strerror
                        if isinstance(error, OSError)
                        else "it is not UTF-8"
                    )
                    file.say(
                        f"cannot read {path}: {why}", "check the path in `include`"
                    )
                else:
                    self._read(path, text)

    def _node(self, place: _Place) -> Node:
        file, index = place.file, place.index
        known(file, index, place.table, "a node", NODE)
        table = complete(place.table, self._defaults)
        name = _value(place, table, "name", str, "")
        if "name" not in table:
            file.fault(index, "name", "this node has no name", 'add `name = "…"`')
        elif name is not None and not _NODE_NAME.fullmatch(name):
            file.fault(
                index, "name", f"{name!r} cannot be the name of a node",
                "use 1 to 64 letters, digits, `.`, `_` and `-`, not starting with `.`",
            )  # fmt: skip
        services = _value(place, table, "services", list, "")
        if not services or not all(
            isinstance(one, str) and one.strip() for one in services
        ):
            file.fault(
                index, "services", "this node has no services",
                'add `services = ["…"]`: the names under which programs open the bus',
            )  # fmt: skip
            services = []
        if any(set("*>") & set(service) for service in services):
            file.fault(
                index, "services", "`*` and `>` are for patterns of topics, not for services",
                "use neither in the name of a service",
            )  # fmt: skip
        host = _value(place, table, "host", str, "")
        if host is not None and not host.strip():
            file.fault(index, "host", "this cannot be a host", "write a host's name")
        port = _value(place, table, "port", int, "")
        if port is not None and port not in PORTS:
            file.fault(
                index,
                "port",
                f"`port` is {port}",
                "write a port number, from 1 to 65535",
            )
            port = 1
        self._check_command(place, table, services)
        tls = self._tls(place, table)
        endpoint = self._endpoint(place, table, host or "localhost", port)
        return Node(name or "", tuple(services), host or "localhost", endpoint, tls)

    def _check_command(
        self, place: _Place, table: dict[str, Any], services: list[str]
    ) -> None:
        """Whether `mycelium up` could start it; here it is not used."""
        command = table.get("command")
        is_wrong = command is not None and not is_command(command)
        strangers = set(command) - set(services) if isinstance(command, dict) else set()
        if is_wrong or strangers or (isinstance(command, dict) and len(command) > 1):
            what = "`command` is no list of strings, nor one for one of the services"
            remedy = 'write `command = ["program", "argument"]`'
            place.file.fault(place.index, "command", what, remedy)
        if table.get("restart", "never") not in RESTARTS:
            what = f"there is no restart {table['restart']!r}"
            remedy = "write `always`, `on_failure` or `never`"
            place.file.fault(place.index, "restart", what, remedy)

    def _tls(self, place: _Place, table: dict[str, Any]) -> TlsFiles | None:
        inner = _value(place, table, "tls", dict, "")
        if inner is None:
            return None
        known(place.file, place.index, inner, "a table `tls`", list(TLS))
        for key in TLS:
            path = _value(place, inner, key, str, "tls.")
            if key not in inner or path == "":
                what = f"`tls` has no `{key}`"
                remedy = f"add `tls.{key}`, the path of a PEM file"
                place.file.fault(place.index, f"tls.{key}", what, remedy)
        return TlsFiles(*(str(inner.get(key, "")) for key in TLS))

    def _endpoint(
        self, place: _Place, table: dict[str, Any], host: str, port: int | None
    ) -> Endpoint | None:
        file, index = place.file, place.index
        inner = _value(place, table, "endpoint", dict, "")
        if inner is None:
            return None
        known(file, index, inner, "an endpoint", list(ENDPOINT))
        kind = _value(place, inner, "kind", str, "endpoint.")
        if kind not in KINDS:
            what = (
                f"there is no endpoint kind {kind!r}"
                if kind
                else "this endpoint has no kind"
            )
            remedy = 'write `endpoint.kind = "shm"`, `"unix"` or `"tcp"`'
            file.fault(index, "endpoint.kind", what, remedy)
            return None
        used = [(f"endpoint.{key}", ENDPOINT[key]) for key in inner if key in ENDPOINT]
        if port is not None:
            used.append(("port", ("tcp",)))
        for key, kinds in used:
            if kind not in kinds:
                what = f"`{key}` means nothing to a {kind} endpoint"
                file.fault(index, key, what, f"remove `{key}`")
        self._check_words(place, inner)
        if kind == "none":
            return None
        if kind == "nats":
            what = "this library speaks with no NATS server"
            file.fault(index, "endpoint.kind", what, _NATS)
            return None
        if kind == "tcp":
            return self._tcp(place, table, inner, host, port)
        return self._local(place, table, inner, kind)

    def _check_words(self, place: _Place, inner: dict[str, Any]) -> None:
        if inner.get("policy", "block") not in POLICIES:
            what = f"{inner['policy']!r} is no way when a topic is full"
            remedy = f"write one of {', '.join(POLICIES)}"
            place.file.fault(place.index, "endpoint.policy", what, remedy)
        for key in ("tls", "insecure"):
            if not isinstance(inner.get(key, True), bool):
                what = f"`endpoint.{key}` is of type {type(inner[key]).__name__}"
                place.file.fault(
                    place.index, f"endpoint.{key}", what, "write true or false"
                )

    def _local(
        self, place: _Place, table: dict[str, Any], inner: dict[str, Any], kind: str
    ) -> Endpoint | None:
        file, index = place.file, place.index
        path = _value(place, inner, "path", str, "endpoint.")
        if not path or not os.path.basename(path) or not path.isprintable():
            example = "/dev/shm/market" if kind == "shm" else "run/risk.sock"
            remedy = f'add `endpoint.path = "{example}"`'
            file.fault(index, "endpoint.path", "this endpoint has no path", remedy)
            return None
        path = path.replace("{node}", str(table.get("name", "")))
        if kind == "unix" and len(os.fsencode(path)) > _SOCKET_PATH_BYTES:
            what = f"the path of this socket is too long: {path}"
            remedy = f"choose one of at most {_SOCKET_PATH_BYTES} bytes"
            file.fault(index, "endpoint.path", what, remedy)
        capacity = _value(place, inner, "capacity", int, "endpoint.")
        if capacity is None:
            return Endpoint(kind, path)
        if capacity not in CAPACITY_BYTES:
            low, high = CAPACITY_BYTES.start, CAPACITY_BYTES.stop - 1
            remedy = f"write the bytes of a ring, from {low} to {high}"
            file.fault(index, "endpoint.capacity", f"`capacity` is {capacity}", remedy)
        return Endpoint(kind, path, capacity)

    def _tcp(
        self, place: _Place, table: dict[str, Any], inner: dict[str, Any], host: str, port: int | None
    ) -> Endpoint | None:  # fmt: skip
        file, index = place.file, place.index
        addr = _value(place, inner, "addr", str, "endpoint.")
        if addr is not None and port is not None:
            remedy = "keep either `endpoint.addr` or `host` and `port`"
            what = "this node says twice where it is"
            file.fault(index, "endpoint.addr", what, remedy)
        address = f"[{host}]" if ":" in host and host[0] != "[" else host
        where = addr or (f"{address}:{port}" if port is not None else None)
        if where is None:
            remedy = 'add `endpoint.addr = "127.0.0.1:9002"`, or `host` and `port`'
            file.fault(index, "endpoint", "this endpoint has no address", remedy)
            return None
        if split_address(where) is None:
            remedy = 'write host and port, such as "127.0.0.1:9002" or "[::1]:9002"'
            what = f"{where!r} is not a TCP address"
            file.fault(index, "endpoint.addr", what, remedy)
            return None
        speaks = inner.get("tls")
        if speaks is True and "tls" not in table:
            what = "this node has no certificate to speak TLS with"
            remedy = "give the node `tls.certificate`, `tls.key` and `tls.authority`"
            file.fault(index, "endpoint.tls", what, remedy)
        if speaks is True or (speaks is None and "tls" in table):
            return Endpoint("tcp", where, is_tls=True)
        if inner.get("insecure") is not True and not is_loopback(where):
            what = f"anybody on the network could read and write what goes over {where}"
            key = "endpoint.addr" if addr else "host"
            file.fault(index, key, what, _INSECURE)
        return Endpoint("tcp", where)

    def _check_names(self, nodes: list[Node]) -> None:
        seen: dict[tuple[str, str], int] = {}
        for index, (place, node) in enumerate(zip(self._places, nodes, strict=True)):
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
                    remedy = f"each {what} stands once in a topology"
                    place.file.fault(place.index, key, text, remedy)

    def _check_reach(self, nodes: list[Node]) -> None:
        without = [node.name for node in nodes if node.endpoint is None]
        if len(without) > 1:
            names = " and ".join(repr(name) for name in without)
            last = next(i for i, node in enumerate(nodes) if node.name == without[-1])
            place = self._places[last]
            place.file.fault(
                place.index, "name", f"nodes {names} cannot reach one another: none has an endpoint",
                'give an endpoint to all of them but one, such as `endpoint.kind = "shm"`'
                " with `endpoint.path`",
            )  # fmt: skip
        for place, node in zip(self._places, nodes, strict=True):
            if node.endpoint is None:
                continue
            away = [peer.name for peer in nodes if node.way_to(peer) is None]
            if away:
                names = " and ".join(repr(name) for name in away)
                what = f"node {node.name!r} on host {node.host} is out of reach for {names}"
                remedy = f"give {node.name!r} a TCP endpoint: `host` and `port`"
                place.file.fault(place.index, "endpoint.kind", what, remedy)

    def _check_certificates(self, nodes: list[Node]) -> None:
        listeners = [node for node in nodes if node.endpoint and node.endpoint.is_tls]
        if not listeners:
            return
        for place, node in zip(self._places, nodes, strict=True):
            if not _is_dns_name(node.name):
                what = f"no certificate can name node {node.name!r}"
                remedy = (
                    "let the parts between dots have 1 to 63 letters, digits, `_` and `-`, begin and end"
                    " with no `-`, and let the last one be no number"
                )
                place.file.fault(place.index, "name", what, remedy)
            if node.tls is None:
                what = (
                    f"node {node.name!r} has no certificate for {listeners[0].name!r}"
                )
                remedy = (
                    f"give {node.name!r} a table `tls`, or all nodes by `[defaults]`"
                )
                place.file.fault(place.index, "name", what, remedy)


def _is_dns_name(name: str) -> bool:
    """Whether a certificate can name it, whoever reads that."""
    return bool(_DNS_NAME.fullmatch(name)) and not _DNS_NUMBER.fullmatch(name)


def _value(
    place: _Place, table: dict[str, Any], key: str, kind: type, where: str
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
    what = f"`{where}{key}` is of type {type(value).__name__}"
    place.file.fault(place.index, f"{where}{key}", what, f"write {wanted}")
    return None
