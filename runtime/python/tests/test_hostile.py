"""Bytes from anywhere: a value or a `DecodeError`, nothing else."""

import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SAMPLES, TAIL
from shapes import Held, Inline, Maps, Scalars, Tail

from mycelium import DecodeError

KINDS = {
    "truncated", "length", "type_id", "bool", "utf8", "enum", "presence", "reference", "count",
    "tag", "missing", "trailing", "block", "key_order", "out_of_range", "len",
}  # fmt: skip


def read(cls, data):
    """Decodes; a value must encode again, an error must be complete."""
    try:
        value = cls.from_frame(data)
    except DecodeError as error:
        assert error.kind in KINDS
        assert 0 <= error.offset <= len(data)
        assert error.field.startswith("shapes.")
        assert str(error)
        return None
    again = value.to_frame()
    assert cls.from_frame_strict(again).to_frame() == again
    return value


@pytest.mark.parametrize("value", SAMPLES, ids=lambda value: type(value).__name__)
def test_every_truncation(value):
    frame = value.to_frame()
    for end in range(len(frame)):
        assert read(type(value), frame[:end]) is None


@pytest.mark.parametrize("value", SAMPLES, ids=lambda value: type(value).__name__)
def test_every_truncation_with_a_fitting_length(value):
    frame = value.to_frame()
    for end in range(16, len(frame), 8):
        read(type(value), (end - 16).to_bytes(4, "little") + frame[4:end])


# One test for each bit and byte: together they take long for a test's time limit on a busy machine.
@pytest.mark.parametrize("bit", range(8))
@pytest.mark.parametrize("value", SAMPLES, ids=lambda value: type(value).__name__)
def test_every_bit_flip(value, bit):
    frame = value.to_frame()
    for at in range(len(frame)):
        flipped = bytearray(frame)
        flipped[at] ^= 1 << bit
        read(type(value), flipped)


@pytest.mark.parametrize("byte", [0, 1, 2, 0x7F, 0x80, 0xFF])
@pytest.mark.parametrize("value", SAMPLES, ids=lambda value: type(value).__name__)
def test_every_byte_extreme(value, byte):
    frame = value.to_frame()
    for at in range(len(frame)):
        read(type(value), frame[:at] + bytes([byte]) + frame[at + 1 :])


def test_many_random_changes():
    rng = random.Random(1)
    frame = TAIL.to_frame()
    for _ in range(3000):
        changed = bytearray(frame)
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(16, len(changed) - 4)
            changed[at : at + 4] = rng.choice(
                [0, 1, 8, 0xFFFFFFFF, rng.randrange(600)]
            ).to_bytes(4, "little")
        read(Tail, changed)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_behind_a_good_header(payload):
    payload = payload[: len(payload) // 8 * 8]
    for cls in (Scalars, Inline, Tail, Maps, Held):
        header = len(payload).to_bytes(4, "little") + cls.TYPE_ID.to_bytes(4, "little")
        block = min(cls.BLOCK, len(payload)).to_bytes(4, "little")
        read(cls, header + block + bytes(4) + payload)


def test_a_large_count_allocates_nothing():
    frame = bytearray(TAIL.to_frame())
    field = next(field for field in Tail.FIELDS if field.name == "levels")
    at = 16 + field.offset + 4
    frame[at : at + 4] = b"\xff\xff\xff\xff"
    tracemalloc.start()
    with pytest.raises(DecodeError, match="levels") as caught:
        Tail.from_frame(frame)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()
    assert caught.value.kind == "reference"
    assert caught.value.offset == at - 4


@pytest.mark.parametrize("wrong", ["text", 5, None, [1, 2]])
def test_what_holds_no_bytes_is_a_type_error(wrong):
    with pytest.raises(TypeError):
        Tail.from_frame(wrong)


def test_padding_that_is_not_zero_is_not_canonical():
    frame = bytearray(TAIL.to_frame())
    field = next(field for field in Tail.FIELDS if field.name == "maybe_named")
    frame[16 + field.offset + 1] = 1
    assert Tail.from_frame(frame) == TAIL
    with pytest.raises(DecodeError) as caught:
        Tail.from_frame_strict(frame)
    assert caught.value.kind == "not_canonical"
    assert caught.value.offset == 16 + field.offset + 1
