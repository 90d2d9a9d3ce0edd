"""Golden vectors: arrays, lists and tuples of everything."""

# Made by mycc from schemas/vectors/containers.myc: change that, not this.

from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from mycelium import wire

MANY: Final = 256
"""Where a count needs two bytes."""


class Point(
    wire.Struct,
    name="vectors.containers.Point",
    digest="myc1:9f976bfa1819de85eb118ddbf68325bcb70f4905382311fe2cef48487165c975",
):
    """Inline and fixed."""

    x: wire.i32
    y: wire.i32


class Padded(
    wire.Struct,
    name="vectors.containers.Padded",
    digest="myc1:f254698d1638eba4063ad6d4640eb4e0923a84446a92fba6492d34f427d341da",
):
    """Inline and fixed, with padding inside and at its end."""

    small: wire.u8
    wide: wire.u64
    middle: wire.u16


class Label(
    wire.Struct,
    name="vectors.containers.Label",
    digest="myc1:e42de6c5b9196a6ea0d568d8873733886eca4fc582612a45f8c6fedacf0f6ba1",
):
    """Inline, but what it refers to lies in the tail."""

    name: str
    value: wire.u32


class Arrays(
    wire.Message,
    name="vectors.containers.Arrays",
    id=1021,
    topic="vectors.containers.arrays",
    digest="myc1:4d19b8ddaf7babad674b4f201a88905e82247679d36ea928a8472c2a98c11571",
):
    """Arrays lie inline, whatever they hold."""

    hash: Annotated[bytes, wire.exactly(5)]
    grid: Annotated[list[Annotated[list[wire.i16], wire.exactly(2)]], wire.exactly(3)]
    truths: Annotated[list[bool], wire.exactly(3)]
    points: Annotated[list[Point], wire.exactly(2)]
    padded: Annotated[list[Padded], wire.exactly(2)]
    words: Annotated[list[str], wire.exactly(2)]
    labels: Annotated[list[Label], wire.exactly(2)]
    maybe: Annotated[list[wire.u16 | None], wire.exactly(3)]


class Bounded(
    wire.Message,
    name="vectors.containers.Bounded",
    id=1022,
    topic="vectors.containers.bounded",
    digest="myc1:b678e6aff5cce9caede92db359630599c32ecd503edcfb88d5ea9bc0748226f7",
):
    """Lists with a bound lie inline, with room for all."""

    numbers: Annotated[list[wire.u32], wire.max_items(3)]
    many: Annotated[list[bool], wire.max_items(256)]
    raw: Annotated[bytes, wire.max_bytes(5)]
    points: Annotated[list[Point], wire.max_items(2)]
    padded: Annotated[list[Padded], wire.max_items(2)]
    words: Annotated[list[str], wire.max_items(2)]
    codes: Annotated[list[Annotated[str, wire.max_bytes(3)]], wire.max_items(2)]
    labels: Annotated[list[Label], wire.max_items(2)]


class Lists(
    wire.Message,
    name="vectors.containers.Lists",
    id=1023,
    topic="vectors.containers.lists",
    digest="myc1:7f669337bd5849614285cbcddec911243c86d79695044ad3ec7f5aa9a48258e8",
):
    """Lists without a bound lie in the tail."""

    numbers: list[wire.u64]
    raw: bytes
    truths: list[bool]
    wide: list[wire.u128]
    floats: list[wire.f64]
    words: list[str]
    blobs: list[bytes]
    codes: list[Annotated[str, wire.max_bytes(3)]]
    points: list[Point]
    padded: list[Padded]
    labels: list[Label]
    rows: list[list[wire.u16]]
    pairs: list[tuple[wire.u8, str]]
    maybe: list[wire.u32 | None]
    blocks: list[Annotated[bytes, wire.exactly(3)]]
    times: list[wire.timestamp]
    prices: list[Annotated[Decimal, wire.decimal(2)]]


class Tuples(
    wire.Message,
    name="vectors.containers.Tuples",
    id=1024,
    topic="vectors.containers.tuples",
    digest="myc1:12b38c956b0bde4c0d0d3fac8a0da4f7765b7f0fe6a6ec6fd8255ed3ddebe209",
):
    """Tuples are laid out like structs."""

    pair: tuple[wire.f64, wire.f64]
    mixed: tuple[wire.u8, wire.u64, str]
    nested: tuple[
        tuple[wire.u8, wire.u16],
        Annotated[list[wire.u32], wire.exactly(2)],
        Label,
    ]
    lists: tuple[list[wire.u16], list[Point]]


class Wide(
    wire.Message,
    name="vectors.containers.Wide",
    id=1025,
    topic="vectors.containers.wide",
    digest="myc1:32274f5e4b63d1f78dce77556c52c383d814cd0b59d8b77fdbf6725e17cb4aa8",
):
    """Tuples of more items, up to as many as there may be."""

    five: tuple[wire.u8, wire.u16, str, wire.u32, bool]
    six: tuple[wire.i64, wire.u8, wire.i16, list[wire.u16], wire.u8, Point]
    seven: tuple[bool, wire.f32, bytes, wire.u8, wire.i32, Label, wire.u16]
    eight: tuple[wire.u8, wire.u64, wire.u8, wire.u32, wire.u8, wire.u16, wire.u8, str]
    nine: tuple[
        str,
        wire.u8,
        wire.u16 | None,
        wire.f64,
        wire.u8,
        UUID,
        wire.i8,
        Annotated[bytes, wire.exactly(3)],
        wire.u32,
    ]
    ten: tuple[
        wire.u8,
        Annotated[Decimal, wire.decimal(2)],
        Annotated[str, wire.max_bytes(3)],
        wire.u8,
        wire.timestamp,
        bool,
        wire.i16,
        wire.duration,
        wire.u8,
        str,
    ]
    eleven: tuple[
        wire.u16,
        wire.u8,
        Padded,
        wire.u8,
        wire.u32,
        dict[wire.u8, str],
        wire.u8,
        wire.i64,
        wire.u8,
        Annotated[bytes, wire.max_bytes(3)],
        wire.i16,
    ]
    twelve: tuple[
        wire.u8,
        wire.u128,
        wire.u8,
        str,
        wire.u16,
        tuple[wire.u8, wire.u32],
        bool,
        list[str],
        wire.u8,
        wire.f64,
        wire.i32,
        wire.u8,
    ]
    rows: list[
        tuple[
            wire.u8,
            wire.u16,
            wire.u8,
            wire.u32,
            wire.u8,
            wire.u64,
            wire.u8,
            str,
            wire.i16,
            wire.i32,
            wire.i64,
            bool,
        ]
    ]
    maybe: tuple[wire.u8, str, wire.u16, bool, wire.u32] | None = None
