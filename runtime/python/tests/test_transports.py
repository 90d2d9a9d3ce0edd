"""The same behaviour over every transport, between buses."""

import threading
import time

import pytest
from samples import SCALARS
from shapes import Heir, New, Old, Scalars, Short
from topologies import open_bus, write_topology

import mycelium


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


def test_who_takes_another_topic_is_no_subscriber(topology):
    with open_bus(topology, "first") as there, open_bus(topology, "second") as here:
        subscriber = here.subscriber(New)
        new, scalars = there.publisher(New), there.publisher(Scalars)
        new.wait_for_subscribers(1, timeout=10)
        assert (new.subscribers(), scalars.subscribers()) == (1, 0)
        subscriber.end()


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


def test_what_waits_in_a_ring_is_still_received_after_the_end(tmp_path):
    topology = write_topology(tmp_path, "shm")
    with open_bus(topology, "first") as here, open_bus(topology, "second") as there:
        subscriber, publisher = here.subscriber(New), there.publisher(New)
        publisher.wait_for_subscribers(1, timeout=10)
        for number in range(200):
            publisher.publish(New(number=number, note=""))
        subscriber.end()
        assert [message.number for message in subscriber] == list(range(200))


def test_one_that_has_ended_holds_up_no_ring_when_its_bus_is_closed(tmp_path):
    topology = write_topology(tmp_path, "shm")
    with open_bus(topology, "second") as there:
        publisher = there.publisher(New)
        with open_bus(topology, "first") as here:
            subscriber = here.subscriber(New)
            publisher.wait_for_subscribers(1, timeout=10)
            subscriber.end()
            del subscriber
        # More than the ring holds.
        for number in range(5000):
            publisher.publish(New(number=number, note=""))


def test_a_bus_that_is_closed_frees_all_that_wait_for_room_in_a_ring(tmp_path):
    """Not the first of them alone, which would say that it is closed behind the others."""
    topology = write_topology(tmp_path, "shm")
    freed, sent = [], [0, 0, 0]

    def flood(number):
        with pytest.raises(mycelium.Closed):
            while True:
                publishers[number].publish(Short(id=1))
                sent[number] += 1
        freed.append(number)

    with open_bus(topology, "first") as here, open_bus(topology, "second") as there:
        # Nobody reads.
        sums = here.subscriber(Short, capacity=1)
        publishers = [there.publisher(Short) for _ in range(3)]
        floods = [threading.Thread(target=flood, args=(n,)) for n in range(3)]
        for thread in floods:
            thread.start()
        before = []
        while not any(sent) or before != sent:
            before = list(sent)
            time.sleep(0.2)
        closes = threading.Thread(target=there.close)
        closes.start()
        try:
            for thread in floods:
                # Python's own bus tells them when it waits no longer itself.
                thread.join(20)
            assert len(freed) == 3
        finally:
            sums.close()
            closes.join()
