"""Actors that tests of several files run, and what they wait by."""

import asyncio
import time

import pytest
from shapes import New, Short

import mycelium
from mycelium.actor import (
    Actor,
    Backoff,
    Intensity,
    Placement,
    Policy,
    Supervisor,
    receive,
)

PATIENCE_S = 20
SOON = Backoff(first_s=0.0001, most_s=0.001)
NEVER_AGAIN = Intensity(restarts=0)
RAISE, FAIL, STOP = 1_000_001, 1_000_002, 1_000_003
END = 2_000_000

placements = pytest.mark.parametrize("placement", list(Placement))


def new(number):
    return New(number=number, note="")


def soon(**policy):
    return Policy(backoff=SOON, **policy)


def wait_until(holds):
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.0005)


async def joined(supervisor):
    await asyncio.wait_for(supervisor.join_async(), PATIENCE_S)


class Adder(Actor):
    """Adds up numbers; what is odd about one, it does."""

    publishes = (Short,)

    def __init__(self):
        self.total = 0

    @receive(New)
    def add(self, message, context):
        match message.number:
            case 1_000_001:
                raise ValueError("asked to")
            case 1_000_002:
                context.fail("asked to")
            case 1_000_003:
                context.stop()
            case number:
                self.total += number
                context.publish(Short(id=self.total))

    def stopping(self, context):
        context.publish(Short(id=END))


class Frail(Actor):
    publishes = (Short,)

    @receive(New)
    def fall(self, message, context):
        raise RuntimeError("frail")


class Echo(Actor):
    publishes = (Short,)

    @receive(New)
    def echo(self, message, context):
        context.publish(Short(id=message.number))


class Teller(Actor):
    """Tells when it starts and when it stops."""

    def __init__(self, name, told):
        self.name, self.told = name, told

    def started(self, context):
        self.told.append(f"{self.name} starts")

    def stopping(self, context):
        self.told.append(f"{self.name} stops")

    @receive(New)
    def hear(self, message, context):
        if message.number == FAIL and self.name == "curve":
            context.fail("asked to")


def run_adder(placement, policy, numbers):
    """What an adder publishes of these numbers, and how it was."""
    with mycelium.MessageBus() as bus:
        sums = bus.subscriber(Short)
        numbers_out = bus.publisher(New)
        supervisor = Supervisor(bus)

        def publish():
            for number in numbers:
                numbers_out.publish(new(number))
            numbers_out.close()

        async def on_loop():
            supervisor.spawn("adder", placement, policy, Adder)
            publish()
            await asyncio.wait_for(supervisor.join_async(), PATIENCE_S)

        if placement is Placement.TASK:
            asyncio.run(on_loop())
        else:
            supervisor.spawn("adder", placement, policy, Adder)
            publish()
            supervisor.join()
        totals = [message.id for message in sums]
        return totals, supervisor.stats().actor("adder")
