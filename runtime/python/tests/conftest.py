"""What tests of several files are given."""

import os

import pytest
from topologies import (
    ROOT,
    write_topology,
)

import mycelium


@pytest.fixture(scope="session", autouse=True)
def library():
    """The native library: the one that the environment names, or the one that cargo built here."""
    if "MYCELIUM_LIBRARY" not in os.environ and "MYCELIUM_FFI_DIR" not in os.environ:
        os.environ["MYCELIUM_FFI_DIR"] = str(ROOT / "target" / "debug")


@pytest.fixture(params=["unix", "tcp", "shm"])
def topology(request, tmp_path):
    """Node `one` has no endpoint, node `two` has one of each kind in turn."""
    return write_topology(tmp_path, request.param)


@pytest.fixture
def unix(tmp_path):
    return write_topology(tmp_path, "unix")


@pytest.fixture
def bus():
    """A bus within the process, closed at the end."""
    with mycelium.MessageBus() as bus:
        yield bus
