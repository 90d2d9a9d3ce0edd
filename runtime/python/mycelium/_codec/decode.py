"""Writes the source of decoders: one `struct` call for a block, straight lines for the rest.

A `Decoder` emits lines that turn the leaves of one inline form into values. In these lines `buf` is
always `bytes`, so that nobody changes it in between; places in it count from the frame's start, and so
do those in errors. What lies in the tail must lie exactly where the item before ends: so nothing
overlaps, and what is allocated is bounded by what came in.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any

from mycelium._codec import refuse, values
from mycelium._codec import types as t
from mycelium._codec.enums import members_of
from mycelium._codec.source import Leaf, Source, struct_of
from mycelium._codec.unions import UnknownArm

if TYPE_CHECKING:
    from mycelium._codec.record import Field, RecordMeta


class Tail:
    """Names of the variables of one tail: its start, where the next item may lie, its length."""

    def __init__(self, source: Source) -> None:
        self.start = source.name("tail")
        self.position = source.name("position")
        self.limit = source.name("limit")


class Decoder:
    """Emits the lines that make values from the leaves of one inline form.

    `at` is the expression for where that form lies; `place` names the field for errors.
    """

    def __init__(self, source: Source, tail: Tail, at: str, place: str) -> None:
        self.source = source
        self.tail = tail
        self.at = at
        self.place = place
        self.leaves: list[Leaf] = []

    def leaf(self, offset: int, code: str) -> str:
        """Adds a number, or a run of bytes such as `16s`; gives its variable."""
        size = int(code[:-1]) if code[-1] == "s" else t.CODE_SIZES[code]
        name = self.source.name("leaf")
        self.leaves.append(Leaf(offset, code, size, name))
        return name

    def fail(self, kind: str, offset: int, *arguments: str) -> str:
        """The statement that raises the error of a kind."""
        function = self.source.constant(getattr(refuse, kind), f"refuse_{kind}")
        return f"raise {function}({self.where(offset)}, {self.place!r}, {', '.join(arguments)})"

    def where(self, offset: int) -> str:
        """The expression for a place in this inline form."""
        return f"{self.at} + {offset}" if offset else self.at

    def targets(self) -> str:
        """The leaves' variables, as the left side of an assignment."""
        return ", ".join(leaf.expression for leaf in self.leaves) + ","

    def value(self, node: t.Type, offset: int) -> str:
        """Emits a value whose inline form lies at `offset`; gives the expression for it."""
        match node:
            case t.Int():
                return self.leaf(offset, node.code)
            case t.Float():
                return self._float(node, offset)
            case t.Bool():
                name = self.leaf(offset, "B")
                with self.source.block(f"if {name} > 1:"):
                    self.source.line(self.fail("bool", offset, name))
                return f"{name} == 1"
            case t.Decimal():
                decimal = self.source.constant(values.decimal_of(node.scale), "decimal")
                return f"{decimal}({self.leaf(offset, 'q')})"
            case t.Wide():
                return self._wide(node, offset)
            case t.Uuid():
                uuid = self.source.constant(values.uuid_of, "uuid")
                return f"{uuid}({self.leaf(offset, '16s')})"
            case t.Enum():
                return self._enum(node, offset)
            case t.BoundedText():
                return self._bounded_text(node, offset)
            case t.OctetArray():
                return self.leaf(offset, f"{node.length}s")
            case t.Struct():
                return self._struct(node.cls, offset)
            case t.Tuple():
                pairs = zip(node.items, node.offsets, strict=True)
                items = [self.keep(self.value(item, offset + at)) for item, at in pairs]
                return f"({', '.join(items)},)"
            case t.Array():
                return self._items(node.item, self.where(offset), str(node.length))
            case t.BoundedList():
                count = self.leaf(offset, t.count_code(node.bound))
                with self.source.block(f"if {count} > {node.bound}:"):
                    self.source.line(self.fail("count", offset, str(node.bound), count))
                return self._items(
                    node.item, self.where(offset + node.items_offset), count
                )
            case t.ClosedUnion():
                return self._closed_union(node, offset)
            case t.Optional():
                return self._optional(node, offset)
            case _:
                return self._reference(node, offset)

    def keep(self, expression: str) -> str:
        """Keeps an expression's value in a fresh variable."""
        if expression.isidentifier():
            return expression
        name = self.source.name("value")
        self.source.line(f"{name} = {expression}")
        return name

    def field(self, field: Field, offset: int) -> str:
        """Emits the value of a field and the check of its constraint; gives the expression for it."""
        self.place = field.place
        value = self.value(field.raw_type, offset)
        if field.constraint is None:
            return value
        value = self.keep(value)
        is_raw = field.raw_type is not field.type
        condition = field.constraint.condition(self.source, value, is_raw=is_raw)
        if isinstance(field.type, t.Optional):
            condition = f"{value} is not None and {condition}"
        found = value
        if isinstance(field.type, t.Decimal):
            decimal = values.decimal_of(field.type.scale)
            found = f"{self.source.constant(decimal, 'decimal')}({value})"
        constraint = self.source.constant(field.constraint, "constraint")
        with self.source.block(f"if {condition}:"):
            self.source.line(self.fail("constraint", offset, constraint, found))
        return value

    def _wide(self, node: t.Wide, offset: int) -> str:
        words = [self.leaf(offset + 8 * i, node.code(i)) for i in range(node.words)]
        parts = [f"{word} << {64 * i}" for i, word in enumerate(words) if i]
        return " | ".join([*reversed(parts), words[0]])

    def _float(self, node: t.Float, offset: int) -> str:
        name = self.leaf(offset, node.code)
        if node.code == "f":
            nan = self.source.constant(values.f32_nan, "f32_nan")
            with self.source.block(f"if {name} != {name}:"):
                self.source.line(f"{name} = {nan}(buf, {self.where(offset)})")
        return name

    def _enum(self, node: t.Enum, offset: int) -> str:
        members, read = members_of(node)
        known = self.source.constant(members, "members")
        number = self.leaf(offset, node.repr.code)
        if node.is_open:
            unknown = self.source.constant(read, "unknown")
            return f"{known}[{number}] if {number} in {known} else {unknown}({number})"
        member = self.source.name("member")
        with self.source.block("try:"):
            self.source.line(f"{member} = {known}[{number}]")
        with self.source.block("except KeyError:"):
            self.source.line(self.fail("enum", offset, number) + " from None")
        return member

    def _bounded_text(self, node: t.BoundedText, offset: int) -> str:
        count = self.leaf(offset, t.count_code(node.bound))
        data = self.leaf(offset + node.align, f"{node.bound}s")
        with self.source.block(f"if {count} > {node.bound}:"):
            self.source.line(self.fail("count", offset, str(node.bound), count))
        if isinstance(node, t.BoundedOctets):
            return f"{data}[:{count}]"
        return self._utf8(f"{data}[:{count}]", offset + node.align)

    def _utf8(self, data: str, offset: int) -> str:
        text = self.source.name("text")
        with self.source.block("try:"):
            self.source.line(f"{text} = {data}.decode()")
        with self.source.block("except UnicodeDecodeError:"):
            self.source.line(self.fail("utf8", offset) + " from None")
        return text

    def _struct(self, cls: RecordMeta, offset: int) -> str:
        """Emits a struct: all its values first, then the object."""
        outer = self.place
        parts = []
        for field in cls.FIELDS:
            parts.append((field.slot, self.field(field, offset + field.offset)))
        self.place = outer
        return self.make(cls, parts)

    def make(self, cls: RecordMeta, parts: list[tuple[str, str]]) -> str:
        """Emits a new object with these slots filled; gives its variable."""
        made = self.source.name("made")
        new = self.source.constant(cls.__new__, "new")
        self.source.line(f"{made} = {new}({self.source.constant(cls, 'cls')})")
        for slot, expression in parts:
            self.source.line(f"{made}.{slot} = {expression}")
        return made

    def _closed_union(self, node: t.ClosedUnion, offset: int) -> str:
        tag = self.leaf(offset, node.tag_code)
        union = self.source.name("union")
        at = self.source.name("at")
        self.source.line(f"{at} = {self.where(offset + node.value_offset)}")
        keyword = "if"
        for arm in node.arms:
            with self.source.block(f"{keyword} {tag} == {arm.tag}:"):
                value = self._form(arm.type, at)
                self.source.line(
                    f"{union} = {self.source.constant(arm.cls, 'arm')}._make({value})"
                )
            keyword = "elif"
        with self.source.block("else:"):
            self.source.line(self.fail("tag", offset, tag))
        return union

    def _form(self, node: t.Type, at: str) -> str:
        """Emits a value that is read from `buf` on its own, not with its neighbours."""
        inner = Decoder(self.source, self.tail, at, self.place)
        start = len(self.source.lines)
        value = inner.value(node, 0)
        inner.unpack(start, node.size)
        return value

    def unpack(self, start: int, size: int) -> None:
        """Adds, before line `start`, the line that reads all leaves at `at`."""
        if self.leaves:
            unpack = self.source.constant(
                struct_of(self.leaves, size).unpack_from, "unpack"
            )
            self.source.insert_line(
                start, f"{self.targets()} = {unpack}(buf, {self.at})"
            )

    def _optional(self, node: t.Optional, offset: int) -> str:
        if node.is_reference:
            return self._optional_reference(node.item, offset)
        value = self.source.name("optional")
        presence = self.leaf(offset, "B")
        with self.source.block(f"if {presence} == 1:"):
            inner = self.value(node.item, offset + node.value_offset)
            self.source.line(f"{value} = {inner}")
        with self.source.block(f"elif {presence} == 0:"):
            self.source.line(f"{value} = None")
        with self.source.block("else:"):
            self.source.line(self.fail("presence", offset, presence))
        return value

    def _optional_reference(self, node: t.Type, offset: int) -> str:
        tag = self.leaf(offset, "I") if isinstance(node, t.OpenUnion) else None
        base = offset + (4 if tag else 0)
        place, count = self.leaf(base, "I"), self.leaf(base + 4, "I")
        value = self.source.name("optional")
        zero = (
            f"{place} == {count} == {tag} == 0" if tag else f"{place} == {count} == 0"
        )
        with self.source.block(f"if {zero}:"):
            self.source.line(f"{value} = None")
        with self.source.block("else:"):
            if isinstance(node, t.Text | t.Octets | t.List | t.Map):
                with self.source.block(f"if {count} == 0 and {place} == 1:"):
                    self.source.line(f"{place} = 0")
            inner = self._item(node, base, place, count, tag)
            self.source.line(f"{value} = {inner}")
        return value

    def _reference(self, node: t.Type, offset: int) -> str:
        tag = self.leaf(offset, "I") if isinstance(node, t.OpenUnion) else None
        base = offset + (4 if tag else 0)
        place, count = self.leaf(base, "I"), self.leaf(base + 4, "I")
        return self._item(node, base, place, count, tag)

    def _item(
        self, node: t.Type, offset: int, place: str, count: str, tag: str | None
    ) -> str:
        """Emits an item of the tail; gives the expression for its value."""
        match node:
            case t.Text():
                self._next(offset, place, count, 1, 1)
                return self.keep(self._utf8(self._run(place, count), offset))
            case t.Octets():
                self._next(offset, place, count, 1, 1)
                return self.keep(self._run(place, count))
            case t.List():
                self._next(offset, place, count, node.item.size, node.item.align)
                return self.keep(
                    self._items(node.item, f"{self.tail.start} + {place}", count)
                )
            case t.Map():
                self._next(offset, place, count, node.item.size, node.item.align)
                return self._pairs(node, f"{self.tail.start} + {place}", count)
            case t.Message():
                at, end, block = self._embedded(offset, place, count)
                return self.keep(self._message(node.cls, at, end, block))
            case t.OpenUnion():
                return self._open_union(node, offset, place, count, str(tag))
        raise AssertionError(node)

    def _run(self, place: str, count: str) -> str:
        start = f"{self.tail.start} + {place}"
        return f"buf[{start} : {start} + {count}]"

    def _next(self, offset: int, place: str, count: str, size: int, align: int) -> None:
        """Emits the check that a reference points to the next item, which it then passes."""
        tail = self.tail
        expected = tail.position
        if align > 1:
            expected = f"({tail.position} + {align - 1} & {-align})"
        length = count if size == 1 else f"{count} * {size}"
        with self.source.block(f"if {count}:"):
            with self.source.block(
                f"if {place} != {expected} or {place} + {length} > {tail.limit}:"
            ):
                self.source.line(
                    self.fail("reference", offset, expected, place, length, tail.limit)
                )
            self.source.line(f"{tail.position} = {place} + {length}")
        with self.source.block(f"elif {place}:"):
            self.source.line(
                self.fail("reference", offset, "0", place, "0", tail.limit)
            )

    def _items(self, item: t.Type, at: str, count: str) -> str:
        """Emits `count` items side by side; gives the expression for the list."""
        match item:
            case t.Int() | t.Float(code="d"):
                struct = self.source.constant(Struct, "struct")
                return (
                    f'list({struct}(f"<{{{count}}}{item.code}").unpack_from(buf, {at}))'
                )
            case t.Float():
                many = self.source.constant(values.f32_list, "f32_list")
                return f"{many}(buf, {at}, {count})"
        items, start = self.source.name("items"), self.source.name("start")
        self.source.line(f"{items} = []")
        self.source.line(f"{start} = {at}")
        if item.is_fixed:
            self._fixed_items(item, items, start, count)
        else:
            self._items_with_tail(item, items, start, count)
        return items

    def _fixed_items(self, item: t.Type, items: str, start: str, count: str) -> None:
        inner = Decoder(
            self.source, self.tail, f"{start} + len({items}) * {item.size}", self.place
        )
        head = len(self.source.lines)
        with self.source.block("for …:"):
            value = inner.value(item, 0)
            self.source.line(f"{items}.append({value})")
        if not inner.leaves:
            # Items such as arrays are read from `buf` by themselves.
            self.source.set_line(head, f"for _ in range({count}):")
            return
        unpack = struct_of(inner.leaves, item.size).iter_unpack
        iterate = self.source.constant(unpack, "iterate")
        data = f"buf[{start} : {start} + {count} * {item.size}]"
        self.source.set_line(head, f"for {inner.targets()} in {iterate}({data}):")

    def _items_with_tail(
        self, item: t.Type, items: str, start: str, count: str
    ) -> None:
        at = self.source.name("at")
        end = f"{start} + {count} * {item.size}"
        with self.source.block(f"for {at} in range({start}, {end}, {item.size}):"):
            value = self._form(item, at)
            self.source.line(f"{items}.append({value})")

    def _pairs(self, node: t.Map, at: str, count: str) -> str:
        """Emits `count` pairs side by side, in their order; gives the `dict`."""
        pairs, place, last = (self.source.name(s) for s in ("pairs", "at", "last"))
        start, size = self.source.name("start"), node.item.size
        self.source.line(f"{pairs} = {{}}")
        self.source.line(f"{last} = None")
        self.source.line(f"{start} = {at}")
        end = f"{start} + {count} * {size}"
        with self.source.block(f"for {place} in range({start}, {end}, {size}):"):
            inner = Decoder(self.source, self.tail, place, self.place)
            first_line = len(self.source.lines)
            key, value = (
                inner.keep(inner.value(item, offset))
                for item, offset in zip(node.item.items, node.item.offsets, strict=True)
            )
            inner.unpack(first_line, size)
            with self.source.block(f"if {last} is not None and not {last} < {key}:"):
                self.source.line(inner.fail("key_order", 0))
            self.source.line(f"{pairs}[{key}] = {value}")
            self.source.line(f"{last} = {key}")
        return pairs

    def _embedded(self, offset: int, place: str, count: str) -> tuple[str, str, str]:
        """Emits the check of an embedded payload; gives where it starts, ends, and its block."""
        expected = f"({self.tail.position} + 7 & -8)"
        with self.source.block(f"if {count} < 8 or {count} & 7:"):
            self.source.line(
                self.fail("reference", offset, expected, place, count, self.tail.limit)
            )
        self._next(offset, place, count, 1, t.PAYLOAD_ALIGN)
        at, end, block = (self.source.name(stem) for stem in ("at", "end", "block"))
        prefix = self.source.constant(values.EMBEDDED_PREFIX.unpack_from, "prefix")
        self.source.line(f"{at} = {self.tail.start} + {place} + 8")
        self.source.line(f"{end} = {at} - 8 + {count}")
        self.source.line(f"{block}, _ = {prefix}(buf, {at} - 8)")
        inner = Decoder(self.source, self.tail, at, self.place)
        with self.source.block(f"if {at} + {block} > {end}:"):
            self.source.line(inner.fail("block", 0, block, f"{end} - {at}"))
        return at, end, block

    def _message(self, cls: RecordMeta, at: str, end: str, block: str) -> str:
        message = self.source.constant(cls, "cls")
        return f"{message}._decode_payload(buf, {at}, {end}, {block})"

    def _open_union(
        self, node: t.OpenUnion, offset: int, place: str, count: str, tag: str
    ) -> str:
        union = self.source.name("union")
        with self.source.block(f"if {tag} == 0:"):
            self.source.line(self.fail("tag", offset, tag))
        at, end, block = self._embedded(offset, place, count)
        keyword = "if"
        for arm in node.arms:
            with self.source.block(f"{keyword} {tag} == {arm.tag}:"):
                if isinstance(arm.type, t.Message):
                    value = self._message(arm.type.cls, at, end, block)
                else:
                    value = self._payload(arm.type, at, end, block)
                self.source.line(
                    f"{union} = {self.source.constant(arm.cls, 'arm')}._make({value})"
                )
            keyword = "elif"
        with self.source.block("else:"):
            unknown = self.source.constant(UnknownArm, "unknown")
            self.source.line(f"{union} = {unknown}({tag}, buf[{at} - 8 : {end}])")
        return union

    def _payload(self, node: t.Type, at: str, end: str, block: str) -> str:
        """Emits a value that is no message from its embedded payload."""
        with self.source.block(f"if {block} < {node.size}:"):
            inner = Decoder(self.source, self.tail, at, self.place)
            self.source.line(inner.fail("missing", 0, str(node.size), block))
        inner = Decoder(self.source, Tail(self.source), at, self.place)
        emit_tail(inner, end, block)
        start = len(self.source.lines)
        value = inner.value(node, 0)
        value = inner.keep(value)
        inner.unpack(start, node.size)
        emit_end(inner, block, node.size)
        return value


