"""What JSON a type takes, what was found instead, and what members are called, in words for people."""

from __future__ import annotations

import json
from typing import Any

from mycelium._codec import types as t

# Longest text that an error quotes, in characters.
_QUOTED = 40


class Number(str):
    """A number as it stands in the JSON, with all its digits."""

    __slots__ = ()


class Twice:
    """An object that names a member twice."""

    def __init__(self, name: str) -> None:
        self.name = name


def wire_name(member: Any) -> str:
    """The name that an enum's member has in the schema."""
    return str(member.name).rstrip("_").lower()


def describe(data: Any) -> str:
    """What `json` read, to stand behind "found"."""
    match data:
        case None:
            return "null"
        case bool():
            return "true" if data else "false"
        case Number():
            return (
                f"the number {data if len(data) <= _QUOTED else data[:_QUOTED] + '…'}"
            )
        case str() if len(data) > _QUOTED:
            size = len(data.encode(errors="surrogatepass"))
            return f"the string {_quoted(data[:_QUOTED])}… of {size} bytes"
        case str():
            return f"the string {_quoted(data)}"
        case list():
            return f"an array of {len(data)} items"
        case Twice():
            return f"an object that has the member {_quoted(data.name)} twice"
        case dict() if len(data) == 1:
            return f"an object with the member {_quoted(next(iter(data)))}"
    return f"an object of {len(data)} members"


def expected(node: t.Type) -> str:
    """What a type takes, to stand behind "expected"."""
    match node:
        case t.Bool():
            return "true or false"
        case t.Int(name="timestamp"):
            return 'a time such as "2024-08-08T23:54:15.030314667Z", or nanoseconds'
        case t.Int(name="duration"):
            return 'a duration such as "1.5s", or nanoseconds'
        case t.Int() | t.Wide():
            return f"an integer from {node.low} to {node.high}"
        case t.Uuid():
            return 'a UUID such as "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"'
        case t.Float():
            return 'a number, or one of "NaN", "Infinity", "-Infinity"'
        case t.Decimal():
            return (
                f'a decimal with at most {node.scale} places in a string, such as "1.5"'
            )
        case t.Text():
            return "text"
        case t.Octets():
            return "bytes in hex"
        case t.BoundedOctets():
            return f"at most {node.bound} bytes in hex"
        case t.BoundedText():
            return f"text of at most {node.bound} bytes of UTF-8"
        case t.OctetArray():
            return f"{node.length} bytes in hex"
        case t.Array():
            return f"an array of {node.length} items"
        case t.BoundedList():
            return f"an array of at most {node.bound} items"
        case t.List():
            return "an array"
        case t.Tuple():
            return f"an array of {len(node.items)} items"
        case t.Optional():
            return f"null or {expected(node.item)}"
    return _expected_with_members(node)


def _expected_with_members(node: t.Type) -> str:
    match node:
        case t.Map() if is_text_key(node.key):
            return "an object with a member for each key"
        case t.Map():
            return "an array of pairs, each key once"
        case t.Struct() | t.Message():
            return f"an object for `{node.cls.NAME}`"
        case t.Enum():
            known = ", ".join(_quoted(wire_name(member)) for member in node.cls)
            if node.is_flags:
                return f"an array of names of `{node.name}` (of {known}) and numbers"
            if node.is_open:
                return f"a member of `{node.name}` (one of {known}) or its number"
            return f"a member of `{node.name}`: one of {known}"
        case t.Union():
            known = ", ".join(_quoted(arm.name) for arm in node.arms)
            return f"an object with one arm of `{node.name}`: one of {known}"
    raise AssertionError(node)


def is_text_key(key: t.Type) -> bool:
    """Whether a map with such keys is an object in JSON."""
    return isinstance(key, t.Text | t.BoundedText) and not isinstance(
        key, t.BoundedOctets
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
