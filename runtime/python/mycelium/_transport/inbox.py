"""What waits for one subscriber: messages, frames, and news about publishers, in order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

CAPACITY = 65_536


class News:
    """Something that a subscriber has to know between two messages; `tell` may raise."""

    __slots__ = ("tell",)

    def __init__(self, tell: Callable[[], None]) -> None:
        self.tell = tell


class Inbox:
    """A bounded queue: who puts messages waits while it is full, news always fit."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._items: deque[Any] = deque()
        self._capacity = capacity
        self._changed = threading.Condition(threading.Lock())
        # Threads in `put`, which `take` has to wake.
        self._putting = 0
        # News among the items, which take no room.
        self._news = 0
        self._is_closed = False

    def put(
        self, items: Iterable[Any], gives_up: Callable[[], bool] = lambda: False
    ) -> None:
        """Appends messages, once there is room for them, unless whoever puts them gives up before."""
        with self._changed:
            self._putting += 1
            while (
                len(self._items) - self._news >= self._capacity
                and not self._is_closed
                and not gives_up()
            ):
                self._changed.wait(0.1)
            self._putting -= 1
            if not self._is_closed and not gives_up():
                self._items.extend(items)
                self._changed.notify_all()

    def put_news(self, tell: Callable[[], None]) -> None:
        """Appends news, room or not."""
        with self._changed:
            if not self._is_closed:
                self._items.append(News(tell))
                self._news += 1
                self._changed.notify_all()

    def take(self) -> Any:
        """The oldest item, or nothing."""
        try:
            item = self._items.popleft()
        except IndexError:
            return None
        is_news = item.__class__ is News
        if is_news or self._putting:
            with self._changed:
                self._news -= is_news
                self._changed.notify_all()
        return item

    def wait(self, timeout: float | None) -> None:
        """Waits until there is an item, or the inbox closes, or the time is up."""
        with self._changed:
            if not self._items and not self._is_closed:
                self._changed.wait(timeout)

    def end(self) -> None:
        """Takes nothing more in and wakes everybody; what is in it may be taken out."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def close(self) -> None:
        """The same, and forgets what is in it."""
        with self._changed:
            self._is_closed = True
            self._items.clear()
            self._changed.notify_all()
