"""The JSON mapping: values to JSON and back, the same in every language.

| type | JSON |
|---|---|
| integers up to 64 bits | number (text accepted) |
| 128-bit integers | text |
| decimal | text with exactly its decimal places |
| float | number, `"NaN"`, `"Infinity"`, `"-Infinity"`, `"NaN:<hex>"` for a NaN with a payload |
| bytes | hex digits |
| timestamp | RFC 3339 with nine decimals; duration: `"1.5s"` |
| enum | name, or number where it has none; flags: names, then the unknown bits as one number |
| union | `{"arm": value}`; unknown: `{"unknown": {"tag": n, "payload": hex}}` |
"""

from __future__ import annotations

import json
import math
from decimal import Decimal, DecimalException
from struct import Struct
from typing import Any

from mycelium import time
from mycelium._codec import types as t
from mycelium._codec import values
from mycelium._codec.check import check

_CANONICAL_NAN = {"f": "7fc00000", "d": "7ff8000000000000"}


def dumps(node: t.Type, value: Any) -> str:
    """The compact JSON of a value."""
    return json.dumps(plain(node, value), separators=(",", ":"), ensure_ascii=False)


def loads(node: t.Type, text: str | bytes, place: str) -> Any:
    """The value of some JSON; a `ValueError` names the place that does not fit."""
    try:
        data = json.loads(text, parse_float=Decimal)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{place}: not JSON: {error}") from None
    try:
        return value(node, data, place)
    except TypeError as error:
        raise ValueError(str(error)) from None


def plain(node: t.Type, value: Any) -> Any:
    """A value as what `json` prints."""
    match node:
        case t.Int(name="timestamp"):
            return time.to_rfc3339(value)
        case t.Int(name="duration"):
            return time.duration_text(value)
        case t.Int():
            return int(value)
        case t.Wide():
            return str(value)
        case t.Float():
            return _plain_float(node, value)
        case t.Decimal():
            return f"{values.decimal_of(node.scale)(values.mantissa_of(node.scale)(value)):f}"
        case t.Enum():
            return _plain_enum(node, value)
        case t.BoundedOctets() | t.Octets() | t.OctetArray():
            return values.as_bytes(value).hex()
        case t.Array() | t.BoundedList() | t.List():
            return [plain(node.item, one) for one in value]
        case t.Tuple():
            return [
                plain(item, one) for item, one in zip(node.items, value, strict=True)
            ]
        case t.Optional():
            return None if value is None else plain(node.item, value)
        case t.Struct() | t.Message():
            return {
                f.wire_name: plain(f.type, getattr(value, f.name))
                for f in node.cls.FIELDS
            }
        case t.Union():
            for arm in node.arms:
                if type(value) is arm.cls:
                    return {arm.name: plain(arm.type, value.value)}
            return {"unknown": {"tag": value.tag, "payload": value.payload.hex()}}
    return value


def _plain_float(node: t.Float, value: float) -> Any:
    if math.isnan(value):
        packed = (
            values.f32_bytes(value) if node.code == "f" else Struct("<d").pack(value)
        )
        digits = packed[::-1].hex()
        return "NaN" if digits == _CANONICAL_NAN[node.code] else f"NaN:{digits}"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float(value)


def _plain_enum(node: t.Enum, value: Any) -> Any:
    if not node.is_flags:
        known = node.cls._value2member_map_.get(int(value))
        return int(value) if known is None else _wire_name(known)
    unknown = int(value) & ~node.cls._flag_mask_
    flags = sorted(flag for flag in node.cls if int(flag) & int(value))
    names: list[Any] = [_wire_name(flag) for flag in flags]
    return names + [unknown] if unknown else names


def _wire_name(member: Any) -> str:
    return str(member.name).rstrip("_").lower()


def value(node: t.Type, data: Any, place: str) -> Any:
    """What `json` read as a value of a type."""
    match node:
        case t.Int(name="timestamp") if isinstance(data, str):
            return check(node, time.from_rfc3339(data), place)
        case t.Int(name="duration") if isinstance(data, str):
            return check(node, time.parse_duration(data), place)
        case t.Int() | t.Wide():
            return check(node, _int(data), place)
        case t.Float():
            return _float(node, data, place)
        case t.Decimal():
            return check(node, _decimal(data, place), place)
        case t.Enum():
            return _enum(node, data, place)
        case t.BoundedOctets() | t.Octets() | t.OctetArray():
            return check(node, _hex(data, place), place)
        case t.Array() | t.BoundedList() | t.List():
            items = _list(data, place)
            return check(
                node, [value(node.item, x, f"{place}[{i}]") for i, x in items], place
            )
        case t.Tuple():
            items = _list(data, place)
            if len(items) != len(node.items):
                raise ValueError(
                    f"{place}: expected {len(node.items)} items, got {len(items)}"
                )
            return tuple(value(node.items[i], x, f"{place}[{i}]") for i, x in items)
        case t.Optional():
            return None if data is None else value(node.item, data, place)
        case t.Struct() | t.Message():
            return _record(node, data, place)
        case t.Union():
            return _union(node, data, place)
    return check(node, data, place)


