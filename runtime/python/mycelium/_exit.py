"""What is open when Python exits is closed then, so that no thread waits where there is no interpreter any more."""

from __future__ import annotations

import atexit
import threading
import weakref

from mycelium._closing import Closing
from mycelium._codec.core import native

# For threads that were waiting, and have only to take the interpreter's lock.
_PATIENCE_S = 5.0

_lock = threading.Lock()
_open: weakref.WeakSet[Closing] = weakref.WeakSet()


def add(what: Closing) -> None:
    """Notes what has to be closed."""
    with _lock:
        _open.add(what)


@atexit.register
def _close_all() -> None:
    with _lock:
        left = list(_open)
    for what in left:
        what.close()
    if native is not None:
        native.wait_for_waiting(_PATIENCE_S)
