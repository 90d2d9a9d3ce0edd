"""Sockets: who is let in, and where their files lie."""

import socket
import tempfile
from pathlib import Path

import pytest
from shapes import New
from topologies import open_bus, write_topology

import mycelium


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


def test_a_stale_socket_file_is_replaced(unix):
    path = unix.parent / "run" / "two.sock"
    path.parent.mkdir(0o700)
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(path))
    open_bus(unix, "second").close()
    assert not path.parent.exists()


def test_the_folder_of_sockets_is_made_for_this_user_only():
    with tempfile.TemporaryDirectory() as folder:
        topology = write_topology(Path(folder), "unix")
        with open_bus(topology, "second"):
            assert (Path(folder) / "run").stat().st_mode & 0o777 == 0o700
            assert (Path(folder) / "run" / "two.sock").stat().st_mode & 0o777 == 0o600
