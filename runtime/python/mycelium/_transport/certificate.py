"""What a certificate says of its owner: as much of X.509 as is asked here, which Python's `ssl` tells only of peers.

A certificate comes from a file or from a peer: whatever its bytes are, there is a `Certificate` or a `ValueError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_BOOLEAN: Final = 0x01
_OCTETS: Final = 0x04
_OBJECT_ID: Final = 0x06
_SEQUENCE: Final = 0x30
# Numbered by the structures that they stand in.
_DNS_NAME: Final = 0x82
_EXTENSIONS: Final = 0xA3

_ALTERNATIVE_NAMES: Final = bytes([0x55, 0x1D, 0x11])
_BASIC_CONSTRAINTS: Final = bytes([0x55, 0x1D, 0x13])

# Others are no DNS names, and might not be fit to be shown.
_SHOWN = re.compile(rb"[A-Za-z0-9_.*-]+")

_Item = tuple[int, bytes]


@dataclass(frozen=True)
class Certificate:
    """Whom it was made out to."""

    names: tuple[str, ...]
    """Its DNS names."""
    is_authority: bool
    """Whether it is for signing others."""

    @classmethod
    def of(cls, der: bytes) -> Certificate:
        """Reads one."""
        names: tuple[str, ...] = ()
        is_authority = False
        for name, value in _extensions(der):
            if name == _ALTERNATIVE_NAMES:
                (inner,) = _inside(value)
                found = [one for tag, one in _items(inner) if tag == _DNS_NAME]
                names = tuple(
                    one.decode("ascii") for one in found if _SHOWN.fullmatch(one)
                )
            elif name == _BASIC_CONSTRAINTS:
                (inner,) = _inside(value)
                flags = [one for tag, one in _items(inner) if tag == _BOOLEAN]
                is_authority = any(any(flag) for flag in flags)
        return cls(names, is_authority)

    def names_node(self, node: str) -> bool:
        """Whether it is that of a node: what fits by a wildcard, or in other letters, might be another."""
        return node in self.names

    def shown_names(self) -> str:
        """Its names, to be read by a person."""
        return ", ".join(self.names) or "nobody"


def _extensions(der: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The object identifier and the value of each."""
    (certificate,) = _inside(der)
    parts = list(_items(certificate))
    if not parts or parts[0][0] != _SEQUENCE:
        raise ValueError("it has no body")
    for tag, content in _items(parts[0][1]):
        if tag != _EXTENSIONS:
            continue
        (listed,) = _inside(content)
        for one in _inside(listed):
            members = dict(_items(one))
            if _OBJECT_ID not in members or _OCTETS not in members:
                raise ValueError("one of its extensions has no name or no value")
            yield members[_OBJECT_ID], members[_OCTETS]


def _inside(data: bytes) -> list[bytes]:
    """What sequences that follow one another hold."""
    items = list(_items(data))
    if not items or any(tag != _SEQUENCE for tag, _ in items):
        raise ValueError("a sequence was expected")
    return [content for _, content in items]


def _items(data: bytes) -> Iterator[_Item]:
    """Tags and contents of the values that follow one another."""
    at = 0
    while at < len(data):
        if len(data) - at < 2:
            raise ValueError("it ends within a value")
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            width = length & 0x7F
            if not 0 < width <= 4:
                raise ValueError("a length that it cannot have")
            length = int.from_bytes(data[at : at + width], "big")
            at += width
        if len(data) - at < length:
            raise ValueError("it ends within a value")
        yield tag, data[at : at + length]
        at += length
