"""Values as JSON: one mapping, the same in every language.

| type | JSON |
|---|---|
| integers of up to 64 bits | number; read from a string too |
| `i128`, `u128`, `u256` | string of digits; read from a number too |
| float | number, `"NaN"`, `"Infinity"`, `"-Infinity"`; other NaNs `"NaN:7ff8000000000001"` |
| decimal | string with exactly its places; read with fewer |
| timestamp | RFC 3339, UTC, nine places; duration `"1.5s"`; both read from nanoseconds too |
| uuid | `"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"`; read in upper case too |
| bytes, rows of `u8` | string of hex digits |
| enum | name; a value without one as number |
| flags | array of names, then the bits without one as one number |
| list, array, tuple | array |
| map | object where keys are strings, else array of pairs; read in any order |
| struct, message | object; a missing field takes its default |
| union | `{"arm": value}`; unknown: `{"unknown": {"tag": 9, "payload": "…"}}` |
| `T?` | `null` where absent |

What names a member or key twice is refused, since one of the two values would be lost.

>>> from mycelium.control import Closed
>>> Closed.from_json('{"published": "150", "channel": 7}').to_json()
'{"channel":7,"published":150}'
>>> Closed.from_json('{"published": 150, "channel": true}')
Traceback (most recent call last):
mycelium.errors.JsonError: $.channel: expected an integer from 0 to 65535, found true
"""

from __future__ import annotations

import json
from typing import Any

from mycelium._codec import types as t
from mycelium._codec.check import check
from mycelium._codec.json_read import members, read
from mycelium._codec.json_words import Number
from mycelium._codec.json_write import plain
from mycelium.errors import JsonError


def dumps(node: t.Type, value: Any) -> str:
    """The JSON of a value, on one line."""
    try:
        data = plain(node, value)
    except (TypeError, ValueError, AttributeError, ArithmeticError):
        check(node, value, type(value).__name__)
        raise
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def loads(node: t.Type, text: str | bytes) -> Any:
    """The value of some JSON; a `JsonError` names the place that does not fit."""
    try:
        data = json.loads(
            text if isinstance(text, str) else bytes(text).decode(),
            parse_int=Number,
            parse_float=Number,
            parse_constant=_no_constant,
            object_pairs_hook=members,
        )
    except (ValueError, RecursionError) as error:
        raise JsonError("$", "JSON", f"a text that is none: {error}") from None
    return read(node, data, "$")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} outside a string")
