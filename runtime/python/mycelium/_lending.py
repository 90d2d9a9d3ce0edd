"""Which threads write a message in place, in the Python core: they publish, open and close nothing meanwhile."""

from __future__ import annotations

import threading


class _Borrowed(threading.local):
    count = 0


_borrowed = _Borrowed()


def begin() -> None:
    """This thread has borrowed room."""
    _borrowed.count += 1


def end() -> None:
    """It has given it back."""
    _borrowed.count = max(0, _borrowed.count - 1)


def check() -> None:
    """Refuses what the native core would wait for in vain."""
    if _borrowed.count:
        raise RuntimeError(
            "nothing is published, opened or closed while a message is written in place: leave its `with` block first"
        )
