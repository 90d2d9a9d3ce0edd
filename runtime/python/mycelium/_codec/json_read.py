"""JSON to value: of what `json` read, with numbers as their digits."""

from __future__ import annotations

import math
import re
from struct import Struct
from typing import Any
from uuid import UUID

from mycelium import time
from mycelium._codec import types as t
from mycelium._codec import values
from mycelium._codec.check import check
from mycelium._codec.enums import flags_of
from mycelium._codec.json_words import (
    Number,
    Twice,
    describe,
    expected,
    is_text_key,
    wire_name,
)
from mycelium.errors import JsonError

_INTEGER = re.compile(r"-?[0-9]+")
# Digits of the largest `u256`.
_MOST_DIGITS = 78
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def members(pairs: list[tuple[str, Any]]) -> Any:
    """An object's members by name; one that is named twice is left for the reader to refuse."""
    found: dict[str, Any] = {}
    for name, data in pairs:
        if name in found:
            return Twice(name)
        found[name] = data
    return found


def read(node: t.Type, data: Any, path: str) -> Any:
    """What `json` read as a value of a type."""
    match node:
        case t.Optional():
            return None if data is None else read(node.item, data, path)
        case t.Array() | t.BoundedList() | t.List():
            return _items(node, data, path)
        case t.Tuple():
            if not isinstance(data, list) or len(data) != len(node.items):
                raise _mismatch(node, data, path)
            pairs = enumerate(zip(node.items, data, strict=True))
            return tuple(read(item, one, f"{path}[{i}]") for i, (item, one) in pairs)
        case t.Map():
            return _map(node, data, path)
        case t.Enum():
            return _enum(node, data, path)
        case t.Struct() | t.Message():
            return _record(node, data, path)
        case t.Union():
            return _union(node, data, path)
    value = _plain(node, data)
    try:
        if value is not None:
            return check(node, value, path)
    except (TypeError, ValueError):
        pass
    raise _mismatch(node, data, path)


def _mismatch(node: t.Type, data: Any, path: str) -> JsonError:
    return JsonError(path, expected(node), describe(data))


def _plain(node: t.Type, data: Any) -> Any:
    """A value without parts, its range not yet checked; `None` where it is none of the type."""
    if isinstance(node, t.Float):
        return _float(node, data)
    if isinstance(node, t.Bool):
        return data if isinstance(data, bool) else None
    if not isinstance(data, str):
        return None
    match node:
        case t.Int(name="timestamp") if not isinstance(data, Number):
            return time.read_rfc3339(data)
        case t.Int(name="duration") if not isinstance(data, Number):
            return time.read_duration(data)
        case t.Int() | t.Wide():
            return _integer(data)
        case t.Decimal():
            mantissa = values.mantissa_of_text(data, node.scale)
            return None if mantissa is None else values.decimal_of(node.scale)(mantissa)
    if isinstance(data, Number):
        return None
    match node:
        case t.Uuid():
            return UUID(data) if _UUID.fullmatch(data) else None
        case t.BoundedOctets() | t.Octets() | t.OctetArray():
            return bytes.fromhex(data) if _HEX.fullmatch(data) else None
    return data


def _integer(data: str) -> int | None:
    if not _INTEGER.fullmatch(data):
        return None
    digits = data.removeprefix("-").lstrip("0") or "0"
    # No type has more of them, and Python reads no more than some thousands.
    if len(digits) > _MOST_DIGITS:
        return None
    return -int(digits) if data.startswith("-") else int(digits)


def _float(node: t.Float, data: Any) -> float | None:
    if isinstance(data, Number):
        number = float(data)
        return number if math.isfinite(number) else None
    if not isinstance(data, str):
        return None
    return _nan(node, data[4:]) if data.startswith("NaN:") else _SPECIAL.get(data)


def _nan(node: t.Float, digits: str) -> float | None:
    if len(digits) != 2 * node.size or not _HEX.fullmatch(digits):
        return None
    packed = bytes.fromhex(digits)[::-1]
    number: float = Struct("<" + node.code).unpack(packed)[0]
    if number == number:
        return None
    return values.f32_nan(packed, 0) if node.code == "f" else number


