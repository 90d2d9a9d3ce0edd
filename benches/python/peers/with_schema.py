"""Peers with a schema: protobuf (upb), betterproto2, Cap'n Proto, FlatBuffers."""

# ruff: noqa: RUF009 - defaults by a call are how betterproto2 declares fields.

import dataclasses
import tempfile
from pathlib import Path
from typing import Any

import betterproto2
import capnp
import flatbuffers
import flatbuffers.table
import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.internal import api_implementation
from work import (
    ASKS,
    BIDS,
    ID,
    PRICE,
    QUANTITY,
    SIDE,
    SYMBOL,
    TIME,
    TRADE,
    VALUES,
    Case,
    Peer,
)


def read_trade(t: Any) -> Any:
    return t.time, t.id, t.symbol, t.price, t.quantity, t.side


def read_book(book: Any) -> float:
    total = 0.0
    for levels in (book.bids, book.asks):
        for level in levels:
            total += level.price + level.quantity
    return total


def _proto_classes() -> Any:
    """Classes of a descriptor made here, so that no compiler is needed."""
    field = descriptor_pb2.FieldDescriptorProto
    types = {"i": field.TYPE_SFIXED64, "u": field.TYPE_FIXED64, "s": field.TYPE_STRING}
    types |= {"d": field.TYPE_DOUBLE, "b": field.TYPE_UINT32}
    file = descriptor_pb2.FileDescriptorProto(
        name="shapes.proto", package="shapes", syntax="proto3"
    )
    messages = {
        "Level": [("price", "d"), ("quantity", "d")],
        "Trade": [("time", "i"), ("id", "u"), ("symbol", "s"), ("price", "d"), ("quantity", "d"), ("side", "b")],
        "Book": [("time", "i"), ("symbol", "s"), ("bids", "Level"), ("asks", "Level")],
        "Array": [("time", "i"), ("values", "[d]")],
    }  # fmt: skip
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for number, (field_name, kind) in enumerate(fields, 1):
            made = message.field.add(
                name=field_name, number=number, label=field.LABEL_OPTIONAL
            )
            if kind in messages:
                made.type, made.type_name = field.TYPE_MESSAGE, f".shapes.{kind}"
                made.label = field.LABEL_REPEATED
            else:
                made.type = types[kind.strip("[]")]
                if kind[0] == "[":
                    made.label = field.LABEL_REPEATED
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return [
        message_factory.GetMessageClass(pool.FindMessageTypeByName(f"shapes.{name}"))
        for name in messages
    ]


def protobuf_upb() -> Peer:
    """protobuf's own Python package on its C core; a message is filled and serialized."""
    assert api_implementation.Type() == "upb"
    level, trade, book, array = _proto_classes()

    def encode_trade() -> bytes:
        made = trade(
            time=TIME, id=ID, symbol=SYMBOL, price=PRICE, quantity=QUANTITY, side=SIDE
        )
        data: bytes = made.SerializeToString()
        return data

    def encode_book() -> bytes:
        made = book(time=TIME, symbol=SYMBOL)
        made.bids.extend([level(price=p, quantity=q) for p, q in BIDS])
        made.asks.extend([level(price=p, quantity=q) for p, q in ASKS])
        data: bytes = made.SerializeToString()
        return data

    return Peer(
        "protobuf (upb)",
        Case(
            encode_trade,
            trade.FromString,
            lambda data: read_trade(trade.FromString(data)),
        ),
        Case(
            encode_book, book.FromString, lambda data: read_book(book.FromString(data))
        ),
        Case(
            lambda: array(time=TIME, values=VALUES).SerializeToString(),
            array.FromString,
            lambda data: sum(array.FromString(data).values),
        ),
    )


@dataclasses.dataclass(eq=False, repr=False)
class Level(betterproto2.Message):
    price: float = betterproto2.field(1, betterproto2.TYPE_DOUBLE)
    quantity: float = betterproto2.field(2, betterproto2.TYPE_DOUBLE)


