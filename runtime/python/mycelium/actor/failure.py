"""Why an actor ended, and what a supervisor says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from mycelium.errors import MyceliumError

# What ends at an actor's edge: it ends no process and cancels nobody else, whatever it raises for that.
RAISED = (Exception, SystemExit, asyncio.CancelledError)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an actor failed."""

    reason: str
    """What the exception says, or what it gave to `fail`."""
    error: BaseException | None = field(default=None, compare=False)
    """The exception of a handler or a hook, with its traceback; none where the actor called `fail`."""

    def __str__(self) -> str:
        return self.reason if self.error is not None else f"failed: {self.reason}"

    @staticmethod
    def of(error: BaseException) -> Failure:
        """The failure of a handler that raised this."""
        return Failure(f"raised {type(error).__name__}: {error}", error)


class Escalation(MyceliumError):
    """An actor failed more often than its policy allows, and so did every group around it.

    `actor` is its name, behind the groups that it is in: `pricing/curve`. What a handler raised is the cause.
    """

    def __init__(self, actor: str, failure: Failure) -> None:
        super().__init__(actor, failure)
        self.actor = actor
        self.failure = failure

    def __str__(self) -> str:
        return f"actor {self.actor!r} failed more often than its policy allows; at last it {self.failure}"


class SpawnError(MyceliumError):
    """An actor or a group was not started: its name is taken, or its supervisor stops."""


class ShutdownError(MyceliumError):
    """Some actors did not end in time; they were told to end at once, and left. `stuck` has their names."""

    def __init__(self, stuck: Sequence[str]) -> None:
        super().__init__(tuple(stuck))
        self.stuck = tuple(stuck)

    def __str__(self) -> str:
        return f"still in a handler, and left alone: {', '.join(self.stuck)}"
