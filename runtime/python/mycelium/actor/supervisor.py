"""Looks after actors: starts them, restarts them, stops them in order.

Each group has one thread, which waits for children to end. A supervisor has none: whoever joins it or shuts it
down does that work.
"""

from __future__ import annotations

import asyncio
import enum
import functools
import random
import threading
import time
from collections.abc import Callable
from typing import ParamSpec

from mycelium import _exit
from mycelium._closing import Closing
from mycelium.actor import drive
from mycelium.actor.child import Child, End
from mycelium.actor.children import Children, Held, close
from mycelium.actor.counts import ActorStats, ActorTable
from mycelium.actor.failure import (
    RAISED,
    Escalation,
    Failure,
    ShutdownError,
    SpawnError,
)
from mycelium.actor.handlers import Actor
from mycelium.actor.policy import Policy, Restarts
from mycelium.bus import MessageBus

P = ParamSpec("P")

# How long children have to end in order, where nobody says how long.
_PATIENCE_S = 5.0


class Placement(enum.Enum):
    """What carries an actor."""

    THREAD = "thread"
    """A thread of its own."""
    TASK = "task"
    """A task of the running loop of asyncio."""


class Scope:
    """Where actors are started: a supervisor, or a group of one."""

    def __init__(
        self, children: Children, loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self._children = children
        # Where tasks of a restart go: there is no running loop in a group's thread.
        self._loop = loop

    def thread(
        self, name: str, cls: Callable[P, Actor], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Starts an actor of a class on a thread of its own, with the usual policy; see `spawn`."""
        self.spawn(name, Placement.THREAD, Policy(), cls, *args, **kwargs)

    def task(
        self, name: str, cls: Callable[P, Actor], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Starts an actor of a class as a task of the running loop, with the usual policy; see `spawn`."""
        self.spawn(name, Placement.TASK, Policy(), cls, *args, **kwargs)

    def spawn(
        self,
        name: str,
        placement: Placement,
        policy: Policy,
        cls: Callable[P, Actor],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Starts an actor: of this class, made with these arguments, at the start and at each restart.

        When this returns it is subscribed, though it may not have run yet. Raises `SpawnError` where the name is taken
        or the supervisor stops, and what opening its topics raises.
        """
        if not (isinstance(cls, type) and issubclass(cls, Actor)):
            raise TypeError(f"actor {name!r}: expected a class of actors, got {cls!r}")
        loop = self._loop_for(name) if placement is Placement.TASK else None
        children = self._children
        make = functools.partial(cls, *args, **kwargs)
        path = children.path_of(name)
        child = Child(children.bus, path, policy, cls, make, defers=loop is not None)
        key = None
        try:
            key = children.add(name, child)
            report = functools.partial(children.take_end, key)
            if loop is None:
                drive.start_thread(child, report)
            else:
                drive.start_task(child, report, loop)
        except BaseException:
            # Nothing carries it, so nothing will say that it has ended.
            if key is not None:
                children.remove(key)
            child.close()
            child.context.close()
            raise

    def group(
        self, name: str, policy: Policy, start: Callable[[Scope], object]
    ) -> None:
        """Starts several actors that belong together: those that `start` starts.

        A failure that one of them hands up stops all of them, in order, and then the whole group is started again, by
        the same function, as its policy says; groups may lie in groups. Where one of them does not stop within 5 s, the
        group is not started again, and the failure goes up. Counts go on by name. What they publish on stays
        open until they have been started again.

        What `start` raises at the first start is raised here; at a restart it is another failure.
        """
        above = self._children
        children = Children(above.path_of(name), above.bus)
        key = above.add(name, children)
        scope = Scope(children, self._loop or _running_loop())

        def look_after() -> None:
            end = End()
            held: Held = []
            try:
                end, held = _look_after(scope, policy, start)
            finally:
                above.take_end(key, end, held)

        try:
            start(scope)
            # Ended at exit by the bus, as the actors are.
            threading.Thread(
                target=look_after, name=f"mycelium {children.path}", daemon=True
            ).start()
        except BaseException:
            children.stop_children(time.monotonic() + _PATIENCE_S)
            # Of those that have handed up a failure already: nobody starts them again.
            close(children.close())
            above.remove(key)
            raise

    def stats(self) -> ActorTable:
        """Health and counts of all actors, those of groups too."""
        actors: list[ActorStats] = []
        self._children.collect(actors)
        return ActorTable(tuple(actors))

    def _loop_for(self, name: str) -> asyncio.AbstractEventLoop:
        loop = self._loop or _running_loop()
        if loop is None:
            raise SpawnError(
                f"actor {name!r}: no loop of asyncio runs here; start it in a coroutine, or on a thread"
            )
        return loop


class Supervisor(Scope, Closing):
    """Looks after the actors of a process, or of a part of it.

    Children are started consumers first: at shutdown the last one started is the first to stop, so that what
    producers published is still handled. It has no thread of its own: when one of its actors fails more often than it
    may, the others are stopped by whoever calls `join`. Leaving its `with` block shuts down, and waits for 5 s at most; where
    its actors are tasks of that thread's loop, `await shutdown_async()` comes first.
    """

    def __init__(self, bus: MessageBus) -> None:
        super().__init__(Children("", bus))
        _exit.add(self)

    def join(self) -> None:
        """Waits until all children have ended, or one of them has failed more often than its policy allows.

        Then the others are stopped in order, and `Escalation` is raised. As long as nobody calls it, they go on. Each
        that joins learns of the first such failure, also after a shutdown. In a coroutine, `join_async` waits.
        """
        children = self._children
        with children.changed:
            children.changed.wait_for(
                lambda: (
                    children.escalation or children.escalations or children.have_ended()
                )
            )
            # Kept where it is taken, under one lock: others that join learn of the same failure.
            if children.escalation is None and children.escalations:
                children.escalation = Escalation(*children.escalations.popleft())
            escalation = children.escalation
        if escalation is None:
            return
        children.stop_children(time.monotonic() + _PATIENCE_S)
        # Another one for each who joins: what is raised keeps its own traceback.
        raise Escalation(
            escalation.actor, escalation.failure
        ) from escalation.failure.error

    async def join_async(self) -> None:
        """As `join`, for asyncio."""
        await _beside(self.join)

    def shutdown(self, timeout: float = _PATIENCE_S) -> None:
        """Stops the children one after the other, the last one started first.

        Each handles what waits for it, then ends; the next begins when it has. Nothing can be started afterwards. Raises
        `ShutdownError` where some did not end within these seconds: they were told to end at once, and then left.
        In a coroutine whose loop carries actors, `shutdown_async` does it.
        """
        stuck = self._children.stop_children(time.monotonic() + timeout)
        if stuck:
            raise ShutdownError(stuck)

    async def shutdown_async(self, timeout: float = _PATIENCE_S) -> None:
        """As `shutdown`, for asyncio."""
        await _beside(functools.partial(self.shutdown, timeout))

    def close(self) -> None:
        """Shuts down, within 5 s; who does not stop is left. Closing twice is nothing to do."""
        self._children.stop_children(time.monotonic() + _PATIENCE_S)


async def _beside(block: Callable[[], None]) -> None:
    """Does what blocks on a thread of its own, which does not keep the interpreter from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def tell(error: Exception | None) -> None:
        if not done.done():
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

    def run() -> None:
        error: Exception | None = None
        try:
            block()
        except Exception as raised:
            error = raised
        drive.tell_loop(loop, tell, error)

    threading.Thread(target=run, name="mycelium supervisor", daemon=True).start()
    await done


def _look_after(
    scope: Scope, policy: Policy, start: Callable[[Scope], object]
) -> tuple[End, Held]:
    """The thread of a group: restarts it until it may not, is told to stop, or has nothing left to do.

    With its end it gives what is held for the group above, which may start it again.
    """
    children = scope._children
    restarts = Restarts(policy, random.Random())
    held: Held = []
    end = End()
    while (escalation := children.next_escalation()) is not None:
        actor, failure = escalation
        stuck = children.pause_children(time.monotonic() + _PATIENCE_S)
        if stuck:
            # A second copy must not run beside one that is still busy.
            names = ", ".join(map(repr, stuck))
            reason = f"cannot be started again: {names} did not stop when {actor!r} {failure}"
            end = End((children.path, Failure(reason)))
            break
        at = restarts.next(time.monotonic())
        if at is None:
            end = End(escalation)
            break
        if not children.rest_until(at):
            break
        held.extend(children.reopen())
        try:
            start(scope)
        except RAISED as error:
            with children.changed:
                children.escalations.append((children.path, Failure.of(error)))
            continue
        # Those that have just been started publish there now.
        close(held)
        held = []
    held.extend(children.close())
    return end, held


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
