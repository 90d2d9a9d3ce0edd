"""Every type, out and in again."""

import copy
import math
import pickle
from decimal import Decimal
from struct import pack

import pytest
from hypothesis import HealthCheck, given, settings
from samples import SAMPLES, SCALARS, TAIL
from shapes import Closed, Empty, Held, Inline, Level, Maps, Renamed, Scalars, Tail
from strategies import values_of


@pytest.mark.parametrize("value", SAMPLES, ids=lambda value: type(value).__name__)
def test_samples_keep_their_value(value):
    cls = type(value)
    frame = value.to_frame()
    assert len(frame) % 8 == 0
    assert cls.from_frame(frame) == value
    assert cls.from_frame_strict(frame) == value
    assert (
        cls.from_frame(bytearray(frame)) == cls.from_frame(memoryview(frame)) == value
    )
    assert cls.from_json(value.to_json()) == value
    assert cls.from_json(value.to_json()).to_frame() == frame


@pytest.mark.parametrize("value", SAMPLES, ids=lambda value: type(value).__name__)
def test_samples_are_copied_and_pickled(value):
    for other in (
        copy.copy(value),
        copy.deepcopy(value),
        pickle.loads(pickle.dumps(value)),
        value.__replace__(),
    ):
        assert other == value
        assert other is not value
    assert eval(repr(SCALARS.p), {"Decimal": type(SCALARS.p)}) == SCALARS.p


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(values_of(Scalars._WIRE_))
def test_any_scalars(value):
    check_bytes(value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(values_of(Inline._WIRE_))
def test_any_inline(value):
    check_bytes(value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(values_of(Tail._WIRE_))
def test_any_tail(value):
    check_bytes(value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(values_of(Maps._WIRE_))
def test_any_maps(value):
    check_bytes(value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(values_of(Held._WIRE_))
def test_any_value_within_its_limits(value):
    check_bytes(value)


def check_bytes(value):
    """NaN is not equal to itself, so values are compared as bytes, which are canonical."""
    cls = type(value)
    frame = value.to_frame()
    assert cls.from_frame_strict(frame).to_frame() == frame
    assert cls.from_json(value.to_json()).to_frame() == frame
    block = int.from_bytes(frame[8:12], "little")
    assert cls._decode_payload(frame, 16, len(frame), block).to_frame() == frame


@pytest.mark.parametrize(
    "bits", [0x7FF0000000000001, 0xFFF8000000000123, 0x7FF8000000000000]
)
def test_payloads_of_nan_are_kept(bits):
    frame = bytearray(SCALARS.to_frame())
    at = 16 + next(field.offset for field in Scalars.FIELDS if field.name == "l")
    frame[at : at + 8] = pack("<Q", bits)
    value = Scalars.from_frame(frame)
    assert math.isnan(value.l)
    assert value.to_frame() == frame
    assert Scalars.from_json(value.to_json()).to_frame() == frame


@pytest.mark.parametrize("bits", [0x7F800001, 0xFFC00123, 0x7FC00000])
def test_payloads_of_short_nan_are_kept(bits):
    frame = bytearray(SCALARS.to_frame())
    at = 16 + next(field.offset for field in Scalars.FIELDS if field.name == "k")
    frame[at : at + 4] = pack("<I", bits)
    value = Scalars.from_frame(frame)
    assert value.to_frame() == frame
    assert Scalars.from_json(value.to_json()).to_frame() == frame


def test_channel_and_sequence_stand_in_the_header():
    frame = SCALARS.to_frame(7, 9)
    assert frame[6:8] == b"\x07\0"
    assert frame[12:16] == b"\x09\0\0\0"
    assert Scalars.from_frame_strict(frame) == SCALARS


def test_a_message_without_fields_is_a_header():
    assert Empty().to_frame() == bytes.fromhex("00000000040000000000000000000000")


def test_a_field_on_a_keyword_keeps_its_schema_name_in_json():
    assert Renamed(class_=1).to_json() == '{"class":1,"type":"x"}'
    assert Renamed.from_json('{"class":1}') == Renamed(class_=1, type_="x")


def test_values_match_patterns():
    match TAIL.closed:
        case Closed.Text(text):
            assert text == "arm"
        case _:
            raise AssertionError
    match TAIL.levels[0]:
        case Level(price, quantity):
            assert (price, quantity) == (Decimal("60000.1"), Decimal("-0.00000001"))
    assert TAIL.levels[0].price_raw == 6000010000000
