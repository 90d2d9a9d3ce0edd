"""The bus of a node: who shares it, what its topology promises, and how it is left."""

import os
import subprocess
import sys
import threading

import pytest
from shapes import New
from test_cores import needs_native
from topologies import (
    TESTS,
    open_bus,
    shm_folder,
    write_topology,
)

import mycelium


@needs_native
def test_services_of_a_node_share_its_bus(topology):
    with open_bus(topology, "first") as first, open_bus(topology, "second") as there:
        subscriber, publisher = first.subscriber(New), there.publisher(New)
        publisher.wait_for_subscribers(1, timeout=10)
        # A subscriber ends behind the last publisher that it knows: it knows this one by its message.
        publisher.publish(New(number=0, note=""))
        assert subscriber.recv(timeout=10).number == 0
        with open_bus(topology, "other") as other:
            other.publisher(New).publish(New(number=1, note=""))
            assert subscriber.recv(timeout=10).number == 1
        # The node is left with the last of its services.
        publisher.publish(New(number=2, note=""))
        assert subscriber.recv(timeout=10).number == 2


@needs_native
def test_a_bus_that_was_opened_is_not_left_by_who_had_it_before(unix):
    """One thread opens the bus of a node while another, which had it alone, leaves."""
    failures, threads_count = [], 4
    start = threading.Barrier(threads_count)

    def come_and_go():
        start.wait(20)
        try:
            for _ in range(100):
                with open_bus(unix, "second") as bus:
                    bus.publisher(New).close()
        except mycelium.MyceliumError as error:
            failures.append(error)

    threads = [threading.Thread(target=come_and_go) for _ in range(threads_count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@needs_native
@pytest.mark.parametrize(
    ("policy", "expected"),
    [("drop_oldest", [3, 4]), ("drop_newest", [0, 1]), ("conflate", [3, 4])],
)
def test_topics_lose_what_the_topology_lets_them(tmp_path, policy, expected):
    path = write_topology(tmp_path, "unix")
    rule = f'[[topics]]\nname = "shapes.*"\ncapacity = 2\nwhen_full = "{policy}"\n'
    path.write_text(path.read_text() + rule)
    with open_bus(path, "first") as bus:
        subscriber, publisher = bus.subscriber(New), bus.publisher(New)
        for number in range(5):
            publisher.publish(New(number=number, note=""))
        publisher.close()
        numbers, lost = [], 0
        while True:
            try:
                numbers.append(subscriber.recv().number)
            except mycelium.Lost as loss:
                assert loss.topic == New.TOPIC
                lost += loss.count
            except mycelium.Closed:
                break
    assert (numbers, lost) == (expected, 3)


def test_nothing_is_left_in_shared_memory(tmp_path):
    topology = write_topology(tmp_path, "shm")
    folder = shm_folder(tmp_path)
    with open_bus(topology, "first") as bus:
        bus.publisher(New)
        assert [path.name for path in folder.iterdir()] == ["one.ring"]
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_buses_that_nobody_closed_leave_when_python_ends(tmp_path):
    topology = write_topology(tmp_path, "shm")
    code = (
        "import mycelium\n"
        "from shapes import New\n"
        f"bus = mycelium.MessageBus.from_topology({str(topology)!r}, 'first')\n"
        "bus.publisher(New)\n"
    )
    environment = os.environ | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert not shm_folder(tmp_path).exists()


@pytest.mark.skipif(mycelium.CORE == "native", reason="needs no library")
def test_a_missing_library_is_named_with_the_remedy(tmp_path):
    topology = write_topology(tmp_path, "shm")
    code = (
        "import mycelium, sys\n"
        "from shapes import New\n"
        f"with mycelium.MessageBus.from_topology({str(topology)!r}, 'second') as bus:\n"
        "    bus.subscriber(New)\n"
    )
    environment = os.environ | {
        "PYTHONPATH": f"{TESTS.parent}:{TESTS}",
        "MYCELIUM_LIBRARY": str(tmp_path / "no.so"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("mycelium.errors.NativeLibraryError: shared memory needs")
    assert "no.so" in last
    assert "cargo build -p mycelium-ffi" in last
