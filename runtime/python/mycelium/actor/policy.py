"""What is done about an actor that has ended."""

from __future__ import annotations

import enum
import math
import random
from collections import deque
from dataclasses import dataclass, field


class Restart(enum.Enum):
    """When an actor that has ended is started again."""

    ALWAYS = "always"
    """However it ended, unless its supervisor stops it."""
    ON_FAILURE = "on failure"
    """When a handler has raised an exception or it failed; one that stopped has done its work."""
    NEVER = "never"
    """Never: what fails is reported, and the others go on."""


class KeptState(enum.Enum):
    """What becomes of the state of an actor that failed."""

    REMADE = "remade"
    """The actor is dropped, and another is made of its class."""
    KEPT = "kept"
    """The same object goes on, as the handler left it."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses before restarts: each twice as long as the one before, up to a longest one.

    After the longest pause's length without a failure the first one counts again.
    """

    first_s: float = 0.01
    """Before the first restart."""
    most_s: float = 10.0
    """The longest pause."""
    jitter: float = 0.2
    """Share of a pause, 0 to 1, that chance may take away, so that many do not come back at once."""

    def pause(self, number: int, chance: random.Random) -> float:
        """The pause before the restart of this number, from 0, in a row of failures."""
        doubled = math.ldexp(self.first_s, min(number, 64))
        kept = 1.0 - min(max(self.jitter, 0.0), 1.0) * chance.random()
        return min(doubled, self.most_s) * kept


@dataclass(frozen=True, slots=True)
class Intensity:
    """How many restarts are allowed in how long. One more, and the failure goes up to the supervisor.

    With none at all every failure goes up; in a group this restarts all for one.
    """

    restarts: int = 10
    within_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Policy:
    """How an actor, or a group of them, is looked after."""

    restart: Restart = Restart.ON_FAILURE
    backoff: Backoff = field(default_factory=Backoff)
    intensity: Intensity = field(default_factory=Intensity)
    state: KeptState = KeptState.REMADE


class Restarts:
    """The restarts of one child, as its policy sees them."""

    def __init__(self, policy: Policy, chance: random.Random) -> None:
        self._backoff = policy.backoff
        self._intensity = policy.intensity
        self._chance = chance
        self._recent: deque[float] = deque()
        self._in_a_row = -1
        self._last = -math.inf

    def next(self, now: float) -> float | None:
        """When the next restart may be, or nothing if there were too many."""
        recent, intensity = self._recent, self._intensity
        while recent and now - recent[0] > intensity.within_s:
            recent.popleft()
        if len(recent) >= intensity.restarts:
            return None
        recent.append(now)
        has_rested = now - self._last > self._backoff.most_s
        self._in_a_row = 0 if has_rested else self._in_a_row + 1
        self._last = now + self._backoff.pause(self._in_a_row, self._chance)
        return self._last
