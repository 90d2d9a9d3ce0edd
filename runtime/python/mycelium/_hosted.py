"""What a program in Rust calls that hosts Python: see the crate `mycelium-python-host`."""

from __future__ import annotations

import asyncio
import importlib
import inspect

from mycelium import _core
from mycelium._codec.core import native
from mycelium._native import NativeEngine
from mycelium.bus import MessageBus

VERSION = "0.1.0"
"""The package's, which the program's core must have too."""

if native is not _core:
    raise ImportError(
        "Python in a program needs the program's core: unset MYCELIUM_PURE_PYTHON"
    )
if _core.VERSION != VERSION:
    raise ImportError(
        f"the package `mycelium` is of version {VERSION}, the program of {_core.VERSION}"
    )


def bus_of(core: _core.Bus) -> MessageBus:
    """The program's bus. Closing it closes what was made with it, and nothing of the program's."""
    return MessageBus._of(NativeEngine(core))


def run(target: str, bus: MessageBus, arguments: dict[str, str]) -> None:
    """Calls a function, given as `module:function`, with the bus; runs the coroutine that it may give."""
    module, _, name = target.partition(":")
    try:
        given = getattr(importlib.import_module(module), name)(bus, **arguments)
        if inspect.iscoroutine(given):
            asyncio.run(given)
    except SystemExit as end:
        # It ends the service, not the program.
        if end.code not in (None, 0):
            raise


def end(bus: MessageBus) -> None:
    """Lets all subscribers end behind what has reached them. Publishers go on."""
    engine = bus._engine
    assert isinstance(engine, NativeEngine)
    engine.end()
