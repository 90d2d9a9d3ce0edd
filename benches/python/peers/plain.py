"""Peers that come with Python or lie in memory as they are sent: struct, ctypes, numpy."""

import ctypes
import struct
from typing import Any

import numpy as np
from work import ASKS, BIDS, ID, PRICE, QUANTITY, SIDE, SYMBOL, TIME, VALUES, Case, Peer

_TRADE = struct.Struct("<qQ16sddB")
_BOOK = struct.Struct("<q16sII")


def struct_by_hand() -> Peer:
    """The code that one writes by hand."""
    pack, unpack = _TRADE.pack, _TRADE.unpack
    time, id_, symbol, price, quantity, side = TIME, ID, SYMBOL, PRICE, QUANTITY, SIDE

    def read(data: bytes) -> Any:
        time, id_, symbol, price, quantity, side = unpack(data)
        return time, id_, symbol.rstrip(b"\0").decode(), price, quantity, side

    def encode_book() -> bytes:
        flat = [
            number for levels in (BIDS, ASKS) for level in levels for number in level
        ]
        head = _BOOK.pack(TIME, SYMBOL.encode(), len(BIDS), len(ASKS))
        return head + struct.pack(f"<{len(flat)}d", *flat)

    def decode_book(data: bytes) -> Any:
        _, _, bids, asks = _BOOK.unpack_from(data)
        levels = list(struct.iter_unpack("<dd", data[_BOOK.size :]))
        return levels[:bids], levels[bids : bids + asks]

    def read_book(data: bytes) -> float:
        total = 0.0
        for levels in decode_book(data):
            for price, quantity in levels:
                total += price + quantity
        return total

    def decode_array(data: bytes) -> Any:
        return struct.unpack_from(f"<{(len(data) - 8) // 8}d", data, 8)

    return Peer(
        "struct by hand",
        Case(
            lambda: pack(time, id_, symbol.encode(), price, quantity, side),
            unpack,
            read,
        ),
        Case(encode_book, decode_book, read_book),
        Case(
            lambda: struct.pack(f"<q{len(VALUES)}d", TIME, *VALUES),
            decode_array,
            lambda data: sum(decode_array(data)),
        ),
    )


def _structure(*fields: Any) -> Any:
    return type(
        "Structure", (ctypes.LittleEndianStructure,), {"_fields_": list(fields)}
    )


def ctypes_structure() -> Peer:
    """Structures of ctypes."""
    q, double = ctypes.c_int64, ctypes.c_double
    trade_ = _structure(
        ("time", q), ("id", ctypes.c_uint64), ("symbol", ctypes.c_char * 16),
        ("price", double), ("quantity", double), ("side", ctypes.c_uint8),
    )  # fmt: skip
    level = _structure(("price", double), ("quantity", double))
    book = _structure(("time", q), ("bids", level * 20), ("asks", level * 20))
    array = _structure(("time", q), ("values", double * len(VALUES)))

    def read(data: bytes) -> Any:
        t = trade_.from_buffer_copy(data)
        return t.time, t.id, t.symbol.decode(), t.price, t.quantity, t.side

    def encode_book() -> bytes:
        return bytes(book(TIME, (level * 20)(*BIDS), (level * 20)(*ASKS)))

    def read_book(data: bytes) -> float:
        b, total = book.from_buffer_copy(data), 0.0
        for levels in (b.bids, b.asks):
            for one in levels:
                total += one.price + one.quantity
        return total

    return Peer(
        "ctypes",
        Case(
            lambda: bytes(trade_(TIME, ID, SYMBOL.encode(), PRICE, QUANTITY, SIDE)),
            trade_.from_buffer_copy,
            read,
        ),
        Case(encode_book, book.from_buffer_copy, read_book),
        Case(
            lambda: bytes(array(TIME, (double * len(VALUES))(*VALUES))),
            array.from_buffer_copy,
            lambda data: sum(array.from_buffer_copy(data).values),
        ),
    )


def numpy_records() -> Peer:
    """Record arrays, and one array of floats."""
    trade = np.dtype(
        [
            ("time", "<i8"),
            ("id", "<u8"),
            ("symbol", "S16"),
            ("price", "<f8"),
            ("quantity", "<f8"),
            ("side", "u1"),
        ]
    )
    levels = np.dtype([("price", "<f8"), ("quantity", "<f8")])
    values = np.array(VALUES)

    def read(data: bytes) -> Any:
        time, id_, symbol, price, quantity, side = np.frombuffer(data, trade)[0].item()
        return time, id_, symbol.decode(), price, quantity, side

    def read_book(data: bytes) -> float:
        total = 0.0
        for price, quantity in np.frombuffer(data, levels).tolist():
            total += price + quantity
        return total

    return Peer(
        "numpy",
        Case(
            lambda: np.array(
                (TIME, ID, SYMBOL, PRICE, QUANTITY, SIDE), trade
            ).tobytes(),
            lambda data: np.frombuffer(data, trade)[0],
            read,
        ),
        Case(
            lambda: np.array(BIDS + ASKS, levels).tobytes(),
            lambda data: np.frombuffer(data, levels),
            read_book,
        ),
        Case(
            values.tobytes,
            lambda data: np.frombuffer(data, "<f8"),
            lambda data: np.frombuffer(data, "<f8").sum(),
        ),
    )


PEERS = [struct_by_hand, ctypes_structure, numpy_records]
