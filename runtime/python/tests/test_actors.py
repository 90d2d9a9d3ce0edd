"""Actors under a supervisor: what they take and publish, how they fail, and how they end."""

import asyncio
import threading
import time

import pytest
from samples import NEW
from shapes import Empty, New, Short

import mycelium
from mycelium.actor import (
    Actor,
    ActorState,
    Backoff,
    Escalation,
    Intensity,
    KeptState,
    Placement,
    Policy,
    Restart,
    ShutdownError,
    SpawnError,
    Supervisor,
    each,
    receive,
)

PATIENCE_S = 20
SOON = Backoff(first_s=0.0001, most_s=0.001)
NEVER_AGAIN = Intensity(restarts=0)
RAISE, FAIL, STOP = 1_000_001, 1_000_002, 1_000_003
END = 2_000_000


def new(number):
    return New(number=number, note="")


def soon(**policy):
    return Policy(backoff=SOON, **policy)


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


@pytest.fixture
def bus():
    with mycelium.MessageBus() as bus:
        yield bus


def wait_until(holds):
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.0005)


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


placements = pytest.mark.parametrize("placement", list(Placement))


@placements
def test_messages_are_handled_in_order_and_the_end_of_publishers_ends_the_actor(
    placement,
):
    totals, stats = run_adder(placement, Policy(), [1, 2, 3])
    assert totals == [1, 3, 6, END]
    assert (stats.received, stats.published) == (3, 4)
    assert (stats.state, stats.failures) == (ActorState.STOPPED, 0)


@placements
def test_an_exception_costs_its_message_and_the_state(placement, caplog):
    totals, stats = run_adder(placement, soon(), [5, RAISE, 1, 2])
    assert totals == [5, 1, 3, END]
    assert (stats.received, stats.failures, stats.restarts) == (4, 1, 1)
    assert str(stats.last_failure) == "raised ValueError: asked to"
    assert "actor adder raised ValueError: asked to" in caplog.text


@placements
def test_state_can_be_kept(placement):
    policy = soon(state=KeptState.KEPT)
    totals, stats = run_adder(placement, policy, [5, RAISE, 1, FAIL, 2])
    assert totals == [5, 6, 8, END]
    assert (stats.failures, stats.restarts) == (2, 2)
    assert str(stats.last_failure) == "failed: asked to"


def test_one_that_stops_is_started_again_only_if_its_policy_says_always():
    totals, stats = run_adder(Placement.THREAD, soon(), [1, STOP, 2])
    assert totals == [1, END]
    assert (stats.restarts, stats.state) == (0, ActorState.STOPPED)
    once = Intensity(restarts=1, within_s=600)
    always = soon(restart=Restart.ALWAYS, intensity=once)
    with pytest.raises(
        Escalation, match="'adder'.*at last it failed: it stopped again"
    ):
        run_adder(Placement.THREAD, always, [1, STOP, 2, STOP])


def test_one_that_is_never_restarted_leaves_the_others_alone(bus):
    sums, numbers = bus.subscriber(Short), bus.publisher(New)
    with Supervisor(bus) as supervisor:
        never = Policy(restart=Restart.NEVER)
        supervisor.spawn("frail", Placement.THREAD, never, Frail)
        supervisor.thread("adder", Adder)
        numbers.publish(new(7))
        assert sums.recv(PATIENCE_S).id == 7
        numbers.close()
        supervisor.join()
        stats = supervisor.stats()
        assert stats.actor("frail").state is ActorState.FAILED
        assert stats.actor("adder").state is ActorState.STOPPED
        assert "raised RuntimeError: frail" in str(stats)


class Frail(Actor):
    publishes = (Short,)

    @receive(New)
    def fall(self, message, context):
        raise RuntimeError("frail")


@placements
def test_a_failure_too_many_goes_up_and_the_others_stop_in_order(bus, placement):
    numbers = bus.publisher(New)
    policy = soon(intensity=Intensity(restarts=2, within_s=600))
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("adder", placement, Policy(), Adder)
        supervisor.spawn("frail", placement, policy, Frail)
        for number in range(3):
            numbers.publish(new(number))
        with pytest.raises(Escalation) as raised:
            await asyncio.wait_for(supervisor.join_async(), PATIENCE_S)
        assert raised.value.actor == "frail"
        assert isinstance(raised.value.__cause__, RuntimeError)

    asyncio.run(run())
    stats = supervisor.stats()
    adder, frail = stats.actor("adder"), stats.actor("frail")
    # What waited for it, it has handled.
    assert (adder.state, adder.received) == (ActorState.STOPPED, 3)
    assert (frail.failures, frail.restarts) == (3, 2)
    with pytest.raises(SpawnError, match="stops"):
        supervisor.thread("late", Adder)


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


def test_children_stop_in_reverse_order_of_their_start(bus):
    _numbers = bus.publisher(New)
    told = []
    names = ["first", "second", "third"]
    with Supervisor(bus) as supervisor:
        for name in names:
            supervisor.thread(name, Teller, name, told)
        wait_until(lambda: len(told) == 3)
    assert told[3:] == [f"{name} stops" for name in reversed(names)]


