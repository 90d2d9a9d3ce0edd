"""What an actor may ask of the world that it is in."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from typing import NewType

from mycelium._codec.record import Message

Timer = NewType("Timer", int)
"""A timer that an actor has set. To know several apart, an actor keeps what `set_timer` gave and compares."""


class Context(ABC):
    """What every world gives an actor. The actor never sees which world it is."""

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str:
        """The actor's name in this world."""

    @property
    @abstractmethod
    def random(self) -> random.Random:
        """Random numbers of this actor alone: of the seed in a simulation, of the system elsewhere."""

    @abstractmethod
    def now(self) -> int:
        """The time in nanoseconds since 1970: of the system, or of the simulation."""

    @abstractmethod
    def set_timer(self, after_ns: int) -> Timer:
        """Calls `Actor.timer` with the returned timer, once, so many nanoseconds from now.

        A timer that is due already comes after the running handler.
        """

    @abstractmethod
    def cancel_timer(self, timer: Timer) -> None:
        """Takes a timer back. One that was due, or was taken back already, is left alone."""

    @abstractmethod
    def publish(self, message: Message) -> None:
        """Publishes a message of a type that the actor's `publishes` names.

        Where it cannot go out, the actor fails with the reason when the running handler returns, and if its bus
        was closed, it stops. A message that is no value of its type is a `TypeError` or `ValueError` here.
        """

    @abstractmethod
    def stop(self) -> None:
        """Stops the actor in order when the running handler returns: `Actor.stopping`, then the end."""

    @abstractmethod
    def fail(self, reason: object) -> None:
        """Fails the actor when the running handler returns; as an exception would, but in order."""
