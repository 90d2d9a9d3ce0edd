"""What every peer of the side-by-side benchmark sends: the values, and what reading all of them gives."""

from collections.abc import Callable
from typing import Any, NamedTuple

TIME = 1_723_161_255_030_314_667
ID = 4_211_567
SYMBOL = "BTCUSDT"
PRICE = 60_000.1
QUANTITY = 0.25
SIDE = 1
BIDS = [(60_000.0 - 0.1 * level, 0.5 + level) for level in range(20)]
ASKS = [(60_000.1 + 0.1 * level, 0.25 + level) for level in range(20)]
VALUES = [0.5 * index for index in range(10_000)]

TRADE = (TIME, ID, SYMBOL, PRICE, QUANTITY, SIDE)
BOOK_SUM = sum(price + quantity for side in (BIDS, ASKS) for price, quantity in side)
ARRAY_SUM = sum(VALUES)


class Case(NamedTuple):
    """One peer on one message: `encode()` gives bytes; `decode(bytes)` and `read(bytes)`, which reads all."""

    encode: Callable[[], bytes]
    decode: Callable[[bytes], Any]
    read: Callable[[bytes], Any]


class Peer(NamedTuple):
    """One serializer."""

    name: str
    trade: Case
    book: Case
    array: Case


def check(peer: Peer) -> None:
    """Every peer gives back what went in."""
    assert tuple(peer.trade.read(peer.trade.encode())) == TRADE, peer.name
    total = peer.book.read(peer.book.encode())
    assert abs(total - BOOK_SUM) < 1e-6, (peer.name, total)
    total = peer.array.read(peer.array.encode())
    assert abs(total - ARRAY_SUM) < 1e-3, (peer.name, total)