@dataclasses.dataclass(eq=False, repr=False)
class Trade(betterproto2.Message):
    time: int = betterproto2.field(1, betterproto2.TYPE_SFIXED64)
    id: int = betterproto2.field(2, betterproto2.TYPE_FIXED64)
    symbol: str = betterproto2.field(3, betterproto2.TYPE_STRING)
    price: float = betterproto2.field(4, betterproto2.TYPE_DOUBLE)
    quantity: float = betterproto2.field(5, betterproto2.TYPE_DOUBLE)
    side: int = betterproto2.field(6, betterproto2.TYPE_UINT32)


@dataclasses.dataclass(eq=False, repr=False)
class Book(betterproto2.Message):
    time: int = betterproto2.field(1, betterproto2.TYPE_SFIXED64)
    symbol: str = betterproto2.field(2, betterproto2.TYPE_STRING)
    bids: list[Level] = betterproto2.field(3, betterproto2.TYPE_MESSAGE, repeated=True)
    asks: list[Level] = betterproto2.field(4, betterproto2.TYPE_MESSAGE, repeated=True)


@dataclasses.dataclass(eq=False, repr=False)
class Array(betterproto2.Message):
    time: int = betterproto2.field(1, betterproto2.TYPE_SFIXED64)
    values: list[float] = betterproto2.field(2, betterproto2.TYPE_DOUBLE, repeated=True)


def betterproto2_messages() -> Peer:
    """protobuf in Python."""
    trade = Trade(*TRADE)
    levels = [[Level(*level) for level in side] for side in (BIDS, ASKS)]
    book, array = Book(TIME, SYMBOL, *levels), Array(TIME, VALUES)
    parse: Any = [cls.parse for cls in (Trade, Book, Array)]
    return Peer(
        "betterproto2",
        Case(lambda: bytes(trade), parse[0], lambda data: read_trade(parse[0](data))),
        Case(lambda: bytes(book), parse[1], lambda data: read_book(parse[1](data))),
        Case(lambda: bytes(array), parse[2], lambda data: sum(parse[2](data).values)),
    )


_CAPNP = """@0xbf5147cbbecf40c1;
struct Level { price @0 :Float64; quantity @1 :Float64; }
struct Trade { time @0 :Int64; id @1 :UInt64; symbol @2 :Text; price @3 :Float64; quantity @4 :Float64; side @5 :UInt8; }
struct Book { time @0 :Int64; symbol @1 :Text; bids @2 :List(Level); asks @3 :List(Level); }
struct Array { time @0 :Int64; values @1 :List(Float64); }
"""


