"""The classes of messages and structs: what the metaclass makes of a generated class body.

    class Level(Struct, name="market.Level", digest="myc1:…"):
        price: Price
        quantity: Quantity

        price_raw = raw("price")

becomes a class with a slot for each field, a constructor that checks, `==`, `repr`, pattern matching,
and codecs that are compiled when they are first used. A decimal field is kept as its mantissa, in the
slot `price_raw`; the field itself is a property that makes the `Decimal`.
"""

from __future__ import annotations

import typing
from typing import Any, ClassVar, Self, dataclass_transform

from mycelium._codec import jsons, refuse, values
from mycelium._codec import types as t
from mycelium._codec.annotations import Key, WireName, annotations_of, type_of
from mycelium._codec.arrays import dtype_of
from mycelium._codec.batch import decode_many
from mycelium._codec.check import check, check_decimal
from mycelium._codec.constraint import (
    Len,
    Range,
    check_constraints,
    is_constrained,
)
from mycelium._codec.core import native
from mycelium._codec.default import default_of
from mycelium._codec.source import Source
from mycelium._codec.view import make_view

MANTISSA = t.Int("mantissa", "q")
_REQUIRED: Any = object()


class Raw:
    """Stands in a class body for the mantissa of a decimal field."""

    def __init__(self, field: str) -> None:
        self.field = field


class Field:
    """A field of a message or struct."""

    def __init__(
        self, owner: str, name: str, annotation: Any, default: Any, offset: int
    ) -> None:
        marks = getattr(annotation, "__metadata__", ())
        names = [mark.name for mark in marks if isinstance(mark, WireName)]
        self.name = name
        self.wire_name = names[0] if names else name
        self.place = f"{owner}.{self.wire_name}"
        self.type = type_of(annotation)
        self.is_key = any(isinstance(mark, Key) or mark is Key for mark in marks)
        self.offset = t.align_up(offset, self.type.align)
        self.is_required = default is _REQUIRED
        if not self.is_required:
            default = default_of(check(self.type, default, self.place))
        self.default = default
        bounds = [
            mark.bind(self.type) for mark in marks if isinstance(mark, Len | Range)
        ]
        self.constraint = bounds[0] if bounds else None
        self.slot = name
        self.raw_type = self.type
        self.raw_default = default
        if isinstance(self.type, t.Decimal):
            self.slot = f"{name}_raw"
            self.raw_type = MANTISSA
            if not self.is_required:
                self.raw_default = values.mantissa_of(self.type.scale)(default)

    @property
    def end(self) -> int:
        """Where the field ends in the block."""
        return self.offset + self.type.size


class RecordMeta(type):
    """Makes the class of a message or struct from its annotations."""

    NAME: str
    DIGEST: str
    ANCESTORS: tuple[str, ...]
    TYPE_ID: int
    TOPIC: str
    BLOCK: int
    FIELDS: tuple[Field, ...]
    IS_CONSTRAINED: bool
    _WIRE_: t.Struct | t.Message
    _DTYPE_: Any
    _FRAME_DTYPE_: Any
    to_frame: Any
    from_frame: Any
    encode: Any
    view: Any
    _decode_payload: Any

    @property
    def DTYPE(cls) -> Any:
        """The `numpy.dtype` of a fixed struct, or of a fixed message's block.

        A decimal is the `i8` of its mantissa, under the name `price_raw`; text is bytes, with its length
        beside it; timestamps are `datetime64[ns]`.
        """
        return dtype_of(cls)

    def __new__(
        mcls,
        class_name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        name: str = "",
        digest: str = "",
        ancestors: tuple[str, ...] = (),
        id: int | None = None,
        topic: str = "",
        kw_only: bool = False,
    ) -> RecordMeta:
        if not name:
            if any(getattr(base, "NAME", "") for base in bases):
                raise TypeError(f"{class_name}: a generated class has no subclasses")
            return super().__new__(
                mcls, class_name, bases, {"__slots__": (), **namespace}
            )
        fields = _fields_of(name, namespace)
        for key, value in list(namespace.items()):
            if isinstance(value, Raw):
                del namespace[key]
        for field in fields:
            namespace.pop(field.name, None)
        namespace["__slots__"] = tuple(field.slot for field in fields)
        namespace["__match_args__"] = tuple(field.name for field in fields)
        for field in fields:
            if field.slot != field.name:
                namespace[field.name] = _decimal_property(class_name, field)
        cls = super().__new__(mcls, class_name, bases, namespace)
        cls.NAME = name
        cls.DIGEST = digest
        cls.FIELDS = fields
        cls.IS_CONSTRAINED = any(
            field.constraint or is_constrained(field.type) for field in fields
        )
        cls.BLOCK = fields[-1].end if fields else 0
        if id is None:
            cls._WIRE_ = t.Struct(cls)
        else:
            cls.TYPE_ID = id
            cls.TOPIC = topic
            cls.ANCESTORS = ancestors
            cls._WIRE_ = t.Message(cls)
        _add_methods(cls, is_keyword_only=kw_only)
        if native is not None and id is not None:
            _install_native(cls)
            make_view(cls)
        return cls


