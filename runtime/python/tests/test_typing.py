"""Type checkers understand generated classes and the bus."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

USAGE = Path(__file__).parent / "typing" / "usage.py"
PACKAGE = USAGE.parents[2]


@pytest.mark.timeout(120)
def test_mypy_says_what_the_comments_say(tmp_path):
    generated = PACKAGE.parents[1] / "generated" / "python"
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path, USAGE],
        capture_output=True,
        text=True,
        env=os.environ | {"MYPYPATH": f"{PACKAGE}:{generated}"},
        cwd=tmp_path,
    )
    found = re.findall(r"usage\.py:(\d+): error: (.*)", done.stdout)
    lines = USAGE.read_text("utf-8").splitlines()
    expected = [
        (number, line.partition("# error: ")[2])
        for number, line in enumerate(lines, 1)
        if "# error: " in line
    ]
    assert [int(line) for line, _ in found] == [number for number, _ in expected], (
        done.stdout
    )
    for (_, message), (_, start) in zip(found, expected, strict=True):
        assert message.startswith(start)
