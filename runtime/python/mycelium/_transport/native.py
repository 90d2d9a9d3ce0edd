"""The native library through ctypes: rings in shared memory, by the C face `mycelium.h`.

The library is looked for, in this order: the file that `MYCELIUM_LIBRARY` names; the folder that
`MYCELIUM_FFI_DIR` names; the package's own folder. Only shared memory needs it.
"""

from __future__ import annotations

import ctypes
import os
import threading
from pathlib import Path
from typing import Any

from mycelium.errors import NativeLibraryError, TransportError

ABI_VERSION = 1
FILE_NAME = "libmycelium_ffi.so"

OK = 0
NONE = 1
ERR_CLOSED = -9
ERR_WRITER_VANISHED = -10

START_FIRST = 0

_POINTER = ctypes.c_void_p
_OUT = ctypes.POINTER(ctypes.c_void_p)
_SIZE_OUT = ctypes.POINTER(ctypes.c_size_t)

_SIGNATURES: dict[str, list[Any]] = {
    "myc_writer_create": [ctypes.c_char_p, ctypes.c_uint64, _OUT],
    "myc_writer_announce": [_POINTER, ctypes.c_char_p, ctypes.c_size_t],
    "myc_writer_write": [_POINTER, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int64],
    "myc_writer_readers_of": [_POINTER, ctypes.c_char_p, _SIZE_OUT],
    "myc_writer_max_frame_len": [_POINTER, _SIZE_OUT],
    "myc_writer_close": [_POINTER],
    "myc_reader_attach_for": [
        ctypes.c_char_p,
        ctypes.c_int32,
        ctypes.POINTER(ctypes.c_char_p),
        ctypes.c_size_t,
        _OUT,
    ],
    "myc_reader_poll": [_POINTER, _OUT, _SIZE_OUT],
    "myc_reader_release": [_POINTER],
    "myc_reader_wait": [_POINTER, ctypes.c_int64],
    "myc_reader_announcements": [_POINTER, _OUT, _SIZE_OUT],
    "myc_reader_epoch": [_POINTER, ctypes.POINTER(ctypes.c_uint64)],
    "myc_reader_close": [_POINTER],
    "myc_folder_open": [ctypes.c_char_p],
    "myc_folder_clear": [ctypes.c_char_p],
}

_lock = threading.Lock()
_loaded: ctypes.CDLL | None = None


def library() -> ctypes.CDLL:
    """The library, loaded once."""
    global _loaded
    with _lock:
        if _loaded is None:
            _loaded = _load()
        return _loaded


def last_error(lib: ctypes.CDLL) -> str:
    """What went wrong in this thread's last call."""
    message: bytes = lib.myc_last_error()
    return message.decode("utf-8", "replace")


def check(lib: ctypes.CDLL, code: int) -> int:
    """Gives the code, or raises what a negative one means."""
    if code < 0:
        raise TransportError(last_error(lib))
    return code


def _load() -> ctypes.CDLL:
    path = _find()
    try:
        lib = ctypes.CDLL(str(path))
        lib.myc_abi_version.restype = ctypes.c_uint32
        version = lib.myc_abi_version()
        lib.myc_last_error.restype = ctypes.c_char_p
        for name, arguments in _SIGNATURES.items():
            function = getattr(lib, name)
            function.argtypes = arguments
            function.restype = ctypes.c_int
    except (OSError, AttributeError) as error:
        raise NativeLibraryError(
            f"{path} is not the native library that this package needs: {error};"
            " build both from the same source (cargo build -p mycelium-ffi)"
        ) from None
    if version != ABI_VERSION:
        raise NativeLibraryError(
            f"{path} has version {version} of the C face, this package needs {ABI_VERSION}:"
            " build both from the same source (cargo build -p mycelium-ffi)"
        )
    return lib


def _find() -> Path:
    named = os.environ.get("MYCELIUM_LIBRARY")
    if named:
        candidates = [Path(named)]
    else:
        folder = os.environ.get("MYCELIUM_FFI_DIR")
        candidates = [Path(folder, FILE_NAME)] if folder else []
        candidates.append(Path(__file__).parent.parent / FILE_NAME)
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    places = " and ".join(str(candidate) for candidate in candidates)
    raise NativeLibraryError(
        f"shared memory needs the native library, which is not at {places}:"
        " build it (cargo build -p mycelium-ffi) and set MYCELIUM_LIBRARY to its path,"
        " or use unix or tcp endpoints, which need no library"
    )
