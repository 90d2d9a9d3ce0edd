"""One connection to a peer: frames out, frames in, and the conversation about topics.

Two threads serve it. The reader does the handshake, that of TLS first where it is spoken, splits the stream into
frames and hands them to inboxes; when those are full it stops reading, and so the peer's publishers wait. The
writer sends what publishers could not send at once, and a heartbeat where nothing else was sent for a while.

A connection ends in one of two ways: *in order*, after the peer's goodbye, or by vanishing: the stream
ends without one, breaks the rules, or is silent for too long.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import threading
import time
from typing import TYPE_CHECKING

from mycelium import control
from mycelium._transport.link import HEADER, GivesUp, Incoming, frame_of
from mycelium._transport.wishes import Wishes
from mycelium.errors import DecodeError, MyceliumError, TransportError

if TYPE_CHECKING:
    from mycelium._transport.certificate import Certificate
    from mycelium._transport.credentials import Identity
    from mycelium._transport.hub import Hub
    from mycelium._transport.tls import Secured

MAX_FRAME_BYTES = 64 << 20
OUTGOING_BYTES = 1 << 20
HANDSHAKE_S = 5.0
HEARTBEAT_S = 1.0
PEER_TIMEOUT_S = 5.0
LEAVE_S = 10.0
_READ_BYTES = 1 << 18
# How often blocked threads look whether the connection still lives.
_LOOK_S = 0.2

_log = logging.getLogger("mycelium")


class Connection:
    """A stream socket to a peer, over TLS where there is an `identity` to show. `start` begins the conversation."""

    def __init__(
        self, sock: socket.socket, hub: Hub, *, receives: bool, expected: str, identity: Identity | None
    ) -> None:  # fmt: skip
        self.order = threading.Lock()
        self.receives = receives
        self.peer = expected
        # Channels that the peer has opened, by number; `None` for what is not taken.
        self.incoming: dict[int, Incoming | None] = {}
        # What the peer has asked for.
        self.wishes = Wishes()
        # Topics for which this side has asked, and the versions of their types that it has asked for.
        self.asked: dict[str, set[bytes]] = {}
        # What the peer means by topics of which this side means something else: digest and reason.
        self.others: dict[str, tuple[str, str]] = {}
        self.channels = 0
        self.is_ready = False
        self.ended = threading.Event()
        self._sock: socket.socket | Secured = sock
        self._identity = identity
        # Who the peer has proved to be, once it has.
        self._certificate: Certificate | None = None
        self._is_open = identity is None
        self._hub = hub
        self._expected = expected
        self._changed = threading.Condition(threading.Lock())
        self._pending: list[bytes] = []
        # Bytes in `_pending` and in the hands of the writer.
        self._pending_bytes = 0
        self._is_writing = False
        self._is_alive = True
        self._is_leaving = False
        self._peer_left = False
        self._last_sent = time.monotonic()
        self._threads = [
            threading.Thread(target=target, name=f"mycelium {name}", daemon=True)
            for target, name in ((self._read, "reader"), (self._write, "writer"))
        ]

    def start(self) -> None:
        """Introduces this side and begins to listen."""
        hello = control.Hello(
            protocol=control.PROTOCOL,
            process_id=self._hub.process_id,
            node=self._hub.node,
            service=self._hub.service,
        )
        self.send_control(control.Body.Hello(hello))
        for thread in self._threads:
            thread.start()

    # Sending.

    def send(self, frame: bytes, gives_up: GivesUp) -> bool:
        """Sends a frame, waiting while too much is on its way already; false where it gave up before."""
        if len(frame) > MAX_FRAME_BYTES:
            raise TransportError(
                f"a frame of {len(frame)} bytes does not fit: a connection carries at most"
                f" {MAX_FRAME_BYTES}; send smaller messages"
            )
        with self._changed:
            while self._pending_bytes >= OUTGOING_BYTES and self._is_alive:
                if self._hub.is_over() or gives_up():
                    return False
                self._changed.wait(_LOOK_S)
            self._enqueue(frame)
            return True

    def send_control(self, body: control.Body.Arm) -> None:
        """Sends a control frame; it never waits."""
        self.send_frame(frame_of(body))

    def send_frame(self, frame: bytes) -> None:
        """Sends a frame of control without waiting."""
        with self._changed:
            self._enqueue(frame)

    def _enqueue(self, frame: bytes) -> None:
        if not self._is_alive or self._is_leaving:
            return
        if self._is_open and not self._pending and not self._is_writing:
            # Nothing is before it: the writer need not be woken.
            try:
                sent = self._sock.send(frame, socket.MSG_DONTWAIT)
            except BlockingIOError:
                sent = 0
            except OSError:
                return
            self._last_sent = time.monotonic()
            if sent == len(frame):
                return
            frame = frame[sent:]
        self._pending.append(frame)
        self._pending_bytes += len(frame)
        self._changed.notify_all()

    def subscribers(self, topic: str) -> int:
        """The peer is one, since it asked for the topic."""
        return 1

    def leave(self) -> None:
        """Says goodbye; `finish` waits until it has been sent."""
        with self._changed:
            self._enqueue(frame_of(control.Body.Goodbye(control.Goodbye(reason=""))))
            self._is_leaving = True
            self._changed.notify_all()

    def finish(self, deadline: float) -> None:
        """Waits until all was sent and the peer has closed its side, then closes."""
        self._threads[1].join(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)
        self.ended.wait(max(0.0, min(2.0, deadline - time.monotonic())))
        self._end()
        if self._threads[0] is not threading.current_thread():
            self._threads[0].join(1.0)

    def _write(self) -> None:
        with self._changed:
            while not self._is_open and self._is_alive:
                self._changed.wait(_LOOK_S)
        while True:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
                while not self._pending and self._is_alive and not self._is_leaving:
                    rest = self._last_sent + HEARTBEAT_S - time.monotonic()
                    if rest <= 0:
                        self._pending.append(_heartbeat())
                        self._pending_bytes += len(self._pending[-1])
                    else:
                        self._changed.wait(rest)
                if not self._pending or not self._is_alive:
                    return
                data = b"".join(self._pending)
                self._pending.clear()
                self._is_writing = True
            is_sent = self._send_all(data)
            with self._changed:
                self._pending_bytes -= len(data)
            if not is_sent:
                return

    def _send_all(self, data: bytes) -> bool:
        rest = memoryview(data)
        poll = select.poll()
        poll.register(self._sock, select.POLLOUT)
        while rest and self._is_alive:
            try:
                rest = rest[self._sock.send(rest, socket.MSG_DONTWAIT) :]
                self._last_sent = time.monotonic()
            except BlockingIOError:
                poll.poll(_LOOK_S * 1000)
            except OSError:
                return False
        return self._is_alive

    # Receiving.

    def _read(self) -> None:
        reason = ""
        try:
            if self._secure():
                self._read_frames()
        except (MyceliumError, OSError) as error:
            reason = str(error)
            _log.debug("connection to %s: %s", self.peer, reason)
            if self._identity is not None and not self.is_ready:
                self._hub.note(self.peer, reason)
        finally:
            if reason and not self._peer_left:
                self.send_control(
                    control.Body.Goodbye(control.Goodbye(reason=reason[:500]))
                )
            self._end()
            self._hub.connection_ended(self, in_order=self._peer_left)
            self.ended.set()

    def _secure(self) -> bool:
        """Lets both sides prove who they are, where that is asked; whether there is still somebody to talk to."""
        if self._identity is None:
            return True
        from mycelium._transport.tls import secure

        assert isinstance(self._sock, socket.socket), "there is one handshake"
        secured = secure(
            self._sock, self._identity, self._expected, self._is_wanted, HANDSHAKE_S
        )
        if secured is None:
            return False
        with self._changed:
            self._sock, self._certificate = secured, secured.peer
            self._is_open = self._is_alive
            self._changed.notify_all()
        if not self._is_open:
            secured.close()
        return self._is_open

    def _is_wanted(self) -> bool:
        return self._is_alive and not self._is_leaving

    def _read_frames(self) -> None:
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        buffer = bytearray()
        last = time.monotonic()
        while self._is_alive:
            limit = PEER_TIMEOUT_S if self.is_ready else HANDSHAKE_S
            if not poll.poll(_LOOK_S * 1000):
                if time.monotonic() - last > limit:
                    raise TransportError(f"nothing came for {limit:.0f} s")
                continue
            try:
                data = self._sock.recv(_READ_BYTES)
            except BlockingIOError:
                # A record that carries nothing, or is not here whole.
                continue
            if not data:
                return
            buffer += data
            self._split(buffer)
            last = time.monotonic()

    def _split(self, buffer: bytearray) -> None:
        """Takes all whole frames out of the buffer."""
        at = 0
        batch: list[tuple[Incoming, bytes]] = []
        with memoryview(buffer) as view:
            while len(view) - at >= HEADER.size:
                length, type_id, number, _, _ = HEADER.unpack_from(view, at)
                size = HEADER.size + length
                if length & 7 or size > MAX_FRAME_BYTES:
                    raise TransportError(
                        f"a frame of {size} bytes, which no frame can have"
                    )
                if len(view) - at < size:
                    break
                frame = view[at : at + size].tobytes()
                at += size
                if type_id == 0:
                    self._hub.deliver(batch)
                    batch = []
                    self._take_control(frame)
                    continue
                if number not in self.incoming:
                    raise TransportError(
                        f"a frame on channel {number}, which was not opened"
                    )
                channel = self.incoming[number]
                if channel is not None:
                    batch.append((channel, frame))
        self._hub.deliver(batch)
        del buffer[:at]

    def _take_control(self, frame: bytes) -> None:
        try:
            body = control.Control.from_frame(frame).body
        except DecodeError as error:
            raise TransportError(
                f"a control frame that cannot be read: {error}"
            ) from None
        if not self.is_ready:
            self._take_hello(body)
            return
        match body:
            case control.Body.Subscribe(subscribe):
                self._hub.peer_subscribes(self, subscribe)
            case control.Body.Channel(channel):
                self._hub.peer_publishes(self, channel)
            case control.Body.Refusal(refusal):
                self._hub.peer_refuses(self, refusal)
            case control.Body.Closed(closed):
                self._hub.peer_closes(self, closed.channel)
            case control.Body.Goodbye(goodbye):
                self._peer_left = True
                if goodbye.reason:
                    _log.warning("node %r leaves: %s", self.peer, goodbye.reason)
            case _:
                # A heartbeat, or something that a newer version says.
                pass

    def _take_hello(self, body: control.Body.Arm) -> None:
        if isinstance(body, control.Body.Goodbye):
            raise TransportError(f"the peer will not talk: {body.value.reason}")
        if not isinstance(body, control.Body.Hello):
            raise TransportError("the first frame is not a hello")
        hello = body.value
        if hello.protocol != control.PROTOCOL:
            raise TransportError(
                f"protocol {hello.protocol} at node {hello.node!r}, {control.PROTOCOL} here:"
                " run the same version on both sides"
            )
        if self._expected and hello.node != self._expected:
            raise TransportError(
                f"node {hello.node!r} answers where {self._expected!r} is expected:"
                " use the same topology on both sides"
            )
        if hello.node not in self._hub.peers:
            raise TransportError(
                f"node `{hello.node}` is not expected here, but one of:"
                f" {', '.join(sorted(self._hub.peers))}; use the same topology on both sides"
            )
        if self._certificate and not self._certificate.names_node(hello.node):
            raise TransportError(
                f"it says that it is node `{hello.node}`, but its certificate names"
                f" {self._certificate.shown_names()}"
            )
        self.peer = hello.node
        self.is_ready = True
        self._hub.connection_ready(self)

    def _end(self) -> None:
        with self._changed:
            self._is_alive = False
            self._changed.notify_all()
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()


def _heartbeat() -> bytes:
    return frame_of(control.Body.Heartbeat(control.Heartbeat(sent_time=time.time_ns())))
