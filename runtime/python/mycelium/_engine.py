"""What carries the messages of a bus: the runtime in Rust where the native core is there, else the one in Python."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mycelium._codec.core import native

if TYPE_CHECKING:
    from mycelium._codec.record import Message
    from mycelium.publisher import Publisher
    from mycelium.subscriber import Subscriber


class Engine(Protocol):
    """One handle of a bus."""

    def publisher(self, cls: type[Message]) -> Publisher[Any]:
        """A publisher of a type."""
        ...

    def subscriber(
        self, types: tuple[type[Message], ...], capacity: int, *, views: bool
    ) -> Subscriber[Any]:
        """A subscriber to types, of which there is one at least."""
        ...

    def share(self, version: int, size: int) -> object:
        """The bus for extensions that were built apart."""
        ...

    def close(self) -> None:
        """Leaves in order."""


def within_process() -> Engine:
    """An engine without a topology."""
    if native is not None:
        from mycelium._native import NativeEngine

        return NativeEngine.within_process()
    from mycelium._transport.engine import PythonEngine

    return PythonEngine.within_process()


def of_topology(path: str | os.PathLike[str], service: str) -> Engine:
    """The engine of a service's node. Each reads the file itself: they do not open the same kinds of endpoints."""
    if native is not None:
        from mycelium._native import NativeEngine

        return NativeEngine.of_topology(Path(path), service)
    from mycelium._transport.engine import PythonEngine
    from mycelium.topology import Topology

    return PythonEngine.of_topology(Topology.load(path), service)
