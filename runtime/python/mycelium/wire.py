"""What generated modules are written with: types of the wire, and the bases of their classes.

    from mycelium import wire

    Price = Annotated[Decimal, wire.decimal(8)]

    class Trade(wire.Message, name="market.Trade", id=2, topic="market.trades", digest="myc1:…"):
        event_time: wire.timestamp
        price: Price

Annotations carry the facts: `wire.u64` is an `int` for a type checker and eight bytes on the wire.
"""

from __future__ import annotations

import decimal as decimals
from typing import Annotated, Any, TypeVar

from mycelium._codec.annotations import Bound, Key, WireName
from mycelium._codec.constraint import Len, Range
from mycelium._codec.enums import REPRS, ClosedEnum, Flags, OpenEnum
from mycelium._codec.record import Message, Raw, Struct
from mycelium._codec.types import Decimal, Float, Int, Type, Wide
from mycelium._codec.unions import Arm, ClosedUnion, OpenUnion, UnknownArm

__all__ = [
    "Arm",
    "ClosedEnum",
    "ClosedUnion",
    "Flags",
    "Message",
    "OpenEnum",
    "OpenUnion",
    "Struct",
    "UnknownArm",
    "decimal",
    "duration",
    "exactly",
    "f32",
    "f64",
    "fresh",
    "has_len",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "in_range",
    "key",
    "max_bytes",
    "max_items",
    "name",
    "raw",
    "timestamp",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "u256",
]

T = TypeVar("T")

i8 = Annotated[int, REPRS["i8"]]
i16 = Annotated[int, REPRS["i16"]]
i32 = Annotated[int, REPRS["i32"]]
i64 = Annotated[int, REPRS["i64"]]
i128 = Annotated[int, Wide("i128", 128, signed=True)]
u8 = Annotated[int, REPRS["u8"]]
u16 = Annotated[int, REPRS["u16"]]
u32 = Annotated[int, REPRS["u32"]]
u64 = Annotated[int, REPRS["u64"]]
u128 = Annotated[int, Wide("u128", 128)]
u256 = Annotated[int, Wide("u256", 256)]
f32 = Annotated[float, Float("f32", "f")]
f64 = Annotated[float, Float("f64", "d")]

timestamp = Annotated[int, Int("timestamp", "q")]
"""Nanoseconds since the Unix epoch, UTC; see `mycelium.time`."""

duration = Annotated[int, Int("duration", "q")]
"""Nanoseconds."""

key = Key()
"""Marks a field as part of the instance key."""


def decimal(scale: int) -> Type:
    """A decimal with `scale` places, exact, of up to 64 bits."""
    return Decimal(scale)


def max_bytes(bound: int) -> Bound:
    """Text or bytes of at most `bound` bytes, inline."""
    return Bound(bound, is_exact=False)


def max_items(bound: int) -> Bound:
    """A list of at most `bound` items, inline."""
    return Bound(bound, is_exact=False)


def exactly(count: int) -> Bound:
    """Exactly so many items of a list, or bytes, inline."""
    return Bound(count, is_exact=True)


def fresh(value: T) -> T:
    """A list or dict as a default: each value that takes it gets a copy of its own."""
    return value


def in_range(
    least: float | decimals.Decimal | None, greatest: float | decimals.Decimal | None
) -> Range:
    """A number from least to greatest, both included; `None` is no limit."""
    return Range(least, greatest)


def has_len(least: int, greatest: int | None = None) -> Len:
    """So many bytes of text or bytes, items of a list or pairs of a map, both included."""
    return Len(least, greatest)


def name(schema_name: str) -> WireName:
    """The name of a field in the schema, where Python reserves it."""
    return WireName(schema_name)


def raw(field: str) -> int:
    """The mantissa of a decimal field, as an attribute of its own."""
    placeholder: Any = Raw(field)
    return placeholder  # type: ignore[no-any-return]
