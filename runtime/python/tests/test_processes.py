"""The same behaviour over every transport, between processes, of which some are killed."""

import signal
import time

import pytest
from samples import SCALARS
from shapes import New, Old, Scalars
from topologies import (
    Process,
    open_bus,
    shm_folder,
)

import mycelium


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


def test_ctrl_c_ends_a_waiting_subscriber_and_leaves_nothing_behind(topology):
    with Process(topology, "second", "receive_until_interrupted") as process:
        process.expect("ready")
        process.child.send_signal(signal.SIGINT)
        process.expect("interrupted")
        assert process.child.wait(10) == 0
    assert not shm_folder(topology.parent).exists()
    assert not (topology.parent / "run").exists()


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
