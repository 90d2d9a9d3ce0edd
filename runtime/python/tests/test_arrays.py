"""Arrays without copies: `DTYPE`, `decode_many`, and the lists of views."""

import copy
import pickle
import tracemalloc
from collections.abc import Sequence
from decimal import Decimal

import pytest
from samples import INLINE, LEVEL, SCALARS, TAIL
from shapes import Inline, Level, Price, Scalars, Side, Tail, digest

from mycelium import DecodeError, wire
from mycelium._codec.core import native

np = pytest.importorskip("numpy")


class Print(
    wire.Message, name="arrays.Print", id=1, topic="arrays.print", digest=digest(1)
):
    """A fixed message."""

    time: wire.timestamp
    price: Price
    side: Side
    size: wire.u32
    level: Level

    price_raw = wire.raw("price")


class Curve(
    wire.Message, name="arrays.Curve", id=2, topic="arrays.curve", digest=digest(2)
):
    """Lists of fixed items."""

    name: str
    xs: list[wire.f64]
    ns: list[wire.u16]
    levels: list[Level]


def prints(count):
    return [
        Print(
            1_000_000_000 * n,
            Decimal(n),
            Side.BUY,
            n,
            Level(Decimal(n), Decimal("0.5")),
        )
        for n in range(count)
    ]


def test_decode_many_gives_the_fields_of_each_frame():
    values = prints(300)
    data = b"".join(value.to_frame(channel=n) for n, value in enumerate(values))
    for buf in (data, bytearray(data), memoryview(data)):
        found = Print.decode_many(buf)
        assert len(found) == 300
        assert found["price_raw"].tolist() == [value.price_raw for value in values]
        assert found["size"].sum() == sum(range(300))
        assert found["time"][2] == np.datetime64(2, "s")
        assert found["level"]["quantity_raw"][7] == 50_000_000
        assert found["side"][0] == Side.BUY
        assert np.shares_memory(found, np.frombuffer(buf, "u1"))
    assert len(Print.decode_many(b"")) == 0


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_decode_many_copies_nothing(kind):
    data = b"".join(value.to_frame() for value in prints(64)) * 1000
    buf = kind(data)
    Print.decode_many(buf)
    tracemalloc.start()
    try:
        Print.decode_many(buf)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(data) / 8


@pytest.mark.parametrize("form", [bytes, bytearray])
@pytest.mark.parametrize("bad", [0, 1, 63, 64, 65, 199])
@pytest.mark.parametrize(
    ("at", "byte", "kind"),
    [(0, 8, "block"), (0, 9, "length"), (4, 9, "type_id"), (8, 1, "block")],
)
def test_decode_many_refuses_what_is_no_such_frame(form, bad, at, byte, kind):
    data = bytearray(b"".join(value.to_frame() for value in prints(200)))
    size = len(data) // 200
    data[bad * size + at] = byte
    with pytest.raises(DecodeError) as caught:
        Print.decode_many(form(data))
    assert bad * size <= caught.value.offset <= (bad + 1) * size
    assert caught.value.kind == kind


def test_decode_many_refuses_half_a_frame():
    data = b"".join(value.to_frame() for value in prints(3))
    with pytest.raises(DecodeError, match="truncated"):
        Print.decode_many(data[:-8])


def test_dtypes_have_the_layout_of_the_wire():
    for cls, value in ((Scalars, SCALARS), (Inline, INLINE)):
        record = np.frombuffer(value.to_frame(), cls.DTYPE, 1, 16)[0]
        assert cls.DTYPE.itemsize == (cls.BLOCK + 7) // 8 * 8
        for field in cls.FIELDS:
            assert cls.DTYPE.fields[field.slot][1] >= field.offset
        del record
    scalars = np.frombuffer(SCALARS.to_frame(), Scalars.DTYPE, 1, 16)[0]
    assert scalars["a"] == SCALARS.a
    assert scalars["h"] == SCALARS.h
    assert scalars["l"] == SCALARS.l
    assert scalars["p_raw"] == SCALARS.p_raw
    inline = np.frombuffer(INLINE.to_frame(), Inline.DTYPE, 1, 16)[0]
    assert inline["symbol"] == b"BTCUSDT"
    assert inline["symbol_len"] == 7
    assert inline["level"]["price_raw"] == LEVEL.price_raw
    assert inline["maybe"] == 9
    assert inline["maybe_present"]
    assert inline["floats"].tolist() == INLINE.floats
    assert Level.DTYPE.itemsize == 16
    with pytest.raises(TypeError, match="Tail has no dtype"):
        Tail.DTYPE  # noqa: B018


