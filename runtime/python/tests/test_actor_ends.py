"""How actors end: in order, one after the other, and whatever they wait for."""

import asyncio
import threading

import pytest
from actors import PATIENCE_S, Adder, Echo, Teller, new, placements, wait_until
from samples import NEW
from shapes import Empty, New, Short

from mycelium.actor import (
    Actor,
    ActorState,
    Policy,
    ShutdownError,
    Supervisor,
    receive,
)


def test_children_stop_in_reverse_order_of_their_start(bus):
    _numbers = bus.publisher(New)
    told = []
    names = ["first", "second", "third"]
    with Supervisor(bus) as supervisor:
        for name in names:
            supervisor.thread(name, Teller, name, told)
        wait_until(lambda: len(told) == 3)
    assert told[3:] == [f"{name} stops" for name in reversed(names)]


class Source(Actor):
    """Publishes a hundred numbers, each time its timer is due."""

    publishes = (New,)

    def __init__(self):
        self.number, self.next = 0, None

    def started(self, context):
        self.next = context.set_timer(0)

    def timer(self, timer, context):
        assert timer == self.next
        for _ in range(100):
            self.number += 1
            context.publish(new(self.number))
        self.next = context.set_timer(1_000_000)


@placements
def test_a_shutdown_drains(bus, placement):
    sums = bus.subscriber(Short)
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("echo", placement, Policy(), Echo)
        supervisor.spawn("source", placement, Policy(), Source)
        while supervisor.stats().actor("echo").received < 1000:
            await asyncio.sleep(0)
        await supervisor.shutdown_async(PATIENCE_S)

    asyncio.run(run())
    sent = supervisor.stats().actor("source").published
    # All that the source has published in its life went through.
    assert [message.id for message in sums] == list(range(1, sent + 1))
    assert sent % 100 == 0


class Slow(Actor):
    """Takes little at a time."""

    publishes = (Empty,)

    @receive(Short)
    def take(self, message, context):
        context.publish(Empty())


def test_a_full_topic_holds_up_no_loop(bus):
    """Producer and consumer share a loop, and one of them has to wait for the other."""
    empties = bus.subscriber(Empty)
    supervisor = Supervisor(bus)
    # A subscriber that is slower than both of them.
    slow = bus.subscriber(Short, capacity=2)
    ticks = 0

    async def run():
        nonlocal ticks
        supervisor.task("slow", Slow)
        supervisor.task("echo", Echo)
        numbers = bus.publisher(New)
        for number in range(50):
            numbers.publish(new(number))
        numbers.close()
        for number in range(50):
            assert (await slow.recv_async()).id == number
            ticks += 1
        slow.close()
        await asyncio.wait_for(supervisor.join_async(), PATIENCE_S)

    asyncio.run(run())
    assert ticks == 50
    assert len(list(empties)) == 50


class Stuck(Actor):
    """Says that it is in its handler, and does not return before it is let go."""

    def __init__(self, entered, gate):
        self.entered, self.gate = entered, gate

    @receive(New)
    def stick(self, message, context):
        self.entered.set()
        self.gate.wait(PATIENCE_S)


def test_one_that_is_stuck_is_named_and_left(bus):
    numbers = bus.publisher(New)
    entered, gate = threading.Event(), threading.Event()
    supervisor = Supervisor(bus)
    supervisor.thread("stuck", Stuck, entered, gate)
    numbers.publish(NEW)
    assert entered.wait(PATIENCE_S)
    with pytest.raises(ShutdownError, match="stuck") as raised:
        supervisor.shutdown(0.001)
    assert raised.value.stuck == ("stuck",)
    gate.set()
    supervisor.join()


def test_one_that_waits_for_room_is_ended(bus):
    """Nobody reads what it publishes, and the topic is full."""
    _sums = bus.subscriber(Short, capacity=1)
    numbers = bus.publisher(New)
    supervisor = Supervisor(bus)
    supervisor.thread("echo", Echo)
    for number in range(5):
        numbers.publish(new(number))
    wait_until(lambda: supervisor.stats().actor("echo").received == 2)
    supervisor.shutdown(0.01)
    assert supervisor.stats().actor("echo").state is ActorState.STOPPED


@placements
def test_a_bus_that_is_closed_stops_its_actors(bus, placement):
    _numbers = bus.publisher(New)
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("adder", placement, Policy(), Adder)
        while supervisor.stats().actor("adder").state is not ActorState.RUNNING:
            await asyncio.sleep(0.001)
        bus.close()
        await asyncio.wait_for(supervisor.join_async(), PATIENCE_S)

    asyncio.run(run())
    assert supervisor.stats().actor("adder").state is ActorState.STOPPED


def test_tasks_that_go_with_their_loop_have_ended(bus):
    _numbers = bus.publisher(New)
    supervisor = Supervisor(bus)

    async def run():
        supervisor.task("adder", Adder)
        await asyncio.sleep(0)

    asyncio.run(run())
    supervisor.join()
    assert supervisor.stats().actor("adder").state is ActorState.STOPPED
