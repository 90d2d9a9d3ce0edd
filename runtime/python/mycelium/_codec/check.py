"""Checks values against their types, and says what is wrong with the one that does not fit.

Encoders do not check: they let `struct` and Python refuse, and then ask here for the reason. What
constructors cannot check in one line is checked here too. The result is the value in its usual form:
a list for any sequence, `bytes` for any buffer, a member for the number of a closed enum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, DecimalException
from operator import index
from struct import error as StructError
from typing import TYPE_CHECKING, Any
from uuid import UUID

from mycelium._codec import types as t
from mycelium._codec import values
from mycelium._codec.arrays import TIMES, bytes_of_buffer
from mycelium._codec.constraint import check_constraints
from mycelium.errors import DecodeError

if TYPE_CHECKING:
    from mycelium._codec.record import Field, RecordMeta


def explain(
    record: Any, error: Exception, channel: Any = 0, sequence: Any = 0
) -> Exception:
    """The error that names class, field and value, for one that encoding ran into."""
    if isinstance(error, MemoryError):
        return error
    cls = type(record)
    try:
        check_place(channel, sequence)
        for field in cls.FIELDS:
            _check_field(field, record, f"{cls.__name__}.{field.name}")
        check_constraints(cls._WIRE_, record, cls.__name__)
    except (TypeError, ValueError) as found:
        return found
    return ValueError(f"{cls.__name__} cannot be encoded: {error}")


def check_place(channel: Any, sequence: Any) -> tuple[int, int]:
    """Gives channel and sequence of a frame as ints, or raises `TypeError` or `ValueError`."""
    channel, sequence = index(channel), index(sequence)
    if not (0 <= channel < 1 << 16 and 0 <= sequence < 1 << 32):
        raise ValueError(
            "a channel is from 0 to 65535, a sequence from 0 to 4294967295"
        )
    return channel, sequence


def explain_arguments(cls: Any, arguments: dict[str, Any]) -> Exception:
    """The error for constructor arguments that a `struct` refused."""
    try:
        for field in cls.FIELDS:
            if field.name in arguments:
                check(field.type, arguments[field.name], f"{cls.__name__}.{field.name}")
    except (TypeError, ValueError) as found:
        return found
    return TypeError(
        f"{cls.__name__}: these arguments are not numbers that fit: {arguments!r}"
    )


def check(node: t.Type, value: Any, place: str) -> Any:
    """Gives `value` as a value of the type, or raises `TypeError` or `ValueError`."""
    match node:
        case t.Int() | t.Wide():
            return _whole(node, value, place)
        case t.Float():
            return _float(node, value, place)
        case t.Bool():
            return _instance(value, bool, place, "a bool")
        case t.Decimal():
            check_decimal(node.scale, value, place)
            return value if isinstance(value, Decimal) else Decimal(value)
        case t.Enum():
            return _enum(node, value, place)
        case t.BoundedOctets():
            data = _octets(value, place)
            return _at_most(node.bound, data, len(data), place, "bytes")
        case t.BoundedText():
            text = _text(value, place)
            return _at_most(
                node.bound, text, len(text.encode()), place, "bytes of UTF-8"
            )
        case t.Text():
            return _text(value, place)
        case t.Octets():
            return _octets(value, place)
        case t.OctetArray():
            data = _octets(value, place)
            return _exactly(node.length, data, place, "bytes")
        case t.Array():
            return _exactly(
                node.length, _items(node.item, value, place), place, "items"
            )
        case t.BoundedList():
            items = _items(node.item, value, place)
            return _at_most(node.bound, items, len(items), place, "items")
        case t.List():
            return _items(node.item, value, place)
        case t.Tuple():
            return _tuple(node, value, place)
        case t.Uuid():
            return _instance(value, UUID, place, "a UUID")
        case t.Map():
            return _pairs(node, value, place)
        case t.Optional():
            return None if value is None else check(node.item, value, place)
        case t.Struct() | t.Message():
            return _record(node, value, place)
        case t.Union():
            return _arm(node, value, place)
    raise AssertionError(node)


def check_decimal(scale: int, value: Any, place: str) -> int:
    """The mantissa of a decimal; an error where it is not exact or does not fit 64 bits."""
    if not isinstance(value, Decimal | int) or isinstance(value, bool):
        raise _wrong(place, f"a Decimal with at most {scale} decimal places", value)
    try:
        return values.mantissa_of(scale)(value)
    except (DecimalException, ValueError, OverflowError):
        unit = Decimal(1).scaleb(-scale)
        low, high = (
            values.EXACT.multiply(unit, limit) for limit in (-(1 << 63), (1 << 63) - 1)
        )
        expected = (
            f"a Decimal with at most {scale} decimal places, from {low} to {high}"
        )
        raise ValueError(f"{place}: expected {expected}, got {value!r}") from None


def _wrong(place: str, expected: str, value: Any) -> TypeError:
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    return TypeError(
        f"{place}: expected {expected}, got {shown} ({type(value).__name__})"
    )


def _whole(node: t.Int | t.Wide, value: Any, place: str) -> Any:
    expected = f"an int from {node.low} to {node.high} ({node.name})"
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise _wrong(place, expected, value)
    number = index(value)
    if not node.low <= number <= node.high:
        raise ValueError(f"{place}: expected {expected}, got {value!r}")
    return number


def _float(node: t.Float, value: Any, place: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(place, f"a float ({node.name})", value)
    try:
        struct = values.struct_of_code(node.code)
        # The nearest `f32`; what is no number keeps its bits.
        return struct.unpack(struct.pack(value))[0] if value == value else value
    except (OverflowError, StructError):
        raise ValueError(
            f"{place}: expected a float ({node.name}), got {value!r}, which is too large"
        ) from None


def _instance(value: Any, cls: type, place: str, expected: str) -> Any:
    if not isinstance(value, cls):
        raise _wrong(place, expected, value)
    return value


def _enum(node: t.Enum, value: Any, place: str) -> Any:
    name = node.cls.__name__
    _whole(node.repr, value, f"{place} ({name})")
    if node.is_open:
        return value
    try:
        return node.cls(value)
    except ValueError:
        members = ", ".join(f"{name}.{member.name}" for member in node.cls)
        raise ValueError(f"{place}: expected one of {members}, got {value!r}") from None


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise _wrong(place, "a str", value)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{place}: {value!r} cannot be UTF-8: {error.reason}"
        ) from None
    return value


def _octets(value: Any, place: str) -> bytes:
    try:
        return values.as_bytes(value)
    except TypeError:
        raise _wrong(place, "bytes", value) from None


def _items(item: t.Type, value: Any, place: str) -> list[Any]:
    value = listed(value, item.cls if isinstance(item, t.Struct) else None, place)
    return [check(item, one, f"{place}[{index}]") for index, one in enumerate(value)]


def listed(value: Any, cls: RecordMeta | None = None, place: str = "") -> Any:
    """What may stand for a list: a sequence that is no text, or an array, such as numpy's.

    An array's numbers become Python's, and its records structs of `cls`. A `TypeError` for anything else.
    """
    found = value
    dtype = getattr(value, "dtype", None)
    if dtype is not None and getattr(dtype, "names", None) is None:
        found = (value.view("<i8") if dtype in TIMES else value).tolist()
    elif dtype is not None and cls is not None:
        found = _structs(value, cls, place)
    if isinstance(found, str | bytes) or not isinstance(found, Sequence):
        raise _wrong(place, "a list", value)
    return found


def _structs(value: Any, cls: RecordMeta, place: str) -> list[Any]:
    """The records of an array as structs: each is read as from a frame."""
    from mycelium._codec.decode import struct_reader

    node: Any = cls._WIRE_
    data = bytes_of_buffer(value, "", cls)
    if data is None:
        raise _wrong(place, f"an array of {cls.__name__}.DTYPE", value)
    unpack = struct_reader(node)
    try:
        return [unpack(data, at) for at in range(0, len(data), node.size)]
    except DecodeError as error:
        at = error.offset // node.size
        raise ValueError(f"{place}[{at}]: {error.field}: {error.detail}") from None


def _pairs(node: t.Map, value: Any, place: str) -> dict[Any, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(place, "a dict", value)
    return {
        check(node.key, key, f"{place}, key {key!r}"): check(
            node.value, one, f"{place}[{key!r}]"
        )
        for key, one in value.items()
    }


def _tuple(node: t.Tuple, value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, tuple | list) or len(value) != len(node.items):
        raise _wrong(place, f"a tuple of {len(node.items)}", value)
    return tuple(
        check(item, one, f"{place}[{index}]")
        for index, (item, one) in enumerate(zip(node.items, value, strict=True))
    )


def _record(node: t.Struct | t.Message, value: Any, place: str) -> Any:
    if isinstance(node, t.Struct) and type(value) is tuple:
        return _struct_of(node, value, place)
    if type(value) is not node.cls:
        raise _wrong(place, f"a {node.cls.__name__}", value)
    for field in node.cls.FIELDS:
        _check_field(field, value, f"{place}.{field.name}")
    return value


def _struct_of(node: t.Struct, values_: tuple[Any, ...], place: str) -> Any:
    """The struct of a tuple with all of its fields."""
    fields = node.cls.FIELDS
    if len(values_) != len(fields):
        raise _wrong(
            place, f"a {node.cls.__name__}, or a tuple of its {len(fields)}", values_
        )
    cls: Any = node.cls
    made = cls.__new__(cls)
    for field, value in zip(fields, values_, strict=True):
        value = check(field.type, value, f"{place}.{field.name}")
        setattr(made, field.name, value)
    return made


def _check_field(field: Field, record: Any, place: str) -> None:
    if not hasattr(record, field.slot):
        raise TypeError(f"{place} has no value")
    check(field.raw_type, getattr(record, field.slot), place)


def _arm(node: t.Union, value: Any, place: str) -> Any:
    for arm in node.arms:
        if type(value) is arm.cls:
            check(arm.type, value.value, f"{place}.{arm.name}")
            return value
    if isinstance(node, t.OpenUnion) and hasattr(value, "payload"):
        try:
            values.unknown_arm_payload(value, frozenset(arm.tag for arm in node.arms))
        except (TypeError, ValueError, AttributeError):
            raise ValueError(
                f"{place}: expected a tag that no arm has and an embedded payload, got {value!r}"
            ) from None
        return value
    names = ", ".join(arm.cls.__qualname__ for arm in node.arms)
    raise _wrong(place, f"one of {names}", value)


def _at_most(bound: int, value: Any, count: int, place: str, what: str) -> Any:
    if count > bound:
        raise ValueError(f"{place}: expected at most {bound} {what}, got {count}")
    return value


def _exactly(length: int, value: Any, place: str, what: str) -> Any:
    if len(value) != length:
        raise ValueError(f"{place}: expected exactly {length} {what}, got {len(value)}")
    return value