def pycapnp() -> Peer:
    """Cap'n Proto."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name, "shapes.capnp")
    path.write_text(_CAPNP)
    shapes: Any = capnp.load(str(path))
    levels = [[{"price": p, "quantity": q} for p, q in side] for side in (BIDS, ASKS)]

    def trade() -> bytes:
        made = shapes.Trade.new_message(
            time=TIME, id=ID, symbol=SYMBOL, price=PRICE, quantity=QUANTITY, side=SIDE
        )
        data: bytes = made.to_bytes()
        return data

    def reader(cls: Any, read: Any) -> Any:
        def run(data: bytes) -> Any:
            with cls.from_bytes(data) as message:
                return read(message)

        return run

    return Peer(
        "pycapnp",
        Case(trade, reader(shapes.Trade, id), reader(shapes.Trade, read_trade)),
        Case(
            lambda: shapes.Book.new_message(
                time=TIME, symbol=SYMBOL, bids=levels[0], asks=levels[1]
            ).to_bytes(),
            reader(shapes.Book, id),
            reader(shapes.Book, read_book),
        ),
        Case(
            lambda: shapes.Array.new_message(time=TIME, values=VALUES).to_bytes(),
            reader(shapes.Array, id),
            reader(shapes.Array, lambda array: sum(array.values)),
        ),
    )


class _Table:
    """What `flatc` makes of a table, in short: fields by their slot."""

    def __init__(self, data: bytes) -> None:
        start = flatbuffers.encode.Get(flatbuffers.packer.uoffset, data, 0)
        self.table = flatbuffers.table.Table(data, start)

    def number(self, slot: int, flags: Any) -> Any:
        at = self.table.Offset(4 + 2 * slot)
        return self.table.Get(flags, at + self.table.Pos) if at else 0

    def text(self, slot: int) -> str:
        return self.table.String(
            self.table.Offset(4 + 2 * slot) + self.table.Pos
        ).decode()

    def vector(self, slot: int) -> tuple[int, int]:
        at = self.table.Offset(4 + 2 * slot)
        return self.table.Vector(at), self.table.VectorLen(at)


_I64, _U64 = flatbuffers.number_types.Int64Flags, flatbuffers.number_types.Uint64Flags
_F64, _U8 = flatbuffers.number_types.Float64Flags, flatbuffers.number_types.Uint8Flags


def flatbuffers_tables() -> Peer:
    """FlatBuffers' Python package, with the calls that generated code makes."""

    def encode_trade() -> bytes:
        b = flatbuffers.Builder(128)
        symbol = b.CreateString(SYMBOL)
        b.StartObject(6)
        b.PrependInt64Slot(0, TIME, 0)
        b.PrependUint64Slot(1, ID, 0)
        b.PrependUOffsetTRelativeSlot(2, symbol, 0)
        b.PrependFloat64Slot(3, PRICE, 0)
        b.PrependFloat64Slot(4, QUANTITY, 0)
        b.PrependUint8Slot(5, SIDE, 0)
        b.Finish(b.EndObject())
        return bytes(b.Output())

    def read(data: bytes) -> Any:
        t = _Table(data)
        return (
            t.number(0, _I64), t.number(1, _U64), t.text(2), t.number(3, _F64), t.number(4, _F64), t.number(5, _U8),
        )  # fmt: skip

    def levels(b: Any, side: Any) -> Any:
        b.StartVector(16, len(side), 8)
        for price, quantity in reversed(side):
            b.Prep(8, 16)
            b.PrependFloat64(quantity)
            b.PrependFloat64(price)
        return b.EndVector()

    def encode_book() -> bytes:
        b = flatbuffers.Builder(1024)
        symbol, bids, asks = b.CreateString(SYMBOL), levels(b, BIDS), levels(b, ASKS)
        b.StartObject(4)
        b.PrependInt64Slot(0, TIME, 0)
        for slot, offset in enumerate((symbol, bids, asks), 1):
            b.PrependUOffsetTRelativeSlot(slot, offset, 0)
        b.Finish(b.EndObject())
        return bytes(b.Output())

    def read_levels(data: bytes) -> float:
        t, total = _Table(data), 0.0
        for slot in (2, 3):
            start, count = t.vector(slot)
            for at in range(start, start + 16 * count, 16):
                total += t.table.Get(_F64, at) + t.table.Get(_F64, at + 8)
        return total

    values = np.array(VALUES)

    def encode_array() -> bytes:
        b = flatbuffers.Builder(90_000)
        vector = b.CreateNumpyVector(values)
        b.StartObject(2)
        b.PrependInt64Slot(0, TIME, 0)
        b.PrependUOffsetTRelativeSlot(1, vector, 0)
        b.Finish(b.EndObject())
        return bytes(b.Output())

    def sum_array(data: bytes) -> Any:
        t = _Table(data)
        return t.table.GetVectorAsNumpy(_F64, t.table.Offset(6)).sum()

    return Peer(
        "flatbuffers",
        Case(encode_trade, _Table, read),
        Case(encode_book, _Table, read_levels),
        Case(encode_array, _Table, sum_array),
    )


PEERS = [protobuf_upb, betterproto2_messages, pycapnp, flatbuffers_tables]
