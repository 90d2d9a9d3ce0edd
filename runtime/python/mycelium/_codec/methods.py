"""Writes the source of constructors, `==` and `repr`."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING
from uuid import UUID

from mycelium._codec import types as t
from mycelium._codec import values
from mycelium._codec.check import check, explain_arguments
from mycelium._codec.default import Fresh
from mycelium._codec.source import Source

if TYPE_CHECKING:
    from mycelium._codec.record import Field, RecordMeta


def emit_init(source: Source, cls: RecordMeta, *, is_keyword_only: bool) -> None:
    """Emits `__init__`: numbers are checked by one `struct` call, the rest field by field."""
    star = ["*"] if is_keyword_only else []
    parameters = ", ".join(
        ["self", *star, *(_parameter(source, f) for f in cls.FIELDS)]
    )
    numbers = [field for field in cls.FIELDS if _number_code(field.type)]
    with source.block(f"def __init__({parameters}):"):
        if numbers:
            codes = "".join(_number_code(field.type) for field in numbers)
            pack = source.constant(Struct("<" + codes).pack, "pack")
            with source.block("try:"):
                parts = [_number(source, field) for field in numbers]
                source.line(f"{pack}({', '.join(parts)})")
            with source.block("except Exception:"):
                names = "".join(f"{field.name!r}: {field.name}, " for field in numbers)
                explain = source.constant(explain_arguments, "explain")
                owner = source.constant(cls, "cls")
                source.line(f"raise {explain}({owner}, {{{names}}}) from None")
        for field in cls.FIELDS:
            if field not in numbers:
                _emit_fresh(source, field)
                _emit_check(source, cls, field)
            value = field.slot if field in numbers else field.name
            source.line(f"self.{field.slot} = {value}")


def _parameter(source: Source, field: Field) -> str:
    if field.is_required:
        return field.name
    return f"{field.name}={source.constant(field.default, 'default')}"


def _number(source: Source, field: Field) -> str:
    """The expression for a number; a decimal's mantissa is kept on the way."""
    if isinstance(field.type, t.Decimal):
        mantissa = source.constant(values.mantissa_of(field.type.scale), "mantissa")
        source.line(f"{field.slot} = {mantissa}({field.name})")
    return field.slot


def _number_code(node: t.Type) -> str:
    """The code that checks a number's type and range, where one does."""
    match node:
        case t.Int() | t.Float():
            return node.code
        case t.Decimal():
            return "q"
        case t.Enum(is_open=True):
            return node.repr.code
    return ""


def _emit_fresh(source: Source, field: Field) -> None:
    if isinstance(field.default, Fresh):
        default = source.constant(field.default, "default")
        with source.block(f"if {field.name} is {default}:"):
            source.line(f"{field.name} = {default}.make()")


def _emit_check(source: Source, cls: RecordMeta, field: Field) -> None:
    name = field.name
    place = f"{cls.__name__}.{name}"
    node = field.type
    function, type_ = source.constant(check, "check"), source.constant(node, "type")
    with source.block(f"if {_doubt(source, node, name)}:"):
        source.line(f"{name} = {function}({type_}, {name}, {place!r})")


def _doubt(source: Source, node: t.Type, name: str) -> str:
    """The cheap condition under which a value has to be looked at more closely."""
    match node:
        case t.Bool():
            return f"{name}.__class__ is not bool"
        case t.Text():
            return f"{name}.__class__ is not str or not {name}.isascii()"
        case t.BoundedOctets() | t.OctetArray() | t.Octets():
            return "True"
        case t.BoundedText():
            return f"{name}.__class__ is not str or not {name}.isascii() or len({name}) > {node.bound}"
        case t.Enum():
            return f"{name}.__class__ is not {source.constant(node.cls, 'enum')}"
        case t.Struct() | t.Message():
            return f"{name}.__class__ is not {source.constant(node.cls, 'cls')}"
        case t.Uuid():
            return f"{name}.__class__ is not {source.constant(UUID, 'uuid')}"
        case t.Union():
            classes = source.constant(tuple(arm.cls for arm in node.arms), "arms")
            return f"{name}.__class__ not in {classes}"
        case t.Optional():
            return f"{name} is not None and ({_doubt(source, node.item, name)})"
    return "True"


def emit_eq(source: Source, cls: RecordMeta) -> None:
    """Emits `__eq__`: same class, equal fields."""
    ours = ", ".join(f"self.{field.slot}" for field in cls.FIELDS)
    theirs = ", ".join(f"other.{field.slot}" for field in cls.FIELDS)
    with source.block("def __eq__(self, other):"):
        with source.block("if other.__class__ is not self.__class__:"):
            source.line("return NotImplemented")
        source.line(f"return ({ours},) == ({theirs},)" if cls.FIELDS else "return True")


def emit_repr(source: Source, cls: RecordMeta) -> None:
    """Emits `__repr__`: the call that makes the value."""
    parts = ", ".join(f"{field.name}={{self.{field.name}!r}}" for field in cls.FIELDS)
    with source.block("def __repr__(self):"):
        source.line(f"return f'{cls.__qualname__}({parts})'")
