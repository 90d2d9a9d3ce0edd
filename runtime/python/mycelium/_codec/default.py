"""Defaults that must not be shared: each value that takes one gets its own."""

from __future__ import annotations

from typing import Any


class Fresh:
    """A default that is made anew for each value.

    It stands in the signature of the constructor, where it looks like the value.
    """

    def __init__(self, value: Any) -> None:
        self._value = value

    def make(self) -> Any:
        """A value of one's own."""
        return _copied(self._value)

    def __repr__(self) -> str:
        return repr(self._value)


def default_of(value: Any) -> Any:
    """The value itself, or a `Fresh` where it could be changed."""
    return Fresh(value) if _is_mutable(value) else value


def _is_mutable(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(_is_mutable(item) for item in value)
    return isinstance(value, list | dict) or hasattr(value, "FIELDS")


def _copied(value: Any) -> Any:
    if isinstance(value, list):
        return [_copied(item) for item in value]
    if isinstance(value, tuple):
        return tuple(_copied(item) for item in value)
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if not hasattr(value, "FIELDS"):
        return value
    made = value.__class__.__new__(value.__class__)
    for field in value.FIELDS:
        setattr(made, field.slot, _copied(getattr(value, field.slot)))
    return made
