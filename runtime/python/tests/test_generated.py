"""What the Python back end prints for unusual schemas can be imported and used."""

import sys
from decimal import Decimal
from pathlib import Path

import pytest

CASES = Path(__file__).parents[3] / "myc-codegen" / "tests" / "python"


@pytest.fixture(scope="module")
def inner():
    sys.path.insert(0, str(CASES))
    try:
        from outer import inner
    finally:
        sys.path.remove(str(CASES))
    return inner


def test_constants(inner):
    assert inner.GREETING == 'say "hi" \\ there'
    assert (inner.TICK, inner.RATIO, inner.ON) == (Decimal("0.05"), 2.0, True)
    assert inner.BIG == (1 << 64) - 1


def test_docs_are_what_the_schema_says(inner):
    assert inner.__doc__.startswith(
        'A package with "quotes" and \\backslashes\\,\n\nand several'
    )
    assert inner.Uses.__doc__.splitlines()[1].strip() == 'Second """ line.'
    assert inner.First.__doc__ == "Uses what stands below."


def test_names_that_are_taken(inner):
    names = [field.name for field in inner.First.FIELDS]
    assert names[:2] == ["later", "type_"]
    assert inner.First.FIELDS[1].wire_name == "type"
    value = first(inner)
    assert (value.price, value.price_raw) == (Decimal("1.5"), 7)
    assert inner.First.from_frame_strict(value.to_frame()) == value
    assert inner.First.from_json(value.to_json()) == value
    assert '"type":3' in value.to_json()


def test_unions_with_arms_whose_names_are_taken(inner):
    for pick in (
        inner.Pick.Arm_(1),
        inner.Pick.Unknown_(inner.Later(b=2)),
        inner.Pick.First(first(inner)),
    ):
        value = inner.Uses(pick=pick, grid=[[] for _ in range(12)])
        assert inner.Uses.from_frame_strict(value.to_frame()) == value
        assert inner.Uses.from_json(value.to_json()) == value
        assert value.level is inner.Level.HIGH


def first(inner):
    return inner.First(
        later=inner.Later(b=1),
        type_=3,
        price=Decimal("1.5"),
        price_raw=7,
        maybe_text="x",
        wrapped=[],
        l=1,
        bytes4=b"\x01",
    )
