"""The examples in the documentation work."""

import doctest
import sys
from pathlib import Path

import pytest

import mycelium._codec.jsons
import mycelium.bus
import mycelium.time

PACKAGE = Path(__file__).parents[1]
GENERATED = PACKAGE.parents[1] / "generated" / "python"


@pytest.mark.parametrize("module", [mycelium.time, mycelium.bus, mycelium._codec.jsons])
def test_examples_in_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


def test_the_first_example_of_the_readme(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(GENERATED)])
    text = (PACKAGE / "README.md").read_text("utf-8")
    example = text.split("```python\n")[1].split("```")[0]
    scope = {}
    exec(example, scope)
    assert str(scope["trade"].price) == "60000.10000000"
    assert scope["trade"].price_raw == 6000010000000
