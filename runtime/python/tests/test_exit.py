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


@pytest.mark.parametrize("name", CASES)
def test_python_ends_with_everything_open(name):
    code = PROGRAM.replace("{case}", textwrap.dedent(CASES[name]))
    environment = os.environ | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"}
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        timeout=25,
    )
    assert (done.returncode, done.stdout) == (0, "over\n"), done.stderr
    assert "Fatal" not in done.stderr
