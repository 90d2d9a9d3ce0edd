"""What can go wrong, as a small family of exceptions.

Everything that the runtime raises on account of a peer, a file or bytes is a `MyceliumError`.
A wrong argument of the caller's own is a `TypeError` or `ValueError`, as everywhere in Python.
"""

from __future__ import annotations


class MyceliumError(Exception):
    """Base of all errors of the runtime."""


class DecodeError(MyceliumError):
    """Bytes are not a frame of the expected type.

    `kind` is one of `truncated`, `length`, `type_id`, `bool`, `utf8`, `enum`, `presence`,
    `reference`, `count`, `tag`, `key_order`, `out_of_range`, `len`, `missing`, `trailing`, `block`,
    `not_canonical`; `offset` counts from the start of the frame; `field` is the place in the schema, such as `Trade.symbol`.
    """

    kind: str
    offset: int
    field: str

    def __init__(self, kind: str, offset: int, field: str, detail: str) -> None:
        super().__init__(kind, offset, field, detail)
        self.kind = kind
        self.offset = offset
        self.field = field
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.field}: {self.detail} ({self.kind}, at byte {self.offset} of the frame)"


class JsonError(MyceliumError, ValueError):
    """JSON is not a value of the expected type.

    `path` is the place in the JSON, such as `$.bids[3].price`; `expected` and `found` say what the
    type takes there and what is there instead.
    """

    path: str
    expected: str
    found: str

    def __init__(self, path: str, expected: str, found: str) -> None:
        super().__init__(path, expected, found)
        self.path = path
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, found {self.found}"


class TopologyError(MyceliumError):
    """A topology file is missing, is not valid, or does not hold what was asked for."""


class NativeLibraryError(MyceliumError):
    """Something needs native code, shared memory for example, which was not found or does not fit."""


class TransportError(MyceliumError):
    """An endpoint could not be opened, or a peer broke the rules of the conversation."""


class DigestMismatch(MyceliumError):
    """Publisher and subscriber of a topic have different definitions of its type."""

    def __init__(
        self, topic: str, ours: str, theirs: str, peer: str, reason: str = ""
    ) -> None:
        super().__init__(topic, ours, theirs, peer, reason)
        self.topic = topic
        self.ours = ours
        self.theirs = theirs
        self.peer = peer
        self.reason = reason

    def __str__(self) -> str:
        text = (
            f"topic {self.topic!r}: digest {self.ours} here, {self.theirs} at peer {self.peer!r};"
            " generate both sides from the same .myc file"
        )
        return f"{text} ({self.reason})" if self.reason else text


class PeerVanished(MyceliumError):
    """A node that published to this subscriber went away without saying goodbye."""

    def __init__(self, node: str) -> None:
        super().__init__(node)
        self.node = node

    def __str__(self) -> str:
        return f"node {self.node!r} vanished: its process ended or stopped without closing its bus"


class Lost(MyceliumError):
    """Messages of a topic did not arrive; `count` says how many."""

    def __init__(self, topic: str, count: int) -> None:
        super().__init__(topic, count)
        self.topic = topic
        self.count = count

    def __str__(self) -> str:
        return f"topic {self.topic!r}: {self.count} messages were lost"


class Closed(MyceliumError):
    """The bus, the publisher, or all publishers of a subscriber have closed."""


class Full(MyceliumError):
    """A subscriber or a way out has no room, and the topology says that publishing fails then."""


class Overflow(TransportError):
    """A frame is too large for what carries it, and went nowhere; `size` and `limit` are in bytes."""

    def __init__(self, what: str, size: int, limit: int) -> None:
        super().__init__(what, size, limit)
        self.what = what
        self.size = size
        self.limit = limit

    def __str__(self) -> str:
        return f"{self.what}: {self.size} bytes, where {self.limit} are the most"
