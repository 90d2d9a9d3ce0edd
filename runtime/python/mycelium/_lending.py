"""Which threads write a message in place, in the Python core: they publish, open and close nothing meanwhile."""

from __future__ import annotations

import threading


class _Here(threading.local):
    """What this thread has borrowed. Others may take out of the set what they give back."""

    def __init__(self) -> None:
        self.borrowed: set[Lent] = set()


_here = _Here()


class Lent:
    """Says that the thread that made this writes in place, until it is ended, by whichever thread."""

    __slots__ = ("_borrowed",)

    def __init__(self) -> None:
        self._borrowed = _here.borrowed
        self._borrowed.add(self)

    def end(self) -> None:
        """The room was given back. Ending twice is nothing to do."""
        self._borrowed.discard(self)


def check() -> None:
    """Refuses what the native core would wait for in vain."""
    if _here.borrowed:
        raise RuntimeError(
            "nothing is published, opened or closed while a message is written in place: leave its `with` block first"
        )
