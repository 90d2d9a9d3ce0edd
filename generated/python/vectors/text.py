"""Golden vectors: text and bytes, with and without a bound."""

# Made by mycc from schemas/vectors/text.myc: change that, not this.

from typing import Annotated, Final

from mycelium import wire

LAST_SMALL: Final = 255
"""Bounds at which the count grows from one byte to two."""


class Unbounded(
    wire.Message,
    name="vectors.text.Unbounded",
    id=1011,
    topic="vectors.text.unbounded",
    digest="myc1:1b865c1e0a597233f3470b39187e383d94ea3f4923ee5247e3b260fc23a8521f",
):
    """Without a bound they lie in the tail."""

    text: str
    data: bytes
    again: str


class Bounded(
    wire.Message,
    name="vectors.text.Bounded",
    id=1012,
    topic="vectors.text.bounded",
    digest="myc1:4ac962a5c4c44f7f62182850e2a0cd93b50208e15f3db988cd2569071901ee7c",
):
    """With a bound they lie inline."""

    symbol: Annotated[str, wire.max_bytes(7)]
    tag: Annotated[bytes, wire.max_bytes(3)]
    small: Annotated[str, wire.max_bytes(255)]
    large: Annotated[str, wire.max_bytes(256)]
    blob: Annotated[bytes, wire.max_bytes(256)]


class Huge(
    wire.Message,
    name="vectors.text.Huge",
    id=1013,
    topic="vectors.text.huge",
    digest="myc1:4d2d2931c34ee23224d675d98213b47b0ca7b65158955674087097c9d98c20e5",
):
    """A count of four bytes."""

    blob: Annotated[bytes, wire.max_bytes(65536)]
