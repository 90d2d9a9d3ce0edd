"""Actors where something beside their messages goes wrong: each still ends, and says how."""

import asyncio
import itertools
import sys
import threading
import time

import pytest
from actors import PATIENCE_S, Echo, joined, placements
from samples import NEW
from shapes import New, Short
from topologies import open_bus, write_topology

from mycelium.actor import (
    Actor,
    ActorState,
    Backoff,
    Escalation,
    Intensity,
    Placement,
    Policy,
    ShutdownError,
    SpawnError,
    Supervisor,
    receive,
)

SOON = Policy(backoff=Backoff(first_s=0.0001, most_s=0.001))
NEVER_AGAIN = Policy(intensity=Intensity(restarts=0))


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


def test_one_whose_thread_does_not_start_leaves_nothing_behind(bus, monkeypatch):
    sums, _numbers = bus.subscriber(Short), bus.publisher(New)
    supervisor = Supervisor(bus)

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="start new thread"):
            supervisor.thread("echo", Echo)
        with pytest.raises(RuntimeError, match="start new thread"):
            supervisor.group("group", Policy(), lambda group: None)
    # It publishes no more, and its name is free.
    assert list(sums) == []
    supervisor.thread("echo", Echo)
    supervisor.group("group", Policy(), lambda group: None)
    supervisor.shutdown(PATIENCE_S)
    assert len(supervisor.stats().actors) == 1


def test_a_shutdown_does_not_wait_for_a_group_whose_start_raises(bus):
    supervisor = Supervisor(bus)
    stuck = []

    def shut_down():
        try:
            supervisor.shutdown(PATIENCE_S)
        except ShutdownError as error:
            stuck.extend(error.stuck)

    stops = threading.Thread(target=shut_down)

    def start(group):
        stops.start()
        for number in itertools.count():
            # Refused as soon as the shutdown has begun.
            supervisor.group(f"probe {number}", Policy(), lambda group: None)

    with pytest.raises(SpawnError, match="stops"):
        supervisor.group("group", Policy(), start)
    stops.join()
    assert stuck == []


def test_a_task_that_is_cancelled_before_it_began_has_ended(bus):
    sums, _numbers = bus.subscriber(Short), bus.publisher(New)
    supervisor = Supervisor(bus)

    async def run():
        supervisor.task("echo", Echo)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    asyncio.run(run())
    supervisor.shutdown(PATIENCE_S)
    assert supervisor.stats().actor("echo").state is ActorState.STOPPED
    assert list(sums) == []


def test_tasks_of_a_loop_that_has_ended_end(bus):
    """A group's thread may start tasks when the loop runs no more."""
    _numbers = bus.publisher(New)
    supervisor = Supervisor(bus)
    scopes = []

    def start(group):
        group.thread("stays", Stays)
        scopes.append(group)

    async def run():
        supervisor.group("group", Policy(), start)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(run())
    (group,) = scopes
    group.task("stopped", Echo)
    loop.close()
    with pytest.raises(RuntimeError, match="closed"):
        group.task("closed", Echo)
    supervisor.shutdown(PATIENCE_S)
    states = {it.actor: it.state for it in supervisor.stats().actors}
    assert states == dict.fromkeys(["group/stays", "group/stopped"], ActorState.STOPPED)


def test_a_loop_that_closes_meanwhile_holds_up_no_shutdown(bus, monkeypatch):
    """Whoever looks whether a loop has closed knows nothing of the next moment."""
    _numbers = bus.publisher(New)
    supervisor = Supervisor(bus)
    loop = asyncio.new_event_loop()

    async def run():
        supervisor.task("stays", Stays)
        while supervisor.stats().actor("stays").state is not ActorState.RUNNING:
            await asyncio.sleep(0)

    loop.run_until_complete(run())
    (task,) = asyncio.all_tasks(loop)
    loop.close()
    with monkeypatch.context() as patch:
        patch.setattr(loop, "is_closed", lambda: False, raising=False)
        with pytest.raises(ShutdownError, match="stays"):
            supervisor.shutdown(0.001)
    # Thrown away, as its loop is.
    task.get_coro().close()
    supervisor.join()


class Leaves(Actor):
    @receive(New)
    def leave(self, message, context):
        sys.exit(3)


