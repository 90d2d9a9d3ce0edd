"""Older and newer versions of one message read each other."""

from decimal import Decimal

import pytest
from shapes import New, Old, Side, Strict

from mycelium import DecodeError, wire


def test_a_new_reader_gives_defaults_for_what_the_old_one_did_not_send():
    value = New.from_frame(Old(number=3, note="hi").to_frame())
    assert value == New(
        number=3, note="hi", size=7, price=Decimal("1.5"), side=Side.SELL
    )
    assert value.more is None


def test_an_old_reader_skips_what_it_does_not_know():
    frame = New(number=3, note="hi", more=["a", "bc"]).to_frame()
    assert Old.from_frame(frame) == Old(number=3, note="hi")


def test_what_an_old_reader_skips_is_not_canonical_to_it():
    frame = New(number=3, note="hi").to_frame()
    with pytest.raises(DecodeError) as caught:
        Old.from_frame_strict(frame)
    assert caught.value.kind == "not_canonical"


def test_a_required_field_that_was_not_sent_is_missing():
    with pytest.raises(DecodeError, match="older than this field") as caught:
        Strict.from_frame(Old(number=3, note="hi").to_frame())
    assert caught.value.kind == "missing"
    assert caught.value.field == "shapes.Grown.size"


def test_a_field_appended_into_former_padding_counts_only_where_the_block_says_so():
    # `size` lies in what padded the old block; the old block's end tells that it was not sent.
    assert Old.BLOCK == 12
    assert New.FIELDS[2].offset == 12
    frame = Old(number=3, note="").to_frame()
    assert len(frame) == 16 + 16
    assert New.from_frame(frame).size == 7


def test_a_block_that_ends_inside_a_field_does_not_hold_it():
    frame = bytearray(New(number=3, note="hi").to_frame())
    frame[8:12] = (13).to_bytes(4, "little")
    # The tail now starts earlier, where it does not fit the reference any more.
    with pytest.raises(DecodeError):
        New.from_frame(frame)
    whole = bytearray(Old(number=3, note="").to_frame())
    whole[8:12] = (13).to_bytes(4, "little")
    assert New.from_frame(whole).size == 7


def test_what_stands_behind_the_last_item_is_trailing():
    frame = Old(number=3, note="hi").to_frame()
    longer = (len(frame) - 8).to_bytes(4, "little") + frame[4:] + bytes(8)
    with pytest.raises(DecodeError) as caught:
        Old.from_frame(longer)
    assert caught.value.kind == "trailing"


def test_a_message_names_its_released_ancestors():
    older = "myc1:" + "01" * 32

    class Grown(
        wire.Message, name="test.Grown", id=9, topic="test", ancestors=(older,)
    ):
        number: wire.u8

    assert Grown.ANCESTORS == (older,)
    assert Old.ANCESTORS == ()
