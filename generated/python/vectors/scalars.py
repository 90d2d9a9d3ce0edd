"""Golden vectors: everything that has one size."""

# Made by mycc from schemas/vectors/scalars.myc: change that, not this.

from decimal import Decimal
from typing import Annotated

from mycelium import wire


class Scalars(
    wire.Message,
    name="vectors.scalars.Scalars",
    id=1001,
    topic="vectors.scalars.scalars",
    digest="myc1:102660eb84634cf4b4922fe5be146aa095bd922b05c40ff6f931f42c065a8884",
):
    """One field of each scalar type."""

    truth: bool
    int8: wire.i8
    int16: wire.i16
    int32: wire.i32
    int64: wire.i64
    int128: wire.i128
    uint8: wire.u8
    uint16: wire.u16
    uint32: wire.u32
    uint64: wire.u64
    uint128: wire.u128
    float32: wire.f32
    float64: wire.f64
    time: wire.timestamp
    span: wire.duration
    whole: Annotated[Decimal, wire.decimal(0)]
    price: Annotated[Decimal, wire.decimal(8)]
    fine: Annotated[Decimal, wire.decimal(18)]

    whole_raw = wire.raw("whole")
    price_raw = wire.raw("price")
    fine_raw = wire.raw("fine")


class Padding(
    wire.Message,
    name="vectors.scalars.Padding",
    id=1002,
    topic="vectors.scalars.padding",
    digest="myc1:b685d8feb804f21ec535b8df3e909e40ebbdb1ff6c02dbf98b7a688eea29ae65",
):
    """Narrow and wide fields in turn: padding before and between, and a block that is no multiple of 8."""

    a: wire.u8
    b: wire.u64
    c: wire.u8
    d: wire.u16
    e: wire.u8
    f: wire.u32
    g: wire.u8
    h: wire.u128
    i: wire.u8


class Nothing(
    wire.Message,
    name="vectors.scalars.Nothing",
    id=1003,
    topic="vectors.scalars.nothing",
    digest="myc1:f0a4283c5e96400edb2390fb0896d8d960d131f5857b47345331af70afde578d",
):
    """No fields: a frame of a header alone."""
