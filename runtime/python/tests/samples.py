"""One full value of each message of `shapes`."""

from decimal import Decimal
from uuid import UUID

from shapes import (
    Closed,
    Empty,
    Filled,
    Held,
    Inline,
    Level,
    Limits,
    Maps,
    Marks,
    Named,
    New,
    Open,
    Scalars,
    Side,
    Tail,
    Venue,
)

from mycelium.wire import UnknownArm

LEVEL = Level(Decimal("60000.1"), Decimal("-0.00000001"))

SCALARS = Scalars(
    a=-128,
    b=255,
    c=-32768,
    d=65535,
    e=-(1 << 31),
    f=(1 << 32) - 1,
    g=-(1 << 63),
    h=(1 << 64) - 1,
    i=-(1 << 127),
    j=(1 << 128) - 1,
    k=1.5,
    l=-0.0,
    m=True,
    n=1723161255030314667,
    o=-1,
    p=Decimal("92233720368.54775807"),
    q=Side.SELL,
    r=Venue(77),
    s=Marks.BLOCK | Marks(4),
)

INLINE = Inline(
    symbol="BTCUSDT",
    data=b"\x01\x02",
    hash=bytes(range(32)),
    floats=[1.0, -2.5, float("inf")],
    sides=[Side.BUY, Side.SELL],
    few=[(Decimal("1.25"), 7), (Decimal(0), 8)],
    texts=["é", ""],
    pair=(2.5, False),
    level=LEVEL,
    maybe=9,
    maybe_level=LEVEL,
    maybe_symbol="",
    maybe_pair=(1, Side.BUY),
    maybe_wide=-5,
)

TAIL = Tail(
    note="grüße",
    blob=b"\0\xff",
    levels=[LEVEL, LEVEL],
    numbers=[1, 2, 3],
    floats=[0.5, float("-inf")],
    wides=[1 << 100, 0],
    bools=[True, False, True],
    sides=[Side.BUY],
    marks=[Marks.AUCTION, Marks(0)],
    texts=["a", "", "bcd"],
    nested=[[1, 2], [], [3]],
    named=[Named(1, "one", [LEVEL]), Named(2, "", [])],
    maybes=[None, 3],
    closed=Closed.Text("arm"),
    closeds=[Closed.Number(3), Closed.Level(LEVEL)],
    open=Open.Inline(INLINE),
    opens=[Open.Level(LEVEL), Open.Texts(["x", "y"]), Open.Flag(True)],
    inner=INLINE,
    few=[Named(3, "three", [])],
    two=["p", "q"],
    pair=("r", 5),
    maybe_note="",
    maybe_blob=b"z",
    maybe_levels=[],
    maybe_inner=INLINE,
    maybe_open=UnknownArm(999, b"\x08\0\0\0\0\0\0\0" + b"12345678"),
    maybe_closed=Closed.Number(1),
    maybe_named=Named(4, "n", [LEVEL]),
)

NEW = New(number=1, note="n", more=["m"])

ID = UUID("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")

MAPS = Maps(
    id=ID,
    wide=(1 << 256) - 1,
    ids=[UUID(int=0), ID],
    wides=[1 << 200, 3],
    bools={True: 1, False: 2},
    numbers={5: 0.5, -5: float("inf"), 0: -0.0},
    big={(1 << 256) - 1: ID, 1 << 64: UUID(int=1), 7: ID},
    prices={Decimal("1.5"): LEVEL, Decimal("-2"): LEVEL},
    sides={Side.SELL: "s", Side.BUY: "b"},
    venues={Venue(77): 1, Venue.OFF_BOOK: -1, Venue.BINANCE: 0},
    marks={Marks.BLOCK: True, Marks.AUCTION: False, Marks(6): True},
    names={"b": ["x"], "": [], "\U0001f600": ["y", ""], "\uffff": ["z"]},
    symbols={"ETH": Closed.Number(1), "BTC": Closed.Text("arm")},
    blobs={b"\xff": {}, b"": {2: b"b", 1: b""}},
    keys={ID: (1, "one"), UUID(int=5): (2, "two")},
    many=[{}, {3: None, 1: 9}],
    maybe={},
    maybe_id=ID,
    maybe_wide=0,
)

LIMITS = Limits(price=Decimal("0.01"), code="x")

HELD = Held(
    percent=100,
    ratio=-1.5,
    narrow=0.10000000149011612,
    fee=Decimal("0.5"),
    text="gr\u00fc\u00df",
    data=b"",
    items=["a"],
    pairs={1: 2, 2: 3},
    limits=LIMITS,
    many=[LIMITS],
    maybe=9,
    maybe_fee=Decimal(0),
    maybe_text="x",
)

SAMPLES = [SCALARS, INLINE, TAIL, NEW, Empty(), MAPS, HELD, Filled(id=1)]
