"""Golden vectors: maps of every kind of key and value."""

# Made by mycc from schemas/vectors/maps.myc: change that, not this.

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from mycelium import wire


class Side(
    wire.ClosedEnum,
    name="vectors.maps.Side",
    repr="i8",
    digest="myc1:839df601b9e45dece843d58645ed8f96956c17f784326af87b5263c30af4dd63",
):
    """A key that is ordered by its number."""

    SELL = -1
    BUY = 1


class Venue(
    wire.OpenEnum,
    name="vectors.maps.Venue",
    repr="u16",
    digest="myc1:7231a93c1e673b2975570848073105160348bb48996152cb8ae98800e0232fa3",
):
    """A key that is ordered by its number, names or not."""

    BINANCE = 300
    COINBASE = 2


class Marks(
    wire.Flags,
    name="vectors.maps.Marks",
    repr="u8",
    digest="myc1:790632a1d914505546b222d347097e9f9547f4f7b079b1b60696311245b6c89d",
):
    """A key of bits."""

    FIRST = 1 << 0
    LAST = 1 << 7


class Level(
    wire.Struct,
    name="vectors.maps.Level",
    digest="myc1:1a7abc2e9e7604d1afa04e19cccc2f939ba47799d0829be0a06d6b6a30e08fe6",
):
    """Inline and fixed."""

    price: Annotated[Decimal, wire.decimal(2)]
    quantity: wire.u32

    price_raw = wire.raw("price")


class Note(
    wire.Message,
    name="vectors.maps.Note",
    id=1080,
    topic="vectors.maps.note",
    digest="myc1:b7e38dea6a3f76cab3ffefb8d8681be1c0d7bdae0817d461fbfc2e8d86979a9f",
):
    """By reference."""

    text: str


class Numbers(
    wire.Message,
    name="vectors.maps.Numbers",
    id=1081,
    topic="vectors.maps.numbers",
    digest="myc1:af4195536a17c7f7cb477b6e349293f5d6b8da52cbf53ba1ce655c5a588e96cd",
):
    """Keys of up to 64 bits."""

    unsigned: dict[wire.u8, wire.u16]
    signed: dict[wire.i16, bool]
    wide: dict[wire.u64, wire.i64]
    small: dict[bool, wire.u8]
    prices: dict[Annotated[Decimal, wire.decimal(2)], Level]
    times: dict[wire.timestamp, wire.duration]


class Wides(
    wire.Message,
    name="vectors.maps.Wides",
    id=1082,
    topic="vectors.maps.wides",
    digest="myc1:f22fa007a6a812e760249b102f77846c91eedce3b0c60367f06987635b153dc2",
):
    """Keys of 128 bits and more."""

    signed: dict[wire.i128, wire.u8]
    unsigned: dict[wire.u128, wire.u8]
    widest: dict[wire.u256, wire.u8]
    ids: dict[UUID, wire.u32]


class Named(
    wire.Message,
    name="vectors.maps.Named",
    id=1083,
    topic="vectors.maps.named",
    digest="myc1:380cc6e73219517574bcdca26267822bba5715b614b11e7a3f38eca641e94551",
):
    """Keys with names."""

    sides: dict[Side, wire.u8]
    venues: dict[Venue, wire.u8]
    marks: dict[Marks, wire.u8]


class Texts(
    wire.Message,
    name="vectors.maps.Texts",
    id=1084,
    topic="vectors.maps.texts",
    digest="myc1:8d69680724903c3154ce326dc1cf5d243f78f3affbda8b6e565a2f3b1c370992",
):
    """Keys of text and bytes."""

    words: dict[str, wire.u32]
    codes: dict[Annotated[str, wire.max_bytes(4)], wire.u8]
    blobs: dict[bytes, wire.u8]
    tags: dict[Annotated[bytes, wire.max_bytes(3)], wire.u8]


class Values(
    wire.Message,
    name="vectors.maps.Values",
    id=1085,
    topic="vectors.maps.values",
    digest="myc1:e0596d539d4e2ca2bad6739dea8b1ade789504ae5bd92148bfd9322165cdc984",
):
    """Values that keep something in the tail."""

    texts: dict[wire.u8, str]
    lists: dict[wire.u8, list[wire.u16]]
    maps: dict[Annotated[str, wire.max_bytes(2)], dict[wire.u8, str]]
    notes: dict[wire.u16, Note]
    maybe: dict[wire.u8, wire.u32 | None]
    pairs: dict[wire.u8, tuple[wire.u8, str]]


class Inside(
    wire.Message,
    name="vectors.maps.Inside",
    id=1086,
    topic="vectors.maps.inside",
    kw_only=True,
    digest="myc1:9bad607b8923b587204c80c3418d8391a5d7eb3568aa0c669ad5a6831cc45657",
):
    """Maps inside other things."""

    absent: dict[wire.u8, wire.u8] | None = None
    many: list[dict[wire.u8, wire.u8]]
    after: str
