"""Arrow columns of many messages, and of the runs of a sweep, with pyarrow.

A record array, as `decode_many` and `recv_batch` give it, becomes a record batch: numbers keep their memory,
decimals become `decimal128`, text becomes strings, timestamps stay nanoseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from mycelium._codec import types as t

if TYPE_CHECKING:
    from mycelium._codec.record import Message

__all__ = ["record_batch"]

# Digits of any 64-bit mantissa.
_DIGITS = 19


def record_batch(cls: type[Message], records: Any) -> Any:
    """A `pyarrow.RecordBatch` of a record array with the `DTYPE` of a fixed message's fields.

    An enum is its number, an absent optional is null; a nested struct is a struct column. Any consumer of the
    Arrow capsule interface takes the result: pandas, polars, DuckDB.
    """
    arrow = _pyarrow()
    names = [field.name for field in cls.FIELDS]
    columns = [_column(arrow, field.slot, field.type, records) for field in cls.FIELDS]
    return arrow.RecordBatch.from_arrays(columns, names=names)


def sweep_table(
    indices: list[int],
    seeds: list[int],
    columns: list[tuple[str, list[Any]]],
    facts: dict[str, str],
) -> Any:
    """A `pyarrow.Table` of the runs of a sweep; see `mycelium.sweep.Table.to_arrow`."""
    arrow = _pyarrow()
    arrays = [arrow.array(indices, arrow.uint64()), arrow.array(seeds, arrow.uint64())]
    for name, values in columns:
        try:
            arrays.append(arrow.array(values))
        except (arrow.ArrowInvalid, arrow.ArrowTypeError, OverflowError) as error:
            raise ValueError(f"column {name!r} has no type in Arrow: {error}") from None
    names = ["index", "seed", *(name for name, _ in columns)]
    return arrow.Table.from_arrays(arrays, names=names).replace_schema_metadata(facts)


def write_parquet(table: Any, path: Any) -> None:
    """Writes a `pyarrow.Table` to a Parquet file."""
    _pyarrow("pyarrow.parquet").write_table(table, path, compression="zstd")


def _pyarrow(name: str = "pyarrow") -> Any:
    try:
        # Without types of its own.
        return importlib.import_module(name)
    except ImportError:
        raise ImportError(
            "Arrow columns need pyarrow, which is not installed: pip install pyarrow"
        ) from None


def _column(arrow: Any, name: str, node: t.Type, records: Any) -> Any:
    match node:
        case t.Decimal():
            return _decimals(arrow, node.scale, records[name])
        case t.BoundedOctets():
            return arrow.array(_runs(name, records), arrow.binary())
        case t.BoundedText():
            return arrow.array(_runs(name, records), arrow.binary()).cast(arrow.utf8())
        case t.Optional():
            values = _column(arrow, name, node.item, records)
            absent = arrow.array(~records[f"{name}_present"])
            nothing = arrow.scalar(None, values.type)
            return arrow.compute.if_else(absent, nothing, values)
        case t.Struct():
            inner = records[name]
            fields = node.cls.FIELDS
            columns = [
                _column(arrow, field.slot, field.type, inner) for field in fields
            ]
            return arrow.StructArray.from_arrays(
                columns, [field.name for field in fields]
            )
        case t.Int() | t.Float() | t.Bool() | t.Enum():
            return arrow.array(_side_by_side(records[name]))
    # Fixed bytes, wide integers, lists with a bound: as Python gives them.
    return arrow.array(records[name].tolist())


def _side_by_side(column: Any) -> Any:
    """A column of a record array, with its values next to each other."""
    import numpy

    return numpy.ascontiguousarray(column)


def _runs(name: str, records: Any) -> list[bytes]:
    """Bytes with a count, which numpy gives without the zeros at their end."""
    pairs = zip(records[name].tolist(), records[f"{name}_len"].tolist(), strict=True)
    return [data.ljust(count, b"\0") for data, count in pairs]


def _decimals(arrow: Any, scale: int, mantissas: Any) -> Any:
    """Mantissas as `decimal128` of their scale: 128-bit integers, the low word first."""
    import numpy

    words = numpy.empty((len(mantissas), 2), "<i8")
    words[:, 0] = mantissas
    words[:, 1] = words[:, 0] >> 63
    type_ = arrow.decimal128(max(_DIGITS, scale), scale)
    buffers = [None, arrow.py_buffer(words.tobytes())]
    return arrow.Array.from_buffers(type_, len(words), buffers)
