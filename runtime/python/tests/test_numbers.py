"""Numbers and texts of every length and kind: what the cores take, and what they refuse, is the same."""

import enum

import pytest
from samples import INLINE, SCALARS
from shapes import Inline, Scalars, digest
from test_cores import needs_native, python_function

from mycelium import wire

# Around where an int gets another digit of 30 bits, and around the limits of each width.
EDGES = sorted(
    {
        sign * ((1 << bits) + more)
        for bits in (0, 7, 8, 15, 16, 29, 30, 31, 32, 59, 60, 61, 62, 63, 64, 65, 89, 90, 91, 128)
        for more in (-2, -1, 0, 1, 2)
        for sign in (1, -1)
    }
)  # fmt: skip
LIMITS = {
    "a": (-(1 << 7), (1 << 7) - 1),
    "b": (0, (1 << 8) - 1),
    "c": (-(1 << 15), (1 << 15) - 1),
    "d": (0, (1 << 16) - 1),
    "e": (-(1 << 31), (1 << 31) - 1),
    "f": (0, (1 << 32) - 1),
    "g": (-(1 << 63), (1 << 63) - 1),
    "h": (0, (1 << 64) - 1),
}


class Odd(int):
    """An int of a subclass, which has attributes behind its digits."""

    def __init__(self, *_):
        self.name = "odd"

    def __index__(self):
        raise AssertionError("an int is asked for nothing")


class Step(enum.IntEnum):
    """Members that are ints."""

    NEGATIVE = -(1 << 62)
    NONE = 0
    FAR = 1 << 61


class Indexed:
    """No int, but one that says which it is."""

    def __init__(self, number):
        self.number = number

    def __index__(self):
        return self.number


def with_field(field, given):
    value = Scalars.from_frame(SCALARS.to_frame())
    setattr(value, field, given)
    return value


def outcome(encode):
    try:
        return encode()
    except (TypeError, ValueError) as error:
        return type(error), str(error)


@pytest.mark.parametrize("field", LIMITS)
@pytest.mark.parametrize("kind", [int, Odd, Indexed])
def test_an_int_of_any_length_is_written_or_refused(field, kind):
    least, greatest = LIMITS[field]
    for number in EDGES:
        value = with_field(field, kind(number))
        if least <= number <= greatest:
            again = getattr(Scalars.from_frame(value.to_frame()), field)
            assert again == number
            assert type(again) is int
        else:
            with pytest.raises(ValueError, match=f"Scalars.{field}"):
                value.to_frame()


@needs_native
@pytest.mark.parametrize("field", LIMITS)
@pytest.mark.parametrize("given", [True, False, *Step, 1.0, "1", None, float("nan")])
def test_what_is_like_an_int_is_taken_by_both_cores_or_by_none(field, given):
    value = with_field(field, given)
    in_python = outcome(lambda: python_function(Scalars, "to_frame")(value))
    assert outcome(value.to_frame) == in_python


@needs_native
@pytest.mark.parametrize("field", ["k", "l"])
def test_what_is_like_a_float_is_taken_by_both_cores_or_by_none(field):
    class Float(float):
        def __float__(self):
            return 7.0

    for given in (
        0.0,
        -0.0,
        5e-324,
        1.5,
        float("inf"),
        Float(2.5),
        *EDGES,
        True,
        "1",
        None,
    ):
        value = with_field(field, given)
        in_python = outcome(
            lambda value=value: python_function(Scalars, "to_frame")(value)
        )
        assert outcome(value.to_frame) == in_python, given


class Text(str):
    """A text of a subclass, whose characters lie elsewhere."""

    __slots__ = ()


@pytest.mark.parametrize("kind", [str, Text])
@pytest.mark.parametrize("letter", ["a", "\0", "ü", "€", "😀"])
def test_a_text_of_any_length_is_written(kind, letter):
    bound = 16
    for length in range(bound + 2):
        text = kind(letter * length)
        value = Inline.from_frame(INLINE.to_frame())
        value.symbol = text
        size = len(text.encode())
        if size <= bound:
            frame = value.to_frame()
            assert Inline.from_frame(frame).symbol == text
            assert frame == Inline.from_frame(frame).to_frame()
        else:
            with pytest.raises(ValueError, match="Inline.symbol"):
                value.to_frame()


class Pair(wire.Struct, name="numbers.Pair", digest=digest(3)):
    """Floats side by side."""

    low: wire.f64
    high: wire.f64


class Pairs(
    wire.Message, name="numbers.Pairs", id=9, topic="numbers.pairs", digest=digest(4)
):
    """A list of rows, and one of floats."""

    pairs: list[Pair]
    floats: list[wire.f64]


class Asked:
    """A number that does something when it is asked for."""

    def __init__(self, number, act=lambda: None):
        self.number = number
        self.act = act

    def __float__(self):
        self.act()
        return self.number


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize(
    "row", [(1, 2.0), (1.0, 2), [1.0, 2.0], Pair(1.0, 2.0), (Asked(1.0), 2.0), (True, 2.0)]
)  # fmt: skip
def test_rows_of_floats_may_be_of_any_kind(at, row):
    rows = [(0.5, 0.25)] * 3
    rows[at] = row
    floats = [0.5] * 3
    floats[at] = 2
    try:
        frame = Pairs.encode(rows, floats)
    except TypeError:
        assert isinstance(row, list) or isinstance(row[0], bool | Asked)
        return
    again = Pairs.from_frame(frame)
    expected = [Pair(0.5, 0.25)] * 3
    expected[at] = Pair(1.0, 2.0)
    assert again.pairs == expected
    assert again.floats == [float(number) for number in floats]


@pytest.mark.parametrize("bad", [(1.0,), (1.0, 2.0, 3.0), (), 1.0, (1.0, "2"), None])
def test_a_row_that_is_none_is_refused(bad):
    for at in range(3):
        rows = [(0.5, 0.25)] * 3
        rows[at] = bad
        with pytest.raises((TypeError, ValueError)):
            Pairs.encode(rows, [])


def test_rows_that_go_while_a_number_is_asked_for_are_no_fault():
    rows = []
    floats = []

    def empty():
        del rows[1:]
        floats.clear()

    rows += [(1.0, 2.0), (Asked(1.0, empty), 3.0 + len(rows)), (4.0, 5.0 + len(rows))]
    floats += [0.5, Asked(1.0, empty), 7.0 + len(floats)]
    for given in ((rows, []), ([], floats)):
        value = Pairs.from_frame(Pairs.encode([], []))
        value.pairs, value.floats = given
        found = outcome(value.to_frame)
        assert isinstance(found, tuple) or Pairs.from_frame(found)
