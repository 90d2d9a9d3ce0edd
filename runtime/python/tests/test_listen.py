"""Messages by callback."""

import logging
import sys
import threading

import pytest
from samples import NEW
from shapes import New

import mycelium

PATIENCE_S = 20


def new(number):
    return New(number=number, note="")


def test_a_callback_gets_every_message_up_to_the_end(bus):
    taken = []
    listener = bus.subscriber(New).listen(taken.append)
    with bus.publisher(New) as publisher:
        for number in range(100):
            publisher.publish(new(number))
    listener.join(PATIENCE_S)
    assert [message.number for message in taken] == list(range(100))
    assert not listener.is_alive


def test_exceptions_reach_handler_and_log_and_stop_nobody(bus, caplog):
    taken, errors, others = [], [], []

    def fail_at_tenths(message):
        if message.number % 10 == 0:
            raise ValueError(message.number)
        taken.append(message.number)

    def handle(error, message):
        errors.append((error.args[0], message.number))
        # That handlers fail stops nobody either.
        raise RuntimeError("a handler")

    first = bus.subscriber(New).listen(fail_at_tenths, on_error=handle)
    second = bus.subscriber(New).listen(others.append)
    with caplog.at_level(logging.CRITICAL), bus.publisher(New) as publisher:
        for number in range(50):
            publisher.publish(new(number))
        publisher.close()
        first.join(PATIENCE_S)
        second.join(PATIENCE_S)
    assert taken == [number for number in range(50) if number % 10]
    assert errors == [(number, number) for number in range(0, 50, 10)]
    assert len(others) == 50


def test_the_log_names_the_callback(bus, caplog):
    def explode(message):
        raise ValueError("boom")

    listener = bus.subscriber(New).listen(explode)
    with bus.publisher(New) as publisher:
        publisher.publish(NEW)
    listener.join(PATIENCE_S)
    (record,) = (record for record in caplog.records if record.name == "mycelium")
    assert "explode" in record.getMessage()
    assert record.exc_info[1].args == ("boom",)


def test_what_cannot_be_received_reaches_the_handler_too(bus):
    taken, errors = [], []
    listener = bus.subscriber(New).listen(
        taken.append, on_error=lambda error, message: errors.append((error, message))
    )
    bad = bytearray(NEW.to_frame())
    bad[24] ^= 0xFF
    with bus.publisher(New) as publisher:
        publisher.publish_frame(bad)
        publisher.publish(NEW)
    listener.join(PATIENCE_S)
    assert taken == [NEW]
    ((error, message),) = errors
    assert isinstance(error, mycelium.DecodeError)
    assert message is None


def test_a_listener_that_is_closed_calls_back_no_more(bus):
    taken, is_there = [], threading.Event()

    def take(message):
        taken.append(message)
        is_there.set()

    publisher = bus.publisher(New)
    with bus.subscriber(New).listen(take):
        publisher.publish(NEW)
        assert is_there.wait(PATIENCE_S)
    publisher.publish(NEW)
    assert taken == [NEW]
    assert publisher.subscribers() == 0


def test_a_callback_may_close_its_listener(bus):
    taken = []
    listeners = []
    is_started = threading.Event()

    def take(message):
        assert is_started.wait(PATIENCE_S)
        taken.append(message.number)
        listeners[0].close()

    listeners.append(bus.subscriber(New).listen(take))
    is_started.set()
    publisher = bus.publisher(New)
    publisher.publish(new(1))
    publisher.publish(new(2))
    listeners[0].join(PATIENCE_S)
    assert taken == [1]


def test_joining_gives_up_in_time(bus):
    listener = bus.subscriber(New).listen(lambda message: None)
    with pytest.raises(TimeoutError, match=r"goes on after 0\.01 s"):
        listener.join(0.01)
    assert listener.is_alive


# pytest finds fault with what threads end quietly by.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_callback_that_leaves_its_thread_holds_up_no_publisher(bus):
    """Which is no failure to be told of, and nobody would take any more."""
    subscriber = bus.subscriber(New, capacity=1)
    listener = subscriber.listen(lambda message: sys.exit())
    publisher = bus.publisher(New)
    publisher.publish(NEW)
    listener.join(PATIENCE_S)
    assert subscriber.is_closed
    for _ in range(3):
        publisher.publish(NEW)
