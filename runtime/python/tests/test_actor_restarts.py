"""Actors that fail: what is started again, with which state, and what goes up."""

import asyncio
import random
import threading

import pytest
from actors import (
    END,
    FAIL,
    NEVER_AGAIN,
    PATIENCE_S,
    RAISE,
    STOP,
    Adder,
    Frail,
    new,
    placements,
    run_adder,
    soon,
)
from samples import NEW
from shapes import New, Short

from mycelium.actor import (
    ActorState,
    Backoff,
    Escalation,
    Intensity,
    KeptState,
    Placement,
    Policy,
    Restart,
    SpawnError,
    Supervisor,
)


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


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_rest():

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
