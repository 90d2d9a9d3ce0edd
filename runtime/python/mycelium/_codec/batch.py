"""Many frames of one fixed message at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mycelium._codec import refuse
from mycelium._codec import types as t
from mycelium._codec.arrays import HEADER_SIZE, frame_dtype_of, numpy
from mycelium._codec.core import native

if TYPE_CHECKING:
    from mycelium._codec.record import RecordMeta


def decode_many(cls: RecordMeta, buf: Any) -> Any:
    """Frames one behind the other, as a record array over `buf`."""
    dtype = frame_dtype_of(cls)
    if native is not None and buf.__class__ is bytes:
        found = native.records(buf, cls.TYPE_ID, cls.BLOCK, dtype)
        if found is not None:
            return found
    data = memoryview(buf).cast("B")
    whole, rest = divmod(len(data), dtype.itemsize)
    good = _count_frames(data, cls, dtype.itemsize, whole)
    if good != whole or rest:
        raise _error(cls, data, good * dtype.itemsize, dtype.itemsize)
    return numpy().frombuffer(data, dtype, whole)


def _count_frames(data: memoryview, cls: RecordMeta, size: int, whole: int) -> int:
    """How many frames from the start are of this version of the type."""
    header = numpy().dtype(
        {
            "names": ["length", "type_id", "block"],
            "formats": ["<u4", "<u2", "<u4"],
            "offsets": [0, 4, 8],
            "itemsize": size,
        }
    )
    found = numpy().frombuffer(data, header, whole)
    is_good = (
        (found["length"] == size - HEADER_SIZE)
        & (found["type_id"] == cls.TYPE_ID)
        & (found["block"] == cls.BLOCK)
    )
    return whole if is_good.all() else int(is_good.argmin())


def _error(cls: RecordMeta, data: memoryview, at: int, size: int) -> Exception:
    """What is wrong with the frame at a place; offsets count from the start of the buffer."""
    from mycelium.errors import DecodeError

    try:
        block = refuse.check_header(bytes(data[at : at + size]), cls.TYPE_ID, cls.NAME)
    except DecodeError as error:
        return DecodeError(error.kind, at + error.offset, error.field, error.detail)
    known = t.align_up(cls.BLOCK, t.PAYLOAD_ALIGN)
    detail = (
        f"a block of {block} bytes where this version has {cls.BLOCK} (of {known}):"
        " frames of other versions are read one by one, with from_frame"
    )
    return DecodeError("block", at + 8, cls.NAME, detail)
