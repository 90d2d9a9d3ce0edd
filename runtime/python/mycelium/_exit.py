"""What is open when Python exits is closed then, so that no thread waits where there is no interpreter any more.

Listeners come last: a callback may wait for what only the closing of a bus ends.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from mycelium._closing import Closing
from mycelium._codec.core import native

if TYPE_CHECKING:
    from mycelium.listener import Listener

# For callbacks that run, and for threads that were waiting and have only to take the interpreter's lock.
_PATIENCE_S = 5.0

_LOG = logging.getLogger("mycelium")

_lock = threading.Lock()
_open: weakref.WeakSet[Closing] = weakref.WeakSet()
_listeners: weakref.WeakSet[Listener[Any]] = weakref.WeakSet()


def add(what: Closing) -> None:
    """Notes what has to be closed: a bus, a publisher or a subscriber."""
    with _lock:
        _open.add(what)


def add_listener(listener: Listener[Any]) -> None:
    """Notes what has to end when all others are closed."""
    with _lock:
        _listeners.add(listener)


@atexit.register
def _close_all() -> None:
    with _lock:
        left, listeners = list(_open), list(_listeners)
    for what in left:
        _try(what.close)
    deadline = time.monotonic() + _PATIENCE_S
    for listener in listeners:
        _try(partial(listener.close_by, deadline))
    if native is not None:
        native.wait_for_waiting(_PATIENCE_S)


def _try(close: Callable[[], object]) -> None:
    """What cannot be closed keeps nobody else open."""
    try:
        close()
    except Exception:
        _LOG.exception("closing at exit failed")
