"""The errors of decoding, one function a kind, so that the generated lines stay short."""

from __future__ import annotations

from struct import Struct
from typing import Any

from mycelium._codec.constraint import Constraint
from mycelium.errors import DecodeError

HEADER = Struct("<IHHII")


def bool(at: int, field: str, found: int) -> DecodeError:
    """A bool that is neither 0 nor 1."""
    return DecodeError("bool", at, field, f"a bool must be 0 or 1, not {found}")


def presence(at: int, field: str, found: int) -> DecodeError:
    """A presence byte that is neither 0 nor 1."""
    return DecodeError(
        "presence", at, field, f"a presence byte must be 0 or 1, not {found}"
    )


def utf8(at: int, field: str) -> DecodeError:
    """Text that is not UTF-8."""
    return DecodeError("utf8", at, field, "text that is not UTF-8")


def enum(at: int, field: str, found: int) -> DecodeError:
    """A value that a closed enum does not name."""
    return DecodeError("enum", at, field, f"{found} is no member of this closed enum")


def tag(at: int, field: str, found: int) -> DecodeError:
    """A tag that a closed union does not name, or no tag."""
    return DecodeError("tag", at, field, f"{found} is no arm of this union")


def count(at: int, field: str, bound: int, found: int) -> DecodeError:
    """More items than the bound allows."""
    return DecodeError("count", at, field, f"{found} where at most {bound} are allowed")


def reference(
    at: int, field: str, expected: int, place: int, length: int, limit: int
) -> DecodeError:
    """A reference that does not point to the next item of the tail, or past its end."""
    detail = (
        f"a reference to {length} bytes at {place} of a tail of {limit},"
        f" where the next item lies at {expected}"
    )
    return DecodeError("reference", at, field, detail)


def block(at: int, field: str, claimed: int, payload: int) -> DecodeError:
    """A block that does not fit its payload."""
    return DecodeError(
        "block", at, field, f"a block of {claimed} bytes in a payload of {payload}"
    )


def key_order(at: int, field: str) -> DecodeError:
    """A key of a map that is not above the one before it."""
    detail = "a map's key that is not above the one before it"
    return DecodeError("key_order", at, field, detail)


def constraint(at: int, field: str, held_to: Constraint, value: Any) -> DecodeError:
    """A value that does not keep the constraint of its field."""
    detail = f"expected {held_to.wanted}, got {held_to.found(value)}"
    return DecodeError(held_to.kind, at, field, detail)


def missing(at: int, field: str, needed: int, found: int) -> DecodeError:
    """A field without a default that the sender's block does not reach."""
    detail = (
        f"a required field ends at byte {needed}, but the sender's block has {found}:"
        " the sender is older than this field"
    )
    return DecodeError("missing", at, field, detail)


def trailing(at: int, field: str, found: int) -> DecodeError:
    """Bytes behind the last item of the tail, or behind the frame."""
    return DecodeError("trailing", at, field, f"{found} bytes too many")


def not_canonical(at: int, field: str) -> DecodeError:
    """A form that is not the one that encoding gives."""
    return DecodeError(
        "not_canonical", at, field, "not the canonical form of its value"
    )


def check_header(buf: bytes, type_id: int, name: str) -> int:
    """Checks that `buf` is one frame of the type; gives the length of its block."""
    if len(buf) < HEADER.size:
        detail = f"a header of {HEADER.size} bytes is needed, {len(buf)} are there"
        raise DecodeError("truncated", len(buf), name, detail)
    length, found, _, block_size, _ = HEADER.unpack_from(buf)
    if length & 7:
        detail = f"a payload of {length} bytes: the length must be a multiple of 8"
        raise DecodeError("length", 0, name, detail)
    if block_size > length:
        raise block(8, name, block_size, length)
    if HEADER.size + length > len(buf):
        detail = (
            f"a frame of {HEADER.size + length} bytes is needed, {len(buf)} are there"
        )
        raise DecodeError("truncated", len(buf), name, detail)
    if HEADER.size + length < len(buf):
        raise trailing(HEADER.size + length, name, len(buf) - HEADER.size - length)
    if found != type_id:
        detail = f"a frame of type {found} where type {type_id} was asked for"
        raise DecodeError("type_id", 4, name, detail)
    return int(block_size)
