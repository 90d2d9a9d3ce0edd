"""The same behaviour over every transport, between buses and between processes."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from samples import SCALARS
from shapes import Heir, New, Old, Scalars, Short
from test_cores import needs_native

import mycelium

TESTS = Path(__file__).parent
ROOT = TESTS.parents[2]


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


def write_topology(folder, kind):
    endpoint = {
        "unix": 'endpoint.kind = "unix"\nendpoint.path = "run/two.sock"',
        "tcp": f'endpoint.kind = "tcp"\nendpoint.addr = "127.0.0.1:{free_port()}"',
        "shm": f'endpoint.kind = "shm"\nendpoint.path = "{shm_folder(folder)}"\n'
        "endpoint.capacity = 65536",
    }[kind]
    path = folder / "topology.toml"
    path.write_text(
        '[[nodes]]\nname = "one"\nservices = ["first", "other"]\n\n'
        f'[[nodes]]\nname = "two"\nservices = ["second"]\n{endpoint}\n'
    )
    return path


def shm_folder(folder):
    return Path("/dev/shm", f"mycelium-test-{os.getpid()}-{folder.name}")


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def open_bus(topology, service):
    return mycelium.MessageBus.from_topology(topology, service)


class Process:
    """A node in another process; killed at the end if it still runs."""

    def __init__(self, topology, service, role, count=0):
        environment = os.environ | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"}
        self.child = subprocess.Popen(
            [sys.executable, TESTS / "nodes.py", topology, service, role, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.communicate()

    def expect(self, line):
        assert self.child.stdout.readline().strip() == line


@pytest.mark.parametrize("services", [("first", "second"), ("second", "first")])
def test_messages_arrive_in_order_and_end(topology, services):
    with (
        open_bus(topology, services[0]) as here,
        open_bus(topology, services[1]) as there,
    ):
        subscriber = here.subscriber(New, Scalars)
        new, scalars = there.publisher(New), there.publisher(Scalars)
        new.wait_for_subscribers(1, timeout=10)
        scalars.wait_for_subscribers(1, timeout=10)

        def publish():
            for number in range(2000):
                new.publish(New(number=number, note="n" * (number % 70), more=["a"]))
                if number % 10 == 0:
                    scalars.publish(SCALARS.__replace__(n=number))
            new.close()
            scalars.close()

        thread = threading.Thread(target=publish)
        thread.start()
        received = list(subscriber)
        thread.join()
    numbers = [message.number for message in received if isinstance(message, New)]
    marks = [
        index for index, message in enumerate(received) if isinstance(message, Scalars)
    ]
    assert numbers == list(range(2000))
    assert [received[index - 1].number for index in marks] == list(range(0, 2000, 10))


def test_batches_come_over_every_transport(topology):
    pytest.importorskip("numpy")
    with open_bus(topology, "first") as here, open_bus(topology, "second") as there:
        subscriber = here.subscriber(Short)
        publisher = there.publisher(Short)
        publisher.wait_for_subscribers(1, timeout=10)

        def publish():
            for number in range(5000):
                publisher.publish(Short(number))
            publisher.close()

        thread = threading.Thread(target=publish)
        thread.start()
        batches = []
        with pytest.raises(mycelium.Closed):
            while True:
                batches.append(subscriber.recv_batch(limit=1000, timeout=10))
        thread.join()
    numbers = [number for batch in batches for number in batch["id"].tolist()]
    assert numbers == list(range(5000))
    assert max(map(len, batches)) <= 1000


def test_a_frame_that_no_ring_can_hold_is_an_overflow(tmp_path):
    topology = write_topology(tmp_path, "shm")
    with open_bus(topology, "first") as here, open_bus(topology, "second") as there:
        subscriber = here.subscriber(New)
        publisher = there.publisher(New)
        publisher.wait_for_subscribers(1, timeout=10)
        with pytest.raises(mycelium.Overflow, match="are the most") as caught:
            publisher.publish(New(number=1, note="n" * 40_000))
        assert caught.value.size > 40_000 > caught.value.limit
        publisher.publish(New(number=2, note="n"))
        assert subscriber.recv(timeout=10).number == 2


def test_two_processes_talk_both_ways(topology):
    count = 500
    with Process(topology, "second", "echo"), open_bus(topology, "first") as bus:
        answers = bus.subscriber(Scalars)
        with bus.publisher(New) as publisher:
            publisher.wait_for_subscribers(1, timeout=10)
            for number in range(count):
                publisher.publish(New(number=number, note=""))
        assert [answer.n for answer in answers] == list(range(count))


def test_a_killed_publisher_has_vanished_after_its_last_message(topology):
    with (
        open_bus(topology, "second") as bus,
        Process(topology, "first", "publish_and_hang", 50) as process,
    ):
        subscriber = bus.subscriber(New)
        numbers = [subscriber.recv(timeout=10).number for _ in range(50)]
        process.expect("published")
        process.child.kill()
        with pytest.raises(mycelium.PeerVanished, match="node 'one' vanished"):
            subscriber.recv(timeout=10)
        assert numbers == list(range(50))
        with pytest.raises(mycelium.Closed):
            subscriber.recv(timeout=10)
    assert not shm_folder(topology.parent).exists()


def test_a_killed_subscriber_holds_nobody_up(topology):
    with (
        open_bus(topology, "second") as bus,
        Process(topology, "first", "receive_until_interrupted") as process,
    ):
        publisher = bus.publisher(Scalars)
        process.expect("ready")
        process.child.kill()
        process.child.wait()
        start = time.monotonic()
        for number in range(2000):
            publisher.publish(SCALARS.__replace__(n=number))
        assert time.monotonic() - start < 5


def test_another_digest_is_told_with_its_facts(topology):
    with (
        open_bus(topology, "second") as bus,
        Process(topology, "first", "publish_other") as process,
    ):
        subscriber = bus.subscriber(New)
        process.expect("ready")
        with pytest.raises(mycelium.DigestMismatch) as caught:
            subscriber.recv(timeout=10)
        assert caught.value.topic == "shapes.grown"
        assert caught.value.ours == New.DIGEST
        assert caught.value.theirs == Old.DIGEST
        assert caught.value.peer == "one"
        assert "generate both sides from the same .myc file" in str(caught.value)


def test_a_released_ancestor_is_read_both_ways(topology):
    sent = {Old: Old(number=7, note="n"), Heir: Heir(number=7, note="n", size=9)}
    for publishes, subscribes, expected in [
        (Old, Heir, Heir(number=7, note="n", size=7)),
        (Heir, Old, Old(number=7, note="n")),
    ]:
        with open_bus(topology, "first") as there, open_bus(topology, "second") as here:
            subscriber = here.subscriber(subscribes)
            publisher = there.publisher(publishes)
            publisher.wait_for_subscribers(1, timeout=10)
            publisher.publish(sent[publishes])
            assert subscriber.recv(timeout=10) == expected


def test_each_subscriber_is_told_of_another_digest(topology):
    with (
        open_bus(topology, "second") as bus,
        Process(topology, "first", "publish_other") as process,
    ):
        process.expect("ready")
        # The second one comes after the first was told.
        for subscriber in (bus.subscriber(New) for _ in range(2)):
            with pytest.raises(mycelium.DigestMismatch) as caught:
                subscriber.recv(timeout=10)
            assert (caught.value.theirs, caught.value.peer) == (Old.DIGEST, "one")


def test_a_late_subscriber_has_lost_nothing(topology):
    count = 3000
    with open_bus(topology, "first") as there, open_bus(topology, "second") as here:
        first, publisher = here.subscriber(New), there.publisher(New)
        publisher.wait_for_subscribers(1, timeout=10)
        # More than a ring holds, so that the late one does not see the first of them.
        for number in range(count):
            publisher.publish(New(number=number, note=""))
            assert first.recv(timeout=10).number == number
        late = here.subscriber(New)
        publisher.publish(New(number=count, note=""))
        publisher.close()
        numbers = [message.number for message in late]
    assert numbers == list(range(numbers[0], count + 1))
    assert numbers[0] > 0


def test_ctrl_c_ends_a_waiting_subscriber_and_leaves_nothing_behind(topology):
    with Process(topology, "second", "receive_until_interrupted") as process:
        process.expect("ready")
        process.child.send_signal(signal.SIGINT)
        process.expect("interrupted")
        assert process.child.wait(10) == 0
    assert not shm_folder(topology.parent).exists()
    assert not (topology.parent / "run").exists()


def test_nothing_is_left_in_shared_memory(tmp_path):
    topology = write_topology(tmp_path, "shm")
    folder = shm_folder(tmp_path)
    with open_bus(topology, "first") as bus:
        bus.publisher(New)
        assert [path.name for path in folder.iterdir()] == ["one.ring"]
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_a_restarted_publisher_is_found_again(topology):
    with open_bus(topology, "second") as bus:
        for _ in range(2):
            subscriber = bus.subscriber(New)
            with Process(topology, "first", "publish", 20) as process:
                assert [message.number for message in subscriber] == list(range(20))
                assert process.child.wait(10) == 0


def test_a_slow_subscriber_makes_remote_publishers_wait(topology):
    with (
        open_bus(topology, "second") as bus,
        Process(topology, "first", "publish", 30_000),
    ):
        subscriber = bus.subscriber(New, capacity=8)
        assert subscriber.recv(timeout=10).number == 0
        # Stay away for a while, so that what is published meanwhile has to wait.
        time.sleep(0.2)
        numbers = [message.number for message in subscriber]
        assert numbers == list(range(1, 30_000))


@pytest.mark.parametrize(
    "garbage", [b"GET / HTTP/1.1\r\n\r\n", bytes(64), b"\xff" * 64]
)
def test_garbage_on_the_socket_is_cut_off_and_nobody_notices(unix, garbage):
    with open_bus(unix, "second") as bus, open_bus(unix, "first") as other:
        publisher = other.publisher(New)
        subscriber = bus.subscriber(New)
        publisher.wait_for_subscribers(1, timeout=10)
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(unix.parent / "run" / "two.sock"))
            sock.settimeout(10)
            sock.sendall(garbage)
            while sock.recv(4096):
                pass
        publisher.publish(New(number=1, note=""))
        assert subscriber.recv(timeout=10).number == 1


def test_a_stranger_is_told_why_it_is_cut_off(unix):
    from mycelium import control
    from mycelium._transport.link import frame_of

    hello = control.Hello(protocol=1, process_id=1, node="nobody", service="x")
    with open_bus(unix, "second"), socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(unix.parent / "run" / "two.sock"))
        sock.settimeout(10)
        sock.sendall(frame_of(control.Body.Hello(hello)))
        data = b""
        while more := sock.recv(4096):
            data += more
    first = 16 + int.from_bytes(data[:4], "little")
    match control.Control.from_frame(data[first:]).body:
        case control.Body.Goodbye(goodbye):
            assert goodbye.reason == (
                "node `nobody` is not expected here, but one of: one;"
                " use the same topology on both sides"
            )
        case other:
            raise AssertionError(other)


def test_a_peer_may_ask_for_a_pattern_of_any_digest(unix):
    from mycelium import control
    from mycelium._transport.link import frame_of

    hello = control.Hello(protocol=1, process_id=1, node="one", service="first")
    wishes = [("risk.*", bytes(32)), ("shapes.g*n", bytes(32))]
    with open_bus(unix, "second") as bus, socket.socket(socket.AF_UNIX) as sock:
        publisher = bus.publisher(New)
        sock.connect(str(unix.parent / "run" / "two.sock"))
        sock.sendall(frame_of(control.Body.Hello(hello)))
        for topic, digest in wishes:
            wish = control.Subscribe(topic=topic, type_id=0, digest=digest)
            sock.sendall(frame_of(control.Body.Subscribe(wish)))
        publisher.wait_for_subscribers(1, timeout=10)
        publisher.publish(New(number=7, note="n"))
        with sock.makefile("rb") as stream:
            channels = []
            while True:
                header = stream.read(16)
                frame = header + stream.read(int.from_bytes(header[:4], "little"))
                if int.from_bytes(header[4:6], "little") == New.TYPE_ID:
                    break
                match control.Control.from_frame(frame).body:
                    case control.Body.Channel(channel):
                        channels.append(channel)
    (channel,) = channels
    assert channel.topic == "shapes.grown"
    assert f"myc1:{channel.digest.hex()}" == New.DIGEST
    assert New.from_frame(frame) == New(number=7, note="n")


@pytest.mark.parametrize(
    ("pattern", "topic", "is_fit"),
    [
        ("market.trades", "market.trades", True),
        ("market.*", "market.trades", True),
        ("*", "", True),
        ("*.tr*s", "market.trades", True),
        ("*trades", "market.trades.trades", True),
        ("a*b*c", "a.b.b.c.c", True),
        ("a*b*c", "a.c.b", False),
        ("ab*ba", "aba", False),
        ("", "a", False),
        ("", "", True),
        ("*a" * 500, "a" * 100 + "b", False),
        ("market.*", "risk.verdicts", False),
        ("market", "market.trades", False),
    ],
)
def test_a_star_stands_for_any_run(pattern, topic, is_fit):
    from mycelium._transport.wishes import fits

    assert fits(pattern, topic) is is_fit


def test_an_endpoint_that_is_taken_is_an_error(unix):
    # Another file: the services of one node share a bus.
    other = unix.with_name("other.toml")
    other.write_text(unix.read_text())
    with (
        open_bus(unix, "second"),
        pytest.raises(
            mycelium.TopologyError, match=r"node .two. cannot .* unix:.*in use"
        ),
    ):
        open_bus(other, "second")


@needs_native
def test_services_of_a_node_share_its_bus(topology):
    with open_bus(topology, "first") as first, open_bus(topology, "second") as there:
        subscriber = first.subscriber(New)
        with open_bus(topology, "other") as other:
            other.publisher(New).publish(New(number=1, note=""))
            assert subscriber.recv(timeout=10).number == 1
        # The node is left with the last of its services.
        publisher = there.publisher(New)
        publisher.wait_for_subscribers(1, timeout=10)
        publisher.publish(New(number=2, note=""))
        assert subscriber.recv(timeout=10).number == 2


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


def test_a_stale_socket_file_is_replaced(unix):
    path = unix.parent / "run" / "two.sock"
    path.parent.mkdir(0o700)
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(path))
    open_bus(unix, "second").close()
    assert not path.parent.exists()


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


def test_the_folder_of_sockets_is_made_for_this_user_only():
    with tempfile.TemporaryDirectory() as folder:
        topology = write_topology(Path(folder), "unix")
        with open_bus(topology, "second"):
            assert (Path(folder) / "run").stat().st_mode & 0o777 == 0o700
            assert (Path(folder) / "run" / "two.sock").stat().st_mode & 0o777 == 0o600
