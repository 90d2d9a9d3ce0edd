"""Where connections come from: a listener at the node's own endpoint, a dialer for each peer's."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import select
import socket
import struct
import threading
from typing import TYPE_CHECKING

from mycelium._transport.connection import HANDSHAKE_S, Connection
from mycelium.errors import TopologyError
from mycelium.topology import Endpoint, split_address

if TYPE_CHECKING:
    from mycelium._transport.credentials import Identity
    from mycelium._transport.hub import Hub

_LOOK_S = 0.1
_FIRST_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 1.0


class Listener:
    """Accepts connections at the node's own endpoint until it is closed."""

    receives = True

    def __init__(self, endpoint: Endpoint, hub: Hub, identity: Identity | None) -> None:
        self._endpoint = endpoint
        self._identity = identity
        self._hub = hub
        self._is_closed = threading.Event()
        try:
            self._sock = _bind(endpoint)
        except OSError as error:
            raise TopologyError(
                f"node {hub.node!r} cannot listen at {endpoint}: {error.strerror or error};"
                " choose another endpoint, or stop the process that has it"
            ) from None
        self._inode = (
            os.stat(endpoint.place).st_ino if endpoint.kind == "unix" else None
        )
        self._thread = threading.Thread(
            target=self._run, name="mycelium listener", daemon=True
        )
        self._thread.start()

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        while not self._is_closed.is_set():
            if not poll.poll(_LOOK_S * 1000):
                continue
            try:
                sock, _ = self._sock.accept()
            except OSError:
                continue
            if self._endpoint.kind == "unix" and not _is_own_user(sock):
                sock.close()
                continue
            self._hub.connect(
                _prepared(sock), receives=True, expected="", identity=self._identity
            )

    def close(self) -> None:
        """Stops accepting, and removes the socket's file."""
        self._is_closed.set()
        self._thread.join()
        self._sock.close()
        if self._inode is not None:
            with contextlib.suppress(OSError):
                if os.stat(self._endpoint.place).st_ino == self._inode:
                    os.unlink(self._endpoint.place)
                    # Only if nothing else is in it.
                    os.rmdir(os.path.dirname(self._endpoint.place))


class Dialer:
    """Keeps a connection to a peer's endpoint, trying again until it is closed."""

    def __init__(
        self, endpoint: Endpoint, peer: str, hub: Hub, identity: Identity | None, *, subscribes: bool
    ) -> None:  # fmt: skip
        self._endpoint = endpoint
        self._identity = identity
        self._peer = peer
        self._hub = hub
        self.receives = subscribes
        self._is_closed = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="mycelium dialer", daemon=True
        )
        self._thread.start()

    def _run(self) -> None:
        pause = _FIRST_PAUSE_S
        while not self._is_closed.is_set():
            connection = self._dial()
            if connection is not None:
                while not connection.ended.wait(_LOOK_S):
                    if self._is_closed.is_set():
                        return
                pause = _FIRST_PAUSE_S if connection.is_ready else pause
            self._is_closed.wait(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def _dial(self) -> Connection | None:
        try:
            sock = _connected(self._endpoint)
        except OSError:
            return None
        return self._hub.connect(
            _prepared(sock), receives=self.receives, expected=self._peer, identity=self._identity
        )  # fmt: skip

    def close(self) -> None:
        """Stops trying; a connection that stands is not touched."""
        self._is_closed.set()
        # A connect that is under way to a silent host ends by itself.
        self._thread.join(1.0)


def _bind(endpoint: Endpoint) -> socket.socket:
    if endpoint.kind == "unix":
        return _bind_unix(endpoint.place)
    host, port = _address(endpoint)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen()
    except OSError:
        sock.close()
        raise
    return sock


def _bind_unix(path: str) -> socket.socket:
    folder = os.path.dirname(path)
    if folder:
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, 0o700)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        try:
            sock.bind(path)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or not _is_stale(path):
                raise
            os.unlink(path)
            sock.bind(path)
        os.chmod(path, 0o600)
        sock.listen()
    except OSError:
        sock.close()
        raise
    return sock


def _is_stale(path: str) -> bool:
    """Whether nobody listens at a socket file any more."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(path) == errno.ECONNREFUSED


def _is_own_user(sock: socket.socket) -> bool:
    credentials = sock.getsockopt(
        socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")
    )
    _, user, _ = struct.unpack("3i", credentials)
    return bool(user == os.geteuid())


def _connected(endpoint: Endpoint) -> socket.socket:
    if endpoint.kind == "tcp":
        return socket.create_connection(_address(endpoint), HANDSHAKE_S)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(HANDSHAKE_S)
        sock.connect(endpoint.place)
    except OSError:
        sock.close()
        raise
    return sock


def _address(endpoint: Endpoint) -> tuple[str, int]:
    address = split_address(endpoint.place)
    assert address is not None, "the topology has checked it"
    return address


def _prepared(sock: socket.socket) -> socket.socket:
    sock.settimeout(None)
    if sock.family != socket.AF_UNIX:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock
