"""The JSON mapping."""

import json
from decimal import Decimal

import pytest
from samples import INLINE, SCALARS, TAIL
from shapes import Inline, Marks, New, Scalars, Tail, Venue

from mycelium import JsonError, time


def test_scalars():
    assert json.loads(SCALARS.to_json()) == {
        "a": -128,
        "b": 255,
        "c": -32768,
        "d": 65535,
        "e": -2147483648,
        "f": 4294967295,
        "g": -9223372036854775808,
        "h": 18446744073709551615,
        "i": "-170141183460469231731687303715884105728",
        "j": "340282366920938463463374607431768211455",
        "k": 1.5,
        "l": -0.0,
        "m": True,
        "n": "2024-08-08T23:54:15.030314667Z",
        "o": "-0.000000001s",
        "p": "92233720368.54775807",
        "q": "sell",
        "r": 77,
        "s": ["block", 4],
    }


def test_output_is_compact():
    assert " " not in INLINE.to_json()


def test_unions_and_options():
    data = json.loads(TAIL.to_json())
    assert data["closed"] == {"text": "arm"}
    assert data["opens"][2] == {"flag": True}
    assert data["maybe_open"] == {
        "unknown": {"tag": 999, "payload": "08000000000000003132333435363738"}
    }
    assert data["maybe_note"] == ""
    assert data["blob"] == "00ff"


def test_other_accepted_forms():
    data = json.loads(SCALARS.to_json())
    data |= {
        "g": "-5",
        "n": 7,
        "o": "250ms",
        "p": 1.5,
        "s": [3],
        "r": "off_book",
        "k": "NaN:7f800001",
    }
    value = Scalars.from_json(json.dumps(data))
    assert (value.g, value.n, value.o, value.p) == (-5, 7, 250_000_000, Decimal("1.5"))
    assert value.s == Marks(3)
    assert value.r is Venue.OFF_BOOK
    assert json.loads(value.to_json())["k"] == "NaN:7f800001"


def test_combinations_of_flags_are_not_kept():
    data = json.loads(SCALARS.to_json())
    kept = dict(Marks._value2member_map_) | {0: Marks(0)}
    for bits in range(256):
        marks = Scalars.from_json(json.dumps(data | {"s": [bits]})).s
        assert marks == bits
        assert type(marks) is Marks
        assert bits not in kept or marks is kept[bits]
    assert Marks._value2member_map_.keys() == kept.keys()


def test_missing_fields_take_their_default():
    assert New.from_json('{"number":1,"note":"n"}') == New(number=1, note="n")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"a": 128},
            r"^\$.a: expected an integer from -128 to 127, found the number 128$",
        ),
        ({"a": "x"}, r'^\$.a: expected an integer .* found the string "x"$'),
        (
            {"q": "hold"},
            r'^\$.q: expected a member of `shapes.Side`: one of "buy", "sell", found',
        ),
        ({"p": "1.123456789"}, r"^\$.p: expected a decimal with at most 8 places"),
        ({"p": "one"}, r"^\$.p: expected a decimal"),
        ({"l": "fast"}, r"^\$.l: expected a number"),
        ({"l": "NaN:7ff0000000000000"}, r"^\$.l: expected a number"),
        ({"n": "yesterday"}, r"^\$.n: expected a time such as"),
        ({"n": "9999-01-01T00:00:00Z"}, r"^\$.n: expected a time such as"),
        ({"m": 1}, r"^\$.m: expected true or false, found the number 1$"),
        (
            {"s": ["unknown"]},
            r"^\$.s\[0\]: expected an array of names of `shapes.Marks`",
        ),
        (
            {"z": 1},
            r'^\$: expected a field of `shapes.Scalars`: one of "a", .* found "z"$',
        ),
    ],
)
def test_wrong_json(change, message):
    data = json.loads(SCALARS.to_json()) | change
    with pytest.raises(ValueError, match=message):
        Scalars.from_json(json.dumps(data))


@pytest.mark.parametrize("text", ["", "[", "[]", "null", b"\xff", "[" * 100_000])
def test_what_is_not_an_object(text):
    with pytest.raises(ValueError, match=r"^\$: expected"):
        Inline.from_json(text)


@pytest.mark.parametrize(
    ("union", "message"),
    [
        ({}, "one arm"),
        ({"a": 1, "b": 2}, "one arm"),
        ({"nothing": 1}, '"level", "inline", "texts", "flag", found the arm "nothing"'),
        ({"unknown": {"tag": 1, "payload": ""}}, r"^\$.open.unknown: expected"),
        ({"unknown": {"tag": "x", "payload": "0000000000000000"}}, r"^\$.open.unknown"),
    ],
)
def test_wrong_unions(union, message):
    data = json.loads(TAIL.to_json()) | {"open": union}
    with pytest.raises(ValueError, match=message):
        Tail.from_json(json.dumps(data))


def test_times():
    assert time.from_rfc3339("2024-08-08T23:54:15Z") == 1723161255_000000000
    assert time.from_rfc3339("1970-01-01T01:00:00.5+01:00") == 500_000_000
    assert time.to_rfc3339(-1) == "1969-12-31T23:59:59.999999999Z"
    assert (
        time.from_datetime(time.to_datetime(1723161255030314667)) == 1723161255030314000
    )
    assert time.seconds(Decimal("0.1")) == 100_000_000
    assert [time.duration_text(n) for n in (0, -1, 1_500_000_000)] == [
        "0s",
        "-0.000000001s",
        "1.5s",
    ]
    assert time.parse_duration("-1.5s") == -1_500_000_000
    for text in ("2024-08-08T23:54:15+05:60", "2024-08-08T24:00:00Z"):
        with pytest.raises(ValueError, match="expected a time such as"):
            time.from_rfc3339(text)
    assert time.parse_duration("1.0ms") == 1_000_000
    for text in ("+5ms", "1.5ms", "9223372036855ms", "9223372036.854775808s"):
        with pytest.raises(ValueError, match="expected a duration such as 1.5s, got"):
            time.parse_duration(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"number":1,"number":2,"note":"n"}',
            r'^\$: .* has the member "number" twice$',
        ),
        ('{"number":1.0,"note":"n"}', r"^\$.number: expected .* the number 1.0$"),
        ('{"number":1e0,"note":"n"}', r"^\$.number: expected .* the number 1e0$"),
        ('{"number":NaN,"note":"n"}', r"^\$: expected JSON, .*NaN outside a string"),
        ('{"number":%s,"note":"n"}' % ("9" * 5000), r"^\$.number: .* the number 999"),
        ('{"number":1,"note":"\\ud800"}', r"^\$.note: expected text"),
        ('{"number":1}', r"^\$.note: expected text, found no such field$"),
        ('{"number":1,"note":"n"} x', r"^\$: expected JSON"),
        (b"\xff\xfe{\0}\0", r"^\$: expected JSON"),
        ('{"number":1,"note":"n","price":"1e2"}', r"^\$.price: expected a decimal"),
        ('{"number":1,"note":"n","price":" 1"}', r"^\$.price: expected a decimal"),
    ],
)
def test_text_that_is_refused(text, message):
    with pytest.raises(JsonError, match=message) as caught:
        New.from_json(text)
    assert isinstance(caught.value, ValueError)
    assert caught.value.path.startswith("$")


def test_the_place_of_an_error_inside():
    data = json.loads(TAIL.to_json())
    data["levels"][1]["price"] = "1.234567891"
    with pytest.raises(JsonError) as caught:
        Tail.from_json(json.dumps(data))
    assert str(caught.value) == (
        "$.levels[1].price: expected a decimal with at most 8 places in a string,"
        ' such as "1.5", found the string "1.234567891"'
    )


def test_a_value_that_does_not_fit_is_not_written():
    value = New(number=1, note="n")
    value.more = [5]
    value.size = "x"
    with pytest.raises(TypeError, match="New.size: expected an int"):
        value.to_json()
