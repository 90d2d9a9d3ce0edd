"""Golden vectors: defaults with parts, which a reader takes where the sender's block ends early."""

# Made by mycc from schemas/vectors/defaults.myc: change that, not this.

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from mycelium import wire


class Side(
    wire.ClosedEnum,
    name="vectors.defaults.Side",
    repr="u8",
    digest="myc1:3ba9dcda8c438420e7857a3f68b0f09826f46434f02d387049844bb7ffb1a6c3",
):
    """A default by name."""

    BUY = 1
    SELL = 2


class Marks(
    wire.Flags,
    name="vectors.defaults.Marks",
    repr="u16",
    digest="myc1:0cb66dc1f5dace7abd43c6e312a50073a2fba593c815a02cfe22a5e1d8b033e7",
):
    """A default of several bits."""

    AUCTION = 1 << 0
    BLOCK = 1 << 1
    LATE = 1 << 15


class Level(
    wire.Struct,
    name="vectors.defaults.Level",
    kw_only=True,
    digest="myc1:30a72a2bae5bb6ae4f91969b35aa992a187d11fd107907571f1c37e43eda38c4",
):
    """A default with fields."""

    price: Annotated[Decimal, wire.decimal(2)]
    quantity: wire.u32 | None = None
    side: Side
    tags: list[str]

    price_raw = wire.raw("price")


class Grown(
    wire.Message,
    name="vectors.defaults.Grown",
    id=1111,
    topic="vectors.defaults.grown",
    digest="myc1:45aec420a71b9735f0b3632aa8d106d74bf44857f9178b620f239eed60787b09",
):
    """Every field behind the first has a default."""

    id: wire.u64
    numbers: list[wire.u16] = wire.fresh([1, 2, 3])
    empty: list[str] = wire.fresh([])
    words: list[str] = wire.fresh(["a", "", "grün"])
    bounded: Annotated[list[wire.i8], wire.max_items(4)] = wire.fresh([-1, 50])
    sides: Annotated[list[Side], wire.exactly(2)] = wire.fresh([Side.SELL, Side.BUY])
    rows: Annotated[list[Annotated[bytes, wire.exactly(2)]], wire.exactly(2)] = (
        wire.fresh([bytes.fromhex("00ff"), bytes.fromhex("0a0b")])
    )
    nested: list[list[wire.u16]] = wire.fresh([[1], [], [2, 3]])
    raw: bytes = bytes.fromhex("00ff")
    short: Annotated[bytes, wire.max_bytes(4)] = bytes.fromhex("0102")
    pair: tuple[wire.f64, wire.f32] = (0.1, -1.5)
    both: tuple[str, list[wire.u16]] = ("a", [7])
    flags: Marks = Marks.AUCTION | Marks.LATE
    none: Marks = Marks(0)
    level: Level = Level(
        price=Decimal("1.5"),
        quantity=None,
        side=Side.SELL,
        tags=["x"],
    )
    levels: Annotated[list[Level], wire.max_items(2)] = wire.fresh(
        [Level(price=Decimal(1), quantity=2, side=Side.BUY, tags=[])],
    )
    counts: dict[Annotated[str, wire.max_bytes(8)], wire.u32] = wire.fresh(
        {"a": 1, "b": 2},
    )
    by_side: dict[Side, str] = wire.fresh({Side.BUY: "b", Side.SELL: "s"})
    key: UUID = UUID("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
    wide: wire.u256 = 340_282_366_920_938_463_463_374_607_431_768_211_456
    tiny: wire.f64 = 5e-324
    huge: wire.f64 = 1.7976931348623157e308
    third: wire.f32 = 0.33333334
    maybe: Annotated[list[wire.u8 | None], wire.exactly(2)] = wire.fresh([None, 7])
