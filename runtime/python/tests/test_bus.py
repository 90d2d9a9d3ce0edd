"""Publishers and subscribers of one process."""

import copy
import gc
import threading
import weakref
from decimal import Decimal

import pytest
from samples import NEW, SCALARS
from shapes import Empty, Level, New, Old, Scalars, digest
from test_cores import needs_native

import mycelium
from mycelium import wire


def test_each_subscriber_has_a_message_of_its_own(bus):
    first, second = bus.subscriber(New), bus.subscriber(New)
    publisher = bus.publisher(New)
    message = copy.copy(NEW)
    publisher.publish(message)
    message.number = 77
    taken = first.recv(timeout=1)
    assert taken == NEW
    taken.number = 78
    assert second.recv(timeout=1) == NEW
    assert publisher.subscribers() == 2
    assert publisher.topic == New.TOPIC


def test_iteration_ends_when_all_publishers_have_closed(bus):
    subscriber = bus.subscriber(New)
    with bus.publisher(New) as first, bus.publisher(New) as second:
        first.publish(NEW)
        second.publish(NEW)
    assert list(subscriber) == [NEW, NEW]
    with pytest.raises(mycelium.Closed):
        subscriber.recv()
    with pytest.raises(mycelium.Closed):
        subscriber.try_recv()


def test_a_subscriber_waits_for_its_first_publisher(bus):
    subscriber = bus.subscriber(New)
    assert subscriber.try_recv() is None
    with pytest.raises(TimeoutError, match="no message within"):
        subscriber.recv(timeout=0.01)
    threading.Timer(0.02, lambda: bus.publisher(New).publish(NEW)).start()
    assert subscriber.recv(timeout=5) == NEW


def test_several_types_make_one_stream_in_order(bus):
    subscriber = bus.subscriber(New, Scalars, Empty)
    new, scalars, empty = (
        bus.publisher(New),
        bus.publisher(Scalars),
        bus.publisher(Empty),
    )
    sent = [NEW, SCALARS, Empty(), SCALARS, NEW]
    by_type = {New: new, Scalars: scalars, Empty: empty}
    for message in sent:
        by_type[type(message)].publish(message)
    for publisher in by_type.values():
        publisher.close()
    assert list(subscriber) == sent


def test_a_full_subscriber_makes_publishers_wait(bus):
    subscriber = bus.subscriber(New, capacity=4)
    publisher = bus.publisher(New)

    def publish():
        for number in range(100):
            publisher.publish(New(number=number, note=""))
        publisher.close()

    thread = threading.Thread(target=publish)
    thread.start()
    numbers = [message.number for message in subscriber]
    thread.join()
    assert numbers == list(range(100))


def test_wait_for_subscribers(bus):
    publisher = bus.publisher(New)
    with pytest.raises(
        TimeoutError, match=r"'shapes.grown': 0 of 1 subscribers after 0.01 s"
    ):
        publisher.wait_for_subscribers(1, timeout=0.01)
    kept = []
    threading.Timer(0.02, lambda: kept.append(bus.subscriber(New))).start()
    publisher.wait_for_subscribers(1, timeout=5)


def test_wrong_types_are_named(bus):
    publisher = bus.publisher(New)
    with pytest.raises(TypeError, match="takes New, got Old"):
        publisher.publish(Old(number=1, note=""))
    with pytest.raises(
        TypeError, match=r"'shapes.grown' carries shapes.New .* not shapes.Old"
    ):
        bus.subscriber(Old)
    with pytest.raises(TypeError, match="expected the class of a message"):
        bus.publisher(Level(Decimal(1), Decimal(1)))
    with pytest.raises(TypeError, match="at least one"):
        bus.subscriber()


class OtherEmpty(
    wire.Message, name="shapes.Empty", id=4, topic="shapes.empty", digest=digest(4)
):
    """As `Empty`, generated a second time."""


class Hasty(
    wire.Message, name="shapes.Empty", id=4, topic="shapes.empty", digest="myc1:+1"
):
    """As `Empty`, written by hand and wrongly."""


