"""What stands for a value: constructors, `to_frame` and `encode` take and refuse the same, on both cores."""

import array
from collections import OrderedDict, deque
from decimal import Decimal
from fractions import Fraction
from typing import Annotated
from uuid import UUID

import pytest
from samples import INLINE, LEVEL, SAMPLES
from shapes import Closed, Level, Named, Open, Price, Side, digest
from test_cores import needs_native, python_function

from mycelium import wire

np = pytest.importorskip("numpy")


class Spaced(wire.Struct, name="acceptance.Spaced", digest=digest(0)):
    """A struct with padding."""

    a: wire.u8
    b: wire.u32


class Marked(wire.Struct, name="acceptance.Marked", digest=digest(0)):
    """A struct of which not all bytes are values."""

    flag: bool
    side: Side


class Lists(
    wire.Message,
    name="acceptance.Lists",
    id=1,
    topic="acceptance.lists",
    digest=digest(1),
):
    bytes_: list[wire.u8]
    times: list[wire.timestamp]
    spans: list[wire.duration]
    prices: list[Price]
    two: Annotated[list[wire.u8], wire.exactly(2)]
    maybes: list[wire.u8 | None]
    floats: Annotated[list[wire.f64], wire.max_items(3)]
    pairs: list[tuple[wire.u8, bool]]
    deep: tuple[list[wire.u8], tuple[wire.u8, wire.u8]]
    lists: dict[wire.u8, list[wire.u8]]
    spaced: list[Spaced]
    marked: list[Marked]
    few: Annotated[list[Spaced], wire.max_items(3)]


LISTS = Lists(
    [1], [2], [3], [Decimal(1)], [1, 2], [None], [1.0], [(1, True)], ([1], (1, 2)),
    {1: [1]}, [Spaced(1, 2)], [Marked(True, Side.BUY)], [],
)  # fmt: skip


class Whole:
    """A number that is no `int`."""

    def __index__(self):
        return 1

    def __lt__(self, other):
        return other > 1

    def __ge__(self, other):
        return other <= 1

    def __gt__(self, other):
        return other < 1

    def __le__(self, other):
        return other >= 1


class Real(Whole):
    """As a `float`."""

    __index__ = None

    def __float__(self):
        return 1.0


class OwnList(list):
    pass


class OwnTuple(tuple):
    pass


class OwnText(str):
    pass


WHOLE, REAL = Whole(), Real()
ODD = [
    None, True, 0, 1, -1, 1 << 300, 1.0, float("nan"), Decimal("1.5"), Fraction(1, 2), WHOLE, REAL,
    "", "a", "ab", OwnText("a"), "\ud800", b"", b"ab", bytes(16), bytes(32), bytearray(b"ab"),
    memoryview(b"ab"), memoryview(bytes(64))[::2], array.array("d", [1, 2]), array.array("H", [1, 2]),
    array.array("B", [1, 2]), array.array("f", [1, 2, 3]),
    [], (), {}, {1, 2}, range(2), range(3), deque([1, 2]), {1: 2}, OrderedDict({1: 2}), {"a": 1},
    {1: 2}.keys(), {1: 2}.values(), {1: 2}.items(), OwnList([1, 2]), OwnTuple([1, 2]),
    [1], [True], [1, 2], [1, 2, 3], [1.5], ["a"], ["a", "b"], [b"a"], [None], [{}], [[1], (2,)],
    [range(2)], [b"ab"], [(Decimal(1), 2)], [[1, 2]], [OwnTuple([1, 2])], [OwnTuple([1, True])],
    (1, 2), ("a", 1), ["a", 1], (1.0, True), OwnTuple([1.0, True]),
    LEVEL, [LEVEL], Side.BUY, [Side.BUY], [1, Side.SELL], UUID(int=5), [UUID(int=5)], str(UUID(int=5)),
    Closed.Number(1), Open.Flag(True), Open.Level(LEVEL), wire.UnknownArm(9, bytes(8)), INLINE,
    Named(1, "n", []), [Named(1, "n", [])], [(1, "n", [])],
    np.array([1, 2]), np.array([1.0, 2.0]), np.array([1, 2, 3], "f4"), np.array([1, 2], "u2"),
    np.array([1, 2], ">u2"), np.arange(6, dtype="u2")[::2], np.array([[1, 2], [3, 4]], "u4"),
    np.array([True, False]), np.array(1), np.int64(1), np.float64(1), np.bool_(True), np.array([], "u2"),
    np.array(["a", "b"]), np.array([b"a"]), np.array([1, "a"], object), np.zeros(32, "u1"),
    np.array([1, 2], "M8[ns]"), np.array([1, 2], "m8[ns]"), np.array([1], "M8[us]"),
    np.array(["NaT"], "M8[ns]"), np.arange(4).astype("M8[ns]")[::2],
    np.array([(1, 2)], [("a", "i8"), ("b", "u1")]), np.array([(1, 2)], Level.DTYPE),
    np.array([(1, 2)] * 4, Level.DTYPE)[::2], np.array([[(1, 2)]], Level.DTYPE),
    np.array([(1, 2)], Level.DTYPE)[0], np.array([(1, 2)], Spaced.DTYPE), np.array([(1, 2)], Marked.DTYPE),
    np.frombuffer(bytes([1, 9, 9, 9, 2, 0, 0, 0]), Spaced.DTYPE), np.frombuffer(bytes([7, 1]), Marked.DTYPE),
    np.frombuffer(bytes([1, 7]), Marked.DTYPE),
]  # fmt: skip