def test_a_group_restarts_all_for_one_and_hands_up_what_it_cannot_mend(bus):
    numbers = bus.publisher(New)
    told = []
    supervisor = Supervisor(bus)

    def pricing(group):
        for name in ("curve", "quotes"):
            one_for_all = Policy(intensity=NEVER_AGAIN)
            group.spawn(name, Placement.THREAD, one_for_all, Teller, name, told)

    policy = soon(intensity=Intensity(restarts=1, within_s=600))
    supervisor.group("pricing", policy, pricing)
    starts = ["curve starts", "quotes starts"]
    wait_until(lambda: len(told) == 2)
    assert sorted(told) == starts
    numbers.publish(new(FAIL))
    wait_until(lambda: len(told) == 5)
    # The one that failed is not asked to stop.
    assert told[2] == "quotes stops"
    assert sorted(told[3:]) == starts
    numbers.publish(new(FAIL))
    with pytest.raises(Escalation) as raised:
        supervisor.join()
    assert raised.value.actor == "pricing/curve"
    assert str(raised.value.failure) == "failed: asked to"
    assert told[5:] == ["quotes stops"]
    # Counts go on over the group's restart.
    curve = supervisor.stats().actor("pricing/curve")
    assert (curve.received, curve.failures, curve.restarts) == (2, 2, 1)


def test_over_a_groups_restart_nobody_downstream_sees_an_end(bus):
    sums, numbers = bus.subscriber(Short), bus.publisher(New)
    starting, go_on = threading.Semaphore(0), threading.Semaphore(1)
    supervisor = Supervisor(bus)

    def start(group):
        starting.release()
        assert go_on.acquire(timeout=PATIENCE_S)
        none = Policy(intensity=NEVER_AGAIN)
        group.spawn("frail", Placement.THREAD, none, Frail)

    supervisor.group("pricing", soon(), start)
    assert starting.acquire(timeout=PATIENCE_S)
    numbers.publish(new(1))
    assert starting.acquire(timeout=PATIENCE_S)
    assert sums.try_recv() is None
    go_on.release()
    wait_until(lambda: [it.restarts for it in supervisor.stats().actors] == [1])
    numbers.close()
    supervisor.join()
    assert list(sums) == []


def test_a_group_whose_start_raises_leaves_nothing_behind(bus):
    _numbers = bus.publisher(New)
    supervisor = Supervisor(bus)

    def start(group):
        group.thread("adder", Adder)
        raise LookupError("no start")

    with pytest.raises(LookupError):
        supervisor.group("pricing", Policy(), start)
    supervisor.join()


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


class Echo(Actor):
    publishes = (Short,)

    @receive(New)
    def echo(self, message, context):
        context.publish(Short(id=message.number))


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


def test_handlers_are_inherited_and_overridden():
    class Base(Actor):
        @receive(New)
        def hear(self, message, context): ...

    class Derived(Base):
        def hear(self, message, context): ...

        @receive(Short)
        @receive(Empty)
        def rest(self, message, context): ...

    assert set(Derived.takes()) == {New, Short, Empty}
    assert Base.takes() == (New,)


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


def test_what_it_does_not_say_it_publishes_fails_its_actor(bus):
    class Sly(Actor):
        def started(self, context):
            context.publish(NEW)

    supervisor = Supervisor(bus)
    supervisor.spawn("sly", Placement.THREAD, Policy(restart=Restart.NEVER), Sly)
    supervisor.join()
    failure = supervisor.stats().actor("sly").last_failure
    assert "which its `publishes` does not name" in str(failure)


def test_tasks_that_go_with_their_loop_have_ended(bus):
    _numbers = bus.publisher(New)
    supervisor = Supervisor(bus)

    async def run():
        supervisor.task("adder", Adder)
        await asyncio.sleep(0)

    asyncio.run(run())
    supervisor.join()
    assert supervisor.stats().actor("adder").state is ActorState.STOPPED


def test_all_who_join_learn_of_the_failure(bus):
    numbers = bus.publisher(New)
    supervisor = Supervisor(bus)
    policy = Policy(intensity=NEVER_AGAIN)
    supervisor.spawn("frail", Placement.THREAD, policy, Frail)
    found = []

    def join():
        try:
            supervisor.join()
        except Escalation as escalation:
            found.append(escalation.actor)

    threads = [threading.Thread(target=join) for _ in range(4)]
    for thread in threads:
        thread.start()
    numbers.publish(NEW)
    for thread in threads:
        thread.join()
    assert found == ["frail"] * 4


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


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_rest():
    import random

    from mycelium.actor.policy import Restarts

    backoff = Backoff(first_s=0.01, most_s=0.1, jitter=0)
    many = Policy(backoff=backoff, intensity=Intensity(1000, 3600))
    restarts, now = Restarts(many, random.Random(1)), 100.0
    for expected in (0.01, 0.02, 0.04, 0.08, 0.1, 0.1):
        at = restarts.next(now)
        assert at - now == pytest.approx(expected)
        now = at
    now += 0.11
    assert restarts.next(now) - now == pytest.approx(0.01)
    few = Restarts(Policy(intensity=Intensity(2, 0.1)), random.Random(1))
    assert few.next(0.0) is not None
    assert few.next(0.05) is not None
    assert few.next(0.06) is None
    assert few.next(0.101) is not None
