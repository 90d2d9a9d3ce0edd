"""Golden vectors: values that are held to more than their types."""

# Made by mycc from schemas/vectors/constraints.myc: change that, not this.

from decimal import Decimal
from typing import Annotated

from mycelium import wire


class Level(
    wire.Struct,
    name="vectors.constraints.Level",
    digest="myc1:8b4a48b87252a6e72dc31eeff89ab9d1bd4ee4ce11ea53e2d3dfd5de93cf51e9",
):
    """In a struct they hold too."""

    price: Annotated[Decimal, wire.decimal(2), wire.in_range(Decimal(1), None)]
    code: Annotated[str, wire.max_bytes(4), wire.has_len(0, 2)]

    price_raw = wire.raw("price")


class Ranges(
    wire.Message,
    name="vectors.constraints.Ranges",
    id=1101,
    topic="vectors.constraints.ranges",
    digest="myc1:483c5dc788771890cc5ba3fb84e1e0239666c521bfd0ef4d1eea44e5bf7c8754",
):
    """Ranges of numbers and times."""

    byte: Annotated[wire.u8, wire.in_range(10, 20)]
    small: Annotated[wire.i32, wire.in_range(-5, 5)]
    large: Annotated[wire.u64, wire.in_range(None, 18_446_744_073_709_551_614)]
    signed: Annotated[
        wire.i128,
        wire.in_range(-170_141_183_460_469_231_731_687_303_715_884_105_727, None),
    ]
    wide: Annotated[
        wire.u128,
        wire.in_range(None, 340_282_366_920_938_463_463_374_607_431_768_211_454),
    ]
    float_: Annotated[wire.f64, wire.in_range(-0.5, 0.5), wire.name("float")]
    narrow: Annotated[wire.f32, wire.in_range(0.1, None)]
    fee: Annotated[
        Decimal,
        wire.decimal(4),
        wire.in_range(Decimal("-0.25"), Decimal("0.25")),
    ]
    when: Annotated[wire.timestamp, wire.in_range(946_684_800_000_000_000, None)]
    span: Annotated[wire.duration, wire.in_range(None, 1_000_000_000)]
    maybe: Annotated[wire.u16 | None, wire.in_range(1, 9)] = None

    fee_raw = wire.raw("fee")


class Lengths(
    wire.Message,
    name="vectors.constraints.Lengths",
    id=1102,
    topic="vectors.constraints.lengths",
    digest="myc1:96a67ec2b96473478d0189ead8a1dd10f413ae45eb737aa6d1219e8ac9e019ae",
):
    """Lengths."""

    text: Annotated[str, wire.has_len(1, 4)]
    short: Annotated[str, wire.max_bytes(8), wire.has_len(1)]
    raw: Annotated[bytes, wire.has_len(2)]
    bounded: Annotated[bytes, wire.max_bytes(8), wire.has_len(0, 2)]
    list_: Annotated[list[wire.u32], wire.has_len(1, 2), wire.name("list")]
    items: Annotated[bytes, wire.max_bytes(4), wire.has_len(1)]
    map: Annotated[dict[wire.u8, wire.u8], wire.has_len(0, 1)]
    maybe: Annotated[str | None, wire.has_len(1)] = None


class Inside(
    wire.Message,
    name="vectors.constraints.Inside",
    id=1103,
    topic="vectors.constraints.inside",
    digest="myc1:2f189815c4f1d7d9f3989b7c66db764093acdf5e317a21f1be643ec9257a0d8f",
):
    """Inside other things."""

    level: Level
    levels: list[Level]
    maybe: Level | None = None


class Older(
    wire.Message,
    name="vectors.constraints.Older",
    id=1104,
    topic="vectors.constraints.older",
    digest="myc1:ba347ac86d034f1143d37ef22fcc889bb6b4068ab03c630819c007bed14105f7",
):
    """A default that an older writer's reader takes is within the range."""

    id: wire.u32
    grown: Annotated[wire.u8, wire.in_range(5, 9)] = 7
    tag: Annotated[str, wire.has_len(1)] = "x"
