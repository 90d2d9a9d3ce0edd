"""Topologies of two nodes, and the second of them in another process."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import mycelium

TESTS = Path(__file__).parent
ROOT = TESTS.parents[2]


def write_topology(folder, kind):
    endpoint = {
        "unix": 'endpoint.kind = "unix"\nendpoint.path = "run/two.sock"',
        "tcp": f'endpoint.kind = "tcp"\nendpoint.addr = "127.0.0.1:{free_port()}"',
        "shm": f'endpoint.kind = "shm"\nendpoint.path = "{shm_folder(folder)}"\n'
        "endpoint.capacity = 65536",
    }[kind]
    path = folder / "topology.toml"
    path.write_text(
        '[[nodes]]\nname = "one"\nservices = ["first", "other"]\n\n'
        f'[[nodes]]\nname = "two"\nservices = ["second"]\n{endpoint}\n'
    )
    return path


def shm_folder(folder):
    return Path("/dev/shm", f"mycelium-test-{os.getpid()}-{folder.name}")


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def open_bus(topology, service):
    return mycelium.MessageBus.from_topology(topology, service)


class Process:
    """A node in another process; killed at the end if it still runs."""

    def __init__(self, topology, service, role, count=0):
        environment = os.environ | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"}
        self.child = subprocess.Popen(
            [sys.executable, TESTS / "nodes.py", topology, service, role, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.communicate()

    def expect(self, line):
        assert self.child.stdout.readline().strip() == line
