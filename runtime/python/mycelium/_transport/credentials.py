"""A node's certificate, its key and whom it trusts: read, checked, and read again where a file has changed.

Files that cannot be used when the bus opens are a `TopologyError`; later they leave in use what was loaded
before, and the logger `mycelium` says so. A certificate that peers will refuse by now, such as one that has
expired, is told there too, and does not keep the bus from opening.
"""

from __future__ import annotations

import logging
import os
import re
import ssl
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from mycelium._transport.certificate import Certificate
from mycelium._transport.tls_words import words
from mycelium.errors import TopologyError

if TYPE_CHECKING:
    from mycelium.topology import TlsFiles

PROTOCOL = "mycelium/1"
"""What both sides say that they speak inside TLS."""

# Longest file that is read, so that a wrong path costs no more.
_LONGEST_FILE_BYTES = 1 << 20
# How long it holds what was found of this node's own certificate, since strangers may come often.
_JUDGEMENT_S = 1.0

_CERTIFICATE = re.compile(
    "-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL
)
_KEY = re.compile("-----BEGIN (EC |RSA )?PRIVATE KEY-----.*?-----END", re.DOTALL)

_log = logging.getLogger("mycelium")

Stamps = tuple[tuple[int, int, int, int] | None, ...]


@dataclass(frozen=True)
class Loaded:
    """Ready for handshakes, as either side."""

    server: ssl.SSLContext
    client: ssl.SSLContext

    def own_fault(self, node: str) -> str:
        """What peers that trust the same authority have against this node's certificate by now."""
        try:
            _meet_oneself(self, node)
        except ssl.SSLError as error:
            return words(error, node)
        return ""


class Identity:
    """Who this node is, and whom it trusts."""

    def __init__(self, node: str, files: TlsFiles) -> None:
        self.node = node
        self._files = files
        self._lock = threading.Lock()
        self._stamps = _stamps(files)
        self._loaded = load(node, files)
        self._fault = ""
        self._told = ""
        self._judged = -_JUDGEMENT_S
        self.current()

    def current(self) -> Loaded:
        """What the files say by now, or said when they could last be used. Tells what is wrong."""
        with self._lock:
            # Before they are read: what changes meanwhile is seen the next time.
            stamps = _stamps(self._files)
            if stamps != self._stamps:
                self._stamps, self._judged = stamps, -_JUDGEMENT_S
                try:
                    self._loaded, self._fault = load(self.node, self._files), ""
                except TopologyError as error:
                    self._fault = f"{error}; what was loaded before stays in use"
            if time.monotonic() - self._judged > _JUDGEMENT_S:
                self._judged = time.monotonic()
                self._tell()
            return self._loaded

    def _tell(self) -> None:
        fault = self._fault
        if not fault and (own := self._loaded.own_fault(self.node)):
            fault = f"{self._files.certificate}: peers will refuse this node: {own}"
        if fault and fault != self._told:
            _log.warning("%s", fault)
        self._told = fault


def load(node: str, files: TlsFiles) -> Loaded:
    """Reads and checks the files of a node."""
    _check_certificate(node, files.certificate)
    _check_key(files.key)
    server, client = (
        ssl.SSLContext(side)
        for side in (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT)
    )
    # Each connection proves anew who is at its ends.
    server.num_tickets = 0
    client.hostname_checks_common_name = False
    for context in (server, client):
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_REQUIRED
        # Whom a node trusts need not be the root of an authority.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.set_alpn_protocols([PROTOCOL])
        _show(context, files)
    text = _read(files.authority)
    _certificates(files.authority, text)
    # What stands between the sections is for people, in any letters.
    authority = "\n".join(_CERTIFICATE.findall(text))
    for context in (server, client):
        _trust(context, files.authority, authority)
    return Loaded(server, client)


def _show(context: ssl.SSLContext, files: TlsFiles) -> None:
    try:
        # A key that a passphrase protects is none: nobody is to be asked for one.
        context.load_cert_chain(files.certificate, files.key, password=lambda: "")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            _refuse(
                files.key,
                f"this is not the key of the certificate {files.certificate};"
                " name the two that were made together",
            )
        _refuse(
            files.key,
            f"the key in it cannot be used ({error.reason or error});"
            " make one of ECDSA on P-256, Ed25519, or RSA",
        )
    except OSError as error:
        _unreadable(error.filename or files.certificate, error)


def _trust(context: ssl.SSLContext, path: str, authority: str) -> None:
    try:
        context.load_verify_locations(cadata=authority)
    except ssl.SSLError as error:
        _bad_certificate(path, error.reason or str(error))


def _check_certificate(node: str, path: str) -> None:
    """A certificate that does not name its node is refused by every peer."""
    own, *_ = _certificates(path, _read(path))
    if not own.names_node(node):
        _refuse(
            path,
            f"this certificate names {own.shown_names()}, not node `{node}`;"
            f" make one whose subject alternative names hold `DNS:{node}`",
        )


def _certificates(path: str, text: str) -> list[Certificate]:
    """Those in a file, of which there is one at least."""
    sections = _CERTIFICATE.findall(text)
    if not sections:
        if "-----BEGIN CERTIFICATE-----" in text:
            _not_pem(path, "a section has no end")
        _refuse(
            path,
            "there is no certificate in it; a file in PEM was expected,"
            " with a section `BEGIN CERTIFICATE`",
        )
    return [_certificate(path, section) for section in sections]


def _certificate(path: str, section: str) -> Certificate:
    try:
        der = ssl.PEM_cert_to_DER_cert(section)
    except ValueError as error:
        _not_pem(path, str(error))
    try:
        return Certificate.of(der)
    except ValueError as error:
        _bad_certificate(path, str(error))


def _check_key(path: str) -> None:
    text = _read(path)
    if _KEY.search(text):
        return
    if "PRIVATE KEY-----" in text and not re.search("-----END [A-Z ]*-----", text):
        _not_pem(path, "a section has no end")
    _refuse(
        path,
        "there is no private key in it; a file in PEM was expected,"
        " with a section `BEGIN PRIVATE KEY` that no passphrase protects",
    )


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(_LONGEST_FILE_BYTES).decode("utf-8", "replace")
    except OSError as error:
        _unreadable(path, error)
    except ValueError as error:
        _refuse(repr(path), f"this is no path: {error}")


def _unreadable(path: str, error: OSError) -> NoReturn:
    _refuse(
        path,
        f"{error.strerror or error}; name files in PEM that this user may read,"
        " with paths from the topology's folder",
    )


def _not_pem(path: str, found: str) -> NoReturn:
    _refuse(path, f"this is not PEM ({found}); was the file written to its end?")


def _bad_certificate(path: str, found: str) -> NoReturn:
    _refuse(
        path,
        f"a certificate in it cannot be read ({found});"
        " a certificate of X.509 version 3 was expected",
    )


def _refuse(path: str, what: str) -> NoReturn:
    raise TopologyError(f"{path}: {what}") from None


def _meet_oneself(loaded: Loaded, node: str) -> None:
    """A handshake of this node with itself, in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = loaded.client.wrap_bio(to_client, to_server, server_hostname=node)
    server = loaded.server.wrap_bio(to_server, to_client, server_side=True)
    # Each side speaks in turn: hello; hello and certificate; certificate; the end.
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


def _stamps(files: TlsFiles) -> Stamps:
    """What is known of the files without reading them."""
    return tuple(
        _stamp(path) for path in (files.certificate, files.key, files.authority)
    )


def _stamp(path: str) -> tuple[int, int, int, int] | None:
    """Nothing for a file that is not there: it says so when it is read."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
