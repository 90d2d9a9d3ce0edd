"""Timestamps and durations: integers of nanoseconds, and helpers for the forms that people read.

>>> to_rfc3339(1723161255030314667)
'2024-08-08T23:54:15.030314667Z'
>>> seconds(1.5)
1500000000
"""

from __future__ import annotations

import re
import time as _time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from mycelium._codec.values import mantissa_of_text

NANOSECONDS = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?"
    r"([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_DURATION = re.compile(r"(.*?)(s|ms|us|ns)", re.DOTALL)
# Places of a unit, and the nanoseconds in the last of them.
_UNITS = {"s": (9, 1), "ms": (0, 1_000_000), "us": (0, 1_000), "ns": (0, 1)}


def now() -> int:
    """The system clock's time, in nanoseconds since the Unix epoch."""
    return _time.time_ns()


def seconds(count: float | Decimal) -> int:
    """That many seconds, in nanoseconds."""
    return round(count * NANOSECONDS)


def to_datetime(timestamp: int) -> datetime:
    """A timestamp as a `datetime` in UTC, cut to microseconds."""
    return _EPOCH + timedelta(microseconds=timestamp // 1000)


def from_datetime(moment: datetime) -> int:
    """The timestamp of a `datetime` that knows its time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone: make it with tz=datetime.UTC")
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000


def to_rfc3339(timestamp: int) -> str:
    """A timestamp as RFC 3339 with nine decimals."""
    whole, nanoseconds = divmod(timestamp, NANOSECONDS)
    moment = _EPOCH + timedelta(seconds=whole)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{nanoseconds:09}Z"


def from_rfc3339(text: str) -> int:
    """The timestamp of RFC 3339 with up to nine decimals."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError(
            f"expected a time such as 2024-08-08T23:54:15.030314667Z, got {text!r}"
        )
    day, clock, fraction, zone = match.groups()
    moment = datetime.fromisoformat(
        f"{day}T{clock}{'+00:00' if zone in 'Zz' else zone}"
    )
    whole = (moment - _EPOCH) // timedelta(seconds=1)
    return whole * NANOSECONDS + int((fraction or "").ljust(9, "0"))


def read_rfc3339(text: str) -> int | None:
    """As `from_rfc3339`; `None` where the text is no time."""
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError):
        return None


def read_duration(text: str) -> int | None:
    """As `parse_duration`; `None` where the text is no duration."""
    try:
        return parse_duration(text)
    except ValueError:
        return None


def duration_text(duration: int) -> str:
    """A duration in seconds, exact and without trailing zeros: `1.5s`."""
    whole, nanoseconds = divmod(abs(duration), NANOSECONDS)
    fraction = f".{nanoseconds:09}".rstrip("0") if nanoseconds else ""
    return f"{'-' if duration < 0 else ''}{whole}{fraction}s"


def parse_duration(text: str) -> int:
    """The duration of `1.5s`, or of a whole number of `ms`, `us` or `ns`.

    More decimals may be there where they are zeros.
    """
    match = _DURATION.fullmatch(text)
    if match is not None:
        places, nanoseconds = _UNITS[match[2]]
        count = mantissa_of_text(match[1], places)
        if count is not None and -(1 << 63) <= count * nanoseconds < 1 << 63:
            return count * nanoseconds
    raise ValueError(f"expected a duration such as 1.5s, got {text!r}")
