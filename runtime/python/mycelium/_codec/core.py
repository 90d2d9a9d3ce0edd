"""Which core codecs run on: the native one where it is there, else functions made in Python.

`MYCELIUM_PURE_PYTHON=1` in the environment asks for the second.
"""

from __future__ import annotations

import importlib
import os
import warnings
from collections.abc import Sequence
from typing import Any


def _load() -> Any:
    if os.environ.get("MYCELIUM_PURE_PYTHON", "0") not in ("", "0"):
        return None
    try:
        core: Any = importlib.import_module("mycelium._core")
    except ModuleNotFoundError:
        return None
    except ImportError as error:
        warnings.warn(
            f"mycelium runs without its native core, which does not load: {error}",
            RuntimeWarning,
            stacklevel=2,
        )
        return None
    return core


native: Any = _load()
"""The native core, or `None`."""

if native is not None:
    Sequence.register(native.Packed)  # pyright: ignore[reportAttributeAccessIssue]

NAME: str = "python" if native is None else "native"
