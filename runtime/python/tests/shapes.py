"""Messages with a field of every type, written as the Python back end writes them."""

from decimal import Decimal
from typing import Annotated, TypeAlias
from uuid import UUID

from mycelium import wire


def digest(number: int) -> str:
    """A digest; no two versions of a type have the same."""
    return f"myc1:{number:064x}"


Price = Annotated[Decimal, wire.decimal(8)]
Symbol = Annotated[str, wire.max_bytes(16)]


class Side(wire.ClosedEnum, name="shapes.Side", repr="u8", digest=digest(0)):
    BUY = 1
    SELL = 2


class Venue(wire.OpenEnum, name="shapes.Venue", repr="i16", digest=digest(0)):
    BINANCE = 1
    OFF_BOOK = -2


class Marks(wire.Flags, name="shapes.Marks", repr="u64", digest=digest(0)):
    AUCTION = 1 << 0
    BLOCK = 1 << 63


class Level(wire.Struct, name="shapes.Level", digest=digest(0)):
    """One level of a book."""

    price: Price
    quantity: Price

    price_raw = wire.raw("price")
    quantity_raw = wire.raw("quantity")


class Named(wire.Struct, name="shapes.Named", digest=digest(0)):
    """A struct that is not fixed."""

    id: wire.u8
    name: str
    levels: list[Level]


class Scalars(
    wire.Message, name="shapes.Scalars", id=1, topic="shapes.scalars", digest=digest(1)
):
    a: wire.i8
    b: wire.u8
    c: wire.i16
    d: wire.u16
    e: wire.i32
    f: wire.u32
    g: wire.i64
    h: wire.u64
    i: wire.i128
    j: wire.u128
    k: wire.f32
    l: wire.f64  # noqa: E741
    m: bool
    n: wire.timestamp
    o: wire.duration
    p: Price
    q: Side
    r: Venue
    s: Marks

    p_raw = wire.raw("p")


class Closed(wire.ClosedUnion, name="shapes.Closed", digest=digest(0)):
    class Number(wire.Arm, arm="number", tag=1):
        value: wire.u16

    class Text(wire.Arm, arm="text", tag=2):
        value: str

    class Level(wire.Arm, arm="level", tag=300):
        value: Level

    Arm: TypeAlias = Number | Text | Level


class Inline(
    wire.Message, name="shapes.Inline", id=2, topic="shapes.inline", digest=digest(2)
):
    symbol: Annotated[Symbol, wire.key]
    data: Annotated[bytes, wire.max_bytes(300)]
    hash: Annotated[bytes, wire.exactly(32)]
    floats: Annotated[list[wire.f32], wire.exactly(3)]
    sides: Annotated[list[Side], wire.exactly(2)]
    few: Annotated[list[tuple[Price, wire.u8]], wire.max_items(4)]
    texts: Annotated[list[Annotated[str, wire.max_bytes(4)]], wire.max_items(3)]
    pair: tuple[wire.f64, bool]
    level: Level
    maybe: wire.u64 | None = None
    maybe_level: Level | None = None
    maybe_symbol: Symbol | None = None
    maybe_pair: tuple[wire.u8, Side] | None = None
    maybe_wide: wire.i128 | None = None


class Open(wire.OpenUnion, name="shapes.Open", digest=digest(0)):
    class Level(wire.Arm, arm="level", tag=1):
        value: Level

    class Inline(wire.Arm, arm="inline", tag=2):
        value: Inline

    class Texts(wire.Arm, arm="texts", tag=3):
        value: list[str]

    class Flag(wire.Arm, arm="flag", tag=4):
        value: bool

    Unknown: TypeAlias = wire.UnknownArm
    Arm: TypeAlias = Level | Inline | Texts | Flag | Unknown


class Tail(
    wire.Message,
    name="shapes.Tail",
    id=3,
    topic="shapes.tail",
    digest=digest(3),
    kw_only=True,
):
    note: str
    blob: bytes
    levels: list[Level]
    numbers: list[wire.u16]
    floats: list[wire.f32]
    wides: list[wire.u128]
    bools: list[bool]
    sides: list[Side]
    marks: list[Marks]
    texts: list[str]
    nested: list[list[wire.u32]]
    named: list[Named]
    maybes: list[wire.u8 | None]
    closed: Closed.Arm
    closeds: list[Closed.Arm]
    open: Open.Arm
    opens: list[Open.Arm]
    inner: Inline
    few: Annotated[list[Named], wire.max_items(2)]
    two: Annotated[list[str], wire.exactly(2)]
    pair: tuple[str, wire.u8]
    maybe_note: str | None = None
    maybe_blob: bytes | None = None
    maybe_levels: list[Level] | None = None
    maybe_inner: Inline | None = None
    maybe_open: Open.Arm | None = None
    maybe_closed: Closed.Arm | None = None
    maybe_named: Named | None = None