def outcome(call):
    try:
        return call()
    except (TypeError, ValueError) as error:
        return type(error), str(error)


def with_field(sample, field, value):
    """A message that holds a value as it is, past the constructor; nothing for a mantissa's field."""
    made = type(sample).from_frame(sample.to_frame())
    setattr(made, field.slot, value)
    return made


# Some of the fields at a time: all take long for a test's time limit on a busy machine.
@needs_native
@pytest.mark.parametrize("part", range(6))
@pytest.mark.parametrize(
    "sample", [*SAMPLES, LISTS], ids=lambda value: type(value).__name__
)
def test_both_cores_take_the_same(sample, part):
    cls = type(sample)
    fields = {field.name: getattr(sample, field.name) for field in cls.FIELDS}
    for field in cls.FIELDS[part::6]:
        for value in ODD:
            made = with_field(sample, field, value)
            taken = outcome(made.to_frame)
            pure = outcome(lambda made=made: python_function(cls, "to_frame")(made))
            if isinstance(taken, bytes) or isinstance(pure, bytes):
                assert taken == pure, (field.name, value)
            else:
                assert taken[0] is pure[0], (field.name, value)
            # Bools and the like apart, that a constructor is stricter with, `encode` is the constructor.
            changed = fields | {field.name: value}
            made = outcome(lambda changed=changed: cls(**changed).to_frame())
            if isinstance(made, bytes):
                assert outcome(lambda c=changed: cls.encode(**c)) == made


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("bytes_", b"ab"), ("bytes_", {1: 2}), ("bytes_", {1, 2}), ("bytes_", {1: 2}.keys()),
        ("bytes_", iter([1])), ("bytes_", "ab"), ("two", b"ab"), ("two", {1: 1, 2: 2}), ("floats", {1.0}),
        ("pairs", [(1, 1)]), ("pairs", [(1, None)]), ("pairs", [(1, "")]), ("pairs", [{1: 1, 2: 2}]),
        ("pairs", [b"ab"]), ("deep", ({1}, (1, 2))), ("deep", ([1], "ab")), ("deep", {(1,): 1, (2,): 2}),
        ("lists", {1: b"ab"}), ("spaced", [OwnTuple([1, 2])]), ("spaced", [[1, 2]]), ("spaced", {(1, 2)}),
        ("times", np.array([1], "M8[us]")), ("marked", np.frombuffer(bytes([7, 1]), Marked.DTYPE)),
        ("marked", np.frombuffer(bytes([1, 7]), Marked.DTYPE)), ("prices", np.array([1.5])),
        ("pairs", np.array([(1, True)], [("a", "u1"), ("b", "?")])),
    ],
    ids=str,
)  # fmt: skip
def test_encoding_refuses_what_the_constructor_refuses(name, wrong):
    fields = {field.name: getattr(LISTS, field.name) for field in Lists.FIELDS}
    with pytest.raises((TypeError, ValueError), match=rf"Lists\.{name}") as caught:
        Lists(**fields | {name: wrong})
    made = with_field(LISTS, next(f for f in Lists.FIELDS if f.name == name), wrong)
    values = (fields | {name: wrong}).values()
    for encode in (made.to_frame, lambda: Lists.encode(*values)):
        with pytest.raises(type(caught.value), match=rf"Lists\.{name}"):
            encode()


@pytest.mark.parametrize(
    ("name", "value", "same"),
    [
        ("spaced", np.frombuffer(bytes([1, 9, 9, 9, 2, 0, 0, 0]), Spaced.DTYPE), [Spaced(1, 2)]),
        ("few", np.frombuffer(bytes([1, 9, 9, 9, 2, 0, 0, 0]), Spaced.DTYPE), [Spaced(1, 2)]),
        ("marked", np.array([(True, 2)], Marked.DTYPE), [Marked(True, Side.SELL)]),
        ("times", np.array([1, -2], "M8[ns]"), [1, -2]),
        ("spans", np.array([1, -2], "m8[ns]"), [1, -2]),
        ("times", np.arange(6).astype("M8[ns]")[::2], [0, 2, 4]),
        ("bytes_", bytearray(b"ab"), [97, 98]),
        ("bytes_", memoryview(b"ab"), [97, 98]),
        ("bytes_", deque([1, 2]), [1, 2]),
        ("floats", array.array("d", [1, 2]), [1.0, 2.0]),
        ("prices", np.array([1, 2]), [Decimal(1), Decimal(2)]),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_taken_gives_the_bytes_of_a_list(name, value, same):
    """Bytes between the parts of an item are zeros, whatever lies there in an array."""
    fields = {field.name: getattr(LISTS, field.name) for field in Lists.FIELDS}
    frame = Lists(**fields | {name: same}).to_frame()
    assert Lists(**fields | {name: value}).to_frame() == frame
    assert Lists.encode(*(fields | {name: value}).values()) == frame
    made = with_field(LISTS, next(f for f in Lists.FIELDS if f.name == name), value)
    assert made.to_frame() == frame
    Lists.from_frame_strict(frame)


def test_wide_numbers_may_be_numpys():
    value = INLINE.__replace__(maybe_wide=np.int64(-7))
    assert type(value.maybe_wide) is int
    value.maybe_wide = np.int64(-7)
    assert type(value).from_frame(value.to_frame()).maybe_wide == -7