def test_a_subscriber_that_is_refused_claims_no_topic(bus):
    bus.publisher(New)
    with pytest.raises(TypeError, match="not shapes.Old"):
        bus.subscriber(Empty, Old)
    bus.subscriber(OtherEmpty)
    with pytest.raises(TypeError, match="not shapes.Empty"):
        bus.publisher(Empty)


@needs_native
def test_what_cannot_be_opened_claims_no_topic(bus):
    for open_end in (bus.publisher, bus.subscriber):
        with pytest.raises(ValueError, match=r"myc1:\+1 is no digest: generate the"):
            open_end(Hasty)
    bus.publisher(Empty)


def test_a_topic_that_appears_in_two_threads_carries_one_class():
    for _ in range(20):
        bus, start, refused = mycelium.MessageBus(), threading.Barrier(2), []

        def claim(cls, bus=bus, start=start, refused=refused):
            start.wait(20)
            try:
                bus.publisher(cls)
            except TypeError as error:
                refused.append(error)

        classes = (Empty, OtherEmpty)
        threads = [threading.Thread(target=claim, args=(cls,)) for cls in classes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1
        bus.close()


def test_a_closed_bus_closes_everything():
    bus = mycelium.MessageBus()
    publisher, subscriber = bus.publisher(New), bus.subscriber(New)
    waiting = threading.Thread(target=lambda: list(subscriber))
    waiting.start()
    bus.close()
    bus.close()
    waiting.join(5)
    assert not waiting.is_alive()
    assert publisher.is_closed
    with pytest.raises(mycelium.Closed):
        publisher.publish(NEW)
    with pytest.raises(mycelium.Closed):
        bus.publisher(New)
    with pytest.raises(mycelium.Closed):
        subscriber.recv()


def test_a_closed_publisher_publishes_no_more(bus):
    publisher = bus.publisher(New)
    publisher.close()
    publisher.close()
    with pytest.raises(mycelium.Closed):
        publisher.publish(NEW)


def test_a_closed_subscriber_holds_nobody_up(bus):
    publisher = bus.publisher(New)
    with bus.subscriber(New, capacity=1) as subscriber:
        publisher.publish(NEW)
    for _ in range(10):
        publisher.publish(NEW)
    assert publisher.subscribers() == 0
    with pytest.raises(mycelium.Closed):
        subscriber.recv()


def test_what_has_arrived_is_received_after_the_bus_has_closed(bus):
    subscriber = bus.subscriber(New)
    bus.publisher(New).publish(NEW)
    bus.close()
    assert subscriber.recv() == NEW
    with pytest.raises(mycelium.Closed):
        subscriber.recv()


def test_a_publisher_that_publishes_nothing_holds_a_subscriber_that_came_later(bus):
    quiet = bus.publisher(New)
    subscriber = bus.subscriber(New)
    with bus.publisher(New) as busy:
        busy.publish(NEW)
    assert subscriber.recv() == NEW
    assert subscriber.try_recv() is None
    quiet.close()
    with pytest.raises(mycelium.Closed):
        subscriber.recv()


def test_a_publisher_that_waits_is_let_go(bus):
    """By its subscriber, by whoever closes it, and by the bus."""
    outcomes = []

    def publish(publisher):
        try:
            for _ in range(3):
                publisher.publish(NEW)
            outcomes.append("published")
        except mycelium.Closed:
            outcomes.append("closed")

    ends = {
        "published": lambda subscriber, publisher: subscriber.close(),
        "closed": lambda subscriber, publisher: publisher.close(),
        "closed ": lambda subscriber, publisher: bus.close(),
    }
    for end in ends.values():
        subscriber, publisher = bus.subscriber(New, capacity=1), bus.publisher(New)
        thread = threading.Thread(target=publish, args=(publisher,))
        thread.start()
        end(subscriber, publisher)
        thread.join(10)
        assert not thread.is_alive()
    assert outcomes == [outcome.strip() for outcome in ends]


def test_views_read_fields_when_they_are_asked_for(bus):
    subscriber = bus.subscriber(New, Scalars, views=True)
    new, scalars = bus.publisher(New), bus.publisher(Scalars)
    new.publish(NEW)
    scalars.publish(SCALARS)
    view = subscriber.recv(timeout=1)
    assert type(view) is not New
    assert (view.number, view.note, list(view.more)) == (NEW.number, NEW.note, NEW.more)
    assert subscriber.try_recv().n == SCALARS.n
    assert subscriber.try_recv() is None


def test_frames_are_published_as_they_are(bus):
    subscriber, publisher = bus.subscriber(New), bus.publisher(New)
    publisher.publish_frame(NEW.to_frame())
    publisher.publish_frame(memoryview(bytearray(NEW.to_frame())))
    assert subscriber.recv(timeout=1) == subscriber.recv(timeout=1) == NEW
    for frame, kind in [
        (b"", "truncated"),
        (SCALARS.to_frame(), "type_id"),
        (NEW.to_frame() + b"x", "trailing"),
    ]:
        with pytest.raises(mycelium.DecodeError) as caught:
            publisher.publish_frame(frame)
        assert caught.value.kind == kind
    with pytest.raises(TypeError):
        publisher.publish_frame("text")
    assert subscriber.try_recv() is None


def test_a_bad_frame_is_told_in_its_place(bus):
    subscriber, publisher = bus.subscriber(New), bus.publisher(New)
    frame = bytearray(NEW.to_frame())
    # The reference to the note's bytes.
    frame[24] ^= 0xFF
    publisher.publish(NEW)
    publisher.publish_frame(frame)
    publisher.publish(NEW)
    assert subscriber.recv(timeout=1) == NEW
    with pytest.raises(mycelium.DecodeError):
        subscriber.recv(timeout=1)
    assert subscriber.recv(timeout=1) == NEW


def test_a_message_that_cannot_be_encoded_goes_nowhere(bus):
    subscriber, publisher = bus.subscriber(New), bus.publisher(New)
    bad = copy.copy(NEW)
    bad.number = "one"
    with pytest.raises(TypeError, match=r"New\.number"):
        publisher.publish(bad)
    publisher.publish(NEW)
    assert subscriber.recv(timeout=1) == NEW


def test_odd_timeouts_and_capacities(bus):
    subscriber = bus.subscriber(New)
    for timeout in (0, -1, 0.0):
        with pytest.raises(TimeoutError):
            subscriber.recv(timeout=timeout)
    with pytest.raises(ValueError, match="capacity is 1 at least"):
        bus.subscriber(New, capacity=0)
    bus.publisher(New).publish(NEW)
    assert subscriber.recv(timeout=float("inf")) == NEW


def test_publishers_of_many_threads_keep_their_orders(bus):
    subscriber = bus.subscriber(New, capacity=16)
    shared = bus.publisher(New)
    threads, each = 6, 300

    def publish(thread, publisher):
        for number in range(each):
            publisher.publish(New(number=thread * each + number, note=""))

    # Half of them share one publisher.
    workers = [
        threading.Thread(
            target=publish, args=(n, shared if n % 2 else bus.publisher(New))
        )
        for n in range(threads)
    ]
    for worker in workers:
        worker.start()
    numbers = [subscriber.recv(timeout=20).number for _ in range(threads * each)]
    for worker in workers:
        worker.join()
    for thread in range(threads):
        mine = [number for number in numbers if number // each == thread]
        assert mine == list(range(thread * each, (thread + 1) * each))


@needs_native
def test_what_nobody_holds_is_forgotten(bus):
    publisher, subscriber = bus.publisher(New), bus.subscriber(New)
    kept = bus.subscriber(New)
    gone = weakref.ref(subscriber)
    del subscriber
    gc.collect()
    assert gone() is None
    assert publisher.subscribers() == 1
    publisher.publish(NEW)
    del publisher
    gc.collect()
    assert list(kept) == [NEW]
