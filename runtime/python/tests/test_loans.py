"""Messages that are written where they go."""

import gc
import os
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import numpy
import pytest
from shapes import Level, New, Side, digest
from test_cores import needs_native
from topologies import open_bus

import mycelium
from mycelium import wire


class Image(
    wire.Message, name="loans.Image", id=40, topic="loans.image", digest=digest(40)
):
    side: Side
    number: wire.u64
    camera: str
    pixels: bytes
    levels: list[Level]
    depths: list[wire.f64]
    sides: list[Side]
    shares: Annotated[list[wire.u16], wire.has_len(0, 3)]
    gain: Annotated[wire.u8, wire.in_range(0, 100)] = 7
    label: str | None = None
    maybe: wire.u32 | None = None


class Nested(
    wire.Message, name="loans.Nested", id=41, topic="loans.nested", digest=digest(41)
):
    new: New
    names: list[str]
    depths: list[wire.f64]


def image(number):
    count = 30 * (number % 5)
    return Image(
        side=Side.SELL,
        number=number,
        camera="front",
        pixels=bytes([number % 256]) * count,
        levels=[Level(Decimal(number), Decimal(1))] * (number % 3),
        depths=[float(index) for index in range(count)],
        sides=[Side.BUY],
        shares=[1, 2],
        label="late" if number % 2 else None,
    )


def lend(publisher, message, **changes):
    fields = {
        "pixels": len(message.pixels),
        "levels": len(message.levels),
        "depths": len(message.depths),
        "sides": message.sides,
        "shares": len(message.shares),
        "camera": message.camera,
        "label": message.label,
    }
    method = publisher.loan if message.number % 2 else publisher.loan_uninit
    return method(**fields | changes)


def fill(loan, message):
    loan.number = message.number
    loan.pixels = message.pixels
    loan.levels = message.levels
    loan.depths.numpy()[:] = message.depths
    loan.shares.memoryview()[0] = message.shares[0]
    loan.shares.numpy()[1:] = message.shares[1:]
    loan.side = message.side


@pytest.fixture(params=["local", "unix", "tcp", "shm"])
def ends(request, tmp_path):
    """A publisher and a subscriber, over each route."""
    if request.param == "local":
        with mycelium.MessageBus() as bus:
            subscriber = bus.subscriber(Image)
            yield bus, bus.publisher(Image), subscriber
        return
    from topologies import write_topology

    topology = write_topology(tmp_path, request.param)
    with open_bus(topology, "second") as theirs, open_bus(topology, "first") as ours:
        subscriber, publisher = theirs.subscriber(Image), ours.publisher(Image)
        publisher.wait_for_subscribers(1, timeout=10)
        yield ours, publisher, subscriber


def test_what_is_filled_arrives(ends):
    _, publisher, subscriber = ends
    for number in range(100):
        if number % 3:
            with lend(publisher, image(number)) as loan:
                fill(loan, image(number))
                assert loan.number == number
                assert len(loan.depths) == len(image(number).depths)
                assert loan.gain == 7
        else:
            publisher.publish(image(number))
        assert subscriber.recv(timeout=10) == image(number)


def test_what_is_given_up_leaves_no_gap(ends):
    _, publisher, subscriber = ends
    publisher.publish(image(1))
    with pytest.raises(ZeroDivisionError), lend(publisher, image(9)):
        raise ZeroDivisionError
    with (
        pytest.raises(TypeError, match="'side' was not set"),
        lend(publisher, image(9)),
    ):
        pass
    out_of_range = pytest.raises(ValueError, match="expected 0 to 100")
    with out_of_range, lend(publisher, image(9)) as loan:
        loan.gain = 101
    unknown_side = pytest.raises(mycelium.DecodeError, match="sides")
    with unknown_side, lend(publisher, image(9), sides=2) as loan:
        fill(loan, image(9))
    too_many = pytest.raises((mycelium.DecodeError, ValueError), match="shares")
    with too_many, lend(publisher, image(9), shares=4) as loan:
        loan.side, loan.number = Side.BUY, 1
    with lend(publisher, image(2)) as loan:
        fill(loan, image(2))
    assert subscriber.recv(timeout=10) == image(1)
    assert subscriber.recv(timeout=10) == image(2)
    publisher.close()
    with pytest.raises(mycelium.Closed):
        subscriber.recv(timeout=10)


