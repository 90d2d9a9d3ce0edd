"""Many threads at once: on one bus, at one message, at a class that is new to all. For every interpreter; one that has no
lock runs them side by side.
"""

import contextlib
import itertools
import sys
import threading
import types

import pytest
from samples import INLINE, NEW, SAMPLES, TAIL
from shapes import Level, New, Short, Tail, digest
from test_cores import needs_native

import mycelium
from mycelium import wire
from mycelium._codec import record

THREADS = 8
PATIENCE_S = 25


@pytest.fixture(autouse=True)
def impatience():
    """Threads take turns after as little as they can, where they have to."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def new(number):
    return New(number=number, note=str(number))


def side_by_side(*bodies):
    """Runs these at once, each on a thread; raises what one of them did."""
    raised = []
    begin = threading.Barrier(len(bodies))

    def run(body):
        begin.wait(PATIENCE_S)
        try:
            body()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def times(count, make):
    return [make(number) for number in range(count)]


def test_publishers_and_subscribers_come_and_go_beside_those_that_stay(bus):
    """Who stays gets all of those that stay, each in its order, whatever the others do."""
    stay, turns, each = THREADS // 4, 30, 600
    keeper = bus.publisher(New)
    takers = [bus.subscriber(New, capacity=64, views=bool(n % 2)) for n in range(stay)]
    heard = [[] for _ in takers]

    def publish(thread):
        def run():
            with bus.publisher(New) as publisher:
                for number in range(each):
                    publisher.publish(new(thread * each + number))

        return run

    def take(thread):
        def run():
            for message in takers[thread]:
                assert message.note == str(message.number)
                heard[thread].append(message.number)

        return run

    def come_and_go(thread):
        def run():
            for turn in range(turns):
                listener = bus.subscriber(New, views=bool(turn % 2)).listen(repr)
                with bus.publisher(New) as publisher:
                    publisher.publish(new(10**6 + thread))
                listener.close()

        return run

    def finish():
        side_by_side(*times(stay, publish), *times(2 * stay, come_and_go))
        keeper.close()

    side_by_side(*times(stay, take), finish)
    for numbers in heard:
        assert sum(number >= 10**6 for number in numbers) == 2 * stay * turns
        for thread in range(stay):
            start = thread * each
            mine = [n for n in numbers if start <= n < start + each]
            assert mine == list(range(start, start + each))


def test_a_publisher_that_all_close_at_once_is_counted_off_once(bus):
    subscriber, keeper = bus.subscriber(New), bus.publisher(New)
    for _ in range(100):
        side_by_side(*[bus.publisher(New).close] * THREADS)
    keeper.publish(NEW)
    assert subscriber.recv(PATIENCE_S) == NEW
    assert subscriber.try_recv() is None


@needs_native
def test_of_receivers_at_one_subscriber_each_gets_what_no_other_does(bus):
    subscriber, count = bus.subscriber(New), 4000
    with bus.publisher(New) as publisher:
        for number in range(count):
            publisher.publish(new(number))
    taken = [[] for _ in range(THREADS)]

    def take(thread):
        def run():
            # There is something as long as nobody waits: so none is told that there is nothing.
            try:
                while (message := subscriber.try_recv()) is not None:
                    taken[thread].append(message.number)
                raise AssertionError("nothing now, and not the end")
            except mycelium.Closed:
                pass

        return run

    side_by_side(*times(THREADS, take))
    assert all(numbers == sorted(numbers) for numbers in taken)
    assert sorted(itertools.chain(*taken)) == list(range(count))


@needs_native
def test_of_batches_at_one_subscriber_no_fault_is_lost(bus):
    np = pytest.importorskip("numpy")
    subscriber = bus.subscriber(Held8, capacity=1 << 20)
    good, bad = Held8(id=1, more=2).to_frame(), Old8(id=1).to_frame()
    count = 500
    with bus.publisher(Held8) as publisher:
        for _ in range(count):
            publisher.publish_frame(good)
            publisher.publish_frame(bad)
    found = [[0, 0] for _ in range(THREADS)]

    def take(thread):
        def run():
            while True:
                try:
                    batch = subscriber.recv_batch(limit=3)
                    assert isinstance(batch, np.ndarray)
                    found[thread][0] += len(batch)
                except mycelium.Closed:
                    return
                except mycelium.DecodeError:
                    found[thread][1] += 1

        return run

    side_by_side(*times(THREADS, take))
    assert np.array(found).sum(axis=0).tolist() == [count, count]


class Held8(
    wire.Message, name="threads.Held", id=8, topic="threads.held", digest=digest(21)
):
    id: wire.u64
    more: wire.u64


class Old8(
    wire.Message, name="threads.Held", id=8, topic="threads.held", digest=digest(22)
):
    """What cannot be read as `Held8`: its block ends before a field that is required."""

    id: wire.u64


@needs_native
def test_a_message_that_others_change_is_encoded_as_it_is_or_refused():
    """Its fields and lists change under the encoder; there is a frame that can be read, or an error that says so."""
    message = Tail(**{field.name: getattr(TAIL, field.name) for field in TAIL.FIELDS})
    message.numbers, message.texts, message.levels = [1], ["a"], [Level(1, 1)]
    notes = ("", "x", TAIL.note * 40)
    rounds, frames = 1500, []
    is_over = threading.Event()

    def change(thread):
        def run():
            for number in range(rounds):
                message.note = notes[number % 3]
                message.numbers.append(number % 60_000)
                message.texts = ["b"] * (number % 5)
                message.levels.append(Level(number, 2))
                message.inner = INLINE if number % 2 else INLINE.__replace__(symbol="E")
                message.maybe_note = None if number % 2 else "note"
                if len(message.numbers) > 20:
                    message.numbers.clear()
                    del message.levels[thread:]
            is_over.set()

        return run

    def encode():
        while not is_over.is_set():
            # What changed in between is refused: Python's own words for that are many.
            with contextlib.suppress(ValueError, TypeError):
                frames.append(message.to_frame())

    side_by_side(*times(THREADS // 2, change), *[encode] * (THREADS // 2))
    message.numbers, message.levels = [1], []
    frames.append(message.to_frame())
    for frame in frames:
        read = Tail.from_frame(frame)
        assert read.note in (TAIL.note, *notes)
        assert set(read.texts) <= {"b", "a"}


def test_threads_read_one_view_and_one_frame():
    frames = [sample.to_frame() for sample in SAMPLES]
    views = [type(sample).view(frame) for sample, frame in zip(SAMPLES, frames)]  # noqa: B905

    def read():
        for _ in range(30):
            for sample, view, frame in zip(SAMPLES, views, frames, strict=True):
                assert type(sample).from_frame(frame) == sample
                assert type(sample).from_json(sample.to_json()) == sample
                for field in sample.FIELDS:
                    value, own = getattr(view, field.name), getattr(sample, field.name)
                    assert value == own or list(value) == list(own)
                assert sample.to_frame() == frame

    side_by_side(*[read] * THREADS)


def fresh_class(number):
    """A class that nobody has used yet."""

    def body(namespace):
        namespace["__annotations__"] = {
            "number": wire.u32,
            "note": str,
            "many": list[wire.u16],
        }

    facts = {
        "name": f"threads.Fresh{number}",
        "id": 9,
        "topic": "threads.fresh",
        "digest": digest(30 + number),
    }
    return types.new_class("Fresh", (wire.Message,), facts, body)


def test_a_class_may_be_new_to_all_threads_at_once():
    for number in range(25):
        cls = fresh_class(number)
        message = cls(number=7, note="n", many=[1, 2])
        uses = [
            lambda message=message, cls=cls: cls.from_frame(message.to_frame()),
            lambda message=message, cls=cls: cls.from_frame(cls.encode(7, "n", [1, 2])),
            lambda message=message, cls=cls: cls.view(message.to_frame()).note,
            lambda message=message, cls=cls: cls.from_json(message.to_json()),
        ]
        side_by_side(*uses * (THREADS // len(uses)))
        assert cls.from_frame(message.to_frame()) == message


@pytest.mark.skipif(
    mycelium.CORE == "native", reason="the native core puts codecs in place at once"
)
def test_a_codec_is_whole_at_each_moment_of_its_making(monkeypatch):
    cls = fresh_class(99)
    frame = fresh_class(98)(number=7, note="n", many=[]).to_frame()
    install = record._install

    def install_and_look(cls, name, function, kind=None):
        install(cls, name, function, kind)
        if "from_frame" in vars(cls):
            # What makes others believe that all is there.
            block = int.from_bytes(frame[8:12], "little")
            assert cls._decode_payload(frame, 16, len(frame), block).number == 7

    monkeypatch.setattr(record, "_install", install_and_look)
    assert cls.from_frame(frame).number == 7


def test_publishers_of_several_threads_share_one(bus):
    subscriber, publisher = bus.subscriber(Short, capacity=32), bus.publisher(Short)
    each, heard = 500, []

    def publish(thread):
        def run():
            for number in range(each):
                publisher.publish(Short(id=thread * each + number))

        return run

    def take():
        heard.extend(subscriber.recv(PATIENCE_S).id for _ in range(7 * each))

    side_by_side(take, *times(7, publish))
    for thread in range(7):
        mine = [number for number in heard if number // each == thread]
        assert mine == list(range(thread * each, (thread + 1) * each))
