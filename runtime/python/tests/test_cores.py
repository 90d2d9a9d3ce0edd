"""The two cores of the package give the same values, bytes and errors."""

import gc
import importlib
import os
import random
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import HELD, SAMPLES
from shapes import Held, Inline, Maps, New, Old, Scalars, Tail
from strategies import values_of

import mycelium
from mycelium import DecodeError
from mycelium._codec import refuse
from mycelium._codec.constraint import Constraint
from mycelium._codec.record import python_codec

needs_native = pytest.mark.skipif(
    mycelium.CORE != "native", reason="this run is on the Python core alone"
)
PYTHON = {}


def python_function(cls, name):
    """A function of the Python core, whichever core the class itself has."""
    if cls not in PYTHON:
        PYTHON[cls] = python_codec(cls)
    return PYTHON[cls][name]


def outcome(read, *arguments):
    """What a call gives, in a form that can be compared: bytes, or the whole error."""
    try:
        return read(*arguments).to_frame()
    except DecodeError as error:
        return error.args


def read_in_python(cls, data):
    """What the Python core reads; by itself it would leave other versions' blocks to the class."""
    block = refuse.check_header(data, cls.TYPE_ID, cls.NAME)
    if block == cls.BLOCK:
        return python_function(cls, "from_frame")(data)
    return python_function(cls, "decode_payload")(data, 16, len(data), block)


def check_same(cls, data):
    ours = outcome(cls.from_frame, data)
    assert ours == outcome(read_in_python, cls, data)
    return ours


def check_view(cls, data):
    """A view refuses what reading refuses, and has the same fields."""
    try:
        value = cls.from_frame(data)
    except DecodeError as error:
        with pytest.raises(DecodeError) as caught:
            cls.view(data)
        assert caught.value.args == error.args
        return
    view = cls.view(data)
    for field in cls.FIELDS:
        ours = getattr(view, field.name)
        ours = ours.tolist() if hasattr(ours, "rows") else ours
        # `repr`, since what is no number is not equal to itself.
        assert repr(ours) == repr(getattr(value, field.name)), field.name
        if field.slot != field.name:
            assert getattr(view, field.slot) == getattr(value, field.slot)


def test_the_core_is_the_expected_one():
    assert mycelium.CORE == os.environ.get("MYCELIUM_EXPECTED_CORE", mycelium.CORE)


@needs_native
@pytest.mark.parametrize("value", SAMPLES, ids=lambda value: type(value).__name__)
def test_samples_have_the_same_bytes(value):
    cls = type(value)
    assert value.to_frame() == python_function(cls, "to_frame")(value)
    check_same(cls, value.to_frame())


@pytest.mark.parametrize("value", SAMPLES, ids=lambda value: type(value).__name__)
def test_a_view_shows_what_reading_gives(value):
    check_view(type(value), value.to_frame())
    check_view(type(value), bytearray(value.to_frame()))


@needs_native
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(*(values_of(cls._WIRE_) for cls in (Scalars, Inline, Tail, Maps))))
def test_any_value_has_the_same_bytes(value):
    cls = type(value)
    frame = value.to_frame()
    assert frame == python_function(cls, "to_frame")(value)
    assert check_same(cls, frame) == frame


@pytest.mark.parametrize("value", SAMPLES, ids=lambda value: type(value).__name__)
def test_changed_bytes_have_the_same_outcome(value):
    """Mutations by a seeded generator: bits, words, lengths, cuts, repeats."""
    cls = type(value)
    frame = value.to_frame()
    rng = random.Random(cls.__name__)
    refused = 0
    for _ in range(int(os.environ.get("MYCELIUM_FUZZ_ROUNDS", "600"))):
        data = bytearray(frame)
        for _ in range(rng.randrange(1, 4)):
            mutate(rng, data)
        if rng.randrange(4):
            data = with_sound_header(data)
        data = bytes(data)
        refused += isinstance(check_same(cls, data), tuple)
        check_view(cls, data)
    assert refused or not value.FIELDS


def mutate(rng, data):
    if not data:
        return
    at = rng.randrange(len(data))
    match rng.randrange(6):
        case 0:
            data[at] ^= 1 << rng.randrange(8)
        case 1:
            data[at] = rng.choice([0, 1, 2, 0x7F, 0x80, 0xC3, 0xED, 0xFF])
        case 2:
            at &= ~3
            word = rng.choice([0, 1, 7, 8, 0xFFFFFFFF, rng.randrange(600)])
            data[at : at + 4] = word.to_bytes(4, "little")
        case 3:
            del data[at & ~7 :]
        case 4:
            data[at:at] = data[at : at + 8]
        case 5:
            data += bytes(rng.randrange(17))


def with_sound_header(data):
    """The bytes with the length that they have, so that the payload itself is looked at."""
    data = data[: max(16, len(data) & ~7)].ljust(16, b"\0")
    data[0:4] = (len(data) - 16).to_bytes(4, "little")
    return data


