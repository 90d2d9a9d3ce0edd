"""Actors: state that nobody else touches, and handlers for typed messages.

    from mycelium.actor import Actor, Context, Supervisor, receive

    class Highs(Actor):
        publishes = (Signal,)

        def __init__(self) -> None:
            self.high = 0

        @receive(Trade)
        def on_trade(self, trade: Trade, context: Context) -> None:
            if trade.price_raw > self.high:
                self.high = trade.price_raw
                context.publish(Signal(...))

    with MessageBus() as bus, Supervisor(bus) as supervisor:
        supervisor.thread("highs", Highs)
        supervisor.join()

The same class runs on a thread of its own, as a task of asyncio, and in a `mycelium.sim.Simulation`. Names and
meanings are those of Rust's actors.
"""

from mycelium.actor.context import Context, Timer
from mycelium.actor.counts import ActorState, ActorStats, ActorTable
from mycelium.actor.failure import Escalation, Failure, ShutdownError, SpawnError
from mycelium.actor.handlers import Actor, each, receive
from mycelium.actor.policy import Backoff, Intensity, KeptState, Policy, Restart
from mycelium.actor.supervisor import Placement, Scope, Supervisor

__all__ = [
    "Actor",
    "ActorState",
    "ActorStats",
    "ActorTable",
    "Backoff",
    "Context",
    "Escalation",
    "Failure",
    "Intensity",
    "KeptState",
    "Placement",
    "Policy",
    "Restart",
    "Scope",
    "ShutdownError",
    "SpawnError",
    "Supervisor",
    "Timer",
    "each",
    "receive",
]
