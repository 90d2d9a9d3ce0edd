"""The examples in the documentation work."""

import doctest
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import mycelium._codec.jsons
import mycelium.bus
import mycelium.time

PACKAGE = Path(__file__).parents[1]
ROOT = PACKAGE.parents[1]
GENERATED = ROOT / "generated" / "python"


@pytest.mark.parametrize("module", [mycelium.time, mycelium.bus, mycelium._codec.jsons])
def test_examples_in_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


FEED = ROOT.parent / "shared" / "data" / "binance_usdm_btcusdt_20240808.jsonl.gz"


@pytest.mark.parametrize("feed", [None, FEED], ids=["simulated", "captured"])
def test_the_notebook_draws_a_day(tmp_path, feed):
    pytest.importorskip("numpy")
    if feed is not None and not feed.is_file():
        pytest.skip(f"{feed.name} is not beside the repository")
    out = tmp_path / "day.svg"
    script = ROOT / "examples" / "market" / "python" / "day.py"
    command = [
        sys.executable,
        script,
        "--out",
        out,
        *(["--feed", feed] if feed else []),
    ]
    environment = os.environ | {"PYTHONPATH": f"{PACKAGE}:{GENERATED}"}
    ran = subprocess.run(
        command, capture_output=True, text=True, env=environment, check=True
    )
    count = int(ran.stdout.split()[0])
    assert count >= 20_000
    picture = ElementTree.parse(out).getroot()
    columns = picture.findall(".//{*}g/{*}rect")
    assert len(columns) == 96
    assert len(picture.find("{*}polyline").get("points").split()) > 80
    assert f"{count} trades" in picture.find("{*}text").text


def test_the_first_example_of_the_readme(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(GENERATED)])
    text = (PACKAGE / "README.md").read_text("utf-8")
    example = text.split("```python\n")[1].split("```")[0]
    scope = {}
    exec(example, scope)
    assert str(scope["trade"].price) == "60000.10000000"
    assert scope["trade"].price_raw == 6000010000000
