"""Extensions in Rust that were built apart share the bus of Python: `examples/extension`, which cargo has built."""

import ctypes
import gc
import importlib.util
import os
import threading
import weakref
from decimal import Decimal
from importlib.machinery import ExtensionFileLoader
from pathlib import Path

import pytest
from test_cores import needs_native
from topologies import ROOT, write_topology

import mycelium

market = pytest.importorskip("market", reason="needs the folder generated/python")
CAPSULE = b"mycelium.bus"


@pytest.fixture(scope="module")
def extension():
    folder = Path(os.environ.get("MYCELIUM_FFI_DIR", ROOT / "target" / "debug"))
    path = folder / "libextension.so"
    if not path.exists() and "MYCELIUM_EXPECTED_CORE" not in os.environ:
        pytest.skip("cargo build -p extension makes it")
    loader = ExtensionFileLoader("extension", str(path))
    spec = importlib.util.spec_from_loader("extension", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def signal(number):
    return market.Signal(
        event_time=0,
        sent_time=number,
        signal_id=number,
        symbol="BTCUSDT",
        side=market.Side.BUY,
        price=Decimal("60000.1"),
        quantity=Decimal(1 + number % 9),
        confidence=0.75,
        lifetime=0,
        mid=Decimal("60000.1"),
        strategy="mean reversion",
    )


def judged_by_rust(extension, bus, count):
    """Signals of two threads of Python, judged by Rust, the verdicts taken here."""
    with bus.subscriber(market.Verdict) as verdicts:
        service = extension.start(bus)

        def send(start):
            for number in range(start, count, 2):
                publishers[start].publish(signal(number))
            publishers[start].close()

        # Both, before one of them closes: the service ends with the last.
        publishers = [bus.publisher(market.Signal) for _ in range(2)]
        threads = [threading.Thread(target=send, args=(start,)) for start in (0, 1)]
        for thread in threads:
            thread.start()
        found = {
            verdict.signal_id: verdict.decision.value.quantity for verdict in verdicts
        }
        for thread in threads:
            thread.join()
        assert service.join() == count
    assert found == {number: signal(number).quantity for number in range(count)}


@needs_native
def test_a_service_in_rust_and_services_in_python_share_a_bus(extension):
    with mycelium.MessageBus() as bus:
        judged_by_rust(extension, bus, 2000)


@needs_native
def test_the_bus_of_a_node_is_shared_too(extension, tmp_path):
    topology = write_topology(tmp_path, "unix")
    with mycelium.MessageBus.from_topology(topology, "second") as bus:
        judged_by_rust(extension, bus, 100)


@needs_native
def test_a_bus_that_closes_ends_the_service(extension):
    bus = mycelium.MessageBus()
    keeper = bus.publisher(market.Signal)
    service = extension.start(bus)
    bus.close()
    assert service.join() == 0
    assert keeper.is_closed
    with pytest.raises(mycelium.Closed):
        extension.start(bus)


@needs_native
def test_threads_of_rust_and_python_at_load_lose_nothing(extension):
    with mycelium.MessageBus() as bus:
        keeper = bus.publisher(market.Trade)
        subscriber = bus.subscriber(market.Trade, views=True, capacity=256)
        drains = [extension.drain(bus, 2, 50) for _ in range(2)]
        floods = [extension.flood(bus, number, 100) for number in range(2)]
        seen = [0, 0]
        for _ in range(5000):
            view = subscriber.recv(timeout=20)
            seen[int(view.event_time)] += 1
            assert view.trade_id == seen[int(view.event_time)]
        # They wait for room here.
        ends = []
        stopping = threading.Thread(
            target=lambda: ends.extend(f.stop() for f in floods)
        )
        stopping.start()
        while stopping.is_alive():
            if (view := subscriber.try_recv()) is not None:
                seen[int(view.event_time)] += 1
        keeper.close()
        for view in subscriber:
            seen[int(view.event_time)] += 1
        assert seen == ends
        # It raises where something came out of order.
        for drain in drains:
            drain.stop()


class Other:
    """A bus whose table of functions is of another version, or not as long."""

    def __init__(self, version, size):
        self.table = (ctypes.c_uint32 * 2)(version, size)
        self.shared = (ctypes.c_void_p * 2)(ctypes.addressof(self.table), 1)

    def __mycelium_bus__(self, version, size):
        new = ctypes.pythonapi.PyCapsule_New
        new.restype = ctypes.py_object
        new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        return new(ctypes.addressof(self.shared), CAPSULE, None)


@needs_native
@pytest.mark.parametrize(
    ("bus", "error", "message"),
    [
        (Other(2, 4096), RuntimeError, "has version 2 .* built for version 1"),
        (Other(1, 16), RuntimeError, "has 16 bytes .* was built for"),
        (object(), TypeError, "a object: pass a `mycelium.MessageBus`"),
    ],
    ids=["version", "size", "no bus"],
)
def test_a_module_refuses_what_it_was_not_built_for(extension, bus, error, message):
    with pytest.raises(error, match=message):
        extension.start(bus)


@needs_native
@pytest.mark.parametrize("asked", [(2, 8), (0, 8), (1, 1 << 20)])
def test_a_module_of_another_version_is_refused(asked):
    with (
        mycelium.MessageBus() as bus,
        pytest.raises(RuntimeError, match="build both sides from one release"),
    ):
        bus.__mycelium_bus__(*asked)


@needs_native
def test_a_capsule_keeps_the_bus_but_not_the_object():
    bus = mycelium.MessageBus()
    capsule = bus.__mycelium_bus__(1, 8)
    bus.close()
    gone = weakref.ref(bus)
    del bus
    gc.collect()
    assert gone() is None
    assert "mycelium.bus" in repr(capsule)


@pytest.mark.skipif(mycelium.CORE == "native", reason="the native core can")
def test_a_bus_in_python_cannot_be_shared():
    with (
        mycelium.MessageBus() as bus,
        pytest.raises(mycelium.NativeLibraryError, match="with its native core"),
    ):
        bus.__mycelium_bus__(1, 8)