CURVE = Curve("c", [0.5, 1.5], [1, 2, 65535], [(Decimal(1), Decimal(2)), LEVEL])


def test_lists_of_a_view_are_arrays():
    view = Curve.view(CURVE.to_frame())
    assert view.xs.numpy().tolist() == CURVE.xs
    assert view.xs.numpy().dtype == "<f8"
    assert np.asarray(view.ns).tolist() == CURVE.ns
    assert np.array(view.ns, dtype="f4").dtype == "f4"
    assert view.levels.numpy()["price_raw"].tolist() == [
        one.price_raw for one in CURVE.levels
    ]
    assert view.xs.memoryview().tolist() == CURVE.xs
    assert bytes(view.levels.memoryview()) == view.levels.numpy().tobytes()
    if native is not None:
        frame = np.frombuffer(view.frame_, "u1")
        assert np.shares_memory(view.xs.numpy(), frame)
        with pytest.raises(ValueError, match="read-only"):
            view.xs.numpy()[0] = 1.0


def test_lists_of_a_view_are_sequences():
    view = Curve.view(CURVE.to_frame())
    assert view.levels == CURVE.levels
    assert view.levels == Curve.view(CURVE.to_frame()).levels
    assert view.levels != CURVE.levels[:1]
    assert list(view.levels) == CURVE.levels
    assert len(view.levels) == 2
    assert view.levels[-1] == LEVEL
    assert view.levels[:1] == CURVE.levels[:1]
    assert repr(view.ns) == "[1, 2, 65535]"
    assert view.levels.rows() == [
        (one.price_raw, one.quantity_raw) for one in CURVE.levels
    ]
    assert view.ns.rows() == CURVE.ns
    assert list(view.levels.iter_rows()) == view.levels.rows()
    assert list(view.ns.iter_rows()) == CURVE.ns
    assert pickle.loads(pickle.dumps(view.xs)) == CURVE.xs
    for wrong in (2, -3):
        with pytest.raises(IndexError):
            view.levels[wrong]
    with pytest.raises(TypeError):
        view.levels["0"]


def test_rows_that_are_kept_stay_as_they_were():
    view = Curve.view(CURVE.to_frame())
    first, second = view.levels.rows()
    rows = view.levels.iter_rows()
    assert iter(rows) is rows
    one = next(rows)
    assert one == first
    two = next(rows)
    assert (one, two) == (first, second)
    for _ in range(2):
        with pytest.raises(StopIteration):
            next(rows)
    assert [sum(row) for row in view.levels.iter_rows()] == [sum(first), sum(second)]
    # Rows that nobody keeps, and one in between that is.
    many = Curve("", [], [], [Level(Decimal(n), Decimal(2 * n)) for n in range(50)])
    levels = Curve.view(many.to_frame()).levels
    kept = [row for at, row in enumerate(levels.iter_rows()) if at % 3 == 0]
    assert kept == levels.rows()[::3]


def test_lists_of_a_view_have_the_methods_of_sequences():
    view = Curve.view(CURVE.to_frame())
    assert isinstance(view.ns, Sequence)
    assert view.ns[np.int64(1)] == 2
    assert view.ns[True] == 2
    assert view.ns.index(2) == 1
    assert view.ns.index(65535, 1) == 2
    assert view.ns.count(1) == 1
    assert view.ns.count(7) == 0
    assert 2 in view.ns
    assert list(reversed(view.ns)) == [65535, 2, 1]
    with pytest.raises(ValueError):
        view.ns.index(65535, 0, 2)
    for far in (1 << 70, -(1 << 70)):
        with pytest.raises(IndexError):
            view.ns[far]
    with pytest.raises(TypeError):
        view.ns[1.0]
    assert Curve("c", view.xs, view.ns, view.levels) == CURVE