@placements
def test_one_that_would_end_the_process_has_failed(bus, placement):
    numbers = bus.publisher(New)
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("leaves", placement, NEVER_AGAIN, Leaves)
        numbers.publish(NEW)
        with pytest.raises(Escalation, match="raised SystemExit: 3") as raised:
            await joined(supervisor)
        assert isinstance(raised.value.__cause__, SystemExit)

    asyncio.run(run())
    leaves = supervisor.stats().actor("leaves")
    assert (leaves.state, leaves.failures) == (ActorState.FAILED, 1)


class Cancelled(Actor):
    @receive(New)
    def give_up(self, message, context):
        raise asyncio.CancelledError


@placements
def test_one_that_says_that_it_was_cancelled_has_failed(bus, placement):
    numbers = bus.publisher(New)
    supervisor = Supervisor(bus)

    async def run():
        supervisor.spawn("cancelled", placement, NEVER_AGAIN, Cancelled)
        numbers.publish(NEW)
        with pytest.raises(Escalation, match="raised CancelledError"):
            await joined(supervisor)

    asyncio.run(run())


def test_a_group_that_would_end_the_process_at_a_restart_has_failed(bus):
    numbers = bus.publisher(New)
    supervisor = Supervisor(bus)
    starts = []

    def start(group):
        starts.append(group)
        if len(starts) > 1:
            sys.exit(3)
        group.spawn("leaves", Placement.THREAD, NEVER_AGAIN, Leaves)

    once = Policy(backoff=SOON.backoff, intensity=Intensity(1, within_s=600))
    supervisor.group("group", once, start)
    numbers.publish(NEW)
    with pytest.raises(Escalation, match="'group'.*raised SystemExit: 3"):
        asyncio.run(joined(supervisor))


class Faulty(Actor):
    """Counts what it cannot read."""

    def __init__(self):
        self.faults = 0

    @receive(New)
    def hear(self, message, context): ...

    def fault(self, fault, context):
        self.faults += 1


def test_a_run_of_faults_lets_the_loop_have_its_turn(bus):
    numbers = bus.publisher(New)
    supervisor = Supervisor(bus)
    frame = NEW.to_frame()
    unreadable = frame[:16] + b"\xff" * (len(frame) - 16)
    seen = []

    async def run():
        supervisor.task("faulty", Faulty)
        for _ in range(1000):
            numbers.publish_frame(unreadable)
        numbers.close()
        while not seen or seen[-1] < 1000:
            seen.append(supervisor.stats().actor("faulty").faults)
            await asyncio.sleep(0)
        await joined(supervisor)

    asyncio.run(run())
    assert any(0 < faults < 1000 for faults in seen)


def test_what_a_task_cannot_send_fails_it(bus, monkeypatch):
    _sums, numbers = bus.subscriber(Short), bus.publisher(New)
    supervisor = Supervisor(bus)

    def refuse(publisher, frame):
        raise MemoryError("no room")

    monkeypatch.setattr(type(numbers), "publish_frame", refuse)

    async def run():
        supervisor.spawn("echo", Placement.TASK, NEVER_AGAIN, Echo)
        numbers.publish(NEW)
        with pytest.raises(Escalation, match="no room"):
            await joined(supervisor)

    asyncio.run(run())


@pytest.mark.parametrize("kind", ["shm", "unix"])
def test_those_that_wait_for_room_on_the_way_to_another_process_are_ended(
    tmp_path, kind
):
    topology = write_topology(tmp_path, kind)
    with open_bus(topology, "first") as here, open_bus(topology, "second") as there:
        # Nobody reads what they publish.
        sums = here.subscriber(Short, capacity=1)
        numbers = there.publisher(New)
        supervisor = Supervisor(there)
        for name in ("one", "two"):
            supervisor.thread(name, Flood)
        numbers.publish(NEW)
        counts = [0, 0]
        # Nobody gets any further: there is no room. One of them may have taken it all.
        while not any(counts) or counts != published(supervisor):
            counts = published(supervisor)
            time.sleep(0.2)
        try:
            supervisor.shutdown(0.01)
        finally:
            # What is closed is said where there is room for it.
            sums.close()
        states = [it.state for it in supervisor.stats().actors]
        assert states == [ActorState.STOPPED] * 2


def published(supervisor):
    return [actor.published for actor in supervisor.stats().actors]


class Flood(Actor):
    """Publishes until it may not."""

    publishes = (Short,)

    @receive(New)
    def flood(self, message, context):
        while not context.stops:
            context.publish(Short(id=1))
