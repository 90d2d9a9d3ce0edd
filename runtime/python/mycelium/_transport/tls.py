"""TLS on a connection: a handshake in which each side proves which node it is, and a socket that two threads use.

TLS 1.3 only, as in the runtime in Rust. The dialer checks in the handshake that it has reached the node that
it dials; the listener, which cannot know who comes, checks it against the hello. The handshake runs in
the connection's own thread, so that one that hangs holds nobody.

OpenSSL wants one thread at a time for a connection: the socket never waits within it, and a lock is held meanwhile.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable

from mycelium._transport.certificate import Certificate
from mycelium._transport.credentials import PROTOCOL, Identity
from mycelium._transport.tls_words import NO_PROTOCOL, words
from mycelium.errors import TransportError

# What a record of TLS carries at most. Reads of as much leave nothing of one behind that `poll` would not see.
_RECORD_BYTES = 1 << 14
# How often a handshake that waits looks whether it is still wanted.
_LOOK_S = 0.2


class Secured:
    """What a `Connection` needs of a socket, over TLS. It never waits: `BlockingIOError` says to try again."""

    def __init__(self, sock: ssl.SSLSocket, peer: Certificate) -> None:
        self.peer = peer
        self._sock = sock
        self._lock = threading.Lock()
        self._is_over = False
        # The peer has ended it too: whatever follows is no TLS, and would be read as it stands.
        self._has_ended = False
        self._failed: ssl.SSLError | None = None

    def fileno(self) -> int:
        """What `poll` asks about."""
        return self._sock.fileno()

    def send(self, data: bytes | memoryview, flags: int = 0, /) -> int:
        """Sends a record; one that could not be sent whole is to be sent again as it is."""
        with self._lock:
            if self._is_over:
                raise BrokenPipeError("this side has ended the stream")
            try:
                return self._sock.send(memoryview(data)[:_RECORD_BYTES])
            except ssl.SSLError as error:
                raise _of_a_socket(error) from None

    def recv(self, most: int, /) -> bytes:
        """All that has come, about as much as is asked for; nothing at the end."""
        pieces: list[bytes] = []
        got = 0
        with self._lock:
            while got < most and not self._has_ended:
                try:
                    piece = self._sock.recv(_RECORD_BYTES)
                except ssl.SSLError as error:
                    if pieces and not isinstance(error, ssl.SSLWantReadError):
                        # What came before it is taken first.
                        self._failed = error
                    elif not pieces:
                        raise _of_a_socket(self._failed or error) from None
                    break
                if not piece:
                    break
                pieces.append(piece)
                got += len(piece)
        return b"".join(pieces)

    def shutdown(self, how: int, /) -> None:
        """Says that nothing more comes, and ends the stream below."""
        with self._lock:
            self._is_over = True
            with contextlib.suppress(OSError, ValueError):
                # It does not wait for the answer.
                self._sock.unwrap()
                self._has_ended = True
            socket.socket.shutdown(self._sock, how)

    def close(self) -> None:
        """Lets go of it."""
        with self._lock:
            self._sock.close()


def secure(
    sock: socket.socket, identity: Identity, expected: str, is_wanted: Callable[[], bool], limit_s: float
) -> Secured | None:  # fmt: skip
    """Both sides prove who they are; nothing where nobody wants to know any more, or the peer said nothing at all.

    `expected` is the node that was dialled, and empty for whoever has come.
    """
    context = identity.current()
    sock.setblocking(False)
    secured = (context.client if expected else context.server).wrap_socket(
        sock,
        server_side=not expected,
        server_hostname=expected or None,
        do_handshake_on_connect=False,
    )
    try:
        if not _shake_hands(secured, expected, is_wanted, limit_s):
            secured.close()
            return None
        return Secured(secured, _proof(secured, expected))
    except BaseException:
        secured.close()
        raise


def _shake_hands(
    sock: ssl.SSLSocket, expected: str, is_wanted: Callable[[], bool], limit_s: float
) -> bool:
    deadline = time.monotonic() + limit_s
    poll = select.poll()
    while is_wanted():
        try:
            sock.do_handshake()
            return True
        except ssl.SSLWantReadError:
            poll.register(sock, select.POLLIN)
        except ssl.SSLWantWriteError:
            poll.register(sock, select.POLLOUT)
        except (ssl.SSLEOFError, ConnectionError) as error:
            if expected:
                raise TransportError(f"the TLS handshake failed: {error}") from None
            # Who only wants to know whether anybody listens here is no fault.
            return False
        except ssl.SSLError as error:
            why = words(error, expected)
            raise TransportError(f"TLS with the peer failed: {why}") from None
        if time.monotonic() > deadline:
            raise TransportError(f"the TLS handshake took longer than {limit_s:.0f} s")
        poll.poll(_LOOK_S * 1000)
    return False


def _proof(sock: ssl.SSLSocket, expected: str) -> Certificate:
    """Who the other side is, which OpenSSL has found to be signed and valid."""
    if sock.selected_alpn_protocol() != PROTOCOL:
        raise TransportError(NO_PROTOCOL)
    shown = sock.getpeercert(binary_form=True)
    if not shown:
        raise TransportError("it shows no certificate")
    try:
        certificate = Certificate.of(shown)
    except ValueError as error:
        raise TransportError(f"its certificate cannot be used: {error}") from None
    if certificate.is_authority:
        raise TransportError(
            "its certificate is one of an authority; make one with `basicConstraints=CA:FALSE`"
        )
    if expected and not certificate.names_node(expected):
        raise TransportError(
            f"node `{expected}` was expected, but its certificate names {certificate.shown_names()}"
        )
    return certificate


def _of_a_socket(error: ssl.SSLError) -> OSError:
    """The same as an error of a socket that does not wait."""
    if isinstance(error, ssl.SSLWantReadError | ssl.SSLWantWriteError):
        return BlockingIOError()
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return ConnectionResetError("the peer has ended the stream")
    return ConnectionAbortedError(words(error, ""))
