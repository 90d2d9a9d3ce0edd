"""Writes the source of an encoder: one `struct` call for the block, straight lines for the tail.

The generated function builds what lies in the tail first, in depth-first field order, into a
`bytearray`, and then packs header and block in one call:

    def to_frame(self, channel=0, sequence=0):
        tail = bytearray()
        list_1 = self.bids
        ...
        return PACK(24 + len(tail), 3, channel, 24, sequence, self.price_raw, offset_2, count_3) + tail

An `Encoder` collects the leaves of one inline form: the struct codes and the expressions for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import index
from struct import Struct
from typing import TYPE_CHECKING
from uuid import UUID

from mycelium._codec import types as t
from mycelium._codec import values
from mycelium._codec.check import check, listed
from mycelium._codec.source import Leaf, Source, struct_of
from mycelium._codec.unions import UnknownArm

if TYPE_CHECKING:
    from mycelium._codec.record import Field

HEADER = "IHHII"
HEADER_SIZE = 16
TUPLES = (tuple, list)


class Encoder:
    """Emits the lines for values of one inline form, and collects its leaves."""

    def __init__(self, source: Source, tail: str) -> None:
        self.source = source
        self.tail = tail
        self.leaves: list[Leaf] = []
        # Whether a struct may come as a tuple of its fields.
        self.takes_tuples = True

    def leaf(self, offset: int, code: str, expression: str) -> None:
        """Adds a number, or a run of bytes such as `16s`."""
        size = int(code[:-1]) if code[-1] == "s" else t.CODE_SIZES[code]
        self.leaves.append(Leaf(offset, code, size, expression))

    def bind(self, stem: str, expression: str) -> str:
        """Keeps an expression's value in a fresh variable."""
        if expression.isidentifier():
            return expression
        name = self.source.name(stem)
        self.source.line(f"{name} = {expression}")
        return name

    def pack(self, size: int) -> str:
        """The expression for the bytes of all leaves, `size` in all."""
        packer = self.source.constant(struct_of(self.leaves, size).pack, "pack")
        return f"{packer}({self.arguments()})"

    def arguments(self) -> str:
        """The leaves' expressions, in order."""
        return ", ".join(leaf.expression for leaf in self.leaves)

    def value(self, node: t.Type, offset: int, value: str) -> None:
        """Emits a value whose inline form lies at `offset`."""
        match node:
            case t.Int() | t.Float(code="d"):
                self.leaf(offset, node.code, value)
            case t.Float():
                self._f32(offset, value)
            case t.Bool():
                value = self.bind("bool", value)
                self._refuse(f"{value}.__class__ is not bool")
                self.leaf(offset, "?", value)
            case t.Decimal():
                mantissa = self.source.constant(
                    values.mantissa_of(node.scale), "mantissa"
                )
                self.leaf(offset, "q", f"{mantissa}({value})")
            case t.Wide():
                self._wide(node, offset, value)
            case t.Uuid():
                value = self.bind("uuid", value)
                uuid = self.source.constant(UUID, "uuid")
                self._refuse(f"not isinstance({value}, {uuid})")
                self.leaf(offset, "16s", f"{value}.bytes")
            case t.Enum():
                self._enum(node, offset, value)
            case t.BoundedText():
                self._bounded_text(node, offset, value)
            case t.OctetArray():
                data = self._octets(value)
                self._refuse(f"len({data}) != {node.length}")
                self.leaf(offset, f"{node.length}s", data)
            case t.Struct():
                value = self.bind("struct", value)
                if self.takes_tuples:
                    self._take_tuple(node, value)
                for field in node.cls.FIELDS:
                    self.field(field, offset + field.offset, value)
            case t.Tuple():
                self._tuple(node, offset, value)
            case t.Array():
                value = self._listed("array", node.item, value)
                self._refuse(f"len({value}) != {node.length}")
                self.leaf(offset, f"{node.size}s", self._items(node.item, value))
            case t.BoundedList():
                self._bounded_list(node, offset, value)
            case t.ClosedUnion():
                self._closed_union(node, offset, value)
            case t.Optional():
                self._optional(node, offset, value)
            case _:
                self._reference(node, offset, value, is_optional=False)

    def _structs(self, node: t.Struct, value: str) -> str:
        """The variable for a list whose tuples have become structs."""
        kind = self.source.constant({node.cls}, "kind")
        type_ = self.source.constant(t.List(node), "type")
        function = self.source.constant(check, "check")
        structs = self.source.name("structs")
        uniform = f"{value} if {kind}.issuperset(map(type, {value}))"
        self.source.line(f"{structs} = {uniform} else {function}({type_}, {value}, '')")
        return structs

    def _take_tuple(self, node: t.Struct, value: str) -> None:
        """Emits the making of a struct from a tuple of its fields."""
        cls = self.source.constant(node.cls, "cls")
        type_ = self.source.constant(node, "type")
        with self.source.block(f"if {value}.__class__ is not {cls}:"):
            function = self.source.constant(check, "check")
            self.source.line(f"{value} = {function}({type_}, {value}, '')")

    def field(self, field: Field, offset: int, owner: str) -> None:
        """Emits a field of an object, and the check of its constraint."""
        value = f"{owner}.{field.slot}"
        if field.constraint is not None:
            value = self.bind("field", value)
            is_raw = field.raw_type is not field.type
            condition = field.constraint.condition(self.source, value, is_raw=is_raw)
            if isinstance(field.type, t.Optional):
                condition = f"{value} is not None and {condition}"
            self._refuse(condition)
        self.value(field.raw_type, offset, value)

    def _refuse(self, condition: str) -> None:
        # The bare error is replaced by one that names class, field and value.
        with self.source.block(f"if {condition}:"):
            self.source.line("raise ValueError")

    def _wide(self, node: t.Wide, offset: int, value: str) -> None:
        whole = self.source.constant(index, "index")
        value = f"{whole}({self.bind('wide', value)})"
        for word in range(node.words):
            part = f"{value} >> {64 * word}" if word else value
            # The highest word is left whole, so that `struct` refuses what does not fit.
            is_highest = word == node.words - 1
            self.leaf(
                offset + 8 * word,
                node.code(word),
                part if is_highest else f"{part} & 0xFFFFFFFFFFFFFFFF",
            )

    def _f32(self, offset: int, value: str) -> None:
        value = self.bind("f32", value)
        keep = self.source.constant(values.f32_bytes, "f32_bytes")
        pack = self.source.constant(Struct("<f").pack, "pack")
        self.leaf(
            offset, "4s", f"{pack}({value}) if {value} == {value} else {keep}({value})"
        )

    def _enum(self, node: t.Enum, offset: int, value: str) -> None:
        if node.is_open:
            self.leaf(offset, node.repr.code, value)
            return
        value = self.bind("enum", value)
        cls = self.source.constant(node.cls, "enum")
        self.leaf(
            offset,
            node.repr.code,
            f"{value} if {value}.__class__ is {cls} else {cls}({value})",
        )

    def _octets(self, value: str) -> str:
        value = self.bind("octets", value)
        as_bytes = self.source.constant(values.as_bytes, "as_bytes")
        with self.source.block(f"if {value}.__class__ is not bytes:"):
            data = self.source.name("octets")
            self.source.line(f"{data} = {as_bytes}({value})")
        with self.source.block("else:"):
            self.source.line(f"{data} = {value}")
        return data

    def _bounded_text(self, node: t.BoundedText, offset: int, value: str) -> None:
        if isinstance(node, t.BoundedOctets):
            data = self._octets(value)
        else:
            data = self.bind("text", f"{value}.encode()")
        self._refuse(f"len({data}) > {node.bound}")
        self.leaf(offset, t.count_code(node.bound), f"len({data})")
        self.leaf(offset + node.align, f"{node.bound}s", data)

    def _tuple(self, node: t.Tuple, offset: int, value: str) -> None:
        value = self.bind("tuple", value)
        kinds = self.source.constant(TUPLES, "kinds")
        self._refuse(
            f"{value}.__class__ is not tuple and not isinstance({value}, {kinds})"
        )
        names = [self.source.name("item") for _ in node.items]
        self.source.line(f"{', '.join(names)}, = {value}")
        for item, at, name in zip(node.items, node.offsets, names, strict=True):
            self.value(item, offset + at, name)

    def _bounded_list(self, node: t.BoundedList, offset: int, value: str) -> None:
        value = self._listed("list", node.item, value)
        self._refuse(f"len({value}) > {node.bound}")
        self.leaf(offset, t.count_code(node.bound), f"len({value})")
        room = node.item.size * node.bound
        self.leaf(offset + node.items_offset, f"{room}s", self._items(node.item, value))

    def _listed(self, stem: str, item: t.Type, value: str) -> str:
        """The variable for what may stand for a list."""
        as_list = self.source.constant(listed, "listed")
        cls = "None"
        if isinstance(item, t.Struct):
            cls = self.source.constant(item.cls, "cls")
        name = self.source.name(stem)
        self.source.line(f"{name} = {value}")
        with self.source.block(f"if {name}.__class__ is not list:"):
            self.source.line(f"{name} = {as_list}({name}, {cls})")
        return name

    def _items(self, item: t.Type, value: str) -> str:
        """The expression for the inline forms of a list's items, side by side."""
        simple = self._simple_items(item, value)
        if simple is not None:
            return simple
        inner = Encoder(self.source, self.tail)
        if isinstance(item, t.Struct):
            # Once for all, so that the loop needs no statement.
            inner.takes_tuples = False
            value = self._structs(item, value)
        parts = self.source.name("parts")
        self.source.line(f"{parts} = []")
        one = self.source.name("one")
        with self.source.block(f"for {one} in {value}:"):
            start = len(self.source.lines)
            inner.value(item, 0, one)
            if len(self.source.lines) > start:
                self.source.line(f"{parts}.append({inner.pack(item.size)})")
                return f"b''.join({parts})"
        # Nothing but expressions: a comprehension is faster than the loop, which is taken back.
        del self.source.lines[start - 2 :]
        codes = {leaf.code for leaf in inner.leaves}
        if (
            codes <= t.CODE_SIZES.keys()
            and len(codes) == 1
            and item.size == sum(leaf.size for leaf in inner.leaves)
        ):
            struct = self.source.constant(Struct, "struct")
            flat = f"[leaf for {one} in {value} for leaf in ({inner.arguments()},)]"
            count = f"{{len({value}) * {len(inner.leaves)}}}"
            return f'{struct}(f"<{count}{codes.pop()}").pack(*{flat})'
        return f"b''.join([{inner.pack(item.size)} for {one} in {value}])"

    def _simple_items(self, item: t.Type, value: str) -> str | None:
        """The expression for a list of plain numbers."""
        match item:
            case t.Int() | t.Float(code="d"):
                code = item.code
            case t.Bool():
                code = "?"
                kind = self.source.constant({bool}, "kind")
                self._refuse(f"not {kind}.issuperset(map(type, {value}))")
            case t.Enum(is_open=True):
                code = item.repr.code
            case t.Float():
                return f"{self.source.constant(values.f32_list_bytes, 'f32s')}({value})"
            case _:
                return None
        struct = self.source.constant(Struct, "struct")
        return f'{struct}(f"<{{len({value})}}{code}").pack(*{value})'

    def _closed_union(self, node: t.ClosedUnion, offset: int, value: str) -> None:
        value = self.bind("union", value)
        data = self.source.name("arm")
        for arm in self._arms(node, value):
            inner = Encoder(self.source, self.tail)
            inner.value(arm.type, 0, f"{value}.value")
            self.source.line(f"{data} = {inner.pack(arm.type.size)}")
        widest = max(arm.type.size for arm in node.arms)
        self.leaf(offset, node.tag_code, f"{value}.TAG")
        self.leaf(offset + node.value_offset, f"{widest}s", data)

    def _arms(self, node: t.Union, value: str) -> Iterator[t.Arm]:
        """Opens a branch for each arm in turn, and a last one that refuses all else."""
        keyword = "if"
        for arm in node.arms:
            cls = self.source.constant(arm.cls, "arm")
            with self.source.block(f"{keyword} {value}.__class__ is {cls}:"):
                yield arm
            keyword = "elif"
        with self.source.block("else:"):
            self.source.line("raise TypeError")

    def _optional(self, node: t.Optional, offset: int, value: str) -> None:
        value = self.bind("optional", value)
        if node.is_reference:
            self._reference(node.item, offset, value, is_optional=True)
            return
        presence = self.source.name("presence")
        inner = Encoder(self.source, self.tail)
        with self.source.block(f"if {value} is not None:"):
            inner.value(node.item, offset + node.value_offset, value)
            self.source.line(f"{presence} = 1")
            kept = [self.source.name("leaf") for _ in inner.leaves]
            for name, leaf in zip(kept, inner.leaves, strict=True):
                self.source.line(f"{name} = {leaf.expression}")
        with self.source.block("else:"):
            self.source.line(f"{presence} = 0")
            for name, leaf in zip(kept, inner.leaves, strict=True):
                self.source.line(
                    f"{name} = {'b' + repr('') if leaf.code[-1] == 's' else 0}"
                )
        self.leaf(offset, "B", presence)
        for name, leaf in zip(kept, inner.leaves, strict=True):
            self.leaf(leaf.offset, leaf.code, name)

    def _reference(
        self, node: t.Type, offset: int, value: str, *, is_optional: bool
    ) -> None:
        value = self.bind("value", value)
        place, count = self.source.name("offset"), self.source.name("count")
        is_open_union = isinstance(node, t.OpenUnion)
        tag = f"{self.source.name('tag')}" if is_open_union else ""
        if is_optional:
            with self.source.block(f"if {value} is None:"):
                self.source.line(f"{place} = {count} = {tag + ' = ' if tag else ''}0")
            with self.source.block("else:"):
                self._item(node, value, place, count, tag, empty=1)
        else:
            self._item(node, value, place, count, tag, empty=0)
        if is_open_union:
            self.leaf(offset, "I", tag)
            offset += 4
        self.leaf(offset, "I", place)
        self.leaf(offset + 4, "I", count)

    def _item(
        self, node: t.Type, value: str, place: str, count: str, tag: str, *, empty: int
    ) -> None:
        """Emits an item of the tail: assigns where it lies and its count."""
        match node:
            case t.Text():
                data = self.bind("text", f"{value}.encode()")
                self._run(data, place, count, empty)
            case t.Octets():
                self._run(self._octets(value), place, count, empty)
            case t.List():
                items = self._listed("list", node.item, value)
                self._list(node, items, place, count, empty)
            case t.Map():
                pairs = self.source.name("pairs")
                self.source.line(f"{pairs} = sorted({value}.items())")
                self._list(node, pairs, place, count, empty)
            case t.Message():
                self._refuse(
                    f"{value}.__class__ is not {self.source.constant(node.cls, 'cls')}"
                )
                self._embedded(self._message(node, value), place, count)
            case t.OpenUnion():
                self._open_union(node, value, place, count, tag)

    def _run(self, data: str, place: str, count: str, empty: int) -> None:
        self.source.line(f"{count} = len({data})")
        with self.source.block(f"if {count}:"):
            self.source.line(f"{place} = len({self.tail})")
            self.source.line(f"{self.tail} += {data}")
        with self.source.block("else:"):
            self.source.line(f"{place} = {empty}")

    def _list(
        self, node: t.List | t.Map, value: str, place: str, count: str, empty: int
    ) -> None:
        item = node.item
        self.source.line(f"{count} = len({value})")
        with self.source.block(f"if {count}:"):
            self._align(item.align)
            self.source.line(f"{place} = len({self.tail})")
            if item.is_fixed:
                self.source.line(f"{self.tail} += {self._items(item, value)}")
            else:
                self.source.line(f"{self.tail} += bytes({count} * {item.size})")
                self._items_in_place(item, value, place)
        with self.source.block("else:"):
            self.source.line(f"{place} = {empty}")

    def _items_in_place(self, item: t.Type, value: str, place: str) -> None:
        """Emits items whose own items of the tail stand behind the whole list."""
        at, one = self.source.name("at"), self.source.name("one")
        self.source.line(f"{at} = {place}")
        with self.source.block(f"for {one} in {value}:"):
            inner = Encoder(self.source, self.tail)
            inner.value(item, 0, one)
            packer = struct_of(inner.leaves, item.size).pack_into
            pack_into = self.source.constant(packer, "pack_into")
            self.source.line(f"{pack_into}({self.tail}, {at}, {inner.arguments()})")
            self.source.line(f"{at} += {item.size}")

    def _open_union(
        self, node: t.OpenUnion, value: str, place: str, count: str, tag: str
    ) -> None:
        data = self.source.name("embedded")
        unknown = self.source.constant(UnknownArm, "unknown")
        check = self.source.constant(values.unknown_arm_payload, "unknown_arm_payload")
        known = self.source.constant(frozenset(arm.tag for arm in node.arms), "tags")
        with self.source.block(f"if {value}.__class__ is {unknown}:"):
            self.source.line(f"{tag} = {value}.tag")
            self.source.line(f"{data} = {check}({value}, {known})")
        with self.source.block("else:"):
            self.source.line(f"{tag} = {value}.TAG")
            for arm in self._arms(node, value):
                inner = self.bind("inner", f"{value}.value")
                if isinstance(arm.type, t.Message):
                    cls = self.source.constant(arm.type.cls, "cls")
                    self._refuse(f"{inner}.__class__ is not {cls}")
                    self.source.line(f"{data} = {self._message(arm.type, inner)}")
                else:
                    self._payload(arm.type, inner, data)
        self._embedded(data, place, count)

    def _message(self, node: t.Message, value: str) -> str:
        """The expression for a message as an embedded payload."""
        prefix = self.source.constant(
            values.EMBEDDED_PREFIX.pack(node.cls.BLOCK, 0), "prefix"
        )
        return f"{prefix} + {value}.to_frame()[{HEADER_SIZE}:]"

    def _payload(self, node: t.Type, value: str, data: str) -> None:
        """Emits a value that is no message as an embedded payload."""
        tail = self.source.name("tail")
        inner = Encoder(self.source, tail)
        if not node.is_fixed:
            self.source.line(f"{tail} = bytearray()")
        inner.value(node, 0, value)
        prefix = self.source.constant(
            values.EMBEDDED_PREFIX.pack(node.size, 0), "prefix"
        )
        block = inner.pack(t.align_up(node.size, t.PAYLOAD_ALIGN))
        if node.is_fixed:
            self.source.line(f"{data} = {prefix} + {block}")
        else:
            inner.finish_tail()
            self.source.line(f"{data} = {prefix} + {block} + {tail}")

    def _embedded(self, data: str, place: str, count: str) -> None:
        self._align(t.PAYLOAD_ALIGN)
        self.source.line(f"{place} = len({self.tail})")
        self.source.line(f"{count} = len({data})")
        self.source.line(f"{self.tail} += {data}")

    def _align(self, align: int) -> None:
        if align > 1:
            self.source.line(f"{self.tail} += bytes(-len({self.tail}) & {align - 1})")

    def finish_tail(self) -> None:
        """Pads the tail to a multiple of 8."""
        self._align(t.PAYLOAD_ALIGN)


def emit_items(source: Source, item: t.Type) -> None:
    """Emits `encode(items)`, which gives the inline forms of fixed items side by side."""
    with source.block("def encode(items):"):
        data = Encoder(source, "tail")._items(item, "items")
        source.line(f"return {data}")
