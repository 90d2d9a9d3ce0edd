"""Wrong arguments: the error names class, field, value and range."""

import copy
from decimal import Decimal

import pytest
from samples import INLINE, LEVEL, SCALARS, TAIL
from shapes import Closed, Inline, Level, Open, Scalars, Side, Venue

from mycelium.wire import UnknownArm


def scalars(**changes):
    return SCALARS.__replace__(**changes)


@pytest.mark.parametrize(
    ("field", "wrong", "error", "message"),
    [
        (
            "a",
            128,
            ValueError,
            r"Scalars.a: expected an int from -128 to 127 \(i8\), got 128",
        ),
        (
            "h",
            -1,
            ValueError,
            r"Scalars.h: expected an int from 0 to 18446744073709551615 \(u64\)",
        ),
        ("h", "7", TypeError, r"Scalars.h: expected an int from 0 .* got '7' \(str\)"),
        ("h", 1.0, TypeError, r"Scalars.h: expected an int"),
        ("i", 1 << 127, ValueError, r"Scalars.i: expected an int from -1701.*\(i128\)"),
        ("j", -1, ValueError, r"Scalars.j: .*\(u128\)"),
        ("k", 1e300, ValueError, r"Scalars.k: expected a float \(f32\), got 1e\+300"),
        (
            "l",
            "1.0",
            TypeError,
            r"Scalars.l: expected a float \(f64\), got '1.0' \(str\)",
        ),
        ("m", 1, TypeError, r"Scalars.m: expected a bool, got 1 \(int\)"),
        ("n", None, TypeError, r"Scalars.n: expected an int .*\(timestamp\), got None"),
        (
            "p",
            Decimal("0.123456789"),
            ValueError,
            r"Scalars.p: .* at most 8 decimal places",
        ),
        (
            "p",
            Decimal("92233720368.54775808"),
            ValueError,
            r"Scalars.p: .*92233720368.54775807",
        ),
        ("p", Decimal("NaN"), ValueError, r"Scalars.p"),
        ("p", Decimal("1e400"), ValueError, r"Scalars.p"),
        ("p", 1.5, TypeError, r"Scalars.p: expected a Decimal .* got 1.5 \(float\)"),
        ("q", 3, ValueError, r"Scalars.q: expected one of Side.BUY, Side.SELL, got 3"),
        (
            "r",
            1 << 15,
            ValueError,
            r"Scalars.r \(Venue\): expected an int from -32768 to 32767",
        ),
        ("s", -1, ValueError, r"Scalars.s \(Marks\): expected an int from 0"),
    ],
)
def test_a_wrong_scalar(field, wrong, error, message):
    with pytest.raises(error, match=message):
        scalars(**{field: wrong})


@pytest.mark.parametrize(
    ("field", "wrong", "error", "message"),
    [
        (
            "symbol",
            "x" * 17,
            ValueError,
            r"Inline.symbol: expected at most 16 bytes of UTF-8, got 17",
        ),
        ("symbol", "é" * 9, ValueError, r"Inline.symbol: .* got 18"),
        ("symbol", "\ud800", ValueError, r"Inline.symbol: .*UTF-8"),
        ("symbol", b"x", TypeError, r"Inline.symbol: expected a str"),
        ("data", "x", TypeError, r"Inline.data: expected bytes, got 'x' \(str\)"),
        ("data", 5, TypeError, r"Inline.data: expected bytes, got 5"),
        (
            "hash",
            bytes(31),
            ValueError,
            r"Inline.hash: expected exactly 32 bytes, got 31",
        ),
        (
            "floats",
            [1.0],
            ValueError,
            r"Inline.floats: expected exactly 3 items, got 1",
        ),
        (
            "few",
            [(Decimal(1), 1)] * 5,
            ValueError,
            r"Inline.few: expected at most 4 items, got 5",
        ),
        (
            "few",
            [(Decimal(1), 256)],
            ValueError,
            r"Inline.few\[0\]\[1\]: .*\(u8\), got 256",
        ),
        ("pair", (1.0,), TypeError, r"Inline.pair: expected a tuple of 2"),
        ("level", (1, 2, 3), TypeError, r"Inline.level: expected a Level"),
        ("level", [1, 2], TypeError, r"Inline.level: expected a Level"),
        ("level", (1, "2"), TypeError, r"Inline.level.quantity: expected a Decimal"),
        ("maybe", -1, ValueError, r"Inline.maybe: .*\(u64\), got -1"),
    ],
)
def test_a_wrong_inline_value(field, wrong, error, message):
    with pytest.raises(error, match=message):
        INLINE.__replace__(**{field: wrong})


