"""What is closed at the end of a `with` block: buses, publishers, subscribers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Closing(ABC):
    """Closes itself when its `with` block is left, however it is left."""

    __slots__ = ()

    @abstractmethod
    def close(self) -> None:
        """Ends it. Closing twice is nothing to do."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
