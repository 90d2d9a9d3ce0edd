"""An event loop of asyncio that waits for a subscriber of the native core.

Publishers in Rust write to a file that the loop watches: they never call Python.
"""

from __future__ import annotations

import asyncio
import contextlib

from mycelium import _core


class Watch:
    """One loop's wait. The loop keeps it, and so the file, until `end`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.wake = _core.Wake()
        self._waiters: list[asyncio.Future[None]] = []
        loop.add_reader(self.wake.fileno(), self._ring)

    def wait(self) -> asyncio.Future[None]:
        """Done when the wake has rung."""
        future = self.loop.create_future()
        self._waiters.append(future)
        return future

    def end(self) -> None:
        """Watches no more; from any thread. Whoever waits looks again."""
        # A loop that is closed has forgotten it already.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._end)

    def _ring(self) -> None:
        self.wake.silence()
        self._tell()

    def _end(self) -> None:
        self.loop.remove_reader(self.wake.fileno())
        self._tell()

    def _tell(self) -> None:
        waiters, self._waiters = self._waiters, []
        for future in waiters:
            if not future.done():
                future.set_result(None)
