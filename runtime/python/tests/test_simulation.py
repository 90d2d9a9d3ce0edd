"""Actors on a virtual clock: the order of events, links, and the same again for the same seed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from shapes import Empty, New, Short, digest

import mycelium
from mycelium import wire
from mycelium.actor import Actor, Supervisor, receive
from mycelium.sim import (
    Constant,
    Exponential,
    Link,
    LogEntry,
    Normal,
    Simulation,
    SimulationError,
    Uniform,
)

MS = 1_000_000


def new(number):
    return New(number=number, note="")


class Asks(Actor):
    """Asks by chance, now and then."""

    publishes = (New,)

    def __init__(self, questions):
        self.left = questions
        self.answers = []

    def started(self, context):
        context.set_timer(MS)

    def timer(self, timer, context):
        context.publish(new(context.random.randrange(1000)))
        self.left -= 1
        if self.left:
            context.set_timer(MS)

    @receive(Short)
    def hear(self, answer, context):
        self.answers.append((context.now(), answer.id))


class Doubles(Actor):
    publishes = (Short,)

    def __init__(self):
        self.last_words = None

    @receive(New)
    def double(self, question, context):
        context.publish(Short(id=2 * question.number))

    def stopping(self, context):
        self.last_words = context.now()


def run(seed, latency=None, loss=0.0):
    asks, doubles = Asks(100), Doubles()
    simulation = Simulation({"asks": asks, "doubles": doubles}, seed)
    if latency is not None:
        simulation.link("asks", "doubles", Link(latency, loss))
    simulation.record()
    simulation.run_until(200 * MS)
    simulation.finish()
    return simulation, asks


def test_without_links_messages_arrive_at_once():
    simulation, asks = run(1)
    assert [at for at, _ in asks.answers] == [(n + 1) * MS for n in range(100)]
    assert simulation.events == 300
    assert simulation.now == 200 * MS
    assert simulation.actor("doubles").last_words == 200 * MS


@pytest.mark.parametrize(
    "latency",
    [
        Constant(500),
        Uniform(500, 3 * MS),
        Exponential(500, 3 * MS),
        Normal(3 * MS, 2 * MS),
    ],
)
def test_messages_keep_their_order_on_a_link(latency):
    simulation, asks = run(1, latency)
    asked = [
        New.from_frame(entry.frame).number
        for entry in simulation.log
        if entry.sender == "asks"
    ]
    assert [answer for _, answer in asks.answers] == [2 * number for number in asked]
    assert len(asked) == 100
    took = [at - (n + 1) * MS for n, (at, _) in enumerate(asks.answers)]
    assert min(took) >= (0 if isinstance(latency, Normal) else 500)
    assert sum(took) > 0


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    latency = Exponential(500, 3 * MS)
    one, _ = run(7, latency, 0.1)
    same, _ = run(7, latency, 0.1)
    other, _ = run(8, latency, 0.1)
    assert one.digest() == same.digest() != other.digest()
    assert one.log == same.log
    assert 0 < one.lost < 40
    assert one.lost + sum(entry.sender == "asks" for entry in one.log) == 100


def test_another_process_and_the_other_core_give_the_same_bytes():
    here, _ = run(7, Exponential(500, 3 * MS), 0.1)
    program = (
        "from test_simulation import *;"
        "print(run(7, Exponential(500, 3 * MS), 0.1)[0].digest())"
    )
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(folders),
        "MYCELIUM_PURE_PYTHON": "1" if mycelium.CORE == "native" else "",
        "PYTHONHASHSEED": "7",
    }
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ran.stdout == here.digest() + "\n", ran.stderr


def test_what_came_from_outside_is_replayed():
    def simulate():
        doubles = Doubles()
        simulation = Simulation({"doubles": doubles, "hears": Hears([])}, 1)
        simulation.record()
        return simulation

    first, again = simulate(), simulate()
    first.feed((number * MS, new(number)) for number in range(10))
    first.finish()
    again.replay(first.log)
    again.finish()
    assert again.log == first.log
    assert len(first.log) == 20


class Namesake(
    wire.Message, name="other.Grown", id=5, topic="other.grown", digest=digest(9)
):
    """Of another schema, with the type id of `New`."""

    text: str


class Reads(Actor):
    def __init__(self):
        self.read = []

    @receive(Namesake)
    @receive(New)
    def note(self, message, context):
        self.read.append(message)


def test_what_is_replayed_is_of_the_class_that_it_was():
    simulations = [Simulation({"reads": Reads()}, 1) for _ in range(2)]
    first, again = simulations
    first.record()
    first.feed([(1, new(1)), (2, Namesake(text="one"))])
    first.finish()
    assert [entry.cls for entry in first.log] == [New, Namesake]
    again.replay(first.log)
    again.finish()
    assert again.actor("reads").read == [new(1), Namesake(text="one")]


def test_what_cannot_be_replayed_says_why():
    entry = LogEntry(1, None, ("doubles",), Namesake, Namesake(text="").to_frame())
    simulation = Simulation({"doubles": Doubles(), "hears": Hears([])}, 1)
    with pytest.raises(TypeError, match="no actor of this simulation takes Namesake"):
        simulation.replay([entry])
    other = LogEntry(1, None, ("hears",), New, new(1).to_frame())
    with pytest.raises(TypeError, match="actor 'hears' does not take New"):
        simulation.replay([other])
    with pytest.raises(ValueError, match="no actor 'nobody' among doubles, hears"):
        simulation.replay([other._replace(receivers=("nobody",))])


class Hears(Actor):
    def __init__(self, heard):
        self.heard = heard

    @receive(Short)
    def hear(self, message, context):
        self.heard.append((context.name, message.id))
        message.id = 0


def test_each_receiver_has_a_message_of_its_own_in_the_order_of_their_names():
    heard = []
    actors = {"doubles": Doubles(), "b": Hears(heard), "a": Hears(heard)}
    simulation = Simulation(actors, 1)
    simulation.inject(5, new(3))
    simulation.run()
    assert heard == [("b", 6), ("a", 6)]
    assert simulation.now == 5


class Timed(Actor):
    def __init__(self):
        self.due = []

    def started(self, context):
        self.set = [context.set_timer(after) for after in (30, 10, 20, -5)]
        context.cancel_timer(self.set[2])

    def timer(self, timer, context):
        self.due.append((context.now(), self.set.index(timer)))


def test_timers_are_due_in_order():
    timed = Timed()
    simulation = Simulation({"timed": timed}, 1, starting_at=100)
    simulation.run()
    assert timed.due == [(100, 3), (110, 1), (130, 0)]


class Fails(Actor):
    @receive(New)
    def fall(self, message, context):
        if message.number == 2:
            context.fail("two")
        if message.number == 3:
            raise ValueError("three")
        if message.number == 4:
            context.stop()


def test_a_failure_ends_the_run_and_an_exception_is_one():
    def feed(number):
        Simulation({"fails": Fails()}, 1).feed([(7, new(number)), (8, new(1))])

    with pytest.raises(SimulationError, match="'fails' failed at 7: two"):
        feed(2)
    with pytest.raises(ValueError, match="three"):
        feed(3)


def test_one_that_stopped_takes_nothing_more():
    simulation = Simulation({"fails": Fails()}, 1)
    simulation.feed([(1, new(4)), (2, new(3))])
    simulation.run()
    assert simulation.events == 1


def test_what_is_wrong_is_said():
    simulation = Simulation({"doubles": Doubles()}, 1)
    with pytest.raises(ValueError, match="no actor 'halves' among doubles"):
        simulation.link("doubles", "halves", Link())
    with pytest.raises(TypeError, match="no actor of this simulation takes Empty"):
        simulation.inject(1, Empty())
    simulation.inject(1, new(1))
    with pytest.raises(TypeError, match="takes Short"):
        simulation.run()


def test_the_same_class_runs_at_a_bus():
    with mycelium.MessageBus() as bus, Supervisor(bus) as supervisor:
        answers, questions = bus.subscriber(Short), bus.publisher(New)
        supervisor.thread("doubles", Doubles)
        questions.publish(new(21))
        questions.close()
        supervisor.join()
        assert [answer.id for answer in answers] == [42]
