"""Arrow columns of many messages."""

from decimal import Decimal
from typing import Annotated

import pytest
from shapes import Level, Price, Side, Symbol, Venue, digest

from mycelium import arrow, wire

pa = pytest.importorskip("pyarrow")
pytest.importorskip("numpy")


class Row(wire.Message, name="arrow.Row", id=1, topic="arrow.row", digest=digest(1)):
    time: wire.timestamp
    symbol: Symbol
    data: Annotated[bytes, wire.max_bytes(4)]
    price: Price
    side: Side
    venue: Venue
    size: wire.u32
    is_block: bool
    level: Level
    maybe: wire.u16 | None = None

    price_raw = wire.raw("price")


ROWS = [
    Row(
        time=1_000_000_000 * number,
        symbol=f"S\u00e9{number}",
        data=b"\x01\0" * (number % 3),
        price=Decimal(number) - Decimal("1.5"),
        side=Side.SELL,
        venue=Venue(77),
        size=number,
        is_block=number % 2 == 0,
        level=Level(Decimal(number), Decimal("0.25")),
        maybe=number if number % 2 else None,
    )
    for number in range(5)
]


def batch():
    return arrow.record_batch(
        Row, Row.decode_many(b"".join(row.to_frame() for row in ROWS))
    )


def test_columns_have_the_values_of_the_messages():
    columns = batch().to_pydict()
    for name in ("symbol", "data", "price", "size", "is_block", "maybe"):
        assert columns[name] == [getattr(row, name) for row in ROWS], name
    assert columns["side"] == [2] * 5
    assert columns["venue"] == [77] * 5
    assert columns["level"][3] == {"price": Decimal(3), "quantity": Decimal("0.25")}


def test_columns_have_arrow_types():
    types = dict(zip(batch().schema.names, batch().schema.types, strict=True))
    assert types["time"] == pa.timestamp("ns")
    assert types["price"] == pa.decimal128(19, 8)
    assert types["symbol"] == pa.utf8()
    assert types["size"] == pa.uint32()
    assert batch()["time"][2].value == 2_000_000_000


def test_a_batch_crosses_the_capsule_interface():
    table = pa.table(batch())
    assert table.num_rows == 5
    assert hasattr(batch(), "__arrow_c_array__")
