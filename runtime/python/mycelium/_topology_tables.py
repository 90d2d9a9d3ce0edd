"""What `[defaults]` and `[[topics]]` may hold: the same as for the runtime in Rust.

Nodes are checked one by one, with what they take from `[defaults]`; these tables by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mycelium._topology_keys import TLS, did_you_mean

KINDS = ("shm", "unix", "tcp", "nats", "none")
POLICIES = ("block", "error", "drop_oldest", "drop_newest", "conflate")
#: How much is kept of a durable topic.
BOUNDS = ("keep_messages", "keep_bytes", "keep_seconds")
RESTARTS = ("always", "on_failure", "never")
CAPACITY_BYTES = range(64 << 10, (1 << 36) + 1)
PORTS = range(1, 65_536)

_MESSAGES = range(1, (1 << 30) + 1)
_KEPT = range(1, (1 << 50) + 1)


@dataclass(frozen=True)
class Holds:
    """What a key holds: in words, and whether a value is such a thing."""

    meaning: str
    is_fit: Callable[[Any], bool]


@dataclass(frozen=True)
class Table:
    """A table of the file, as a message calls it, and its keys."""

    what: str
    keys: Mapping[str, Holds | Table]


def checked(
    table: Table, found: dict[str, Any], say: Callable[[str, str, str], None]
) -> dict[str, Any]:
    """What of a table can be used; `say` is told key, fault and remedy of the rest."""
    good: dict[str, Any] = {}
    for key, value in found.items():
        holds = table.keys.get(key)
        if holds is None:
            known = f"the keys of {table.what} are: {', '.join(table.keys)}"
            remedy = did_you_mean(key, table.keys) or known
            say(key, f"{table.what} has no key {key!r}", remedy)
        elif isinstance(holds, Table) and isinstance(value, dict):
            good[key] = checked(holds, value, say)
        elif isinstance(holds, Holds) and holds.is_fit(value):
            good[key] = value
        else:
            meaning = holds.meaning if isinstance(holds, Holds) else "a table"
            say(key, f"`{key}` of {table.what} cannot be {value!r}", f"write {meaning}")
    return good


def _number(numbers: range, meaning: str) -> Holds:
    words = f"{meaning}, from {numbers.start} to {numbers.stop - 1}"
    return Holds(words, lambda value: type(value) is int and value in numbers)


def _word(*words: str) -> Holds:
    return Holds(f"one of {', '.join(words)}", lambda value: value in words)


def is_command(value: Any) -> bool:
    """Whether it is a program with its arguments, or a table of such."""
    lists = [*value.values()] if isinstance(value, dict) else [value]
    return all(
        isinstance(one, list) and one and all(isinstance(word, str) for word in one)
        for one in lists
    )


_TEXT = Holds("a string", lambda value: isinstance(value, str))
_FLAG = Holds("true or false", lambda value: isinstance(value, bool))

_ENDPOINT = Table(
    "an endpoint",
    {
        "kind": _word(*KINDS),
        "path": _TEXT,
        "addr": _TEXT,
        "subject": _TEXT,
        "capacity": _number(CAPACITY_BYTES, "the bytes of a ring"),
        "policy": _word(*POLICIES),
        "tls": _FLAG,
        "insecure": _FLAG,
        "authority": _TEXT,
        "user": _TEXT,
        "secret_file": _TEXT,
        "secret_env": _TEXT,
    },
)

DEFAULTS = Table(
    "a table `defaults`",
    {
        "host": _TEXT,
        "port": _number(PORTS, "a port number"),
        "endpoint": _ENDPOINT,
        "tls": Table("a table `tls`", dict.fromkeys(TLS, _TEXT)),
        "command": Holds('a list of strings: `["program", "argument"]`', is_command),
        "restart": _word(*RESTARTS),
    },
)

TOPIC = Table(
    "a rule for topics",
    {
        "name": _TEXT,
        "capacity": _number(_MESSAGES, "a number of messages"),
        "when_full": _word(*POLICIES),
        "history": _number(range(_MESSAGES.stop), "a number of messages"),
        "max_message_bytes": _number(range(1, 1 << 32), "the bytes of a message"),
        "durable": _FLAG,
        "keep_messages": _number(_KEPT, "a number of messages"),
        "keep_bytes": _number(_KEPT, "a number of bytes"),
        "keep_seconds": _number(range(1, (1 << 33) + 1), "a number of seconds"),
    },
)
