"""The keys of topology files, and what nodes take from `[defaults]`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

TABLES = ["include", "nodes", "topics", "defaults"]
NODE = ["name", "services", "host", "port", "endpoint", "tls", "command", "restart"]
TLS = ("certificate", "key", "authority")

#: The kinds of endpoint that a key means something to.
ENDPOINT = {
    "kind": ("shm", "unix", "tcp", "nats", "none"),
    "path": ("shm", "unix"),
    "addr": ("tcp", "nats"),
    "subject": ("nats",),
    "capacity": ("shm",),
    "policy": ("shm", "unix", "tcp", "nats"),
    "tls": ("tcp", "nats"),
    "insecure": ("tcp", "nats"),
    "authority": ("nats",),
    "user": ("nats",),
    "secret_file": ("nats",),
    "secret_env": ("nats",),
}

#: Keys of an endpoint that are taken only from defaults for the same kind.
_PLACES = (
    "path",
    "addr",
    "subject",
    "capacity",
    "authority",
    "user",
    "secret_file",
    "secret_env",
)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question after the word that was probably meant; nothing if there is none."""
    near = difflib.get_close_matches(word, list(known), 1)
    return f"did you mean {near[0]!r}?" if near else ""


def complete(node: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The node with what it does not say itself, and its port written as a TCP endpoint."""
    full = _simple(node, defaults)
    kind, default_kind = _kind(node), _kind(defaults)
    if kind is None:
        kind = default_kind
    if kind is None or not isinstance(node.get("endpoint", {}), dict):
        return full
    own = dict(node.get("endpoint", {}))
    default = defaults.get("endpoint", {})
    default = default if isinstance(default, dict) else {}
    is_same = default_kind in (None, kind)
    if kind == "tcp" and is_same and "addr" not in own and "port" in defaults:
        full.setdefault("port", defaults["port"])
    own.setdefault("kind", kind)
    for key, value in default.items():
        has_place = key in _PLACES and not is_same or (key == "addr" and "port" in full)
        if kind in ENDPOINT.get(key, ()) and not has_place:
            own.setdefault(key, value)
    full["endpoint"] = own
    return full


def merge_defaults(first: dict[str, Any], later: dict[str, Any]) -> dict[str, Any]:
    """The defaults of two files, of which what the first says goes before."""
    merged = complete(first, later)
    if _kind(merged) is None:
        ours, theirs = first.get("endpoint", {}), later.get("endpoint", {})
        if isinstance(ours, dict) and isinstance(theirs, dict) and (ours or theirs):
            merged["endpoint"] = {**theirs, **ours}
    return merged


def _simple(node: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """What is taken whatever the node's kind is."""
    full = dict(node)
    for key in ("host", "command", "restart"):
        if key in defaults:
            full.setdefault(key, defaults[key])
    tls = defaults.get("tls")
    if isinstance(tls, dict) and isinstance(node.get("tls", {}), dict):
        full["tls"] = {**tls, **node.get("tls", {})}
    name = node.get("name")
    if isinstance(name, str) and isinstance(full.get("tls"), dict):
        full["tls"] = {
            key: value.replace("{node}", name) if isinstance(value, str) else value
            for key, value in full["tls"].items()
        }
    return full


def _kind(table: dict[str, Any]) -> Any:
    """The kind of its endpoint, which a port says too."""
    endpoint = table.get("endpoint", {})
    kind = endpoint.get("kind") if isinstance(endpoint, dict) else None
    return kind or ("tcp" if "port" in table else None)