def test_a_view_cannot_be_changed():
    view = Curve.view(CURVE.to_frame())
    for name in ("name", "frame_", "other"):
        with pytest.raises(AttributeError):
            setattr(view, name, b"d")
        with pytest.raises(AttributeError):
            delattr(view, name)
    assert view.name == "c"
    assert view.frame_ == CURVE.to_frame()


@pytest.mark.parametrize(
    "frame", [b"", b"x", bytes(15), bytes(16), b"\xff" * 24, bytes(17), None, "x"]
)
def test_a_frame_put_behind_the_back_of_a_view_is_no_fault(frame):
    view = Curve.view(CURVE.to_frame())
    object.__setattr__(view, "frame_", frame)
    for field in Curve.FIELDS:
        try:
            getattr(view, field.name)
        except (ValueError, AttributeError, DecodeError):
            continue
    object.__delattr__(view, "frame_")
    for field in Curve.FIELDS:
        try:
            getattr(view, field.name)
        except (TypeError, AttributeError):
            continue


def test_a_view_is_copied_and_pickled():
    view = Curve.view(CURVE.to_frame())
    assert copy.copy(view) is view
    assert copy.deepcopy(view) is view
    again = pickle.loads(pickle.dumps(view))
    assert again.frame_ == view.frame_
    assert again.levels == CURVE.levels


def test_arrays_are_encoded_as_lists_are():
    xs, ns = np.array(CURVE.xs), np.array(CURVE.ns, "u2")
    levels = Curve.view(CURVE.to_frame()).levels.numpy()
    assert Curve.encode("c", xs, ns, levels) == CURVE.to_frame()
    assert Curve.encode("c", memoryview(xs), ns, CURVE.levels) == CURVE.to_frame()
    assert Curve("c", xs, ns, levels).to_frame() == CURVE.to_frame()
    view = Curve.view(CURVE.to_frame())
    assert Curve.encode("c", view.xs, view.ns, view.levels) == CURVE.to_frame()
    # Of another format, they are numbers like any others.
    assert Curve.encode("c", xs, ns.astype("i8"), levels) == CURVE.to_frame()
    with pytest.raises(
        ValueError, match=r"Curve.ns\[0\]: expected an int from 0 to 65535"
    ):
        Curve.encode("c", xs, np.array([-1]), levels)


def test_arrays_of_a_dtype_that_was_seen_are_looked_at_each_time():
    xs, ns = np.array(CURVE.xs), np.array(CURVE.ns, "u2")
    levels = Curve.view(CURVE.to_frame()).levels.numpy()
    for _ in range(3):
        # The codec knows the dtypes from here on, and what lies otherwise is still read by what it is.
        assert Curve.encode("c", xs, ns, levels) == CURVE.to_frame()
        for spaced in (np.repeat(xs, 2)[::2], xs[::-1][::-1], xs.astype(">f8")):
            assert Curve.encode("c", spaced, ns, levels) == CURVE.to_frame()
        assert (
            Curve.encode("c", xs.astype("f4"), ns, levels)
            == Curve("c", xs.astype("f4").tolist(), CURVE.ns, CURVE.levels).to_frame()
        )
        assert Curve.encode("c", xs[:0], ns[:0], levels[:0]) == Curve.encode(
            "c", [], [], []
        )
        with pytest.raises(TypeError):
            Curve.encode("c", np.array([xs]), ns, levels)
        with pytest.raises((TypeError, ValueError)):
            Curve.encode("c", np.array(1.0), ns, levels)


def test_an_array_that_became_shorter_is_sent_as_it_is():
    xs = np.array(CURVE.xs)
    before = Curve.encode("c", xs, [], [])
    xs.resize(len(xs) - 1, refcheck=False)
    after = Curve.from_frame(Curve.encode("c", xs, [], []))
    assert after.xs == Curve.from_frame(before).xs[:-1]


def test_a_list_of_a_full_view_is_what_reading_gives():
    view, value = Tail.view(TAIL.to_frame()), Tail.from_frame(TAIL.to_frame())
    assert view.levels.rows() == [
        (one.price_raw, one.quantity_raw) for one in value.levels
    ]
    assert view.floats.numpy().tolist() == value.floats
