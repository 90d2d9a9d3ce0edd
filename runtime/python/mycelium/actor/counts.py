"""How an actor is, for whoever looks after it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from mycelium.actor.failure import Failure


class ActorState(enum.Enum):
    """What an actor is doing."""

    STARTING = "starting"
    """It is being made."""
    RUNNING = "running"
    """It takes messages."""
    RESTING = "resting"
    """It has failed, and rests until it is started again."""
    STOPPING = "stopping"
    """It handles what waits, and then ends."""
    STOPPED = "stopped"
    """It has ended in order."""
    FAILED = "failed"
    """It has failed, and is not started again."""

    @property
    def is_final(self) -> bool:
        """Whether nothing comes after it."""
        return self in (ActorState.STOPPED, ActorState.FAILED)


@dataclass(slots=True)
class ActorStats:
    """Health and counts of one actor."""

    actor: str
    """Its name, behind the groups that it is in: `pricing/curve`."""
    state: ActorState = ActorState.STARTING
    received: int = 0
    """Messages that it took."""
    published: int = 0
    """Messages that it published."""
    timers: int = 0
    """Timers that were due."""
    faults: int = 0
    """Losses, vanished peers and other faults of its subscription."""
    failures: int = 0
    """Times that it failed, by an exception or by choice."""
    restarts: int = 0
    """Times that it was started again."""
    last_failure: Failure | None = None

    def snapshot(self) -> ActorStats:
        """What it shows now."""
        return replace(self)

    def go_on_from(self, former: ActorStats) -> None:
        """Goes on from the counts of the actor's life before its group was started again."""
        for name in ("received", "published", "timers", "faults", "failures"):
            setattr(self, name, getattr(former, name))
        self.restarts = former.restarts + 1
        self.last_failure = former.last_failure


_FIGURES = ("received", "published", "timers", "faults", "failures", "restarts")


@dataclass(frozen=True, slots=True)
class ActorTable:
    """All actors of a supervisor, in the order in which they were started; prints as a table."""

    actors: tuple[ActorStats, ...]

    def actor(self, name: str) -> ActorStats:
        """The actor of this name; a `KeyError` where there is none."""
        for stats in self.actors:
            if stats.actor == name:
                return stats
        raise KeyError(name)

    def __str__(self) -> str:
        width = max((len(stats.actor) for stats in self.actors), default=0)
        width = max(width, len("actor"))
        titles = "".join(f" {title:>10}" for title in _FIGURES)
        lines = [f"{'actor':{width}}  {'state':9}{titles}"]
        for stats in self.actors:
            figures = "".join(f" {getattr(stats, title):>10}" for title in _FIGURES)
            lines.append(f"{stats.actor:{width}}  {stats.state.value:9}{figures}")
            if stats.last_failure is not None:
                lines.append(f"  {stats.last_failure}")
        return "\n".join(lines) + "\n"
