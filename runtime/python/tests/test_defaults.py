"""Defaults: of every type, and never shared."""

import inspect
from decimal import Decimal
from uuid import UUID

import pytest
from shapes import Filled, Level, Marks, Named, Short

MAKERS = [
    lambda: Filled(id=1),
    lambda: Filled.from_frame(Short(id=1).to_frame()),
    lambda: Filled.from_json('{"id":1}'),
]


@pytest.mark.parametrize("make", MAKERS)
def test_what_is_not_given_takes_its_default(make):
    value = make()
    assert value.tags == ["a", "b"]
    assert value.raw == b"\0\xff"
    assert value.marks == Marks.AUCTION | Marks.BLOCK
    assert value.pair == ("a", [7])
    assert value.level == Level(Decimal("1.5"), Decimal(2))
    assert value.named == [Named(1, "n", [])]
    assert value.counts == {"a": [1], "b": [2]}
    assert value.key == UUID("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
    assert value.third == 0.10000000149011612


@pytest.mark.parametrize("make", MAKERS)
def test_a_default_that_is_changed_is_changed_in_one_value_only(make):
    value = make()
    value.tags.append("c")
    value.pair[1].append(8)
    value.level.price = Decimal(9)
    value.named[0].levels.append(value.level)
    value.counts["a"].append(3)
    value.counts["z"] = []
    for other in MAKERS:
        assert other() == Filled(id=1)
        assert other().tags == ["a", "b"]
        assert other().counts == {"a": [1], "b": [2]}
        assert other().named == [Named(1, "n", [])]


def test_the_signature_shows_the_default():
    parameters = inspect.signature(Filled).parameters
    assert repr(parameters["tags"].default) == "['a', 'b']"


def test_a_wrong_default_is_found_when_the_class_is_made():
    from mycelium import wire

    with pytest.raises(ValueError, match="x.Wrong.few: expected an int from 0 to 255"):

        class Wrong(wire.Struct, name="x.Wrong"):
            few: wire.u8 = 256
