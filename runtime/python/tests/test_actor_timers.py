"""Timers of actors: due in order, and to the cost of nobody."""

import asyncio
import math

from actors import PATIENCE_S, placements
from samples import NEW
from shapes import New, Short

from mycelium.actor import Actor, ActorState, Policy, Restart, Supervisor, receive


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
    """Has a timer that is always due; publishes how many there were before a message."""

    publishes = (Short,)

    def __init__(self):
        self.timers = 0

    def started(self, context):
        context.set_timer(0)

    def timer(self, timer, context):
        self.timers += 1
        context.set_timer(0)

    @receive(New)
    def hear(self, message, context):
        context.publish(Short(id=self.timers))


class Idle(Restless):
    """The same, and takes nothing."""

    hear = None


async def until_timers_of(supervisor, name):
    """Lets the loop go on until some were due."""
    while not supervisor.stats().actor(name).timers:
        await asyncio.sleep(0)


@placements
def test_a_timer_that_is_always_due_keeps_out_neither_messages_nor_the_loop(
    bus, placement
):
    counts, numbers = bus.subscriber(Short), bus.publisher(New)
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("restless", placement, Policy(), Restless)
        await until_timers_of(supervisor, "restless")
        numbers.publish(NEW)
        assert (await asyncio.wait_for(counts.recv_async(), PATIENCE_S)).id > 0
        await supervisor.shutdown_async(PATIENCE_S)

    asyncio.run(run())


@placements
def test_one_that_takes_nothing_lets_go_of_the_loop_too(bus, placement):
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("idle", placement, Policy(), Idle)
        await until_timers_of(supervisor, "idle")
        await supervisor.shutdown_async(PATIENCE_S)

    asyncio.run(run())


class Distant(Actor):
    """Sets a timer that it will not live to see, and one that is due."""

    def started(self, context):
        context.set_timer((1 << 63) - 1)
        context.set_timer(0)

    def timer(self, timer, context): ...


@placements
def test_a_timer_may_be_as_far_away_as_numbers_go(bus, placement):
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("distant", placement, NEVER, Distant)
        await until_timers_of(supervisor, "distant")
        await supervisor.shutdown_async(math.inf)

    asyncio.run(asyncio.wait_for(run(), PATIENCE_S))
    assert supervisor.stats().actor("distant").state is ActorState.STOPPED


NEVER = Policy(restart=Restart.NEVER)
