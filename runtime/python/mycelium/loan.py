"""Messages that are written where they go: large lists are filled in the memory that a message is sent from.

    with publisher.loan(pixels=640 * 480, camera="front") as image:
        image.width = 640
        camera.read_into(image.pixels.memoryview())

Lengths and whatever else lies in the tail are said first: so the frame has its size, and each thing its place. What is
inline is set until the end, and the frame is checked as a whole before it is published.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from struct import pack_into
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from mycelium._codec import arrays, refuse
from mycelium._codec import types as t
from mycelium._codec.check import check
from mycelium._codec.default import Fresh
from mycelium._codec.encode import HEADER_SIZE, Encoder, emit_items
from mycelium._codec.record import Field, Message
from mycelium._codec.source import Source
from mycelium.errors import Overflow

M = TypeVar("M", bound=Message)

_MAX_PAYLOAD = 0xFFFF_FFF8
_ENDED = "the loan has ended"
_CHUNK = 1 << 16


class Room(Protocol):
    """Room for one frame."""

    @property
    def is_used(self) -> bool:
        """Whether what lies there is not known to be zeros."""
        ...

    def publish(self) -> None:
        """Checks the frame and publishes it. Buffers over it lead nowhere from then on."""
        ...

    def give_up(self) -> None:
        """Publishes nothing."""
        ...


Lend = Callable[[int], tuple[Any, Room]]
"""Gives a buffer of so many bytes, and the room that it is of."""


# Where `memoryview` is the method below, it is no type.
_Octets = bytes | memoryview


class Rows:
    """A list of items of one size, or `bytes`, where they will be sent from."""

    __slots__ = ("_count", "_item", "_shown", "_view")

    def __init__(self, view: memoryview, item: t.Type | None, count: int) -> None:
        self._view = view
        self._item = item
        self._count = count
        self._shown = [view]

    def __len__(self) -> int:
        return self._count

    def memoryview(self) -> memoryview:
        """The bytes of all items; for numbers, an array of them. It is released when the loan ends."""
        view = self._view[:]
        match self._item:
            case t.Int() | t.Float():
                code: Any = self._item.code
                view = view.cast(code)
        self._shown.append(view)
        return view

    def numpy(self) -> Any:
        """The items as a numpy array that is written through; structs as a record array.

        An array that is still held when the loan ends does not lead to the message any more: it shows zeros, or what
        it showed, and what is written to it reaches nobody.
        """
        numpy = arrays.numpy()
        dtype = "u1" if self._item is None else arrays.item_dtype_of(self._item)
        return numpy.frombuffer(self._view, dtype)

    def _store(self, value: Any, place: str) -> None:
        data = self._bytes_of(value, place)
        if len(data) != len(self._view):
            size = 1 if self._item is None else self._item.size
            raise ValueError(
                f"{place}: expected {self._count} items, as was said, got {len(data) // size}"
            )
        self._view[:] = data

    def _bytes_of(self, value: Any, place: str) -> _Octets:
        item = self._item
        if item is None:
            data: bytes = check(t.Octets(), value, place)
            return data
        code = item.code if isinstance(item, t.Int | t.Float) else ""
        cls = item.cls if isinstance(item, t.Struct) else None
        if code or cls:
            found = arrays.view_of_buffer(value, code, cls)
            if found is not None:
                return found
        encoded: bytes = _items_encoder(item)(check(t.List(item), value, place))
        return encoded


class Loan(Generic[M]):
    """A message that is written in place: the `with` block publishes it at its end, or nothing if it is left by an error.

    Fields are attributes. What has a fixed size is set; lists whose lengths were said are `Rows`. While a thread is in the
    block it publishes, opens and closes nothing of a bus.
    """

    __slots__ = ("_clears", "_cls", "_given", "_lend", "_room", "_rows", "_view")

    def __init__(
        self, cls: type[M], lend: Lend, given: dict[str, Any], *, clears: bool
    ) -> None:
        names = {field.name for field in cls.FIELDS}
        unknown = [name for name in given if name not in names]
        if unknown:
            raise TypeError(f"{cls.__name__} has no field {unknown[0]!r}")
        for name, value in (
            ("_cls", cls),
            ("_lend", lend),
            ("_given", given),
            ("_clears", clears),
            ("_room", None),
            ("_rows", {}),
            ("_view", None),
        ):
            object.__setattr__(self, name, value)

    def __enter__(self) -> Self:
        if self._room is not None or self._given is None:
            raise ValueError("a loan is entered once")
        layout = _Layout(self._cls, self._given)
        buffer, room = self._lend(HEADER_SIZE + layout.payload)
        object.__setattr__(self, "_room", room)
        try:
            view = memoryview(buffer).cast("B")
            object.__setattr__(self, "_view", view)
            object.__setattr__(self, "_given", {})
            layout.write(view, clears=self._clears, is_used=room.is_used)
            for name, (start, size, item, count) in layout.rows.items():
                self._rows[name] = Rows(view[start : start + size], item, count)
            for field, value in layout.fixed:
                self._set(field, value)
        except BaseException:
            self._end().give_up()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        missing = [
            field.name
            for field in self._cls.FIELDS
            if field.type.is_fixed and field.name not in self._given
        ]
        room = self._end()
        if kind is not None or missing:
            room.give_up()
        if kind is not None:
            return
        if missing:
            raise TypeError(f"{self._cls.__name__}: {missing[0]!r} was not set")
        room.publish()

    def __getattr__(self, name: str) -> Any:
        # Asked for what has no slot.
        if name in self._rows:
            return self._rows[name]
        if self._view is None:
            raise ValueError(_ENDED)
        if name in self._given:
            return self._given[name]
        if any(field.name == name for field in self._cls.FIELDS):
            raise AttributeError(f"{self._cls.__name__}: {name!r} was not set")
        raise AttributeError(f"{self._cls.__name__} has no field {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if self._view is None:
            raise ValueError(_ENDED)
        place = f"{self._cls.__name__}.{name}"
        if name in self._rows:
            self._rows[name]._store(value, place)
            return
        for field in self._cls.FIELDS:
            if field.name == name and field.type.is_fixed:
                self._set(field, value)
                return
            if field.name == name:
                raise AttributeError(
                    f"{place} has no fixed size: give its value, or the length of its list, to `loan`"
                )
        raise AttributeError(f"{self._cls.__name__} has no field {name!r}")

    def __repr__(self) -> str:
        return f"Loan({self._cls.__name__})"

    def _set(self, field: Field, value: Any) -> None:
        value = _checked(self._cls, field, value)
        start = HEADER_SIZE + field.offset
        self._view[start : start + field.type.size] = _inline_encoder(field.type)(value)
        self._given[field.name] = value

    def _end(self) -> Room:
        """Lets go of the memory, as far as nobody else holds it."""
        room: Room | None = self._room
        if room is None:
            raise ValueError(_ENDED)
        shown = [view for rows in self._rows.values() for view in rows._shown]
        self._rows.clear()
        for view in [*shown, self._view]:
            # Where arrays over it are held, the room sees to them.
            with suppress(BufferError):
                if view is not None:
                    view.release()
        object.__setattr__(self, "_view", None)
        object.__setattr__(self, "_room", None)
        object.__setattr__(self, "_given", None)
        return room


class _Tail(bytearray):
    """A part of a tail that begins somewhere behind its start."""

    start = 0

    def __len__(self) -> int:
        return self.start + super().__len__()


class _Layout:
    """Where everything of a message lies, of which the lengths are known."""

    def __init__(self, cls: type[Message], given: dict[str, Any]) -> None:
        self.cls = cls
        self.block_room = t.align_up(cls.BLOCK, t.PAYLOAD_ALIGN)
        self.rows: dict[str, tuple[int, int, t.Type | None, int]] = {}
        self.fixed: list[tuple[Field, Any]] = []
        self._block = bytearray(self.block_room)
        self._pieces: list[tuple[int, bytes]] = []
        self._end = 0
        for field in cls.FIELDS:
            self._lay_out(field, given)
        self.payload = self.block_room + t.align_up(self._end, t.PAYLOAD_ALIGN)
        if self.payload > _MAX_PAYLOAD:
            raise Overflow(cls.NAME, self.payload, _MAX_PAYLOAD)

    def _lay_out(self, field: Field, given: dict[str, Any]) -> None:
        node, name = field.type, field.name
        if isinstance(node, t.Octets) and type(given.get(name)) is int:
            self._row(field, None, given[name])
        elif isinstance(node, t.List) and type(given.get(name)) is int:
            if not node.item.is_fixed:
                raise TypeError(
                    f"{self.cls.__name__}.{name}: its items have no fixed size, so its length alone does not say"
                    " where they lie: publish such a message as a whole"
                )
            self._row(field, node.item, given[name])
        elif name not in given and field.is_required and not node.is_fixed:
            raise TypeError(
                f"{self.cls.__name__}.{name} has no fixed size: give its value, or the length of its list"
            )
        elif name in given or not field.is_required:
            value = given[name] if name in given else _default(field)
            if node.is_fixed:
                self.fixed.append((field, value))
            else:
                self._value(field, _checked(self.cls, field, value))

    def _row(self, field: Field, item: t.Type | None, count: int) -> None:
        size, align = (1, 1) if item is None else (item.size, item.align)
        if count < 0:
            raise ValueError(f"{self.cls.__name__}.{field.name}: a length of {count}")
        start = t.align_up(self._end, align) if count else 0
        if start + count * size > _MAX_PAYLOAD:
            raise Overflow(self.cls.NAME, start + count * size, _MAX_PAYLOAD)
        pack_into("<II", self._block, field.offset, start, count)
        self.rows[field.name] = (
            HEADER_SIZE + self.block_room + start,
            count * size,
            item,
            count,
        )
        self._end = start + count * size if count else self._end

    def _value(self, field: Field, value: Any) -> None:
        node = field.type
        if isinstance(node, t.List | t.Map) and not node.item.is_fixed and value:
            raise TypeError(
                f"{self.cls.__name__}.{field.name}: what its items hold lies in the tail too: publish such a message"
                " as a whole"
            )
        tail = _Tail()
        tail.start = self._end
        inline = _tail_encoder(node)(value, tail)
        self._block[field.offset : field.end] = inline
        self._pieces.append((self._end, bytes(memoryview(tail))))
        self._end = len(tail)

    def write(self, view: memoryview, *, clears: bool, is_used: bool) -> None:
        """Writes all but the fixed fields and the items of rows; of memory that was used, also zeros between them."""
        head = (self.payload, self.cls.TYPE_ID, 0, self.cls.BLOCK, 0)
        refuse.HEADER.pack_into(view, 0, *head)
        tail = HEADER_SIZE + self.block_room
        view[HEADER_SIZE:tail] = self._block
        if is_used:
            self._clear(view, tail, clears=clears)
        for start, data in self._pieces:
            view[tail + start : tail + start + len(data)] = data

    def _clear(self, view: memoryview, tail: int, *, clears: bool) -> None:
        """Clears what nobody writes, and the items of rows where they are to be zeros."""
        at = tail
        parts = [
            (start, size, _may_keep(item))
            for start, size, item, _ in self.rows.values()
            if size
        ]
        parts += [(tail + start, len(data), True) for start, data in self._pieces]
        for start, size, may_keep in sorted(parts):
            _zero(view[at:start])
            at = start + size
            if clears or not may_keep:
                _zero(view[start:at])
        _zero(view[at:])


def _zero(part: memoryview) -> None:
    """Zeros, by memory that is small however large the part is."""
    zeros = bytes(min(len(part), _CHUNK))
    for at in range(0, len(part), _CHUNK):
        left = part[at : at + _CHUNK]
        left[:] = zeros[: len(left)]


def _may_keep(item: t.Type | None) -> bool:
    """Whether any bytes are items."""
    return item is None or isinstance(
        item, t.Int | t.Float | t.Decimal | t.Wide | t.Uuid
    )


def _default(field: Field) -> Any:
    """A default, of its own where it could be changed."""
    default = field.default
    return default.make() if isinstance(default, Fresh) else default


def _checked(cls: type[Message], field: Field, value: Any) -> Any:
    place = f"{cls.__name__}.{field.name}"
    value = check(field.type, value, place)
    held_to = field.constraint
    if held_to is not None and not held_to.keeps(value):
        raise ValueError(
            f"{place}: expected {held_to.wanted}, got {held_to.found(value)}"
        )
    return value


@cache
def _inline_encoder(node: t.Type) -> Callable[[Any], bytes]:
    """Gives the inline form of values of a fixed size."""
    encode = _tail_encoder(node)
    return lambda value: encode(value, None)


@cache
def _tail_encoder(node: t.Type) -> Callable[[Any, Any], bytes]:
    """Gives the inline form of values, and appends to a tail what lies there."""
    source = Source()
    with source.block("def encode(value, tail):"):
        encoder = Encoder(source, "tail")
        encoder.value(node, 0, "value")
        source.line(f"return {encoder.pack(node.size)}")
    made: Callable[[Any, Any], bytes] = source.compile_all("a field")["encode"]
    return made


@cache
def _items_encoder(item: t.Type) -> Callable[[Any], bytes]:
    source = Source()
    emit_items(source, item)
    made: Callable[[Any], bytes] = source.compile_all("items")["encode"]
    return made
