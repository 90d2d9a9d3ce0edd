"""Hypothesis strategies for any type of the wire, made from its node."""

from ctypes import c_float
from decimal import Decimal
from struct import unpack

from hypothesis import strategies as st

from mycelium._codec import types as t
from mycelium._codec import values
from mycelium._codec.unions import UnknownArm


def values_of(node):
    """Values of a type, edges included."""
    match node:
        case t.Int() | t.Wide():
            return st.integers(node.low, node.high)
        case t.Float(code="f"):
            return st.binary(min_size=4, max_size=4).map(_f32)
        case t.Float():
            return st.floats(allow_nan=True)
        case t.Bool():
            return st.booleans()
        case t.Decimal():
            mantissas = st.integers(-(1 << 63), (1 << 63) - 1)
            return mantissas.map(lambda m: values.EXACT.scaleb(Decimal(m), -node.scale))
        case t.Enum():
            known = st.sampled_from(list(node.cls))
            if not node.is_open:
                return known
            return known | st.integers(node.repr.low, node.repr.high).map(node.cls)
        case t.BoundedOctets():
            return st.binary(max_size=node.bound)
        case t.BoundedText():
            return st.text(max_size=node.bound).filter(
                lambda s: len(s.encode()) <= node.bound
            )
        case t.Text():
            return st.text(max_size=12)
        case t.Octets():
            return st.binary(max_size=12)
        case t.OctetArray():
            return st.binary(min_size=node.length, max_size=node.length)
        case t.Array():
            return st.lists(
                values_of(node.item), min_size=node.length, max_size=node.length
            )
        case t.BoundedList():
            return st.lists(values_of(node.item), max_size=node.bound)
        case t.List():
            return st.lists(values_of(node.item), max_size=3)
        case t.Uuid():
            return st.uuids()
        case t.Map():
            return st.dictionaries(
                values_of(node.key), values_of(node.value), max_size=3
            )
        case t.Tuple():
            return st.tuples(*(values_of(item) for item in node.items))
        case t.Optional():
            return st.none() | values_of(node.item)
        case t.Struct() | t.Message():
            fields = {field.name: _field(field) for field in node.cls.FIELDS}
            return st.builds(node.cls, **fields)
        case t.OpenUnion():
            return _arms(node) | st.builds(
                UnknownArm, st.integers(1000, 2000), _payloads()
            )
    return _arms(node)


def _field(field):
    """Values that keep the field's constraint."""
    if field.constraint is None:
        return values_of(field.type)
    return _within(field.type, field.constraint).filter(field.constraint.keeps)


def _within(node, constraint):
    """Values that mostly keep a constraint, so that few are thrown away."""
    least, greatest = constraint.least, constraint.greatest
    if isinstance(node, t.Optional):
        return st.none() | _within(node.item, constraint)
    if constraint.kind == "len":
        sizes = {
            "min_size": least or 0,
            "max_size": 12 if greatest is None else greatest,
        }
        match node:
            case t.Octets() | t.BoundedOctets():
                return st.binary(**sizes)
            case t.BoundedText():
                texts = st.text(min_size=least or 0, max_size=node.bound)
                return texts.filter(lambda s: len(s.encode()) <= node.bound)
            case t.Text():
                return st.text(**sizes)
            case t.List():
                return st.lists(values_of(node.item), **sizes)
            case t.Map():
                pair = values_of(node.key), values_of(node.value)
                return st.dictionaries(*pair, **sizes)
        return values_of(node)
    match node:
        case t.Int():
            low = node.low if least is None else least
            return st.integers(low, node.high if greatest is None else greatest)
        case t.Float():
            floats = st.floats(least, greatest)
            return floats.map(_nearest_f32) if node.code == "f" else floats
        case t.Decimal():
            mantissa = values.mantissa_of(node.scale)
            low = -(1 << 63) if least is None else mantissa(least)
            high = (1 << 63) - 1 if greatest is None else mantissa(greatest)
            return st.integers(low, high).map(values.decimal_of(node.scale))
    return values_of(node)


def _arms(node):
    return st.one_of(*(st.builds(arm.cls, values_of(arm.type)) for arm in node.arms))


def _payloads():
    return st.binary(max_size=16).map(
        lambda data: (
            b"\x08\0\0\0\0\0\0\0"
            + data.ljust(8 + len(data) // 8 * 8, b"\0")[: 8 + len(data) // 8 * 8]
        )
    )


def _nearest_f32(value):
    return c_float(value).value


def _f32(data):
    value = unpack("<f", data)[0]
    return values.f32_nan(data, 0) if value != value else value