def test_nothing_leads_to_what_was_published(ends):
    _, publisher, subscriber = ends
    kept = []
    for number in [4, 9, 14]:
        with lend(publisher, image(number)) as loan:
            fill(loan, image(number))
            array, view = loan.depths.numpy(), loan.pixels.memoryview()
            rows, part = loan.depths, loan.pixels.memoryview()[1:]
            kept.append((array, part))
        array[:] = 99
        with pytest.raises(ValueError, match="released"):
            view[0] = 99
        part[:] = bytes([99]) * len(part)
        with pytest.raises(ValueError, match="released"):
            rows.numpy()
        with pytest.raises(ValueError, match="ended"):
            _ = loan.depths
        with pytest.raises(ValueError, match="ended"):
            loan.number = 1
        for held, piece in kept:
            held[:] = 98
            piece[:] = bytes([98]) * len(piece)
        assert subscriber.recv(timeout=10) == image(number)
    # Nor to what was given up, of which the next takes the place.
    with pytest.raises(ZeroDivisionError), lend(publisher, image(14)) as loan:
        array = loan.depths.numpy()
        raise ZeroDivisionError
    with lend(publisher, image(24)) as loan:
        fill(loan, image(24))
        array[:] = 97
    array[:] = 96
    assert subscriber.recv(timeout=10) == image(24)
    del kept, array, part, held, piece, loan
    gc.collect()
    publisher.publish(image(3))
    assert subscriber.recv(timeout=10) == image(3)


def test_a_thread_that_would_wait_for_itself_is_told_so(ends):
    bus, publisher, subscriber = ends
    with lend(publisher, image(4)) as loan:
        fill(loan, image(4))
        for entangled in [
            lambda: publisher.publish(image(1)),
            lambda: lend(publisher, image(1)).__enter__(),
            publisher.close,
            publisher.subscribers,
            lambda: bus.publisher(New),
            lambda: bus.subscriber(New),
            subscriber.close,
            bus.close,
        ]:
            with pytest.raises(RuntimeError, match="leave its `with` block first"):
                entangled()
    assert subscriber.recv(timeout=10) == image(4)
    # Nothing of what was refused was done in part.
    bus.publisher(Image).publish(image(5))
    assert subscriber.recv(timeout=10) == image(5)


def test_no_topology_is_opened_meanwhile(tmp_path):
    from topologies import write_topology

    topology = write_topology(tmp_path, "unix")
    with mycelium.MessageBus() as bus, lend(bus.publisher(Image), image(4)) as loan:
        fill(loan, image(4))
        with pytest.raises(RuntimeError, match="leave its `with` block first"):
            open_bus(topology, "second")


def test_another_thread_may_leave_it_or_nobody(ends):
    _, publisher, subscriber = ends
    loan = lend(publisher, image(4)).__enter__()
    fill(loan, image(4))
    other = threading.Thread(target=loan.__exit__, args=(None, None, None))
    other.start()
    other.join()
    publisher.publish(image(1))
    loan = lend(publisher, image(9)).__enter__()
    with pytest.raises(RuntimeError, match="leave its `with` block first"):
        publisher.publish(image(2))
    del loan
    gc.collect()
    publisher.publish(image(3))
    for number in [4, 1, 3]:
        assert subscriber.recv(timeout=10) == image(number)


@needs_native
def test_what_is_dropped_meanwhile_is_closed_afterwards(ends):
    bus, publisher, subscriber = ends
    other, receiver, stays = (
        bus.publisher(New),
        bus.subscriber(New),
        bus.subscriber(New),
    )
    with lend(publisher, image(4)) as loan:
        fill(loan, image(4))
        del other, receiver
        gc.collect()
    assert subscriber.recv(timeout=10) == image(4)
    with pytest.raises(mycelium.Closed):
        stays.recv(timeout=10)


