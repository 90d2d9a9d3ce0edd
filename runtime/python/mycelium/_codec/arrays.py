"""Fixed items and messages as numpy arrays: their `dtype`, and the bytes of buffers that have it.

numpy is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mycelium._codec import types as t

if TYPE_CHECKING:
    from mycelium._codec.record import RecordMeta

HEADER_SIZE = 16

TIMES = ("<M8[ns]", "<m8[ns]")
"""The dtypes of numpy whose numbers are the wire's nanoseconds."""


def numpy() -> Any:
    """The module, or an error that says what to do."""
    try:
        import numpy
    except ImportError:
        raise ImportError(
            "arrays need numpy, which is not installed: pip install numpy"
        ) from None
    return numpy


def dtype_of(cls: RecordMeta) -> Any:
    """The `numpy.dtype` of a fixed struct, or of a fixed message's block with its padding."""
    kept = cls.__dict__.get("_DTYPE_")
    if kept is None:
        node = cls._WIRE_
        size = node.size
        if isinstance(node, t.Message):
            if not all(field.type.is_fixed for field in cls.FIELDS):
                raise TypeError(
                    f"{cls.__name__} has no dtype: not all of its fields have a fixed size"
                )
            size = t.align_up(cls.BLOCK, t.PAYLOAD_ALIGN)
        kept = _dtype_of_fields(cls, size, 0)
        cls._DTYPE_ = kept
    return kept


def frame_dtype_of(cls: RecordMeta) -> Any:
    """The `dtype` of whole frames of a fixed message: its fields, past the header."""
    kept = cls.__dict__.get("_FRAME_DTYPE_")
    if kept is None:
        size = HEADER_SIZE + dtype_of(cls).itemsize
        kept = _dtype_of_fields(cls, size, HEADER_SIZE)
        cls._FRAME_DTYPE_ = kept
    return kept


def _dtype_of_fields(cls: RecordMeta, size: int, start: int) -> Any:
    facts: dict[str, list[Any]] = {"names": [], "formats": [], "offsets": []}
    for field in cls.FIELDS:
        for name, format_, offset in _columns(field.slot, field.type):
            facts["names"].append(name)
            facts["formats"].append(format_)
            facts["offsets"].append(start + field.offset + offset)
    return numpy().dtype({**facts, "itemsize": size})


def _columns(name: str, node: t.Type) -> list[tuple[str, Any, int]]:
    """Columns of a field: one, or a count or presence and what it is about."""
    match node:
        case t.BoundedText():
            return [
                (f"{name}_len", f"<u{node.align}", 0),
                (name, f"S{node.bound}", node.align),
            ]
        case t.BoundedList():
            size = t.CODE_SIZES[t.count_code(node.bound)]
            items = (_format(node.item), (node.bound,))
            return [(f"{name}_len", f"<u{size}", 0), (name, items, node.items_offset)]
        case t.Optional():
            inner = _columns(name, node.item)
            moved = [(n, f, at + node.value_offset) for n, f, at in inner]
            return [(f"{name}_present", "?", 0), *moved]
        case t.ClosedUnion():
            tag = f"<u{t.CODE_SIZES[node.tag_code]}"
            room = node.size - node.value_offset
            return [(f"{name}_tag", tag, 0), (name, f"V{room}", node.value_offset)]
    return [(name, _format(node), 0)]


_FORMATS = {"b": "i1", "B": "u1", "h": "<i2", "H": "<u2", "i": "<i4", "I": "<u4"} | {
    "q": "<i8",
    "Q": "<u8",
    "f": "<f4",
    "d": "<f8",
}


def _format(node: t.Type) -> Any:
    """The format of one column."""
    match node:
        case t.Int(name="timestamp"):
            return "<M8[ns]"
        case t.Int(name="duration"):
            return "<m8[ns]"
        case t.Int() | t.Float():
            return _FORMATS[node.code]
        case t.Bool():
            return "?"
        case t.Decimal():
            return "<i8"
        case t.Enum():
            return _FORMATS[node.repr.code]
        case t.Array():
            return (_format(node.item), (node.length,))
        case t.Struct():
            return dtype_of(node.cls)
        case t.Tuple():
            columns = [
                (name, format_, start + offset)
                for index, (item, start) in enumerate(
                    zip(node.items, node.offsets, strict=True)
                )
                for name, format_, offset in _columns(f"f{index}", item)
            ]
            names, formats, offsets = zip(*columns, strict=True)
            facts = {"names": names, "formats": formats, "offsets": offsets}
            return numpy().dtype({**facts, "itemsize": node.size})
        case t.BoundedText() | t.BoundedList() | t.Optional():
            columns = _columns("value", node)
            names, formats, offsets = zip(*columns, strict=True)
            facts = {"names": names, "formats": formats, "offsets": offsets}
            return numpy().dtype({**facts, "itemsize": node.size})
    return f"V{node.size}"


def item_dtype_of(node: t.Type) -> Any:
    """The `dtype` of items of a list."""
    return numpy().dtype(_format(node))


def item_dtype_of_field(cls: RecordMeta, field: int) -> Any:
    """The `dtype` of the items of a list field."""
    node: Any = cls.FIELDS[field].type
    return item_dtype_of(node.item)


def bytes_of_buffer(value: Any, code: str, cls: RecordMeta | None) -> bytes | None:
    """The bytes of items side by side in a buffer, if their format is the one wanted; else `None`."""
    view = view_of_buffer(value, code, cls)
    return None if view is None else view.tobytes()


def view_of_buffer(value: Any, code: str, cls: RecordMeta | None) -> memoryview | None:
    """As `bytes_of_buffer`, without a copy."""
    try:
        return _view_of_numbers(value, code) if cls is None else _view_of(value, cls)
    except (TypeError, ValueError, BufferError):
        return None


def _view_of_numbers(value: Any, code: str) -> memoryview | None:
    if code == "q" and getattr(value, "dtype", None) in TIMES:
        # numpy does not show these as buffers.
        value = value.view("<i8")
    if isinstance(value, bytes):
        # Bytes are no list, even where they would fit.
        return None
    view = memoryview(value)
    if view.ndim != 1 or not view.c_contiguous:
        return None
    known = view.format in (code, f"<{code}", f"@{code}", f"={code}")
    wide = _WIDE.get(view.format.lstrip("<@="))
    same = known or (wide == code and view.itemsize == t.CODE_SIZES[code])
    return view.cast("B") if same and len(view) else None


def _view_of(value: Any, cls: RecordMeta) -> memoryview | None:
    dtype = getattr(value, "dtype", None)
    if dtype is None or dtype != dtype_of(cls):
        return None
    if value.ndim != 1 or not value.flags.c_contiguous:
        return None
    return memoryview(value.view("u1"))


# A C `long` has 64 bits where this runs.
_WIDE = {"l": "q", "L": "Q"}
