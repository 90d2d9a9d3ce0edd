"""Actors: what they take, what they publish, and what they are told."""

import asyncio

import pytest
from actors import END, PATIENCE_S, Adder, new, placements, run_adder
from samples import NEW
from shapes import Empty, New, Short

import mycelium
from mycelium.actor import (
    Actor,
    ActorState,
    Placement,
    Policy,
    Restart,
    SpawnError,
    Supervisor,
    each,
    receive,
)


@placements
def test_messages_are_handled_in_order_and_the_end_of_publishers_ends_the_actor(
    placement,
):
    totals, stats = run_adder(placement, Policy(), [1, 2, 3])
    assert totals == [1, 3, 6, END]
    assert (stats.received, stats.published) == (3, 4)
    assert (stats.state, stats.failures) == (ActorState.STOPPED, 0)


def test_each_is_an_actor_of_a_function(bus):
    sums, numbers = bus.subscriber(Short), bus.publisher(New)

    def act(message):
        match message.number:
            case 0:
                return None
            case 1:
                return Short(id=1)
            case number:
                return [Short(id=number)] * number

    with Supervisor(bus) as supervisor:
        supervisor.thread("each", each(New, act, Short))
        for number in range(4):
            numbers.publish(new(number))
        numbers.close()
        supervisor.join()
    assert [message.id for message in sums] == [1, 2, 2, 3, 3, 3]


class Reads(Actor):
    def __init__(self, told):
        self.told = told

    @receive(New)
    def hear(self, message, context):
        self.told.append(message.number)

    def fault(self, fault, context):
        self.told.append(type(fault))


def test_one_is_told_of_what_cannot_be_read(bus):
    told = []
    supervisor = Supervisor(bus)
    supervisor.thread("reads", Reads, told)
    frame = bytearray(NEW.to_frame())
    frame[-1] ^= 0xFF
    with bus.publisher(New) as numbers:
        numbers.publish_frame(frame[:16] + b"\xff" * (len(frame) - 16))
        numbers.publish(new(3))
    supervisor.join()
    assert told == [mycelium.DecodeError, 3]
    assert supervisor.stats().actor("reads").faults == 1


class Patient(Actor):
    """Stays when its publishers close."""

    def __init__(self, heard):
        self.heard = heard

    @receive(New)
    def hear(self, message, context):
        self.heard.append(message.number)

    def ended(self, context):
        self.heard.append("end")


@placements
def test_one_may_stay_for_later_publishers(bus, placement):
    heard = []
    supervisor = Supervisor(bus)

    def publish(number):
        with bus.publisher(New) as numbers:
            numbers.publish(new(number))

    async def run():
        supervisor.spawn("patient", placement, Policy(), Patient, heard)
        for number in (1, 2):
            publish(number)
            while heard[-2:] != [number, "end"]:
                await asyncio.sleep(0.001)
        await supervisor.shutdown_async(PATIENCE_S)

    asyncio.run(asyncio.wait_for(run(), PATIENCE_S))
    assert heard == [1, "end", 2, "end"]


def test_handlers_are_inherited_and_overridden():
    class Base(Actor):
        @receive(New)
        def hear(self, message, context): ...

    class Derived(Base):
        def hear(self, message, context): ...

        @receive(Short)
        @receive(Empty)
        def rest(self, message, context): ...

    class Silent(Derived):
        hear = None

    class Other(Derived):
        @receive(Empty)
        def hear(self, message, context): ...

        rest = None

    assert set(Derived.takes()) == {New, Short, Empty}
    assert Base.takes() == (New,)
    # A handler that is taken out, or stands for other types, is one no more.
    assert set(Silent.takes()) == {Short, Empty}
    assert Other.takes() == (Empty,)


def test_a_type_that_is_published_twice_is_published_once(bus):
    class Twice(Adder):
        publishes = (Short, Short)

    sums, numbers = bus.subscriber(Short), bus.publisher(New)
    supervisor = Supervisor(bus)
    supervisor.thread("twice", Twice)
    numbers.publish(new(1))
    numbers.close()
    supervisor.join()
    assert [sums.recv(PATIENCE_S).id for _ in range(2)] == [1, END]
    with pytest.raises(mycelium.Closed):
        sums.recv(PATIENCE_S)


def test_what_it_does_not_say_it_publishes_fails_its_actor(bus):
    class Sly(Actor):
        def started(self, context):
            context.publish(NEW)

    supervisor = Supervisor(bus)
    supervisor.spawn("sly", Placement.THREAD, Policy(restart=Restart.NEVER), Sly)
    supervisor.join()
    failure = supervisor.stats().actor("sly").last_failure
    assert "which its `publishes` does not name" in str(failure)


def test_what_cannot_be_started_says_why(bus):
    with Supervisor(bus) as supervisor:
        supervisor.thread("adder", Adder)
        with pytest.raises(SpawnError, match="another one has the name"):
            supervisor.thread("adder", Adder)
        with pytest.raises(SpawnError, match="no loop of asyncio"):
            supervisor.task("task", Adder)
        with pytest.raises(TypeError, match="expected a class of actors"):
            supervisor.thread("int", int)
    bus.close()
    with pytest.raises(mycelium.Closed):
        Supervisor(bus).thread("late", Adder)


def test_what_is_no_actor_says_why():
    with pytest.raises(TypeError, match="class of a message"):
        receive(int)
    with pytest.raises(TypeError, match="takes New in two handlers, `one` and `other`"):

        class Twice(Actor):
            @receive(New)
            def one(self, message, context): ...

            @receive(New)
            def other(self, message, context): ...