def test_what_cannot_be_lent_is_refused():
    with mycelium.MessageBus() as bus:
        publisher = bus.publisher(Image)
        with pytest.raises(TypeError, match="no field 'pixel'"):
            publisher.loan(pixel=1)
        with pytest.raises(TypeError, match="Image.camera has no fixed size"):
            publisher.loan().__enter__()
        with pytest.raises(ValueError, match="a length of -1"):
            lend(publisher, image(0), depths=-1).__enter__()
        with pytest.raises(mycelium.Overflow):
            lend(publisher, image(0), depths=1 << 40).__enter__()
        with lend(publisher, image(1)) as loan:
            fill(loan, image(1))
            with pytest.raises(AttributeError, match="give its value"):
                loan.camera = "back"
            with pytest.raises(AttributeError, match="no field 'pixel'"):
                loan.pixel = 1
            with pytest.raises(AttributeError, match="no field 'pixel'"):
                _ = loan.pixel
            with pytest.raises(
                ValueError, match="expected 30 items, as was said, got 2"
            ):
                loan.depths = [1.0, 2.0]
        with pytest.raises(ValueError, match="once"):
            loan.__enter__()


def test_other_things_of_the_tail_are_given_at_once():
    with mycelium.MessageBus() as bus:
        publisher, subscriber = bus.publisher(Nested), bus.subscriber(Nested)
        new = New(number=3, note="three")
        with pytest.raises(TypeError, match="as a whole"):
            publisher.loan(new=new, names=["a"], depths=3).__enter__()
        with pytest.raises(TypeError, match="its items have no fixed size"):
            publisher.loan(new=new, names=2, depths=3).__enter__()
        with publisher.loan(new=new, names=[], depths=3) as loan:
            loan.depths = numpy.arange(3.0)
        expected = Nested(new=new, names=[], depths=[0.0, 1.0, 2.0])
        assert subscriber.recv(timeout=1) == expected


def test_all_is_zero_unless_it_is_not_asked_for(ends):
    _, publisher, subscriber = ends
    # Round the ring, so that the next one lies where others lay.
    for _ in range(100):
        with lend(publisher, image(19)) as loan:
            fill(loan, image(19))
        assert subscriber.recv(timeout=10) == image(19)
    with lend(publisher, image(19), number=19, side=Side.BUY):
        pass
    message, full = subscriber.recv(timeout=10), image(19)
    assert message.pixels == bytes(len(full.pixels))
    assert message.depths == [0.0] * len(full.depths)
    assert message.levels == [Level(Decimal(0), Decimal(0))] * len(full.levels)
    assert message.shares == [0] * len(full.shares)
    assert full.pixels and full.depths and full.levels and full.shares


LITTLE_MEMORY = """
import gc, resource
from shapes import New
from test_loans import Image, fill, image, lend
import mycelium


def have(more):
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[0])
    limit = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))


def have_all():
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)


bus = mycelium.MessageBus()
publisher, subscriber = bus.publisher(Image), bus.subscriber(Image)
"""


def run_with_little_memory(text):
    done = subprocess.run(
        [sys.executable, "-c", LITTLE_MEMORY + text],
        cwd=Path(__file__).parent,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_where_there_is_no_memory_it_is_told():
    run_with_little_memory(
        """
have(1 << 28)
try:
    lend(publisher, image(4), pixels=1 << 30).__enter__()
except MemoryError:
    print("done")
with lend(publisher, image(4)) as loan:
    fill(loan, image(4))
assert subscriber.recv(timeout=10) == image(4)
""",
    )


@needs_native
def test_what_is_dropped_where_there_is_no_thread_stays_as_it_is(tmp_path):
    from topologies import write_topology

    run_with_little_memory(
        f"topology = {str(write_topology(tmp_path, 'shm'))!r}"
        + """
theirs = mycelium.MessageBus.from_topology(topology, "second")
ours = mycelium.MessageBus.from_topology(topology, "first")
images, news = theirs.subscriber(Image), theirs.subscriber(New)
publisher, other = ours.publisher(Image), ours.publisher(New)
for one in [publisher, other]:
    one.wait_for_subscribers(1, timeout=10)
with lend(publisher, image(4)) as loan:
    fill(loan, image(4))
    # Less than the stack of a thread.
    have(1 << 20)
    del other, one
    have_all()
assert images.recv(timeout=10) == image(4)
ours.close()
try:
    news.recv(timeout=10)
except mycelium.Closed:
    print("done")
theirs.close()
bus.close()
""",
    )