def _items(node: t.Array | t.BoundedList | t.List, data: Any, path: str) -> list[Any]:
    is_fitting = isinstance(data, list) and (
        not isinstance(node, t.Array) or len(data) == node.length
    )
    if not is_fitting or (isinstance(node, t.BoundedList) and len(data) > node.bound):
        raise _mismatch(node, data, path)
    return [read(node.item, one, f"{path}[{i}]") for i, one in enumerate(data)]


def _map(node: t.Map, data: Any, path: str) -> dict[Any, Any]:
    if is_text_key(node.key) and isinstance(data, dict):
        pairs = [
            (
                read(node.key, key, f"{path}.{key}"),
                read(node.value, one, f"{path}.{key}"),
            )
            for key, one in data.items()
        ]
    elif not is_text_key(node.key) and isinstance(data, list):
        pairs = [read(node.item, one, f"{path}[{i}]") for i, one in enumerate(data)]
    else:
        raise _mismatch(node, data, path)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonError(path, "each key once", "a key that is given twice")
    return dict(sorted(found.items()))


def _enum(node: t.Enum, data: Any, path: str) -> Any:
    if node.is_flags:
        if not isinstance(data, list):
            raise _mismatch(node, data, path)
        bits = 0
        for index, one in enumerate(data):
            bits |= _number(node, one, f"{path}[{index}]")
        return flags_of(node.cls, bits)
    number = _number(node, data, path)
    try:
        return node.cls(number)
    except ValueError:
        raise _mismatch(node, data, path) from None


def _number(node: t.Enum, data: Any, path: str) -> int:
    """The number of a member, by its name or itself."""
    if isinstance(data, str) and not isinstance(data, Number):
        for member in node.cls:
            if wire_name(member) == data:
                return int(member)
    number = _integer(data) if isinstance(data, str) else None
    if number is None or not node.repr.low <= number <= node.repr.high:
        raise _mismatch(node, data, path)
    return number


def _record(node: t.Struct | t.Message, data: Any, path: str) -> Any:
    if not isinstance(data, dict):
        raise _mismatch(node, data, path)
    fields = node.cls.FIELDS
    names = [field.wire_name for field in fields]
    for name in data:
        if name not in names:
            known = ", ".join(f'"{name}"' for name in names)
            wanted = f"a field of `{node.cls.NAME}`: one of {known}"
            raise JsonError(path, wanted, describe(name).removeprefix("the string "))
    arguments = {}
    for field in fields:
        inner = f"{path}.{field.wire_name}"
        if field.wire_name in data:
            given = data[field.wire_name]
            value = read(field.type, given, inner)
            if field.constraint is not None and not field.constraint.keeps(value):
                raise JsonError(inner, field.constraint.wanted, describe(given))
            arguments[field.name] = value
        elif field.is_required:
            raise JsonError(inner, expected(field.type), "no such field")
    return node.cls(**arguments)


def _union(node: t.Union, data: Any, path: str) -> Any:
    if not isinstance(data, dict) or len(data) != 1:
        raise _mismatch(node, data, path)
    ((name, inner),) = data.items()
    for arm in node.arms:
        if arm.name == name:
            return arm.cls(read(arm.type, inner, f"{path}.{name}"))
    if name == "unknown" and isinstance(node, t.OpenUnion):
        return _unknown_arm(node, inner, f"{path}.{name}")
    raise JsonError(path, expected(node), f'the arm "{name}"')


def _unknown_arm(node: t.OpenUnion, data: Any, path: str) -> Any:
    from mycelium._codec.unions import UnknownArm

    if isinstance(data, dict) and data.keys() == {"tag", "payload"}:
        tag, payload = data["tag"], data["payload"]
        is_hex = isinstance(payload, str) and not isinstance(payload, Number)
        if isinstance(tag, Number) and is_hex and _HEX.fullmatch(payload):
            try:
                arm = UnknownArm(_integer(tag) or 0, bytes.fromhex(payload))
                return check(node, arm, path)
            except ValueError:
                pass
    wanted = '{"tag": a number of no known arm, "payload": an embedded payload in hex}'
    raise JsonError(path, wanted, describe(data))
