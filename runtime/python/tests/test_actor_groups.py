"""Groups of actors: they are started again together, and nobody downstream notices."""

import asyncio
import threading

import pytest
from actors import (
    FAIL,
    NEVER_AGAIN,
    PATIENCE_S,
    Adder,
    Frail,
    Teller,
    new,
    soon,
    wait_until,
)
from shapes import New, Short

import mycelium
from mycelium.actor import (
    Escalation,
    Intensity,
    Placement,
    Policy,
    Supervisor,
)


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


def test_a_group_whose_start_raises_holds_no_publishers(bus):
    """Not even of an actor that has handed up its failure before."""
    sums, numbers = bus.subscriber(Short), bus.publisher(New)
    supervisor = Supervisor(bus)

    def start(group):
        group.spawn("frail", Placement.THREAD, Policy(intensity=NEVER_AGAIN), Frail)
        numbers.publish(new(1))
        wait_until(lambda: group.stats().actor("pricing/frail").state.is_final)
        raise LookupError("no start")

    with pytest.raises(LookupError):
        supervisor.group("pricing", Policy(), start)
    with pytest.raises(mycelium.Closed):
        sums.recv(PATIENCE_S)


def test_a_group_whose_restart_is_cancelled_has_failed(bus):
    """What asyncio cancels by is no `Exception`."""
    numbers = bus.publisher(New)
    supervisor = Supervisor(bus)
    starts = []

    def start(group):
        starts.append(group)
        if len(starts) > 1:
            raise asyncio.CancelledError
        group.spawn("frail", Placement.THREAD, Policy(intensity=NEVER_AGAIN), Frail)

    once = soon(intensity=Intensity(restarts=1, within_s=600))
    supervisor.group("pricing", once, start)
    numbers.publish(new(1))
    with pytest.raises(Escalation, match="'pricing'.*raised CancelledError"):
        supervisor.join()
