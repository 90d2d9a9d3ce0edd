"""One topology file: its text, for the places of faults, and what it holds before its nodes are looked at."""

from __future__ import annotations

import os
import re
import tomllib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mycelium._topology_keys import TLS, did_you_mean
from mycelium._topology_tables import BOUNDS, DEFAULTS, TOPIC, checked
from mycelium._topology_variables import expand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HEAD = re.compile(r"\s*\[\[?\s*(nodes|topics|defaults)\s*\]")
_NUMBERS = {"port", "capacity", "history", "max_message_bytes", *BOUNDS}


class Faults(list[str]):
    """What is wrong, each with its place and its remedy."""


class File:
    """One file: its text, for the places of faults, and its table."""

    def __init__(self, path: Path, text: str, faults: Faults) -> None:
        self.path = path
        self.folder = "" if str(path.parent) == "." else str(path.parent)
        self.faults = faults
        self.lines = text.splitlines()
        # Where a table of this name begins, and where the next one does, of any name.
        heads = [
            (number, head[1])
            for number, line in enumerate(self.lines, 1)
            if (head := _HEAD.match(line))
        ]
        ends = [number - 1 for number, _ in heads[1:]] + [len(self.lines)]
        self._extents: dict[str, list[tuple[int, int]]] = {}
        for (number, name), end in zip(heads, ends, strict=False):
            self._extents.setdefault(name, []).append((number, end))
        self.table: dict[str, Any] = {}
        try:
            self.table = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            what = f"this is not TOML: {error}"
            faults.append(f"{path}: {what}; see https://toml.io/en/v1.0.0")
            return
        self.table = self._expanded(self.table, "")
        self._place_paths()

    def fault(
        self, index: int, key: str, what: str, remedy: str, table: str = "nodes"
    ) -> None:
        """Notes a fault in a node or another table, at the line of a key where there is one."""
        line = self._line(table, index, key)
        self.faults.append(f"{self.path}:{line}: {what}; {remedy}")

    def say(self, what: str, remedy: str) -> None:
        """Notes a fault of the whole file."""
        self.faults.append(f"{self.path}: {what}; {remedy}")

    def _line(self, table: str, index: int, key: str) -> int:
        extents = self._extents.get(table, [])
        if index >= len(extents):
            # Written into one line, such as `defaults.port = 9002`.
            return self._first(rf"\s*{table}\b", 0, len(self.lines)) or 1
        start, end = extents[index]
        # The key itself, else another of its table.
        return (
            self._first(rf"\s*(?:\w+\.)?{re.escape(key)}\s*=", start, end)
            or self._first(rf"\s*{re.escape(key.partition('.')[0])}\b", start, end)
            or start
        )

    def _first(self, pattern: str, start: int, end: int) -> int | None:
        """The first line between two that begins with a pattern."""
        for number in range(start, end):
            if re.match(pattern, self.lines[number]):
                return number + 1
        return None

    def _expanded(self, value: Any, key: str) -> Any:
        """The value with variables of the environment in its strings."""
        if isinstance(value, dict):
            return {key: self._expanded(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._expanded(inner, key) for inner in value]
        if not isinstance(value, str):
            return value
        text, unknown = expand(value, os.environ.get)
        for written, what, remedy in unknown:
            lines = [n for n, line in enumerate(self.lines, 1) if written in line]
            place = f":{lines[0]}" if lines else ""
            self.faults.append(f"{self.path}{place}: {what}; {remedy}")
        if unknown:
            return value
        if key in _NUMBERS and "${" in value and re.fullmatch(r"\s*[0-9]+\s*", text):
            return int(text)
        return text

    def _place_paths(self) -> None:
        """Relative paths start at the folder of the file that they stand in."""
        nodes = self.table.get("nodes")
        tables = [*nodes] if isinstance(nodes, list) else []
        tables.append(self.table.get("defaults"))
        for table in tables:
            if not isinstance(table, dict):
                continue
            for inner, keys in (("endpoint", ("path",)), ("tls", TLS)):
                values = table.get(inner)
                if not isinstance(values, dict):
                    continue
                for key in keys:
                    if isinstance(values.get(key), str) and values[key].strip():
                        values[key] = os.path.join(self.folder, values[key])


def tables(file: File, key: str) -> Iterator[dict[str, Any]]:
    tables = file.table.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        file.say(f"`{key}` is not a list of tables", f"write `[[{key}]]`")
        return
    yield from tables


def check_rules(file: File) -> None:
    """Whether the rules for topics can be kept; here only the native core's bus does."""
    seen: set[str] = set()
    for index, table in enumerate(tables(file, "topics")):
        say = partial(_fault_in, file, "topics", index)
        rule = checked(TOPIC, table, say)
        name = rule.get("name")
        _check_kept(rule, say)
        if "name" not in table:
            say("name", "this rule says for no topic", 'add `name = "…"`')
        elif name in seen:
            remedy = "keep one of them: the first rule that fits a topic counts"
            say("name", f"two rules are for the topics {name!r}", remedy)
        elif isinstance(name, str):
            seen.add(name)


def _check_kept(rule: dict[str, Any], say: Callable[[str, str, str], None]) -> None:
    """What is durable is kept within bounds, by a server with which the bus in Python does not speak."""
    bounds = [key for key in BOUNDS if key in rule]
    if not rule.get("durable"):
        for key in bounds:
            what = f"`{key}` means nothing to a topic that is not durable"
            say(key, what, "add `durable = true`")
        return
    if not bounds:
        what = "this topic is kept without a bound"
        say("durable", what, f"add one of {', '.join(BOUNDS)}")
    what = "this library speaks with no NATS server, which keeps what is durable"
    say(
        "durable",
        what,
        "open the bus with the native core, built with the feature `nats`",
    )


def defaults_of(file: File) -> dict[str, Any]:
    defaults = file.table.get("defaults", {})
    if isinstance(defaults, dict):
        return checked(DEFAULTS, defaults, partial(_fault_in, file, "defaults", 0))
    file.say("`defaults` is no table", "write `[defaults]`")
    return {}


def _fault_in(
    file: File, table: str, index: int, key: str, what: str, remedy: str
) -> None:
    file.fault(index, key, what, remedy, table)


def known(
    file: File, index: int, table: dict[str, Any], what: str, keys: list[str]
) -> None:
    for key in table:
        if key not in keys:
            hint = did_you_mean(key, keys) or f"the keys are: {', '.join(keys)}"
            file.fault(index, key, f"{what} has no key {key!r}", hint)
