"""Timers of actors: due in order, and to the cost of nobody."""

import asyncio

from actors import PATIENCE_S, placements
from samples import NEW
from shapes import New, Short

from mycelium.actor import Actor, Policy, Supervisor, receive


class Clocked(Actor):
    """Sets timers, takes one back, and writes down what is due."""

    publishes = (Short,)

    def __init__(self):
        self.set, self.due = [], []

    def started(self, context):
        self.began = context.now()
        for micros in (3_000, 1_000, 2_000, -5):
            self.set.append(context.set_timer(micros * 1_000))
        context.cancel_timer(self.set[2])

    def timer(self, timer, context):
        self.due.append(self.set.index(timer))
        if len(self.due) == 3:
            assert self.due == [3, 1, 0]
            context.publish(Short(id=context.now() - self.began))
            context.stop()


@placements
def test_timers_are_due_in_order_and_not_before_their_time(bus, placement):
    took = bus.subscriber(Short)
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("clocked", placement, Policy(), Clocked)
        await asyncio.wait_for(supervisor.join_async(), PATIENCE_S)

    asyncio.run(run())
    assert took.recv(PATIENCE_S).id >= 2_900_000
    assert supervisor.stats().actor("clocked").timers == 3


class Restless(Actor):
    """Has a timer that is always due, up to so many; publishes how many there were before a message."""

    publishes = (Short,)
    MOST = 1_000_000

    def __init__(self):
        self.timers = 0

    def started(self, context):
        context.set_timer(0)

    def timer(self, timer, context):
        self.timers += 1
        if self.timers < self.MOST:
            context.set_timer(0)

    @receive(New)
    def hear(self, message, context):
        context.publish(Short(id=self.timers))


class Idle(Restless):
    """The same, and takes nothing."""

    hear = None


@placements
def test_a_timer_that_is_always_due_keeps_out_neither_messages_nor_the_loop(
    bus, placement
):
    counts, numbers = bus.subscriber(Short), bus.publisher(New)
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("restless", placement, Policy(), Restless)
        await asyncio.sleep(0.01)
        numbers.publish(NEW)
        count = (await asyncio.wait_for(counts.recv_async(), PATIENCE_S)).id
        await supervisor.shutdown_async(PATIENCE_S)
        assert 0 < count < Restless.MOST

    asyncio.run(run())


@placements
def test_one_that_takes_nothing_lets_go_of_the_loop_too(bus, placement):
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("idle", placement, Policy(), Idle)
        await asyncio.sleep(0.01)
        await supervisor.shutdown_async(PATIENCE_S)
        assert 0 < supervisor.stats().actor("idle").timers < Restless.MOST

    asyncio.run(run())
