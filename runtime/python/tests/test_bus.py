"""Publishers and subscribers of one process."""

import threading
from decimal import Decimal

import pytest
from samples import NEW, SCALARS
from shapes import Empty, Level, New, Old, Scalars

import mycelium


@pytest.fixture
def bus():
    with mycelium.MessageBus() as bus:
        yield bus


def test_a_message_reaches_every_subscriber_as_it_is(bus):
    first, second = bus.subscriber(New), bus.subscriber(New)
    publisher = bus.publisher(New)
    publisher.publish(NEW)
    assert first.recv(timeout=1) is NEW
    assert second.recv(timeout=1) is NEW
    assert publisher.subscribers() == 2


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
    assert subscriber.recv(timeout=5) is NEW


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
    threading.Timer(0.02, lambda: bus.subscriber(New)).start()
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


def test_a_closed_bus_closes_everything():
    bus = mycelium.MessageBus()
    publisher, subscriber = bus.publisher(New), bus.subscriber(New)
    waiting = threading.Thread(target=lambda: list(subscriber))
    waiting.start()
    bus.close()
    bus.close()
    waiting.join(5)
    assert not waiting.is_alive()
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