class Empty(
    wire.Message, name="shapes.Empty", id=4, topic="shapes.empty", digest=digest(4)
):
    """A message without fields."""


class Old(
    wire.Message, name="shapes.Grown", id=5, topic="shapes.grown", digest=digest(5)
):
    """`New` before it grew."""

    number: wire.u32
    note: str


class New(
    wire.Message, name="shapes.Grown", id=5, topic="shapes.grown", digest=digest(6)
):
    number: wire.u32
    note: str
    size: wire.u16 = 7
    price: Price = Decimal("1.5")
    side: Side = Side.SELL
    more: list[str] | None = None

    price_raw = wire.raw("price")


class Heir(
    wire.Message,
    name="shapes.Grown",
    id=5,
    topic="shapes.grown",
    digest=digest(8),
    ancestors=(digest(5),),
):
    """What `Old` became, by a release."""

    number: wire.u32
    note: str
    size: wire.u16 = 7


class Strict(
    wire.Message, name="shapes.Grown", id=5, topic="shapes.grown", digest=digest(7)
):
    """A wrong successor of `Old`: it requires what the old one does not send."""

    number: wire.u32
    note: str
    size: wire.u16


class Renamed(
    wire.Message, name="shapes.Renamed", id=6, topic="shapes.renamed", digest=digest(8)
):
    class_: Annotated[wire.u8, wire.name("class")]
    type_: Annotated[str, wire.name("type")] = "x"


class Maps(
    wire.Message, name="shapes.Maps", id=7, topic="shapes.maps", digest=digest(9)
):
    id: UUID
    wide: wire.u256
    ids: list[UUID]
    wides: Annotated[list[wire.u256], wire.max_items(3)]
    bools: dict[bool, wire.u8]
    numbers: dict[wire.i16, wire.f32]
    big: dict[wire.u256, UUID]
    prices: dict[Price, Level]
    sides: dict[Side, str]
    venues: dict[Venue, wire.i128]
    marks: dict[Marks, bool]
    names: dict[str, list[str]]
    symbols: dict[Symbol, Closed.Arm]
    blobs: dict[bytes, dict[wire.u8, bytes]]
    keys: dict[UUID, tuple[wire.u8, str]]
    many: list[dict[wire.u8, wire.u8 | None]]
    maybe: dict[wire.timestamp, Named] | None = None
    maybe_id: UUID | None = None
    maybe_wide: wire.u256 | None = None


class Limits(wire.Struct, name="shapes.Limits", digest=digest(0)):
    """A struct whose fields are held to more than their types."""

    price: Annotated[Price, wire.in_range(Decimal("0.01"), None)]
    code: Annotated[str, wire.max_bytes(8), wire.has_len(1)]

    price_raw = wire.raw("price")


class Held(
    wire.Message, name="shapes.Held", id=8, topic="shapes.held", digest=digest(10)
):
    percent: Annotated[wire.u8, wire.in_range(0, 100)]
    ratio: Annotated[wire.f64, wire.in_range(-1.5, 1.5)]
    narrow: Annotated[wire.f32, wire.in_range(0.1, None)]
    fee: Annotated[Price, wire.in_range(None, Decimal("0.5"))]
    text: Annotated[str, wire.has_len(1, 6)]
    data: Annotated[bytes, wire.has_len(0, 2)]
    items: Annotated[list[str], wire.has_len(1)]
    pairs: Annotated[dict[wire.u8, wire.u8], wire.has_len(0, 2)]
    limits: Limits
    many: list[Limits]
    maybe: Annotated[wire.u16 | None, wire.in_range(1, 9)] = None
    maybe_fee: Annotated[
        Decimal | None, wire.decimal(8), wire.in_range(Decimal(0), None)
    ] = None
    maybe_text: Annotated[str | None, wire.has_len(1)] = None

    fee_raw = wire.raw("fee")


class Short(
    wire.Message, name="shapes.Filled", id=9, topic="shapes.filled", digest=digest(11)
):
    """`Filled` before it grew."""

    id: wire.u64


class Filled(
    wire.Message, name="shapes.Filled", id=9, topic="shapes.filled", digest=digest(12)
):
    id: wire.u64
    tags: list[str] = wire.fresh(["a", "b"])
    raw: bytes = bytes.fromhex("00ff")
    marks: Marks = Marks.AUCTION | Marks.BLOCK
    pair: tuple[str, list[wire.u16]] = ("a", [7])
    level: Level = Level(price=Decimal("1.5"), quantity=Decimal(2))
    named: list[Named] = wire.fresh([Named(id=1, name="n", levels=[])])
    counts: dict[str, list[wire.u32]] = wire.fresh({"b": [2], "a": [1]})
    key: UUID = UUID("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
    third: wire.f32 = 0.1
