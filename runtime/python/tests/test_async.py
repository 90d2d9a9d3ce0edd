"""Receiving with asyncio, and in batches."""

import asyncio
import threading
from decimal import Decimal
from typing import Annotated

import pytest
from samples import NEW
from shapes import Empty, New, Short, digest

import mycelium
from mycelium import wire


@pytest.fixture
def bus():
    with mycelium.MessageBus() as bus:
        yield bus


def test_async_for_ends_when_all_publishers_have_closed(bus):
    subscriber = bus.subscriber(New)

    async def collect():
        return [message async for message in subscriber]

    def publish():
        with bus.publisher(New) as publisher:
            for _ in range(50):
                publisher.publish(NEW)

    thread = threading.Thread(target=publish)
    thread.start()
    assert asyncio.run(collect()) == [NEW] * 50
    thread.join()


def test_the_loop_runs_while_nothing_comes(bus):
    subscriber = bus.subscriber(New)
    publisher = bus.publisher(New)

    async def both():
        async def later():
            publisher.publish(NEW)

        received = asyncio.create_task(subscriber.recv_async())
        await asyncio.sleep(0)
        await later()
        return await received

    assert asyncio.run(both()) is NEW


def test_a_call_that_is_cancelled_takes_nothing(bus):
    subscriber = bus.subscriber(New)
    publisher = bus.publisher(New)

    async def run():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(subscriber.recv_async(), 0.01)
        publisher.publish(NEW)
        return await subscriber.recv_async()

    assert asyncio.run(run()) is NEW


def test_recv_async_raises_at_the_end(bus):
    subscriber = bus.subscriber(New)
    bus.publisher(New).close()

    async def run():
        with pytest.raises(mycelium.Closed):
            await subscriber.recv_async()

    asyncio.run(run())


def test_a_batch_is_a_record_array(bus):
    np = pytest.importorskip("numpy")
    subscriber = bus.subscriber(Short)
    publisher = bus.publisher(Short)
    for number in range(10):
        publisher.publish(Short(number))
    batch = subscriber.recv_batch(limit=4, timeout=1)
    assert batch["id"].tolist() == [0, 1, 2, 3]
    assert batch.dtype.names == ("id",)
    assert subscriber.recv_batch()["id"].tolist() == list(range(4, 10))
    assert isinstance(batch, np.ndarray)
    with pytest.raises(TimeoutError):
        subscriber.recv_batch(timeout=0.01)
    publisher.close()
    with pytest.raises(mycelium.Closed):
        subscriber.recv_batch()


def test_a_batch_is_of_one_fixed_type(bus):
    pytest.importorskip("numpy")
    with pytest.raises(TypeError, match="one type"):
        bus.subscriber(New, Empty).recv_batch()
    with pytest.raises(TypeError, match="New has no dtype"):
        bus.subscriber(New).recv_batch()


class Grown(
    wire.Message, name="async.Grown", id=9, topic="async.grown", digest=digest(1)
):
    id: wire.u64
    price: Annotated[Decimal, wire.decimal(2)] = Decimal("1.25")

    price_raw = wire.raw("price")


def test_a_batch_brings_older_frames_to_this_version(bus):
    pytest.importorskip("numpy")
    subscriber = bus.subscriber(Grown)
    publisher = bus.publisher(Grown)
    # As they come from a socket: a type and a frame.
    subscriber.inbox.put([(Grown, Short(5).to_frame()), (Grown, Grown(6).to_frame())])
    batch = subscriber.recv_batch(timeout=1)
    assert batch["id"].tolist() == [5, 6]
    assert batch["price_raw"].tolist() == [125, 125]
    publisher.close()


@pytest.mark.parametrize("at", [0, 4, 8])
def test_a_bad_frame_costs_a_batch_nothing_else(bus, at):
    """Of the right size, but with another length, type or block in its header."""
    pytest.importorskip("numpy")
    subscriber = bus.subscriber(Grown)
    publisher = bus.publisher(Grown)
    bad = bytearray(Grown(7).to_frame())
    bad[at] ^= 0x80
    frames = [Grown(5).to_frame(), Grown(6).to_frame(), bytes(bad), Grown(8).to_frame()]
    subscriber.inbox.put([(Grown, frame) for frame in frames])
    assert subscriber.recv_batch(timeout=1)["id"].tolist() == [5, 6]
    with pytest.raises(mycelium.DecodeError):
        subscriber.recv_batch(timeout=1)
    assert subscriber.recv_batch(timeout=1)["id"].tolist() == [8]
    publisher.close()


def test_a_message_that_cannot_be_encoded_costs_a_batch_nothing_else(bus):
    pytest.importorskip("numpy")
    subscriber = bus.subscriber(Grown)
    publisher = bus.publisher(Grown)
    bad = Grown(6)
    bad.id = "six"
    for message in (Grown(5), bad, Grown(7)):
        publisher.publish(message)
    assert subscriber.recv_batch(timeout=1)["id"].tolist() == [5]
    with pytest.raises(TypeError, match=r"Grown\.id"):
        subscriber.recv_batch(timeout=1)
    assert subscriber.recv_batch(timeout=1)["id"].tolist() == [7]


def test_an_error_behind_a_batch_is_raised_by_the_next_call(bus):
    pytest.importorskip("numpy")
    subscriber = bus.subscriber(Grown)
    publisher = bus.publisher(Grown)
    subscriber.inbox.put([(Grown, Grown(6).to_frame()), (Grown, b"no frame")])
    assert len(subscriber.recv_batch(timeout=1)) == 1
    with pytest.raises(mycelium.DecodeError):
        subscriber.recv_batch(timeout=1)
    publisher.publish(Grown(7))
    assert subscriber.recv(timeout=1) == Grown(7)
