"""Actors where something beside their messages goes wrong: each still ends, and says how."""

import asyncio

import pytest
from samples import NEW
from shapes import New, Short

import mycelium
from mycelium.actor import (
    Actor,
    ActorState,
    Backoff,
    Intensity,
    Placement,
    Policy,
    Supervisor,
    receive,
)

PATIENCE_S = 20
SOON = Policy(backoff=Backoff(first_s=0.0001, most_s=0.001))
NEVER_AGAIN = Policy(intensity=Intensity(restarts=0))

placements = pytest.mark.parametrize("placement", list(Placement))


@pytest.fixture
def bus():
    with mycelium.MessageBus() as bus:
        yield bus


def new(number):
    return New(number=number, note="")


async def joined(supervisor):
    await asyncio.wait_for(supervisor.join_async(), PATIENCE_S)


class Echo(Actor):
    publishes = (Short,)

    @receive(New)
    def echo(self, message, context):
        context.publish(Short(id=message.number))


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


class Stays(Actor):
    """Does not stop when its publishers close."""

    @receive(New)
    def hear(self, message, context): ...

    def ended(self, context): ...


@placements
def test_a_bus_that_is_closed_stops_one_that_would_stay(bus, placement):
    _numbers = bus.publisher(New)
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("stays", placement, Policy(), Stays)
        while supervisor.stats().actor("stays").state is not ActorState.RUNNING:
            await asyncio.sleep(0.001)
        bus.close()
        await joined(supervisor)

    asyncio.run(run())
    assert supervisor.stats().actor("stays").state is ActorState.STOPPED
