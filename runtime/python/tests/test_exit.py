"""How Python ends with everything still open: at once, without a crash."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

CASES = {
    "a thread that waits": """
        subscriber = bus.subscriber(New)
        start(subscriber.recv)
    """,
    "threads that wait for one subscriber": """
        subscriber = bus.subscriber(New)
        for _ in range(4):
            start(subscriber.recv)
    """,
    "a thread that waits for room": """
        subscriber, publisher = bus.subscriber(New, capacity=1), bus.publisher(New)
        start(lambda: [publisher.publish(NEW) for _ in range(3)])
    """,
    "a listener": """
        subscriber = bus.subscriber(New)
        listener = subscriber.listen(print)
    """,
    "a listener in the midst of messages": """
        subscriber, publisher = bus.subscriber(New), bus.publisher(New)
        listener = subscriber.listen(lambda message: None)
        start(lambda: [publisher.publish(NEW) for _ in range(10**9)])
    """,
    "listeners that wait for room on other buses": """
        # Ten, as they are closed in no certain order.
        def listen():
            here, there = mycelium.MessageBus(), mycelium.MessageBus()
            full, onward = there.subscriber(New, capacity=1), there.publisher(New)
            listener = here.subscriber(New).listen(onward.publish)
            publisher = here.publisher(New)
            for _ in range(3):
                publisher.publish(NEW)
            return here, there, full, listener, publisher
        held = [listen() for _ in range(10)]
    """,
    "a listener that closes itself": """
        subscriber, publisher = bus.subscriber(New), bus.publisher(New)
        listener = subscriber.listen(lambda message: listener.close())
        publisher.publish(NEW)
    """,
    "a listener that does not come back": """
        mycelium._exit._PATIENCE_S = 0.1
        subscriber, publisher = bus.subscriber(New), bus.publisher(New)
        listener = subscriber.listen(lambda message: time.sleep(3600))
        publisher.publish(NEW)
    """,
    "a subscriber whose bus nobody holds": """
        subscriber = bus.subscriber(New)
        del bus
        start(subscriber.recv)
    """,
    "a loop that was stopped": """
        subscriber = bus.subscriber(New)
        async def run():
            task = asyncio.create_task(subscriber.recv_async())
            await asyncio.sleep(0.01)
        asyncio.run(run())
    """,
    "a loop in a thread": """
        subscriber = bus.subscriber(New)
        start(lambda: asyncio.run(subscriber.recv_async()))
    """,
}

PROGRAM = """
import asyncio
import sys
import threading
import time

import mycelium
from samples import NEW
from shapes import New


def start(what):
    def run():
        try:
            what()
        except mycelium.Closed:
            pass

    threading.Thread(target=run, daemon=True).start()


bus = mycelium.MessageBus()
{case}
# So that threads wait by now; it ends well if they do not yet, too.
time.sleep(0.05)
print("over", flush=True)
"""


# Buses that cannot be closed stand among others that can, as they are closed in no certain order.
SOME_FAIL = """
class Noting(mycelium.MessageBus):
    def close(self):
        super().close()
        print("closed")


class Failing(mycelium.MessageBus):
    def close(self):
        raise RuntimeError("not this one")


buses = [(Failing(), Noting()) for _ in range(5)]
listener = bus.subscriber(New).listen(print)
"""


@pytest.mark.parametrize("name", CASES)
def test_python_ends_with_everything_open(name):
    done = run(CASES[name])
    assert (done.returncode, done.stdout) == (0, "over\n"), done.stderr
    assert "Fatal" not in done.stderr


def test_what_cannot_be_closed_keeps_nobody_else_open():
    done = run(SOME_FAIL)
    assert (done.returncode, done.stdout) == (0, "over\n" + 5 * "closed\n"), done.stderr
    assert done.stderr.count("RuntimeError: not this one") == 5


def run(case):
    code = PROGRAM.replace("{case}", textwrap.dedent(case))
    environment = os.environ | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"}
    return subprocess.run(
        [sys.executable, "-X", "dev", "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        timeout=25,
    )
