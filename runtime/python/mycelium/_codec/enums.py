"""Enums and flags: Python's own, over an integer of the wire."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, ClassVar

from mycelium._codec.types import Enum as EnumType
from mycelium._codec.types import Int

REPRS = {
    "i8": Int("i8", "b"),
    "i16": Int("i16", "h"),
    "i32": Int("i32", "i"),
    "i64": Int("i64", "q"),
    "u8": Int("u8", "B"),
    "u16": Int("u16", "H"),
    "u32": Int("u32", "I"),
    "u64": Int("u64", "Q"),
}

# Values without a name, and combinations of flags, that decoding keeps at hand for a class; beyond
# that many each is made anew.
MAX_KEPT = 1024


class _Facts:
    """What every enum and flags class knows of itself."""

    # Name and digest stand in the node: a member may be called `NAME`.
    _WIRE_: ClassVar[EnumType]


class ClosedEnum(_Facts, enum.IntEnum):
    """Base of a closed enum: a value that has no name is an error."""

    def __init_subclass__(
        cls, *, name: str, repr: str, digest: str = "", **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls._WIRE_ = EnumType(
            cls, name, digest, REPRS[repr], is_open=False, is_flags=False
        )


class OpenEnum(_Facts, enum.IntEnum):
    """Base of an open enum: a value that has no name is kept.

    ``Venue(7)`` is a `Venue` also where no member has the value 7; its `is_known` is false.
    """

    def __init_subclass__(
        cls, *, name: str, repr: str, digest: str = "", **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls._WIRE_ = EnumType(
            cls, name, digest, REPRS[repr], is_open=True, is_flags=False
        )

    @classmethod
    def _missing_(cls, value: object) -> OpenEnum:
        repr_ = cls._WIRE_.repr
        if not isinstance(value, int) or not repr_.low <= value <= repr_.high:
            raise ValueError(f"{value!r} is not a {cls.__name__} ({repr_.name})")
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{int(value)}"
        member._value_ = int(value)
        return member

    @property
    def is_known(self) -> bool:
        """Whether a member has this value."""
        return self._value_ in type(self)._value2member_map_

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return type(self), (self._value_,)


class Flags(_Facts, enum.IntFlag, boundary=enum.KEEP):
    """Base of flags: a set of named bits; bits without a name are kept."""

    def __init_subclass__(
        cls, *, name: str, repr: str, digest: str = "", **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls._WIRE_ = EnumType(
            cls, name, digest, REPRS[repr], is_open=True, is_flags=True
        )


def members_of(wire: EnumType) -> tuple[dict[int, Any], Callable[[int], Any]]:
    """The members by their value on the wire, and the function for values that are none of theirs.

    That function raises a `KeyError` where a closed enum has no such member.
    """
    known = {int(member): member for member in wire.cls}
    if wire.is_flags:
        known.setdefault(0, wire.cls(0))
    elif not wire.is_open:
        return known, known.__getitem__
    make = _flags_of if wire.is_flags else _unknown_of

    def read(value: int) -> Any:
        member = make(wire.cls, value)
        # Bounded: hostile peers must not make this process grow.
        if len(known) < MAX_KEPT:
            known[value] = member
        return member

    return known, read


def flags_of(cls: Any, value: int) -> Any:
    """The flags with these bits: a member where they are one, else a value that is not kept."""
    is_member = not value or value in cls._value2member_map_
    return cls(value) if is_member else _flags_of(cls, value)


def _unknown_of(cls: Any, value: int) -> Any:
    return cls(value)


def _flags_of(cls: Any, value: int) -> Any:
    # Calling the class would keep each combination for good.
    member = int.__new__(cls, value)
    names = [flag.name for flag in cls if flag.value & value]
    unnamed = value & ~cls._flag_mask_
    member._name_ = "|".join(names + [str(unnamed)] * bool(unnamed)) or None
    member._value_ = value
    return member
