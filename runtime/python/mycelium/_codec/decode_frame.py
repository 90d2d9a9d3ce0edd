"""Writes the source of the two functions that read a message.

`from_frame` is for frames whose block is the one that this class knows:

    def from_frame(buf):
        ...
        (length, type_id, channel, block, sequence, leaf_1, leaf_2, …) = UNPACK(buf)
        ...

`decode_payload(buf, at, end, block)` is for any block, older or newer, and for messages inside other
messages. Both accept any bytes at all: what is wrong with them is a `DecodeError` with the place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mycelium._codec import refuse, values
from mycelium._codec import types as t
from mycelium._codec.decode import Decoder, Tail, emit_end, emit_tail
from mycelium._codec.default import Fresh
from mycelium._codec.encode import HEADER, HEADER_SIZE
from mycelium._codec.source import Source, struct_of

if TYPE_CHECKING:
    from mycelium._codec.record import Field, RecordMeta


def emit_from_frame(source: Source, cls: RecordMeta) -> None:
    """Emits `from_frame` of a message."""
    room = t.align_up(cls.BLOCK, t.PAYLOAD_ALIGN)
    decoder = Decoder(source, Tail(source), str(HEADER_SIZE), cls.NAME)
    with source.block("def from_frame(buf):"):
        with source.block("if buf.__class__ is not bytes:"):
            source.line(f"buf = {source.constant(values.as_bytes, 'as_bytes')}(buf)")
        other = source.constant(decode_other, "other")
        with source.block(f"if len(buf) < {HEADER_SIZE + room}:"):
            source.line(f"return {other}({source.constant(cls, 'cls')}, buf)")
        start = len(source.lines)
        wrong = f"type_id != {cls.TYPE_ID} or block != {cls.BLOCK}"
        with source.block(
            f"if {wrong} or length + {HEADER_SIZE} != len(buf) or length & 7:"
        ):
            source.line(f"return {other}({source.constant(cls, 'cls')}, buf)")
        source.line(f"{decoder.tail.start} = {HEADER_SIZE + room}")
        source.line(f"{decoder.tail.limit} = length - {room}")
        source.line(f"{decoder.tail.position} = 0")
        parts = []
        for field in cls.FIELDS:
            value = decoder.field(field, field.offset)
            parts.append((field.slot, decoder.keep(value)))
        decoder.place = cls.NAME
        emit_end(decoder, "block", cls.BLOCK)
        source.line(f"return {decoder.make(cls, parts)}")
        unpack = source.constant(
            struct_of(decoder.leaves, room, HEADER).unpack_from, "unpack"
        )
        header = "length, type_id, channel, block, sequence"
        line = f"{header}, {decoder.targets()} = {unpack}(buf)"
        source.insert_line(start, line.replace(", ,", ","))


def emit_decode_payload(source: Source, cls: RecordMeta) -> None:
    """Emits `decode_payload` of a message, which takes a block of any length."""
    decoder = Decoder(source, Tail(source), "at", cls.NAME)
    with source.block("def decode_payload(buf, at, end, block):"):
        emit_tail(decoder, "end", "block")
        start = len(source.lines)
        parts = [(field.slot, _field_if_sent(decoder, field)) for field in cls.FIELDS]
        emit_end(decoder, "block", cls.BLOCK)
        source.line(f"return {decoder.make(cls, parts)}")
        if decoder.leaves:
            unpack = source.constant(
                struct_of(decoder.leaves, cls.BLOCK).unpack, "unpack"
            )
            data = f"buf[at : at + min(block, {cls.BLOCK})].ljust({cls.BLOCK}, b'\\0')"
            source.insert_line(start, f"{decoder.targets()} = {unpack}({data})")


def _field_if_sent(decoder: Decoder, field: Field) -> str:
    """Emits a field, or its default where the sender's block ends before it does."""
    source = decoder.source
    value = source.name("field")
    end = field.offset + field.type.size
    decoder.place = field.place
    with source.block(f"if block >= {end}:"):
        inner = decoder.field(field, field.offset)
        source.line(f"{value} = {inner}")
    with source.block("else:"):
        if field.is_required:
            source.line(decoder.fail("missing", 0, str(end), "block"))
        else:
            default = source.constant(field.raw_default, "default")
            call = ".make()" if isinstance(field.default, Fresh) else ""
            source.line(f"{value} = {default}{call}")
    decoder.place = field.place.rpartition(".")[0]
    return value


def decode_other(cls: RecordMeta, buf: bytes) -> object:
    """Reads a frame that is not simply one of the class's own version."""
    block = refuse.check_header(buf, cls.TYPE_ID, cls.NAME)
    return cls._decode_payload(buf, HEADER_SIZE, len(buf), block)
