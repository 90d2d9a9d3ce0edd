"""Reads the tables of a folder with pyarrow, and compares them with the JSON of their messages, `wanted.json`, and with
the types that the schema gives their columns, `types.json`."""

import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROUNDS = 2


def nanoseconds_of_time(text: str) -> int:
    """Nanoseconds since 1970 of a time in RFC 3339, in UTC; Python's own times have no nanoseconds."""
    whole, _, places = text.removesuffix("Z").partition(".")
    seconds = datetime.fromisoformat(f"{whole}+00:00") - datetime(1970, 1, 1, tzinfo=UTC)
    return (seconds.days * 86_400 + seconds.seconds) * 10**9 + int(places.ljust(9, "0"))


def agrees(scalar: pa.Scalar, wanted: object) -> bool:
    """Whether a cell holds the value; times and what JSON has no type for are compared as text or numbers."""
    kind = scalar.type
    if not scalar.is_valid:
        return wanted is None
    if pa.types.is_timestamp(kind):
        return isinstance(wanted, str) and scalar.value == nanoseconds_of_time(wanted)
    if pa.types.is_struct(kind):
        return struct_agrees(scalar, wanted)
    if wanted == {} and pa.types.is_boolean(kind):
        return scalar.as_py() is True  # of a message without fields: that it is there
    if pa.types.is_map(kind):
        pairs = list(wanted.items()) if isinstance(wanted, dict) else wanted
        found = [(pair["key"], pair["value"]) for pair in scalar.values]
        return len(found) == len(pairs) and all(
            agrees(key, wanted_key) and agrees(value, wanted_value)
            for (key, value), (wanted_key, wanted_value) in zip(found, pairs)
        )
    if pa.types.is_list(kind):
        wanted = [str(item) for item in wanted] if pa.types.is_string(kind.value_type) else wanted
        found = list(scalar.values)
        return len(found) == len(wanted) and all(map(agrees, found, wanted))
    if pa.types.is_floating(kind):
        value = scalar.as_py()
        return value == wanted or isinstance(wanted, str)
    if pa.types.is_decimal(kind):
        return format(scalar.as_py(), "f") == wanted
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return scalar.as_py().hex() == str(wanted).replace("-", "")
    if pa.types.is_integer(kind) and isinstance(wanted, str) and wanted.endswith("s"):
        return scalar.as_py() == int(Decimal(wanted[:-1]) * 10**9)  # a duration
    value = scalar.as_py()
    if hasattr(value, "hex") and not isinstance(value, str | bytes | int):
        return str(value) == wanted  # a UUID
    return value == wanted or str(value) == str(wanted)


def struct_agrees(scalar: pa.StructScalar, wanted: object) -> bool:
    """Structs by name, tuples by place, unions by the one arm that is there."""
    fields = [field.name for field in scalar.type]
    if isinstance(wanted, list):
        return len(fields) == len(wanted) and all(
            agrees(scalar[name], item) for name, item in zip(fields, wanted)
        )
    if isinstance(wanted, dict) and set(fields) == set(wanted):
        return all(agrees(scalar[name], wanted[name]) for name in fields)
    (arm, value) = next(iter(wanted.items()))
    others = (scalar[name] for name in fields if name != arm)
    is_one = not any(other.is_valid for other in others)
    return is_one and (arm == "unknown" or agrees(scalar[arm], value))


def type_as_read(kind: pa.DataType) -> object:
    """A type as its name, or as what it is made of."""
    if pa.types.is_map(kind):
        return {"map": [type_as_read(kind.key_type), field_as_read(kind.item_field)]}
    if pa.types.is_list(kind):
        return {"list": field_as_read(kind.value_field)}
    if pa.types.is_struct(kind):
        return {"struct": [[field.name, field_as_read(field)] for field in kind]}
    # Versions of pyarrow differ in whether they know it as more than its bytes.
    is_uuid = str(kind) in ("extension<arrow.uuid>", "fixed_size_binary[16]")
    return "uuid" if is_uuid else str(kind)


def field_as_read(field: pa.Field) -> object:
    kind = type_as_read(field.type)
    return {"optional": kind} if field.nullable else kind


def main() -> None:
    folder = Path(sys.argv[1])
    count = 0
    for name, wanted in json.loads((folder / "types.json").read_text("utf-8")).items():
        fields = [[field.name, field_as_read(field)] for field in pq.read_schema(folder / name)]
        own = [["_time", "timestamp[ns, tz=UTC]"], ["_sequence", "uint32"]]
        assert fields == own + wanted["struct"], f"{name}: {wanted} is {fields}"
    for name, messages in json.loads((folder / "wanted.json").read_text("utf-8")).items():
        table = pq.read_table(folder / name)
        assert table.num_rows == ROUNDS * len(messages), name
        for row, message in enumerate(messages * ROUNDS):
            for field, wanted in message.items():
                cell = table[field][row]
                assert agrees(cell, wanted), f"{name}: {field}: {wanted} is {cell!r}"
                count += 1
    print(f"{count} values agree")


main()
