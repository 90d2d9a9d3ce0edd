"""What a view gives for a list of fixed items, in the Python core: a sequence that cannot be changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mycelium._codec import types as t

if TYPE_CHECKING:
    from mycelium._codec.record import Field


class Packed(Sequence[Any]):
    """Items of one size, side by side in a frame.

    `numpy()` and `memoryview()` give all of them at once; `rows()` and `iter_rows()` give structs as tuples.
    """

    __slots__ = ("_data", "_field", "_items")

    def __init__(self, field: Field, items: list[Any]) -> None:
        self._field = field
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:
        return self._items[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        theirs = other._items if isinstance(other, Packed) else other
        return self._items == theirs

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._items)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (self._items,)

    def tolist(self) -> list[Any]:
        """The items, as a list of their own."""
        return list(self._items)

    def rows(self) -> list[Any]:
        """Structs as tuples of their fields; decimals as mantissas."""
        node: Any = self._field.type
        if not isinstance(node.item, t.Struct):
            return self.tolist()
        slots = [field.slot for field in node.item.cls.FIELDS]
        return [tuple(getattr(one, slot) for slot in slots) for one in self._items]

    def iter_rows(self) -> Iterator[Any]:
        """As `rows`, one after the other."""
        return iter(self.rows())

    def memoryview(self) -> memoryview:
        """The bytes of all items; for numbers, an array of them."""
        node: Any = self._field.type
        data = memoryview(self._encoded())
        match node.item:
            case t.Int() | t.Float():
                code: Any = node.item.code
                numbers: memoryview = data.cast(code)
                return numbers
        return data

    def numpy(self) -> Any:
        """The items as a numpy array; structs as a record array."""
        from mycelium._codec.arrays import item_dtype_of, numpy

        node: Any = self._field.type
        return numpy().frombuffer(self._encoded(), item_dtype_of(node.item))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.numpy()
        array = array if dtype is None else array.astype(dtype)
        return array.copy() if copy else array

    def _encoded(self) -> bytes:
        from mycelium._codec.encode import emit_items
        from mycelium._codec.source import Source

        node: Any = self._field.type
        source = Source()
        emit_items(source, node.item)
        encode = source.compile_all("items")["encode"]
        data: bytes = encode(self._items)
        return data
