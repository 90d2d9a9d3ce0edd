"""Value to JSON."""

from __future__ import annotations

import math
from struct import Struct
from typing import Any

from mycelium import time
from mycelium._codec import types as t
from mycelium._codec import values
from mycelium._codec.constraint import round_f32
from mycelium._codec.json_words import is_text_key, wire_name

_CANONICAL_NAN = {"f": "7fc00000", "d": "7ff8000000000000"}


def plain(node: t.Type, value: Any) -> Any:
    """A value as what `json` prints."""
    match node:
        case t.Int(name="timestamp"):
            return time.to_rfc3339(value)
        case t.Int(name="duration"):
            return time.duration_text(value)
        case t.Int():
            return int(value)
        case t.Wide() | t.Uuid():
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
        case t.Map():
            return _plain_pairs(node, value)
        case t.Tuple():
            pairs = zip(node.items, value, strict=True)
            return [plain(item, one) for item, one in pairs]
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


def _plain_pairs(node: t.Map, value: Any) -> Any:
    pairs = sorted(value.items())
    if is_text_key(node.key):
        return {key: plain(node.value, one) for key, one in pairs}
    return [[plain(node.key, key), plain(node.value, one)] for key, one in pairs]


def _plain_float(node: t.Float, value: float) -> Any:
    if math.isnan(value):
        packed = (
            values.f32_bytes(value) if node.code == "f" else Struct("<d").pack(value)
        )
        digits = packed[::-1].hex()
        return "NaN" if digits == _CANONICAL_NAN[node.code] else f"NaN:{digits}"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    # An `f32` is written as the `f64` of the same value.
    return round_f32(value) if node.code == "f" else float(value)


def _plain_enum(node: t.Enum, value: Any) -> Any:
    if not node.is_flags:
        known = node.cls._value2member_map_.get(int(value))
        return int(value) if known is None else wire_name(known)
    unknown = int(value) & ~node.cls._flag_mask_
    flags = sorted(flag for flag in node.cls if int(flag) & int(value))
    names: list[Any] = [wire_name(flag) for flag in flags]
    return names + [unknown] if unknown else names
