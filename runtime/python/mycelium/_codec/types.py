"""What a type is on the wire: the nodes that codecs, checks and the JSON mapping work from.

A node knows its inline form: `size` and `align` in bytes, whether it `is_reference` (the value lies
in the tail), and whether it `is_fixed` (nothing of it ever lies in the tail). The rules are those of
a C struct on a 64-bit machine, little-endian, with integers of 128 and 256 bits aligned to 8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mycelium._codec.record import RecordMeta

REFERENCE_SIZE = 8
TAGGED_REFERENCE_SIZE = 12
REFERENCE_ALIGN = 4
PAYLOAD_ALIGN = 8

CODE_SIZES = {
    "?": 1,
    "b": 1,
    "B": 1,
    "h": 2,
    "H": 2,
    "i": 4,
    "I": 4,
    "q": 8,
    "Q": 8,
    "f": 4,
    "d": 8,
}


def align_up(position: int, align: int) -> int:
    """Smallest multiple of `align`, a power of two, that is not below `position`."""
    return (position + align - 1) & -align


def count_code(bound: int) -> str:
    """`struct` code of the count before a bounded string, bytes or list."""
    if bound <= 0xFF:
        return "B"
    return "H" if bound <= 0xFFFF else "I"


def sequence_offsets(items: Sequence[Type]) -> tuple[list[int], int]:
    """Offset of each item of a struct, message or tuple, and where the last one ends."""
    offsets = []
    end = 0
    for item in items:
        start = align_up(end, item.align)
        offsets.append(start)
        end = start + item.size
    return offsets, end


class Type:
    """Base of the nodes."""

    def __init__(
        self,
        size: int,
        align: int,
        *,
        is_reference: bool = False,
        is_fixed: bool = True,
    ) -> None:
        self.size = size
        self.align = align
        self.is_reference = is_reference
        self.is_fixed = is_fixed


class Reference(Type):
    """Base of what lies in the tail."""

    def __init__(self, size: int = REFERENCE_SIZE) -> None:
        super().__init__(size, REFERENCE_ALIGN, is_reference=True, is_fixed=False)


class Int(Type):
    """An integer of up to 64 bits, a timestamp or a duration: one `struct` code."""

    def __init__(self, name: str, code: str) -> None:
        size = CODE_SIZES[code]
        super().__init__(size, size)
        self.name = name
        self.code = code
        bits = 8 * size
        self.low = -(1 << (bits - 1)) if code.islower() else 0
        self.high = self.low + (1 << bits) - 1


class Wide(Type):
    """`i128`, `u128` or `u256`: words of 64 bits, the lowest first."""

    def __init__(self, name: str, bits: int, *, signed: bool = False) -> None:
        super().__init__(bits // 8, 8)
        self.name = name
        self.words = bits // 64
        self.signed = signed
        self.low = -(1 << (bits - 1)) if signed else 0
        self.high = self.low + (1 << bits) - 1

    def code(self, word: int) -> str:
        """`struct` code of a word; the highest one has the sign."""
        return "q" if self.signed and word == self.words - 1 else "Q"


class Uuid(Type):
    """`uuid`: 16 bytes, in the order in which it is written."""

    def __init__(self) -> None:
        super().__init__(16, 1)


class Bool(Type):
    """One byte, 0 or 1."""

    def __init__(self) -> None:
        super().__init__(1, 1)


class Float(Type):
    """`f32` or `f64`."""

    def __init__(self, name: str, code: str) -> None:
        super().__init__(CODE_SIZES[code], CODE_SIZES[code])
        self.name = name
        self.code = code


class Decimal(Type):
    """A 64-bit mantissa with `scale` decimal places."""

    def __init__(self, scale: int) -> None:
        super().__init__(8, 8)
        self.scale = scale


class BoundedText(Type):
    """`string<N>`: a count, then room for `bound` bytes of UTF-8."""

    def __init__(self, bound: int) -> None:
        align = CODE_SIZES[count_code(bound)]
        super().__init__(align_up(align + bound, align), align)
        self.bound = bound


class BoundedOctets(BoundedText):
    """`bytes<N>`: a count, then room for `bound` bytes."""


class Text(Reference):
    """`string`."""


class Octets(Reference):
    """`bytes` or `[u8]`."""


class OctetArray(Type):
    """`[u8; N]`, which is `bytes` in Python."""

    def __init__(self, length: int) -> None:
        super().__init__(length, 1)
        self.length = length


class Array(Type):
    """`[T; N]`: exactly `length` items, inline."""

    def __init__(self, item: Type, length: int) -> None:
        super().__init__(item.size * length, item.align, is_fixed=item.is_fixed)
        self.item = item
        self.length = length


class List(Reference):
    """`[T]`: any number of items, in the tail."""

    def __init__(self, item: Type) -> None:
        super().__init__()
        self.item = item


class BoundedList(Type):
    """`[T; ..N]`: a count and room for `bound` items, inline."""

    def __init__(self, item: Type, bound: int) -> None:
        count_size = CODE_SIZES[count_code(bound)]
        align = max(count_size, item.align)
        self.items_offset = align_up(count_size, item.align)
        size = align_up(self.items_offset + item.size * bound, align)
        super().__init__(size, align, is_fixed=item.is_fixed)
        self.item = item
        self.bound = bound


class Tuple(Type):
    """`(A, B, …)`: items of different types, inline, in order."""

    def __init__(self, items: tuple[Type, ...]) -> None:
        self.offsets, end = sequence_offsets(items)
        align = max(item.align for item in items)
        super().__init__(
            align_up(end, align), align, is_fixed=all(i.is_fixed for i in items)
        )
        self.items = items


class Map(Reference):
    """`map<K, V>`: pairs in the tail, each like a tuple, ascending by key."""

    def __init__(self, key: Type, value: Type) -> None:
        super().__init__()
        self.key = key
        self.value = value
        self.item = Tuple((key, value))


class Optional(Type):
    """`T?`: a presence byte before an inline value; a reference needs none."""

    def __init__(self, item: Type) -> None:
        self.value_offset = 0 if item.is_reference else align_up(1, item.align)
        super().__init__(
            self.value_offset + item.size,
            item.align,
            is_reference=item.is_reference,
            is_fixed=item.is_fixed,
        )
        self.item = item


class Enum(Type):
    """An enum or flags: a Python enum class over an integer."""

    def __init__(
        self,
        cls: Any,
        name: str,
        digest: str,
        repr_: Int,
        *,
        is_open: bool,
        is_flags: bool,
    ) -> None:
        super().__init__(repr_.size, repr_.align)
        self.cls = cls
        self.name = name
        self.digest = digest
        self.repr = repr_
        self.is_open = is_open
        self.is_flags = is_flags


class Struct(Type):
    """A struct: its fields, inline."""

    def __init__(self, cls: RecordMeta) -> None:
        items = [field.type for field in cls.FIELDS]
        align = max(item.align for item in items)
        is_fixed = all(item.is_fixed for item in items)
        super().__init__(align_up(cls.BLOCK, align), align, is_fixed=is_fixed)
        self.cls = cls


class Message(Reference):
    """A message inside a message: by reference, with its own block length."""

    def __init__(self, cls: RecordMeta) -> None:
        super().__init__()
        self.cls = cls


class Arm:
    """One arm of a union: the class that Python knows it by, and the type of its value."""

    def __init__(self, name: str, tag: int, cls: Any, type_: Type) -> None:
        self.name = name
        self.tag = tag
        self.cls = cls
        self.type = type_


class Union(Type):
    """Base of the two kinds of union."""

    name: str
    arms: tuple[Arm, ...]


class OpenUnion(Union):
    """`{u32 tag, u32 offset, u32 count}`; the value is an embedded payload in the tail."""

    def __init__(self, name: str, arms: tuple[Arm, ...]) -> None:
        super().__init__(
            TAGGED_REFERENCE_SIZE, REFERENCE_ALIGN, is_reference=True, is_fixed=False
        )
        self.name = name
        self.arms = arms


class ClosedUnion(Union):
    """A tag, then room for the widest arm."""

    def __init__(self, name: str, arms: tuple[Arm, ...]) -> None:
        self.tag_code = "H" if max(arm.tag for arm in arms) > 0xFF else "B"
        tag_size = CODE_SIZES[self.tag_code]
        align = max(tag_size, *(arm.type.align for arm in arms))
        self.value_offset = align_up(tag_size, align)
        widest = max(arm.type.size for arm in arms)
        super().__init__(
            align_up(self.value_offset + widest, align),
            align,
            is_fixed=all(arm.type.is_fixed for arm in arms),
        )
        self.name = name
        self.arms = arms
