"""Writes the source of `to_frame`: the header, and the payload as `encode` emits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mycelium._codec import types as t
from mycelium._codec.check import explain
from mycelium._codec.encode import HEADER, Encoder
from mycelium._codec.source import Source, struct_of

if TYPE_CHECKING:
    from mycelium._codec.record import RecordMeta


def emit_to_frame(source: Source, cls: RecordMeta) -> None:
    """Emits `to_frame` of a message."""
    encoder = Encoder(source, "tail")
    is_fixed = all(field.type.is_fixed for field in cls.FIELDS)
    block_room = t.align_up(cls.BLOCK, t.PAYLOAD_ALIGN)
    with source.block("def to_frame(self, channel=0, sequence=0):"):
        with source.block("try:"):
            if not is_fixed:
                source.line("tail = bytearray()")
            for field in cls.FIELDS:
                encoder.field(field, field.offset, "self")
            pack = source.constant(
                struct_of(encoder.leaves, block_room, HEADER).pack, "pack"
            )
            header = (
                f"{cls.TYPE_ID}, channel, {cls.BLOCK}, sequence, {encoder.arguments()}"
            )
            if is_fixed:
                source.line(f"return {pack}({block_room}, {header})")
            else:
                encoder.finish_tail()
                source.line(f"return {pack}({block_room} + len(tail), {header}) + tail")
        with source.block("except Exception as error:"):
            source.line(
                f"raise {source.constant(explain, 'explain')}"
                "(self, error, channel, sequence) from None"
            )
