"""Why a peer was refused in a handshake of TLS, or has refused this node, in words."""

from __future__ import annotations

import ssl
from typing import Final

NO_PROTOCOL: Final = "it speaks TLS, but not Mycelium in it"
_UNSIGNED: Final = "its certificate is not signed by this node's authority"
_NO_TLS: Final = "what it sends is not TLS; use the same topology on both sides"
_OLD: Final = "it does not speak TLS 1.3"
_UNWANTED: Final = (
    "this node's certificate is not what it expected (does it name this node?)"
)

# OpenSSL's numbers of what is wrong with a certificate.
_CERTIFICATES: Final = {
    2: _UNSIGNED,
    7: _UNSIGNED,
    9: "its certificate is not valid yet; check the clocks of both machines",
    10: "its certificate has expired; renew it",
    18: _UNSIGNED,
    19: _UNSIGNED,
    20: _UNSIGNED,
    21: _UNSIGNED,
    26: "its certificate is not meant for this; make one for both sides",
    30: _UNSIGNED,
}
_HOSTNAME_MISMATCH: Final = 62

# OpenSSL's names of what else it has met.
_REASONS: Final = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": (
        "it shows no certificate; give its node `tls` in the topology"
    ),
    "WRONG_VERSION_NUMBER": _NO_TLS,
    "HTTP_REQUEST": _NO_TLS,
    "HTTPS_PROXY_REQUEST": _NO_TLS,
    "UNEXPECTED_MESSAGE": _NO_TLS,
    "PACKET_LENGTH_TOO_LONG": _NO_TLS,
    "RECORD_LAYER_FAILURE": _NO_TLS,
    "UNSUPPORTED_PROTOCOL": _OLD,
    "NO_APPLICATION_PROTOCOL": NO_PROTOCOL,
}

# What another TLS library may mean as well by an alert is left open.
_ALERTS: Final = {
    "CERTIFICATE_EXPIRED": "by its clock this node's certificate is not valid now",
    "UNKNOWN_CA": "its authority has not signed this node's certificate",
    "DECRYPT_ERROR": (
        "a signature is not what it expected (has its authority signed this node's certificate?)"
    ),
    "CERTIFICATE_REQUIRED": "it wants a certificate",
    "BAD_CERTIFICATE": _UNWANTED,
    "NO_APPLICATION_PROTOCOL": NO_PROTOCOL,
    "PROTOCOL_VERSION": _OLD,
}


def words(error: OSError, expected: str) -> str:
    """What stands in an error of TLS; `expected` is the node that was dialled, if one was."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code == _HOSTNAME_MISMATCH:
            return (
                f"node `{expected}` was expected, but its certificate does not name it"
            )
        unknown = f"its certificate cannot be used: {error.verify_message}"
        return _CERTIFICATES.get(error.verify_code, unknown)
    reason = getattr(error, "reason", None) or ""
    _, is_alert, alert = reason.partition("_ALERT_")
    if is_alert:
        told = _ALERTS.get(alert, f"TLS alert {alert}")
        return f"it refuses this node: {told}"
    return _REASONS.get(reason, reason.replace("_", " ").lower() or str(error))
