"""Reads the tables of a folder with pyarrow, and compares them with the JSON of their messages, `wanted.json`."""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROUNDS = 2


def agrees(scalar: pa.Scalar, wanted: object) -> bool:
    """Whether a cell holds the value; times and what JSON has no type for are compared as text or numbers."""
    kind = scalar.type
    if not scalar.is_valid:
        return wanted is None
    if pa.types.is_timestamp(kind):
        return isinstance(wanted, str) and wanted.endswith(f".{scalar.value % 10**9:09}Z")
    if pa.types.is_struct(kind):
        return struct_agrees(scalar, wanted)
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
    if pa.types.is_integer(kind) and isinstance(wanted, str):
        return True  # a duration
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


def main() -> None:
    folder = Path(sys.argv[1])
    count = 0
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
