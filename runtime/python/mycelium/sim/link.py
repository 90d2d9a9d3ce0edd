"""How long messages take from one actor to another, and how many get lost."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Protocol


class Latency(Protocol):
    """How long a message takes."""

    def draw(self, chance: random.Random) -> float:
        """The nanoseconds of the next one."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """Always as long."""

    time: int

    def draw(self, chance: random.Random) -> float:
        """The nanoseconds of the next one."""
        return self.time


@dataclass(frozen=True, slots=True)
class Uniform:
    """From the least to the most, each as likely."""

    least: int
    most: int

    def draw(self, chance: random.Random) -> float:
        """The nanoseconds of the next one."""
        return self.least + chance.random() * (self.most - self.least)


@dataclass(frozen=True, slots=True)
class Exponential:
    """A least time, and beyond it a mean that is exponentially distributed."""

    least: int
    mean: int

    def draw(self, chance: random.Random) -> float:
        """The nanoseconds of the next one."""
        return self.least - math.log(1.0 - chance.random()) * self.mean


@dataclass(frozen=True, slots=True)
class Normal:
    """Normally distributed; what is below nothing is nothing."""

    mean: int
    deviation: int

    def draw(self, chance: random.Random) -> float:
        """The nanoseconds of the next one."""
        radius = math.sqrt(-2.0 * math.log(1.0 - chance.random()))
        turn = math.cos(2.0 * math.pi * chance.random())
        return self.mean + self.deviation * radius * turn


@dataclass(frozen=True, slots=True)
class Link:
    """The way from one actor to another: how long messages take, and which share of them is lost."""

    latency: Latency = Constant(0)
    loss: float = 0.0


class Way:
    """A link in use. Messages keep their order: the next waits for the one before."""

    def __init__(self) -> None:
        self.link = Link()
        self._last = -(1 << 63)

    def send(self, now: int, chance: random.Random) -> int | None:
        """When a message arrives; nothing where it is lost."""
        loss = self.link.loss
        if loss > 0 and chance.random() < loss:
            return None
        arrives = now + max(int(self.link.latency.draw(chance)), 0)
        self._last = max(self._last, arrives)
        return self._last
