"""What every language makes of the same texts of JSON: `schemas/vectors/json/readings.json`."""

import json

import pytest
from test_vectors import ROOT, as_json, class_of, load

from mycelium import JsonError


def readings():
    """Each text with its field and the field's own JSON; `None` where the text is refused."""
    path = ROOT / "schemas" / "vectors" / "json" / "readings.json"
    for reading in json.loads(path.read_text("utf-8"))["readings"]:
        texts = reading["read"] + [[text, None] for text in reading["refused"]]
        for field in reading["fields"]:
            for text, wanted in texts:
                name = field.removeprefix("vectors.")
                yield pytest.param(field, text, wanted, id=f"{name}: {text}")


def with_field(name, field, text):
    """A message's first golden value as JSON, with some text in place of one field's."""
    vectors = (param.values[0] for param in load())
    value = next(v["value"] for v in vectors if v["type"] == name and "error" not in v)
    assert field in value
    members = {key: as_json(one) for key, one in value.items()} | {field: text}
    pairs = (f"{json.dumps(key)}:{one}" for key, one in members.items())
    return "{" + ",".join(pairs) + "}"


@pytest.mark.parametrize(("field", "text", "wanted"), list(readings()))
def test_reading(field, text, wanted):
    name, _, field = field.rpartition(".")
    cls = class_of(name)
    text = with_field(name, field, text)
    if wanted is None:
        with pytest.raises(JsonError):
            cls.from_json(text)
    else:
        found = json.loads(cls.from_json(text).to_json())
        assert json.dumps(found[field], separators=(",", ":")) == wanted
