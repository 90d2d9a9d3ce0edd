"""Simulations: actors on a virtual clock, in one order of events, the same for the same seed.

    from mycelium.sim import Exponential, Link, Simulation

    simulation = Simulation({"exchange": Exchange(), "strategy": Strategy(7)}, seed=42)
    simulation.link("strategy", "exchange", Link(Exponential(50_000, 20_000), loss=0.01))
    simulation.feed((trade.event_time, trade) for trade in trades)
    simulation.finish()

The actors are those that run at a bus; nothing in them is changed. What one publishes reaches all that have a handler
for it, in the order in which they are named here. All times are integers of nanoseconds.
"""

from mycelium.sim.link import Constant, Exponential, Latency, Link, Normal, Uniform
from mycelium.sim.simulation import LogEntry, Simulation, SimulationError

__all__ = [
    "Constant",
    "Exponential",
    "Latency",
    "Link",
    "LogEntry",
    "Normal",
    "Simulation",
    "SimulationError",
    "Uniform",
]