def _fields_of(name: str, namespace: dict[str, Any]) -> tuple[Field, ...]:
    fields: list[Field] = []
    end = 0
    for field_name, annotation in annotations_of(namespace).items():
        if typing.get_origin(annotation) is ClassVar:
            continue
        default = namespace.get(field_name, _REQUIRED)
        field = Field(name, field_name, annotation, default, end)
        if default is _REQUIRED and isinstance(field.type, t.Optional):
            raise TypeError(f"{field.place}: an optional field has the default None")
        fields.append(field)
        end = field.end
    names = {field.name for field in fields}
    for field in fields:
        if field.slot != field.name and field.slot in names:
            field.slot = f"_{field.slot}"
    return tuple(fields)


def _decimal_property(class_name: str, field: Field) -> property:
    """The property that shows a mantissa as a `Decimal`."""
    assert isinstance(field.type, t.Decimal)
    source = Source()
    decimal = source.constant(values.decimal_of(field.type.scale), "decimal")
    check = source.constant(check_decimal, "check")
    with source.block("def read(self):"):
        source.line(f"return {decimal}(self.{field.slot})")
    with source.block("def write(self, value):"):
        place = f"{class_name}.{field.name}"
        source.line(
            f"self.{field.slot} = {check}({field.type.scale}, value, {place!r})"
        )
    functions = source.compile_all(class_name)
    return property(functions["read"], functions["write"])


def _add_methods(cls: RecordMeta, *, is_keyword_only: bool) -> None:
    from mycelium._codec.methods import emit_eq, emit_init, emit_repr

    source = Source()
    emit_init(source, cls, is_keyword_only=is_keyword_only)
    emit_eq(source, cls)
    emit_repr(source, cls)
    for name, function in source.compile_all(cls.NAME).items():
        _install(cls, name, function)


def compile_codec(cls: RecordMeta) -> None:
    """Puts the specialised codec of a message in place of the functions that call this one.

    In the Python core that is work, and left until the class is used; the native core's stand there at once.
    """
    if "from_frame" in vars(cls):
        # Called through a function that somebody has kept since before.
        return
    made = python_codec(cls)
    cls._decode_payload = staticmethod(made["decode_payload"])
    _install(cls, "to_frame", made["to_frame"])
    # Last: by it other threads know that all is in place.
    _install(cls, "from_frame", made["from_frame"], staticmethod)


def python_codec(cls: RecordMeta) -> dict[str, Any]:
    """The functions of the Python core for a message: `to_frame`, `from_frame`, `decode_payload`."""
    from mycelium._codec.decode_frame import emit_decode_payload, emit_from_frame
    from mycelium._codec.encode_frame import emit_to_frame

    made: dict[str, Any] = {}
    for emit in (emit_to_frame, emit_from_frame, emit_decode_payload):
        source = Source()
        emit(source, cls)
        made |= source.compile_all(cls.NAME)
    return made


def _install_native(cls: RecordMeta) -> None:
    codec = native.codec(cls)
    twins: Any = vars(Message)
    cls.to_frame = native.Codec.to_frame_method(codec, twins["to_frame"])
    cls.encode = native.Codec.encode_function(codec, twins["encode"].__func__)
    cls.from_frame = native.Codec.from_frame_function(codec)
    cls._decode_payload = codec.decode_payload


def _install(cls: type, name: str, function: Any, kind: Any = None) -> None:
    function.__qualname__ = f"{cls.__qualname__}.{name}"
    function.__module__ = cls.__module__
    function.__doc__ = getattr(getattr(cls, name), "__doc__", None)
    setattr(cls, name, kind(function) if kind else function)


