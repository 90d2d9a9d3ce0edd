"""Receiving with asyncio, and in batches."""

import asyncio
import gc
import threading
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pytest
from samples import NEW
from shapes import Empty, New, Short, digest

import mycelium
from mycelium import wire


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

    assert asyncio.run(both()) == NEW


def test_a_call_that_is_cancelled_takes_nothing(bus):
    subscriber = bus.subscriber(New)
    publisher = bus.publisher(New)

    async def run():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(subscriber.recv_async(), 0.01)
        publisher.publish(NEW)
        return await subscriber.recv_async()

    assert asyncio.run(run()) == NEW


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
    for message in (Short(5), Grown(6)):
        publisher.publish_frame(message.to_frame())
    batch = subscriber.recv_batch(timeout=1)
    assert batch["id"].tolist() == [5, 6]
    assert batch["price_raw"].tolist() == [125, 125]
    publisher.close()


def test_a_bad_frame_costs_a_batch_nothing_else(bus):
    """Of the right type and size in its header, but older than a field that has no default."""
    pytest.importorskip("numpy")
    subscriber = bus.subscriber(Grown)
    publisher = bus.publisher(Grown)
    bad = bytearray(Grown(7).to_frame())
    bad[8:12] = bytes(4)
    frames = [Grown(5).to_frame(), Grown(6).to_frame(), bytes(bad), Grown(8).to_frame()]
    for frame in frames:
        publisher.publish_frame(frame)
    assert subscriber.recv_batch(timeout=1)["id"].tolist() == [5, 6]
    with pytest.raises(mycelium.DecodeError):
        subscriber.recv_batch(timeout=1)
    assert subscriber.recv_batch(timeout=1)["id"].tolist() == [8]
    publisher.close()


def test_an_error_behind_a_batch_is_raised_by_the_next_call(bus):
    pytest.importorskip("numpy")
    subscriber = bus.subscriber(Grown)
    publisher = bus.publisher(Grown)
    bad = bytearray(Grown(6).to_frame())
    bad[8:12] = bytes(4)
    publisher.publish(Grown(6))
    publisher.publish_frame(bad)
    assert len(subscriber.recv_batch(timeout=1)) == 1
    with pytest.raises(mycelium.DecodeError):
        subscriber.try_recv()
    publisher.publish(Grown(7))
    assert subscriber.recv(timeout=1) == Grown(7)


def test_a_loop_is_woken_from_other_threads(bus):
    """Once for each message: the next is published when the one before was received."""
    there, back = bus.subscriber(New), bus.subscriber(Short)
    new, short = bus.publisher(New), bus.publisher(Short)
    count = 100

    def answer():
        for message in there:
            short.publish(Short(message.number))

    thread = threading.Thread(target=answer)
    thread.start()

    async def ask():
        for number in range(count):
            new.publish(New(number=number, note=""))
            answer = await asyncio.wait_for(back.recv_async(), 20)
            assert answer.id == number

    asyncio.run(ask())
    # Another loop, after the first has closed.
    asyncio.run(ask())
    new.close()
    thread.join()


def test_tasks_of_one_loop_have_a_subscriber_each(bus):
    count, tasks = 50, 5

    async def collect(subscriber):
        return [message.number async for message in subscriber]

    async def main():
        subscribers = [bus.subscriber(New) for _ in range(tasks)]
        collecting = [asyncio.create_task(collect(each)) for each in subscribers]
        await asyncio.sleep(0)
        with bus.publisher(New) as publisher:
            for number in range(count):
                publisher.publish(New(number=number, note=""))
                await asyncio.sleep(0)
        return await asyncio.gather(*collecting)

    assert asyncio.run(main()) == [list(range(count))] * tasks


@pytest.mark.parametrize("closing", ["subscriber", "bus", "thread"])
def test_a_task_that_waits_ends_with_its_subscriber(bus, closing):
    subscriber = bus.subscriber(New)
    bus.publisher(New)

    async def main():
        waiting = asyncio.create_task(subscriber.recv_async())
        await asyncio.sleep(0)
        if closing == "subscriber":
            subscriber.close()
        elif closing == "bus":
            bus.close()
        else:
            await asyncio.to_thread(subscriber.close)
        with pytest.raises(mycelium.Closed):
            await asyncio.wait_for(waiting, 20)

    asyncio.run(main())


def test_files_of_forgotten_subscribers_may_be_used_again(bus):
    """A loop that watches a file forgets it before the file is closed."""

    async def wait_once(subscriber):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(subscriber.recv_async(), 0.001)

    async def main():
        publisher = bus.publisher(New)
        for _ in range(20):
            subscriber = bus.subscriber(New)
            await wait_once(subscriber)
            publisher.publish(NEW)
            assert await asyncio.wait_for(subscriber.recv_async(), 20) == NEW
            del subscriber
            gc.collect()
            await asyncio.sleep(0)

    asyncio.run(main())


def test_loops_that_have_ended_leave_no_files_open(bus):
    subscriber, publisher = bus.subscriber(New), bus.publisher(New)

    async def receive_one():
        receiving = asyncio.create_task(subscriber.recv_async())
        # So that it waits before there is something.
        await asyncio.sleep(0)
        publisher.publish(NEW)
        assert await asyncio.wait_for(receiving, 20) == NEW

    def open_files():
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    asyncio.run(receive_one())
    before = open_files()
    for _ in range(50):
        asyncio.run(receive_one())
    assert open_files() <= before
