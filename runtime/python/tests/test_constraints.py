"""`@range` and `@len`: checked where values come in and go out."""

import json
from decimal import Decimal
from typing import Annotated

import pytest
from samples import HELD, LIMITS, SCALARS
from shapes import Held, Limits, Scalars

import mycelium
from mycelium import DecodeError, JsonError, wire
from mycelium._codec import record

WRONG = [
    ("percent", 101, "out_of_range", "0 to 100, got 101"),
    ("ratio", 1.6, "out_of_range", "-1.5 to 1.5, got 1.6"),
    ("ratio", float("nan"), "out_of_range", "-1.5 to 1.5, got nan"),
    ("narrow", 0.0, "out_of_range", "at least 0.1"),
    ("fee", Decimal("0.50000001"), "out_of_range", "at most 0.5, got 0.50000001"),
    ("text", "", "len", "1 to 6 bytes, got 0"),
    ("text", "\u00fc" * 4, "len", "1 to 6 bytes, got 8"),
    ("data", b"abc", "len", "0 to 2 bytes, got 3"),
    ("items", [], "len", "at least 1 items, got 0"),
    ("pairs", {1: 1, 2: 2, 3: 3}, "len", "0 to 2 pairs, got 3"),
    ("maybe", 10, "out_of_range", "1 to 9, got 10"),
    ("maybe_fee", Decimal(-1), "out_of_range", "at least 0, got -1"),
    ("maybe_text", "", "len", "at least 1 bytes, got 0"),
]


def unchecked(cls):
    """The same class without its constraints, to make frames that break them."""
    body = {"__annotations__": {}}
    for field in cls.FIELDS:
        body["__annotations__"][field.name] = Annotated[object, field.type]
        if not field.is_required:
            body[field.name] = None
    return type(wire.Message)(
        cls.__name__, (wire.Message,), body, name=cls.NAME, id=cls.TYPE_ID
    )


def as_unchecked(value):
    cls = unchecked(type(value))
    return cls(**{f.name: getattr(value, f.name) for f in value.FIELDS})


@pytest.mark.parametrize(("field", "wrong", "kind", "words"), WRONG)
def test_a_value_that_breaks_one(field, wrong, kind, words):
    value = HELD.__replace__(**{field: wrong})  # making it is no fault
    for fails in (value.to_frame, value.validate):
        with pytest.raises(ValueError, match=f"Held.{field}: expected {words}"):
            fails()
    with pytest.raises(JsonError, match=rf"^\$.{field}: expected") as json_error:
        Held.from_json(value.to_json())
    assert words.startswith(json_error.value.expected)
    with pytest.raises(DecodeError, match=words) as caught:
        Held.from_frame(as_unchecked(value).to_frame())
    where = next(f.offset for f in Held.FIELDS if f.name == field)
    assert (caught.value.kind, caught.value.offset) == (kind, 16 + where)
    assert caught.value.field == f"shapes.Held.{field}"


def test_limits_themselves_and_what_is_absent_are_within():
    assert Held.from_frame_strict(HELD.to_frame()).to_frame() == HELD.to_frame()
    absent = HELD.__replace__(maybe=None, maybe_fee=None, maybe_text=None)
    assert Held.from_frame(absent.to_frame()).maybe is None
    assert Held.from_json(absent.to_json()).to_frame() == absent.to_frame()


def test_a_struct_inside_is_checked():
    wrong = HELD.__replace__(many=[LIMITS, Limits(price=Decimal(0), code="x")])
    words = r"Held.many\[1\].price: expected at least 0.01, got 0.0"
    with pytest.raises(ValueError, match=words):
        wrong.to_frame()
    with pytest.raises(ValueError, match=words):
        wrong.validate()
    with pytest.raises(JsonError, match=r"^\$.many\[1\].price: expected at least 0.01"):
        Held.from_json(wrong.to_json())
    frame = bytearray(HELD.to_frame())
    at = frame.rindex((1_000_000).to_bytes(8, "little"))
    frame[at : at + 8] = bytes(8)
    with pytest.raises(DecodeError) as caught:
        Held.from_frame(frame)
    assert (caught.value.kind, caught.value.offset) == ("out_of_range", at)
    assert caught.value.field == "shapes.Limits.price"


def test_publishing_checks_before_anybody_gets_it():
    with (
        mycelium.MessageBus() as bus,
        bus.subscriber(Held) as subscriber,
        bus.publisher(Held) as publisher,
    ):
        with pytest.raises(ValueError, match="Held.percent: expected 0 to 100"):
            publisher.publish(HELD.__replace__(percent=255))
        publisher.publish(HELD)
        assert subscriber.recv(timeout=5) == HELD


def test_publishing_checks_constraints_alone(monkeypatch):
    with mycelium.MessageBus() as bus, bus.publisher(Held) as publisher:
        # The check of types, which is left to the encoder.
        monkeypatch.setattr(record, "check", None)
        publisher.publish(HELD)


def test_publishing_what_no_constraint_can_be_asked_of_says_why():
    with mycelium.MessageBus() as bus, bus.publisher(Held) as publisher:
        for field, wrong in [("percent", "x"), ("items", 5), ("pairs", 7)]:
            value = HELD.__replace__()
            setattr(value, field, wrong)
            with pytest.raises(TypeError, match=f"^Held.{field}: expected"):
                publisher.publish(value)


def test_a_class_without_constraints_has_no_check():
    assert Held.IS_CONSTRAINED
    assert not Scalars.IS_CONSTRAINED
    SCALARS.validate()


def test_a_constraint_that_does_not_fit_its_type():
    with pytest.raises(TypeError, match="a Text has no range"):
        wire.in_range(1, 2).bind(Held.FIELDS[4].type)
    with pytest.raises(TypeError, match="a Int has no length"):
        wire.has_len(1, 2).bind(Held.FIELDS[0].type)


def test_json_of_a_value_on_the_limit_of_an_f32():
    data = json.loads(HELD.to_json())
    assert data["narrow"] == 0.10000000149011612
