"""Single values between Python and the wire: decimals, floats that are NaN, enums, bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import cache, partial
from struct import Struct
from typing import Any
from uuid import UUID

LOW_64 = (1 << 64) - 1

# Wide enough for any mantissa; a digit that would be lost is an error, never rounded away.
EXACT = Context(prec=100, traps=[InvalidOperation, Inexact])

# Before an embedded payload: the length of its block, and zero.
EMBEDDED_PREFIX = Struct("<II")

_F32 = Struct("<f")
_F64 = Struct("<d")
_U32 = Struct("<I")
_U64 = Struct("<Q")


@cache
def mantissa_of(scale: int) -> Callable[[Any], int]:
    """The function that gives the mantissa of a `Decimal` or `int` at a scale, exactly."""
    scaleb = EXACT.scaleb

    def mantissa(value: Any) -> int:
        scaled = scaleb(value, scale)
        number = int(scaled)
        if (
            number != scaled
            or not -0x8000_0000_0000_0000 <= number <= 0x7FFF_FFFF_FFFF_FFFF
        ):
            raise ValueError(value)
        return number

    return mantissa


_SCALED = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")


def mantissa_of_text(text: str, scale: int) -> int | None:
    """The mantissa of digits with at most `scale` places that are no zeros; else `None`."""
    match = _SCALED.fullmatch(text)
    if match is None:
        return None
    sign, whole, places = match[1], match[2], match[3] or ""
    digits = (whole + places[:scale].ljust(scale, "0")).lstrip("0") or "0"
    if places[scale:].strip("0") or len(digits) > 19:
        return None
    number = -int(digits) if sign else int(digits)
    return number if -(1 << 63) <= number < 1 << 63 else None


@cache
def decimal_of(scale: int) -> Callable[[int], Decimal]:
    """The function that gives the `Decimal` of a mantissa, with exactly `scale` places."""
    return partial(EXACT.multiply, Decimal((0, (1,), -scale)))


def f32_bytes(value: float) -> bytes:
    """The four bytes of a NaN, with its payload."""
    bits = _U64.unpack(_F64.pack(value))[0]
    fraction = bits >> 29 & 0x007F_FFFF
    # A payload that lies in the low bits alone would make an infinity.
    return _U32.pack(bits >> 32 & 0x8000_0000 | 0x7F80_0000 | (fraction or 0x0040_0000))


def f32_nan(data: bytes, at: int) -> float:
    """The float for a NaN of four bytes, with its payload."""
    bits = _U32.unpack_from(data, at)[0]
    wide = (
        (bits & 0x8000_0000) << 32 | 0x7FF0_0000_0000_0000 | (bits & 0x007F_FFFF) << 29
    )
    value: float = _F64.unpack(_U64.pack(wide))[0]
    return value


def f32_list_bytes(values: Any) -> bytes:
    """Bytes of many `f32`."""
    if any(value != value for value in values):
        return b"".join([_F32.pack(v) if v == v else f32_bytes(v) for v in values])
    return Struct(f"<{len(values)}f").pack(*values)


def f32_list(data: bytes, at: int, count: int) -> list[float]:
    """Many `f32` from bytes."""
    values = list(Struct(f"<{count}f").unpack_from(data, at))
    for index, value in enumerate(values):
        if value != value:
            values[index] = f32_nan(data, at + 4 * index)
    return values


def as_bytes(value: Any) -> bytes:
    """The bytes of anything that holds bytes; a `TypeError` for anything else."""
    return bytes(memoryview(value))


def byte_count(value: Any) -> int:
    """How many bytes anything that holds bytes has."""
    return memoryview(value).nbytes


def uuid_of(data: bytes) -> UUID:
    """The UUID of 16 bytes."""
    return UUID(bytes=data)


def unknown_arm_payload(arm: Any, known: frozenset[int]) -> bytes:
    """The payload of an unknown arm, once it is sure that it can stand in a tail."""
    payload = arm.payload
    if not 0 < arm.tag < 1 << 32 or arm.tag in known:
        raise ValueError(f"tag {arm.tag}")
    if (
        payload.__class__ is not bytes
        or len(payload) < EMBEDDED_PREFIX.size
        or len(payload) & 7
    ):
        raise ValueError("payload")
    if EMBEDDED_PREFIX.unpack_from(payload)[0] > len(payload) - EMBEDDED_PREFIX.size:
        raise ValueError("payload")
    return payload


@cache
def struct_of_code(code: str) -> Struct:
    """The little-endian struct of one code."""
    return Struct("<" + code)
