"""What carries an actor: a thread of its own, or a task of asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from mycelium.actor.child import Arrival, Arrived, Child, End, Want
from mycelium.errors import Closed, MyceliumError
from mycelium.publisher import Publisher

Report = Callable[[End, list[Publisher[Any]]], None]
"""Told at the end how a child ended, and what it published on."""

# After so many messages in a row a task lets others have their turn.
_TURN = 64


def _left(until: float | None) -> float | None:
    """Seconds up to a time, or the most that a thread can wait: who is woken before looks again."""
    if until is None:
        return None
    return min(max(until - time.monotonic(), 0.0), threading.TIMEOUT_MAX)


def tell_loop(
    loop: asyncio.AbstractEventLoop, tell: Callable[..., object], *arguments: Any
) -> None:
    """Lets a loop call a function, from any thread; one that has been closed is told nothing."""
    # It may close at any moment, so that to look before is of no use.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(tell, *arguments)


def start_thread(child: Child, report: Report) -> None:
    """Lets a thread of its own carry it."""
    # Ended at exit by its bus: the interpreter waits for other threads before it closes buses.
    name = f"mycelium {child.stats.actor}"
    body = threading.Thread(
        target=_run_on_thread, args=(child, report), name=name, daemon=True
    )
    body.start()


def _run_on_thread(child: Child, report: Report) -> None:
    end = End()
    life = child.life()
    try:
        want = next(life)
        while True:
            want = life.send(_wait(child, want))
    except StopIteration as done:
        end = done.value
    finally:
        child.close()
        report(end, list(child.context.publishers.values()))


def _wait(child: Child, want: Want) -> Arrival:
    if not want.takes or child.subscriber is None:
        child.ordered.wait(_left(want.until))
        return Arrived.NOTHING
    try:
        message: Arrival = child.subscriber.recv(_left(want.until))
    except TimeoutError:
        return Arrived.NOTHING
    except Closed:
        return Arrived.CLOSED
    except MyceliumError as fault:
        return fault
    return message


def start_task(child: Child, report: Report, loop: asyncio.AbstractEventLoop) -> None:
    """Lets a task of this loop carry it."""
    carrier = _Task(child, report, loop)
    try:
        is_here = asyncio.get_running_loop() is loop
    except RuntimeError:
        is_here = False
    if is_here:
        carrier.start()
    else:
        loop.call_soon_threadsafe(carrier.start)


class _Task:
    """Carries a child in a loop. What it publishes a thread sends, for the loop may not wait for room."""

    def __init__(
        self, child: Child, report: Report, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._child = child
        self._report = report
        self._loop = loop
        self._ordered = asyncio.Event()
        self._sender: _Sender | None = None
        self._in_a_row = 0
        self._task: asyncio.Task[None] | None = None
        self._end = End()
        self._is_over = False

    def start(self) -> None:
        """Begins; in the loop's thread."""
        name = f"mycelium {self._child.stats.actor}"
        self._task = self._loop.create_task(self._run(), name=name)
        # Of one that is cancelled before it begins, nothing runs.
        self._task.add_done_callback(self._finish)

    def __del__(self) -> None:
        # Thrown away by a loop that has ended before it began.
        self._finish()

    def _finish(self, _: object = None) -> None:
        """Says once that the child has ended, however that came."""
        if self._is_over:
            return
        self._is_over = True
        self._child.close()
        if self._sender is not None:
            self._sender.close()
        self._report(self._end, list(self._child.context.publishers.values()))

    async def _run(self) -> None:
        child = self._child
        child.on_order = self._wake
        if child.ordered.is_set():
            self._ordered.set()
        life = child.life()
        try:
            want = next(life)
            while True:
                arrival = await self._wait(want)
                want = life.send(arrival)
        except StopIteration as done:
            self._end = done.value
        finally:
            # Also where the task is thrown away, with its loop.
            self._finish()

    def _wake(self) -> None:
        tell_loop(self._loop, self._ordered.set)

    async def _wait(self, want: Want) -> Arrival:
        child = self._child
        subscriber = child.subscriber if want.takes else None
        try:
            message = None if subscriber is None else subscriber.try_recv()
            if message is not None:
                await self._pass_turn()
            elif child.context.outbox:
                # Before it waits; and life goes on with what came of it.
                await self._send()
            elif want.until is not None and want.until <= time.monotonic():
                await asyncio.sleep(0)
            elif subscriber is None:
                await _within(self._ordered.wait(), _left(want.until))
            else:
                message = await _within(subscriber.recv_async(), _left(want.until))
        except Closed:
            return Arrived.CLOSED
        except MyceliumError as fault:
            await self._pass_turn()
            return fault
        return Arrived.NOTHING if message is None else message

    async def _pass_turn(self) -> None:
        """Lets others run now and then where there is always something to take."""
        self._in_a_row += 1
        if self._in_a_row % _TURN == 0:
            await asyncio.sleep(0)

    async def _send(self) -> None:
        context = self._child.context
        waiting, context.outbox = context.outbox, []
        if self._sender is None:
            self._sender = _Sender(f"{self._child.stats.actor} out", self._loop)
        sent, fault = await self._sender.send(waiting)
        context.stats.published += sent
        if fault is not None:
            context.refuse(fault)


async def _within(what: Any, seconds: float | None) -> Any:
    """What comes of it, or nothing where that takes longer."""
    try:
        return await asyncio.wait_for(what, seconds)
    except TimeoutError:
        return None


_Sent = tuple[int, Exception | None]
_Batch = list[tuple[Publisher[Any], bytes]]


class _Sender:
    """A thread that publishes for one task, and may wait for room meanwhile."""

    def __init__(self, name: str, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._jobs: queue.SimpleQueue[tuple[_Batch, asyncio.Future[_Sent]] | None] = (
            queue.SimpleQueue()
        )
        threading.Thread(target=self._run, name=f"mycelium {name}", daemon=True).start()

    def send(self, batch: _Batch) -> asyncio.Future[_Sent]:
        """Publishes these in order: how many went out, and what was wrong first."""
        future: asyncio.Future[_Sent] = self._loop.create_future()
        self._jobs.put((batch, future))
        return future

    def close(self) -> None:
        """Nothing more comes."""
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch, future = job
            sent = 0
            fault: Exception | None = None
            for publisher, frame in batch:
                try:
                    publisher.publish_frame(frame)
                    sent += 1
                except Exception as error:
                    # The task waits for an answer, whatever it is.
                    fault = fault or error
            tell_loop(self._loop, _fulfil, future, (sent, fault))


def _fulfil(future: asyncio.Future[_Sent], sent: _Sent) -> None:
    if not future.done():
        future.set_result(sent)