class _Record(metaclass=RecordMeta):
    """What messages and structs have in common."""

    NAME: ClassVar[str]
    """Name with the package, `market.Trade`."""
    DIGEST: ClassVar[str]
    """Digest of all facts that the type reaches, `myc1:…`."""
    BLOCK: ClassVar[int]
    """Bytes of the block: where the last field ends."""
    FIELDS: ClassVar[tuple[Field, ...]]
    """Fields, in the order of the wire."""
    IS_CONSTRAINED: ClassVar[bool]
    """Whether a `@range` or `@len` holds for a field here or further inside."""

    def to_json(self) -> str:
        """The value as JSON on one line, in the mapping that is the same in every language."""
        return jsons.dumps(type(self)._WIRE_, self)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Reads a value from JSON.

        What does not fit is a `JsonError` with its place: `$.bids[3].price`.
        """
        value: Self = jsons.loads(cls._WIRE_, text)
        return value

    def validate(self) -> None:
        """Raises the `TypeError` or `ValueError` that encoding would, constraints included."""
        check(type(self)._WIRE_, self, type(self).__name__)
        check_constraints(type(self)._WIRE_, self, type(self).__name__)

    def __replace__(self, /, **changes: Any) -> Self:
        """A copy with some fields changed, for `copy.replace`."""
        fields = {field.name: getattr(self, field.name) for field in self.FIELDS}
        return type(self)(**fields | changes)

    __hash__ = None  # type: ignore[assignment]


@dataclass_transform()
class Struct(_Record):
    """Base of structs: inline and frozen in their layout."""


@dataclass_transform()
class Message(_Record):
    """Base of messages: what is published, and may grow at its end."""

    TYPE_ID: ClassVar[int]  # pyright: ignore[reportIncompatibleVariableOverride]
    """Type id in the frame header."""
    TOPIC: ClassVar[str]  # pyright: ignore[reportIncompatibleVariableOverride]
    """Topic of its own."""

    def to_frame(self, channel: int = 0, sequence: int = 0) -> bytes:
        """The frame: 16 bytes of header and the payload."""
        compile_codec(type(self))
        return self.to_frame(channel, sequence)

    @classmethod
    def encode(cls, *values: Any, **fields: Any) -> bytes:
        """The frame of a message that is given field by field, as to its constructor."""
        return cls(*values, **fields).to_frame()

    @classmethod
    def view(cls, buf: bytes | bytearray | memoryview) -> Self:
        """Checks one frame, and gives a view that reads each field when it is asked for.

        A view has the fields of the message, but cannot be changed; lists of items of a fixed size are
        sequences with `numpy()`, `memoryview()`, `rows()` and `iter_rows()`. What is wrong with the frame
        is a `DecodeError` here, not later.
        """
        if "view" not in vars(cls):
            make_view(cls)
        return cls.view(buf)

    @classmethod
    def decode_many(cls, buf: bytes | bytearray | memoryview) -> Any:
        """Frames of a fixed message, one behind the other, as a numpy record array without a copy.

        Each frame is checked to be one of this version of the type, or a `DecodeError` says which is not.
        The values are those of the bytes: an enum is its number, a `bool` its byte, text its bytes.
        """
        return decode_many(cls, buf)

    @classmethod
    def from_frame(cls, buf: bytes | bytearray | memoryview) -> Self:
        """Reads a value from exactly one frame of the type.

        Whatever the bytes are, the result is a value or a `DecodeError`.
        """
        compile_codec(cls)
        return cls.from_frame(buf)

    @classmethod
    def from_frame_strict(cls, buf: bytes | bytearray | memoryview) -> Self:
        """Like `from_frame`, but refuses every form that is not the one that encoding gives."""
        data = bytes(buf)
        value = cls.from_frame(data)
        _, _, channel, _, sequence = refuse.HEADER.unpack_from(data)
        canonical = value.to_frame(channel, sequence)
        if canonical != data:
            pairs = enumerate(zip(canonical, data, strict=False))
            shorter = min(len(canonical), len(data))
            at = next(
                (index for index, (ours, theirs) in pairs if ours != theirs), shorter
            )
            raise refuse.not_canonical(at, cls.NAME)
        return value

    @classmethod
    def _decode_payload(cls, buf: bytes, at: int, end: int, block: int) -> Self:
        compile_codec(cls)
        return cls._decode_payload(buf, at, end, block)
