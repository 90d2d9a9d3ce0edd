"""Messages by callback."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from mycelium import _exit
from mycelium._closing import Closing
from mycelium._codec.record import Message

if TYPE_CHECKING:
    from mycelium.subscriber import Subscriber

M = TypeVar("M", bound=Message)

_LOG = logging.getLogger("mycelium")


class Listener(Closing, Generic[M]):
    """A thread that calls a function with each message of a subscriber; made by `Subscriber.listen`."""

    def __init__(
        self,
        subscriber: Subscriber[M],
        callback: Callable[[M], object],
        on_error: Callable[[Exception, M | None], object] | None,
    ) -> None:
        self._subscriber = subscriber
        self._callback = callback
        self._on_error = on_error
        name = f"mycelium {getattr(callback, '__qualname__', 'listener')}"
        # Ended at exit by hand: the interpreter waits for other threads before it closes buses.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        _exit.add_listener(self)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it still listens: neither was it closed, nor have all publishers closed."""
        return self._thread.is_alive()

    def join(self, timeout: float | None = None) -> None:
        """Waits until it has called back for the last message; a `TimeoutError` where that takes longer."""
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise TimeoutError(f"the listener goes on after {timeout:g} s")

    def close(self) -> None:
        """Calls back no more. Waits for a callback that runs, unless that is what closes it."""
        self._subscriber.close()
        self._wait(None)

    def close_by(self, deadline: float) -> None:
        """As `close`, but waits no longer than up to a moment of `time.monotonic`, then raises `TimeoutError`."""
        self._subscriber.close()
        self._wait(max(deadline - time.monotonic(), 0.0))

    def _wait(self, timeout: float | None) -> None:
        """As `join`, but nothing in its own thread."""
        if threading.current_thread() is not self._thread:
            self.join(timeout)

    def _run(self) -> None:
        try:
            self._listen()
        finally:
            # Also where a callback has left the thread, by `sys.exit`: nobody takes what publishers would wait with.
            self._subscriber.close()

    def _listen(self) -> None:
        while True:
            try:
                for message in self._subscriber:
                    try:
                        self._callback(message)
                    except Exception as error:
                        self._tell(error, message)
                return
            except Exception as error:
                self._tell(error, None)

    def _tell(self, error: Exception, message: M | None) -> None:
        what = (
            "receiving" if message is None else f"the callback of {self._thread.name}"
        )
        _LOG.error("%s failed", what, exc_info=error)
        if self._on_error is None:
            return
        try:
            self._on_error(error, message)
        except Exception:
            _LOG.exception("the error handler of %s failed", self._thread.name)
