"""Maps, UUIDs and 256-bit integers."""

import json
from uuid import UUID

import pytest
from samples import ID, MAPS
from shapes import Maps

from mycelium import DecodeError


def test_pairs_come_out_in_the_order_of_their_keys():
    value = Maps.from_frame(MAPS.to_frame())
    assert value == MAPS
    assert list(value.bools) == [False, True]
    assert list(value.numbers) == [-5, 0, 5]
    assert list(value.big) == [7, 1 << 64, (1 << 256) - 1]
    # As bytes of UTF-8, not as halves of UTF-16.
    assert list(value.names) == ["", "b", "\uffff", "\U0001f600"]
    assert list(value.keys) == [UUID(int=5), ID]


def test_the_order_of_insertion_does_not_show_in_the_bytes():
    turned = MAPS.__replace__(names=dict(reversed(MAPS.names.items())))
    assert turned == MAPS
    assert turned.to_frame() == MAPS.to_frame()
    assert turned.to_json() == MAPS.to_json()


@pytest.mark.parametrize("second", [5, 4])
def test_a_key_that_is_not_above_the_one_before_it(second):
    value = MAPS.__replace__(many=[{5: 1, 6: 2}])
    frame = bytearray(value.to_frame())
    at = frame.rindex(b"\x05\x01\x01\x06\x01\x02")
    frame[at + 3] = second
    with pytest.raises(DecodeError) as caught:
        Maps.from_frame(frame)
    assert (caught.value.kind, caught.value.offset) == ("key_order", at + 3)
    assert caught.value.field == "shapes.Maps.many"


@pytest.mark.parametrize(
    ("field", "wrong", "error", "message"),
    [
        ("id", str(ID), TypeError, r"Maps.id: expected a UUID, got 'f81d"),
        ("ids", [ID, 5], TypeError, r"Maps.ids\[1\]: expected a UUID, got 5"),
        ("wide", 1 << 256, ValueError, r"Maps.wide: expected an int from 0 to .*u256"),
        ("wide", -1, ValueError, r"Maps.wide: expected an int from 0 to .*u256"),
        ("numbers", [(1, 2.0)], TypeError, r"Maps.numbers: expected a dict"),
        ("bools", {2: 1}, TypeError, r"Maps.bools, key 2: expected a bool"),
        ("bools", {True: 256}, ValueError, r"Maps.bools\[True\]: .*\(u8\), got 256"),
        ("symbols", {"x" * 17: 1}, ValueError, r"Maps.symbols, key .*at most 16 bytes"),
    ],
)
def test_a_wrong_value(field, wrong, error, message):
    with pytest.raises(error, match=message):
        MAPS.__replace__(**{field: wrong})


def test_a_wrong_key_that_was_put_in_later_is_found_when_encoding():
    value = MAPS.__replace__(numbers={1: 1.0})
    value.numbers[1 << 15] = 1.0
    with pytest.raises(ValueError, match=r"Maps.numbers, key 32768: .*\(i16\)"):
        value.to_frame()
    value.numbers = {1: 1.0, "two": 2.0}
    with pytest.raises(TypeError, match=r"Maps.numbers, key 'two'"):
        value.to_frame()


def test_json_has_objects_for_text_and_pairs_for_the_rest():
    data = json.loads(MAPS.to_json())
    assert data["id"] == "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
    assert data["wide"] == str((1 << 256) - 1)
    assert list(data["names"]) == ["", "b", "\uffff", "\U0001f600"]
    assert data["sides"] == [["buy", "b"], ["sell", "s"]]
    assert data["blobs"] == [["", [[1, ""], [2, "62"]]], ["ff", []]]
    assert data["maybe"] == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"}, None),
        (
            {"id": "f81d4fae7dec11d0a76500a0c91e6bf6"},
            r"^\$.id: expected a UUID such as",
        ),
        ({"id": "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}"}, r"^\$.id: expected a UUID"),
        ({"wide": 7}, None),
        ({"wide": str(1 << 256)}, r"^\$.wide: expected an integer from 0 to 1157"),
        ({"numbers": [[2, 1], [1, 1]]}, None),
        ({"numbers": [[1, 1], [1, 2]]}, r"^\$.numbers: expected each key once"),
        ({"numbers": {"1": 1}}, r"^\$.numbers: expected an array of pairs"),
        ({"numbers": [[1]]}, r"^\$.numbers\[0\]: expected an array of 2 items"),
        ({"numbers": [[1, "x"]]}, r"^\$.numbers\[0\]\[1\]: expected a number"),
        ({"names": [["a", []]]}, r"^\$.names: expected an object with a member for"),
        ({"names": {"k": [1]}}, r"^\$.names.k\[0\]: expected text, found the number 1"),
        (
            {"symbols": {"x" * 17: {}}},
            r"^\$.symbols.x{17}: expected text of at most 16",
        ),
    ],
)
def test_reading_json(change, message):
    text = json.dumps(json.loads(MAPS.to_json()) | change)
    if message is None:
        assert Maps.from_json(text) == Maps.from_frame(Maps.from_json(text).to_frame())
    else:
        with pytest.raises(ValueError, match=message):
            Maps.from_json(text)
