"""What the value of a field is held to beyond its type: `@range` and `@len`.

A constraint stands in the annotation of a field, `Annotated[wire.u8, wire.in_range(0, 100)]`. For an
optional field it holds for the value that is there. Constructors do not ask for it: values are
checked where they come in or go out, which is decoding, JSON, encoding and publishing. The lines
for that are part of the codec, so that a class without constraints pays nothing.
"""

from __future__ import annotations

from decimal import Decimal
from struct import Struct
from typing import TYPE_CHECKING, Any

from mycelium._codec import types as t
from mycelium._codec import values

if TYPE_CHECKING:
    from mycelium._codec.source import Source

_F32 = Struct("<f")


class Range:
    """A number from least to greatest, both included; `None` is no limit."""

    def __init__(self, least: Any, greatest: Any) -> None:
        self.least = least
        self.greatest = greatest

    def bind(self, node: t.Type) -> Constraint:
        """The constraint for a type, which it must fit."""
        node = _present(node)
        if not isinstance(node, t.Int | t.Wide | t.Float | t.Decimal):
            raise TypeError(f"a {type(node).__name__} has no range")
        return Constraint("out_of_range", node, self.least, self.greatest)


class Len:
    """So many bytes, items or pairs, both included."""

    def __init__(self, least: int, greatest: int | None) -> None:
        self.least = least
        self.greatest = greatest

    def bind(self, node: t.Type) -> Constraint:
        """The constraint for a type, which it must fit."""
        node = _present(node)
        if not isinstance(
            node, t.BoundedText | t.Text | t.Octets | t.BoundedList | t.List | t.Map
        ):
            raise TypeError(f"a {type(node).__name__} has no length to hold it to")
        return Constraint("len", node, self.least, self.greatest)


class Constraint:
    """A constraint of one field: limits of a type's values or of their lengths.

    `kind` is the name of the error of a value that does not keep it.
    """

    def __init__(self, kind: str, node: t.Type, least: Any, greatest: Any) -> None:
        self.kind = kind
        self.node = node
        self._shown = (_shown(least), _shown(greatest))
        if isinstance(node, t.Float) and node.code == "f":
            # Limits are floats of the type: `0.1` is the `f32` next to it.
            least, greatest = (
                None if limit is None else round_f32(limit)
                for limit in (least, greatest)
            )
        self.least = least
        self.greatest = greatest

    def keeps(self, value: Any) -> bool:
        """Whether a value of the type, or `None`, keeps it."""
        if value is None:
            return True
        measure = self._measure()
        number = value if measure is None else measure(value)
        return (self.least is None or number >= self.least) and (
            self.greatest is None or number <= self.greatest
        )

    @property
    def wanted(self) -> str:
        """What it asks for, to stand behind "expected"."""
        what = f" {self._unit()}" if self.kind == "len" else ""
        least, greatest = self._shown
        if self.greatest is None:
            return f"at least {least}{what}"
        if self.least is None:
            return f"at most {greatest}{what}"
        return f"{least} to {greatest}{what}"

    def found(self, value: Any) -> str:
        """What is there instead, to stand behind "got"."""
        if self.kind != "len":
            return _shown(value)
        measure = self._measure() or len
        return str(measure(value))

    def condition(self, source: Source, value: str, *, is_raw: bool) -> str:
        """The expression that is true where a variable's value, not `None`, does not keep it.

        `is_raw` says that the value of a decimal is its mantissa.
        """
        least, greatest = self.limits(is_raw)
        measure = self._measure()
        if measure is not None:
            function = "len" if measure is len else source.constant(measure, "measure")
            value = f"{function}({value})"
        low = "" if least is None else f"{_limit(source, least)} <= "
        high = "" if greatest is None else f" <= {_limit(source, greatest)}"
        # So that what is no number is outside.
        return f"not {low}{value}{high}"

    def limits(self, is_raw: bool) -> tuple[Any, Any]:
        """Least and greatest, in the terms of what a slot holds: `is_raw` says that that is a mantissa."""
        if is_raw and isinstance(self.node, t.Decimal):
            mantissa = values.mantissa_of(self.node.scale)
            least, greatest = self.least, self.greatest
            return (
                None if least is None else mantissa(least),
                None if greatest is None else mantissa(greatest),
            )
        return self.least, self.greatest

    def _measure(self) -> Any:
        """The function from a value to what is compared; `None` where that is the value itself."""
        match self.node:
            case t.Float(code="f"):
                return round_f32
            case _ if self.kind != "len":
                return None
            case t.BoundedOctets() | t.Octets():
                return values.byte_count
            case t.BoundedText() | t.Text():
                return text_count
        return len

    def _unit(self) -> str:
        match self.node:
            case t.BoundedText() | t.Text() | t.Octets():
                return "bytes"
            case t.Map():
                return "pairs"
        return "items"


def _present(node: t.Type) -> t.Type:
    return node.item if isinstance(node, t.Optional) else node


def _limit(source: Source, limit: Any) -> str:
    return str(limit) if isinstance(limit, int) else source.constant(limit, "limit")


def _shown(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def round_f32(value: Any) -> float:
    """The nearest `f32`; infinite where there is none, so that no range has it."""
    try:
        rounded: float = _F32.unpack(_F32.pack(value))[0]
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return rounded


def text_count(text: str) -> int:
    """Bytes of text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def is_constrained(node: t.Type) -> bool:
    """Whether a constraint holds for anything that a value of the type may contain."""
    match node:
        case t.Struct() | t.Message():
            return node.cls.IS_CONSTRAINED
        case t.Union():
            return any(is_constrained(arm.type) for arm in node.arms)
        case t.Tuple():
            return any(is_constrained(item) for item in node.items)
        case t.Array() | t.BoundedList() | t.List() | t.Map() | t.Optional():
            return is_constrained(node.item)
    return False


def check_constraints(node: t.Type, value: Any, place: str) -> None:
    """Raises a `ValueError` where something in a value of the type does not keep a constraint."""
    if value is None or not is_constrained(node):
        return
    match node:
        case t.Struct() | t.Message():
            for field in node.cls.FIELDS:
                inner, part = f"{place}.{field.name}", getattr(value, field.name)
                held_to = field.constraint
                if held_to is not None and not held_to.keeps(part):
                    wanted, found = held_to.wanted, held_to.found(part)
                    raise ValueError(f"{inner}: expected {wanted}, got {found}")
                check_constraints(field.type, part, inner)
        case t.Union():
            for arm in node.arms:
                if type(value) is arm.cls:
                    check_constraints(arm.type, value.value, f"{place}.{arm.name}")
        case t.Optional():
            check_constraints(node.item, value, place)
        case t.Tuple():
            for index, (item, part) in enumerate(zip(node.items, value, strict=True)):
                check_constraints(item, part, f"{place}[{index}]")
        case t.Map():
            for key, part in value.items():
                check_constraints(node.value, part, f"{place}[{key!r}]")
        case t.Array() | t.BoundedList() | t.List():
            for index, part in enumerate(value):
                check_constraints(node.item, part, f"{place}[{index}]")