def _int(data: Any) -> Any:
    if isinstance(data, str) and data.removeprefix("-").isdecimal() and len(data) <= 40:
        return int(data)
    if isinstance(data, Decimal) and data == data.to_integral_value():
        return int(data)
    return data


def _float(node: t.Float, data: Any, place: str) -> float:
    if isinstance(data, str):
        if data.startswith("NaN:"):
            return _nan(node, data, place)
        special = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}.get(
            data
        )
        if special is None:
            raise ValueError(f"{place}: expected a number, got {data!r}")
        return special
    if isinstance(data, Decimal):
        data = float(data)
    number = float(check(node, data, place))
    if node.code == "f":
        rounded: float = Struct("<f").unpack(Struct("<f").pack(number))[0]
        return rounded
    return number


def _nan(node: t.Float, data: str, place: str) -> float:
    packed = _hex(data.removeprefix("NaN:"), place)[::-1]
    if len(packed) != node.size:
        raise ValueError(f"{place}: expected {2 * node.size} hex digits, got {data!r}")
    number: float = Struct("<" + node.code).unpack(packed)[0]
    if number == number:
        raise ValueError(f"{place}: {data!r} is no NaN")
    return values.f32_nan(packed, 0) if node.code == "f" else number


def _decimal(data: Any, place: str) -> Any:
    if not isinstance(data, str):
        return data
    try:
        return Decimal(data)
    except DecimalException:
        raise ValueError(f"{place}: expected a decimal, got {data!r}") from None


def _enum(node: t.Enum, data: Any, place: str) -> Any:
    if not node.is_flags:
        return node.cls(check(node, _member(node, data, place), place))
    bits = 0
    for index, one in _list(data, place):
        bits |= int(_member(node, one, f"{place}[{index}]"))
    return node.cls(check(node, bits, place))


def _member(node: t.Enum, data: Any, place: str) -> Any:
    if not isinstance(data, str):
        return _int(data)
    for member in node.cls:
        if _wire_name(member) == data:
            return member
    names = ", ".join(_wire_name(member) for member in node.cls)
    raise ValueError(f"{place}: expected one of {names}, got {data!r}")


def _hex(data: Any, place: str) -> bytes:
    try:
        if isinstance(data, str):
            return bytes.fromhex(data)
    except ValueError:
        pass
    raise ValueError(f"{place}: expected hex digits, got {data!r}")


def _list(data: Any, place: str) -> list[tuple[int, Any]]:
    if not isinstance(data, list):
        raise ValueError(f"{place}: expected an array, got {data!r}")
    return list(enumerate(data))


def _record(node: t.Struct | t.Message, data: Any, place: str) -> Any:
    fields = node.cls.FIELDS
    if not isinstance(data, dict):
        raise ValueError(f"{place}: expected an object, got {data!r}")
    unknown = sorted(data.keys() - {field.wire_name for field in fields})
    if unknown:
        raise ValueError(f"{place}: has no field {unknown[0]!r}")
    missing = [f.wire_name for f in fields if f.is_required and f.wire_name not in data]
    if missing:
        raise ValueError(f"{place}: the field {missing[0]!r} is missing")
    return node.cls(
        **{
            field.name: value(
                field.type, data[field.wire_name], f"{place}.{field.wire_name}"
            )
            for field in fields
            if field.wire_name in data
        }
    )


def _union(node: t.Union, data: Any, place: str) -> Any:
    from mycelium._codec.unions import UnknownArm

    if not isinstance(data, dict) or len(data) != 1:
        raise ValueError(f"{place}: expected an object with one arm, got {data!r}")
    ((name, inner),) = data.items()
    for arm in node.arms:
        if arm.name == name:
            return arm.cls(value(arm.type, inner, f"{place}.{name}"))
    if name != "unknown" or not isinstance(node, t.OpenUnion):
        names = ", ".join(arm.name for arm in node.arms)
        raise ValueError(f"{place}: expected one of {names}, got {name!r}")
    if not isinstance(inner, dict) or inner.keys() != {"tag", "payload"}:
        raise ValueError(f"{place}: expected tag and payload, got {inner!r}")
    payload = _hex(inner["payload"], f"{place}.unknown.payload")
    return check(node, UnknownArm(inner["tag"], payload), place)