def emit_tail(decoder: Decoder, end: str, block: str) -> None:
    """Emits the variables of the tail of a payload at `decoder.at`."""
    source, tail = decoder.source, decoder.tail
    source.line(f"{tail.start} = {decoder.at} + ({block} + 7 & -8)")
    source.line(f"{tail.limit} = {end} - {tail.start}")
    source.line(f"{tail.position} = 0")


def emit_end(decoder: Decoder, block: str, known: int) -> None:
    """Emits the check that nothing stands behind the last item, unless the writer is newer."""
    tail = decoder.tail
    padded = f"({tail.position} + 7 & -8)"
    with decoder.source.block(f"if {padded} != {tail.limit} and {block} <= {known}:"):
        place = Decoder(
            decoder.source, tail, f"{tail.start} + {tail.position}", decoder.place
        )
        decoder.source.line(place.fail("trailing", 0, f"{tail.limit} - {padded}"))


def struct_reader(node: t.Struct) -> Any:
    """The function `decode(buf, at)` for one fixed struct."""
    source = Source()
    with source.block("def decode(buf, at):"):
        decoder = Decoder(source, Tail(source), "at", node.cls.NAME)
        start = len(source.lines)
        value = decoder.keep(decoder.value(node, 0))
        decoder.unpack(start, node.size)
        source.line(f"return {value}")
    return source.compile_all(node.cls.NAME)["decode"]