@needs_native
def test_older_and_newer_blocks_have_the_same_outcome():
    old, new = Old(number=1, note="n").to_frame(), SAMPLES[3].to_frame()
    for cls in (Old, New):
        for frame in (old, new):
            check_same(cls, frame)
            check_view(cls, frame)
            for block in range(len(frame) - 15):
                data = bytearray(frame)
                data[8:12] = block.to_bytes(4, "little")
                check_same(cls, bytes(data))
                check_view(cls, bytes(data))


@needs_native
@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("a", 128), ("b", -1), ("h", 1 << 64), ("h", -1), ("k", 1e300), ("l", "x"), ("i", 1 << 127),
        ("q", 9), ("p_raw", 1 << 63), ("r", 1 << 15), ("n", None), ("a", 1.5), ("j", "7"),
    ],
)  # fmt: skip
def test_a_wrong_value_has_the_same_error(field, wrong):
    value = Scalars.from_frame(SAMPLES[0].to_frame())
    setattr(value, field, wrong)
    errors = []
    for encode in (value.to_frame, lambda: python_function(Scalars, "to_frame")(value)):
        with pytest.raises((TypeError, ValueError)) as caught:
            encode()
        errors.append((type(caught.value), str(caught.value)))
    assert errors[0] == errors[1]


@needs_native
def test_a_field_without_a_value_has_the_same_error():
    value = Scalars.__new__(Scalars)
    with pytest.raises(TypeError, match=r"Scalars.a has no value"):
        value.to_frame()


def test_a_list_that_changes_while_it_is_read_is_no_fault():
    class Growing:
        def __init__(self, items):
            self.items = items

        def __index__(self):
            self.items.append(1)
            del self.items[3:]
            return 1

    value = Tail.from_frame(SAMPLES[2].to_frame())
    value.numbers = []
    value.numbers += [Growing(value.numbers), 2, 3, 4]
    try:
        frame = value.to_frame()
    except (TypeError, ValueError):
        return
    assert Tail.from_frame(frame).numbers


@pytest.mark.parametrize("wish", ["1", "0"])
def test_the_environment_chooses(wish):
    script = "import mycelium; print(mycelium.CORE)"
    environment = os.environ | {
        "MYCELIUM_PURE_PYTHON": wish,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    has_native = importlib.util.find_spec("mycelium._core") is not None
    wanted = "native" if wish == "0" and has_native else "python"
    assert ran.stdout.strip() == wanted


def test_encode_is_the_constructor_and_to_frame_at_once():
    levels = [(Decimal("1.5"), Decimal(2))]
    new = New(1, "n", more=["m"])
    assert New.encode(1, "n", more=["m"]) == new.to_frame()
    assert New.encode(1, "n", 7, Decimal("1.5"), new.side, ["m"]) == new.to_frame()
    with pytest.raises(ValueError, match=r"New.number: expected an int from 0"):
        New.encode(-1, "n", 7, Decimal("1.5"), new.side, None)
    with pytest.raises(TypeError):
        New.encode(1)
    tail = SAMPLES[2].__replace__(levels=levels)
    assert Tail.from_frame(tail.to_frame()).levels[0].price == Decimal("1.5")


def test_a_number_that_is_replaced_while_it_is_checked_is_written_as_it_was(
    monkeypatch,
):
    value = Held.from_frame(HELD.to_frame())
    value.narrow = float("123.5")
    later = []

    def keeps(constraint, narrow):
        value.narrow = 2.0
        # So that the memory of the one before is used anew at once.
        later.extend([n + 0.25 for n in range(5000)])
        return True

    monkeypatch.setattr(Constraint, "keeps", keeps)
    assert Held.from_frame(value.to_frame()).narrow == 123.5


def test_a_wide_number_that_is_replaced_while_it_is_written_is_written_as_it_was():
    class Replacing:
        def __del__(self):
            value.i = 3

    value = Scalars.from_frame(SAMPLES[0].to_frame())
    thresholds = gc.get_threshold()
    held = []
    try:
        for _ in range(50):
            # As many kept dicts as the interpreter has at hand, so that the next ones are new.
            held.append([{} for _ in range(200)])
            value.i = int("1" + 30 * "0")
            gc.disable()
            cycle = Replacing()
            cycle.itself = cycle
            del cycle
            gc.set_threshold(1)
            gc.enable()
            frame = value.to_frame()
            gc.set_threshold(*thresholds)
            assert Scalars.from_frame(frame).i in (10**30, 3)
    finally:
        gc.set_threshold(*thresholds)
        gc.enable()


def test_an_int_that_has_its_own_bytes_is_the_number_that_it_is():
    class Odd(int):
        def to_bytes(self, *_, **__):
            return b"x"

    value = Scalars.from_frame(SAMPLES[0].to_frame())
    value.i = Odd(-5)
    value.j = Odd(7)
    again = Scalars.from_frame(value.to_frame())
    assert (again.i, again.j) == (-5, 7)
