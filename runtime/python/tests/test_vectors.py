"""The golden vectors: the same files that the other languages' tests read."""

import importlib
import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from mycelium import DecodeError

ROOT = Path(__file__).parents[3]
GENERATED = ROOT / "generated" / "python"


def load():
    """All vectors, with the name that a failure shows."""
    for path in sorted((ROOT / "schemas" / "vectors").glob("*.json")):
        content = json.loads(path.read_text("utf-8"), parse_float=Decimal)
        for vector in content["vectors"]:
            yield pytest.param(vector, id=f"{path.stem}: {vector['name']}")


def digests():
    for path in sorted((ROOT / "schemas" / "vectors").glob("*.json")):
        yield from json.loads(path.read_text("utf-8"))["digests"].items()


def class_of(name):
    """The generated class of a message, such as `vectors.text.Texts`."""
    if str(GENERATED) not in sys.path:
        sys.path.insert(0, str(GENERATED))
    module, _, name = name.rpartition(".")
    return getattr(importlib.import_module(module), name)


def check(vector):
    cls = class_of(vector["type"])
    frame = bytes.fromhex(vector["frame"])
    if "error" in vector:
        read = (
            cls.from_frame_strict
            if vector["error"] == "not_canonical"
            else cls.from_frame
        )
        with pytest.raises(DecodeError) as caught:
            read(frame)
        assert caught.value.kind == vector["error"]
        return
    value = cls.from_frame(frame)
    assert json.loads(value.to_json(), parse_float=Decimal) == vector["value"]
    again = cls.from_json(as_json(vector["value"]))
    assert again.to_json() == value.to_json()
    _, channel, sequence = frame[:6], frame[6:8], frame[12:16]
    encoded = again.to_frame(
        int.from_bytes(channel, "little"), int.from_bytes(sequence, "little")
    )
    assert (encoded == frame) == vector["canonical"]
    if vector["canonical"]:
        assert cls.from_frame_strict(frame).to_frame() == again.to_frame()
    else:
        assert cls.from_frame(encoded).to_json() == value.to_json()
        with pytest.raises(DecodeError, match="not_canonical"):
            cls.from_frame_strict(frame)


def as_json(value):
    """JSON text with the digits that the file has."""
    match value:
        case Decimal():
            return str(value)
        case dict():
            return (
                "{"
                + ",".join(f"{json.dumps(k)}:{as_json(v)}" for k, v in value.items())
                + "}"
            )
        case list():
            return "[" + ",".join(map(as_json, value)) + "]"
    return json.dumps(value)


@pytest.mark.parametrize("vector", list(load()))
def test_vector(vector):
    check(vector)


@pytest.mark.parametrize(("name", "digest"), list(digests()))
def test_digest(name, digest):
    assert digest == class_of(name).DIGEST


def test_an_altered_vector_fails():
    good = next(p.values[0] for p in load() if p.values[0].get("canonical"))
    frame = bytearray.fromhex(good["frame"])
    frame[-1] ^= 1
    with pytest.raises(BaseException):  # noqa: B017 - a failed assertion, or a decode error
        check(good | {"frame": frame.hex()})
