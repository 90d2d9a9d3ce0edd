"""Peers that turn objects into bytes without a schema compiler: msgspec, orjson, pydantic."""

import dataclasses
from typing import Any

import msgspec
import orjson
import pydantic
from work import ASKS, BIDS, SYMBOL, TIME, TRADE, VALUES, Case, Peer


class Trade(msgspec.Struct, array_like=True):
    time: int
    id: int
    symbol: str
    price: float
    quantity: float
    side: int


class Book(msgspec.Struct, array_like=True):
    time: int
    symbol: str
    bids: list[tuple[float, float]]
    asks: list[tuple[float, float]]


class Array(msgspec.Struct, array_like=True):
    time: int
    values: list[float]


def read_trade(t: Any) -> Any:
    return t.time, t.id, t.symbol, t.price, t.quantity, t.side


def read_book(book: Any) -> float:
    total = 0.0
    for levels in (book.bids, book.asks):
        for price, quantity in levels:
            total += price + quantity
    return total


def _peer(name: str, classes: Any, encode: Any, decoder: Any) -> Peer:
    trade = classes[0](*TRADE)
    book = classes[1](TIME, SYMBOL, BIDS, ASKS)
    array = classes[2](TIME, VALUES)
    decode_trade, decode_book, decode_array = map(decoder, classes)
    return Peer(
        name,
        Case(
            lambda: encode(trade),
            decode_trade,
            lambda data: read_trade(decode_trade(data)),
        ),
        Case(
            lambda: encode(book), decode_book, lambda data: read_book(decode_book(data))
        ),
        Case(
            lambda: encode(array),
            decode_array,
            lambda data: sum(decode_array(data).values),
        ),
    )


def msgspec_structs() -> Peer:
    """MessagePack of array-like structs, the fastest form that msgspec has."""
    encode = msgspec.msgpack.Encoder().encode
    return _peer(
        "msgspec",
        (Trade, Book, Array),
        encode,
        lambda cls: msgspec.msgpack.Decoder(cls).decode,
    )


def orjson_dataclasses() -> Peer:
    """JSON of dataclasses."""
    classes = [
        dataclasses.make_dataclass(
            cls.__name__, list(cls.__annotations__.items()), slots=True
        )
        for cls in (Trade, Book, Array)
    ]
    return _peer(
        "orjson + dataclass",
        classes,
        orjson.dumps,
        lambda cls: lambda data: cls(**orjson.loads(data)),
    )


def pydantic_models() -> Peer:
    """JSON of models."""

    def model(cls: Any) -> Any:
        fields: Any = {
            name: (type_, ...) for name, type_ in cls.__annotations__.items()
        }
        made = pydantic.create_model(cls.__name__, **fields)
        names = list(cls.__annotations__)
        made.of = classmethod(
            lambda kind, *values: kind(**dict(zip(names, values, strict=True)))
        )
        return made

    models = [model(cls) for cls in (Trade, Book, Array)]
    trade, book, array = (
        models[0].of(*TRADE),
        models[1].of(TIME, SYMBOL, BIDS, ASKS),
        models[2].of(TIME, VALUES),
    )
    reads: Any = [cls.model_validate_json for cls in models]
    return Peer(
        "pydantic",
        Case(
            lambda: trade.model_dump_json().encode(),
            reads[0],
            lambda data: read_trade(reads[0](data)),
        ),
        Case(
            lambda: book.model_dump_json().encode(),
            reads[1],
            lambda data: read_book(reads[1](data)),
        ),
        Case(
            lambda: array.model_dump_json().encode(),
            reads[2],
            lambda data: sum(reads[2](data).values),
        ),
    )


PEERS = [msgspec_structs, orjson_dataclasses, pydantic_models]
