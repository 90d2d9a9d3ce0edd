"""A node in a process of its own, for tests: `python nodes.py TOPOLOGY SERVICE ROLE COUNT`."""

import signal
import sys
import time

from shapes import New, Old, Scalars

import mycelium


def echo(bus, count):
    """Publishes back, as `Scalars` say `n`, the number of each message."""
    from samples import SCALARS

    with bus.publisher(Scalars) as publisher:
        # What nobody reads yet would be gone.
        publisher.wait_for_subscribers(1, timeout=20)
        for message in bus.subscriber(New):
            publisher.publish(SCALARS.__replace__(n=message.number))


def publish(bus, count):
    """Publishes numbers to one subscriber."""
    with bus.publisher(New) as publisher:
        publisher.wait_for_subscribers(1, timeout=20)
        for number in range(count):
            publisher.publish(New(number=number, note="x" * (number % 50)))


def publish_and_hang(bus, count):
    """Publishes, and then does nothing until it is killed."""
    publisher = bus.publisher(New)
    publisher.wait_for_subscribers(1, timeout=20)
    for number in range(count):
        publisher.publish(New(number=number, note=""))
    print("published", flush=True)
    time.sleep(60)


def publish_other(bus, count):
    """Publishes the older version, whose digest is another."""
    publisher = bus.publisher(Old)
    print("ready", flush=True)
    sys.stdin.readline()
    publisher.close()


def receive_until_interrupted(bus, count):
    """Waits for messages that never come; ends in order on Ctrl-C."""
    subscriber = bus.subscriber(New)
    try:
        print("ready", flush=True)
        subscriber.recv()
    except KeyboardInterrupt:
        print("interrupted", flush=True)


if __name__ == "__main__":
    # Where the tests run in a shell's background, Ctrl-C is ignored, and would be here too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _, topology, service, role, count = sys.argv
    with mycelium.MessageBus.from_topology(topology, service) as bus:
        globals()[role](bus, int(count))