@pytest.mark.parametrize(
    ("field", "wrong", "message"),
    [
        ("levels", [LEVEL, 5], r"Tail.levels\[1\]: expected a Level, got 5"),
        ("texts", "abc", r"Tail.texts: expected a list, got 'abc'"),
        ("nested", [[1], [-1]], r"Tail.nested\[1\]\[0\]: .*\(u32\), got -1"),
        (
            "closed",
            LEVEL,
            r"Tail.closed: expected one of Closed.Number, Closed.Text, Closed.Level",
        ),
        ("open", UnknownArm(1, bytes(8)), r"Tail.open: expected a tag that no arm has"),
        ("inner", LEVEL, r"Tail.inner: expected a Inline"),
    ],
)
def test_a_wrong_item(field, wrong, message):
    with pytest.raises((TypeError, ValueError), match=message):
        TAIL.__replace__(**{field: wrong})


def test_a_wrong_assignment_is_found_when_encoding():
    value = copy.copy(TAIL)
    value.levels = [LEVEL, Side.BUY]
    with pytest.raises(TypeError, match=r"Tail.levels\[1\]: expected a Level"):
        value.to_frame()
    value = copy.copy(SCALARS)
    value.a = 200
    with pytest.raises(
        ValueError, match=r"Scalars.a: expected an int from -128 to 127"
    ):
        value.to_frame()
    value.a = 1
    with pytest.raises(ValueError, match=r"Scalars.p: .*decimal places"):
        value.p = Decimal("1e-9")
    del value.b
    with pytest.raises(TypeError, match=r"Scalars.b has no value"):
        value.to_frame()


def test_missing_and_unknown_arguments():
    with pytest.raises(TypeError, match="price"):
        Level(quantity=Decimal(1))
    with pytest.raises(TypeError, match="colour"):
        Level(Decimal(1), Decimal(1), colour=1)
    with pytest.raises(AttributeError):
        Level(Decimal(1), Decimal(1)).colour = 1


def test_arms_check_their_value():
    with pytest.raises(ValueError, match=r"Closed.Number.value: .*\(u16\), got 65536"):
        Closed.Number(65536)
    with pytest.raises(TypeError, match="make one of its arms"):
        Open()


def test_usual_forms_are_accepted():
    value = INLINE.__replace__(
        data=bytearray(b"ab"),
        few=((Decimal(1), 2),),
        sides=(1, Side.SELL),
        maybe_symbol="x",
    )
    assert value.data == b"ab"
    assert value.few == [(Decimal(1), 2)]
    assert value.sides == [Side.BUY, Side.SELL]
    assert Inline.from_frame(value.to_frame()) == value
    assert scalars(p=3).p == Decimal(3)
    assert scalars(q=1).q is Side.BUY


def test_unknown_values_of_open_enums_are_kept():
    venue = Venue(77)
    assert venue == 77
    assert not venue.is_known
    assert Venue.BINANCE.is_known
    assert repr(venue) == "<Venue.UNKNOWN_77: 77>"
    assert Scalars.from_frame(scalars(r=venue).to_frame()).r == venue
    with pytest.raises(ValueError, match="not a Venue"):
        Venue(1 << 20)
