"""What the bus knows of a way to other processes: links, and a lane for each topic on them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from struct import Struct
from typing import TYPE_CHECKING, Protocol

from mycelium import control

if TYPE_CHECKING:
    from mycelium._codec.record import Message

HEADER = Struct("<IHHII")
_CHANNEL = Struct("<H")
_SEQUENCE = Struct("<I")

# How often one that waits for its turn looks whether it gives up.
_LOOK_S = 0.05

GivesUp = Callable[[], bool]
"""Whether one that waits for room is to wait no longer."""


def _never() -> bool:
    return False


class Link(Protocol):
    """A connection, or a ring that this process writes."""

    order: threading.Lock
    """Held while a frame gets its number and is sent."""

    def send(self, frame: bytes, gives_up: GivesUp) -> bool:
        """Sends a frame, waiting for room; to a peer that is gone, nothing is sent.

        False where whoever waits gave up before there was room.
        """
        ...

    def subscribers(self, topic: str) -> int:
        """How many are known to take what is sent on a topic."""
        ...


class Lane:
    """One topic's way through a link: the channel number of its frames, and their count."""

    def __init__(self, link: Link, channel: int) -> None:
        self.link = link
        self.channel = channel
        self.published = 0

    def send(self, frame: bytes, gives_up: GivesUp) -> bool:
        """Sends a frame with the channel and the number that it has here; false where it gave up before."""
        while not self.link.order.acquire(timeout=_LOOK_S):
            # Whoever has the turn waits for room.
            if gives_up():
                return False
        try:
            numbered = bytearray(frame)
            _CHANNEL.pack_into(numbered, 6, self.channel)
            _SEQUENCE.pack_into(numbered, 12, self.published & 0xFFFFFFFF)
            is_sent = self.link.send(bytes(numbered), gives_up)
            # A number that no frame has would look like a loss.
            self.published += is_sent
            return is_sent
        finally:
            self.link.order.release()

    def close(self) -> None:
        """Tells the other side that nothing more comes."""
        with self.link.order:
            closed = control.Closed(channel=self.channel, published=self.published)
            self.link.send(frame_of(control.Body.Closed(closed)), _never)


class Incoming:
    """One topic's way in: checks that no frame is missing.

    Unless `from_start`, frames may have gone by that were not for this side.
    """

    def __init__(
        self, topic: str, cls: type[Message], *, from_start: bool = True
    ) -> None:
        self.topic = topic
        self.cls = cls
        self.expected: int | None = 0 if from_start else None

    def missed(self, frame: bytes) -> int:
        """How many frames are missing before this one."""
        sequence = int.from_bytes(frame[12:16], "little")
        due = sequence if self.expected is None else self.expected
        missed = (sequence - due) & 0xFFFFFFFF
        self.expected = (sequence + 1) & 0xFFFFFFFF
        return missed


def frame_of(body: control.Body.Arm) -> bytes:
    """A control frame."""
    return control.Control(body=body).to_frame()


def digest_bytes(digest: str) -> bytes:
    """The 32 bytes of `myc1:…`."""
    return bytes.fromhex(digest.removeprefix("myc1:"))


def digest_text(digest: bytes) -> str:
    """The `myc1:…` of 32 bytes."""
    return f"myc1:{digest.hex()}"


def versions(cls: type[Message]) -> list[bytes]:
    """Digests of a type and of its released ancestors, newest first: what is read here as it is."""
    return [digest_bytes(digest) for digest in (cls.DIGEST, *reversed(cls.ANCESTORS))]


def channel_frame(number: int, cls: type[Message], digest: bytes) -> bytes:
    """The control frame that opens a channel for a type's topic, read by that version of the type."""
    channel = control.Channel(
        channel=number, type_id=cls.TYPE_ID, digest=digest, topic=cls.TOPIC
    )
    return frame_of(control.Body.Channel(channel))


def description_frame(cls: type[Message]) -> bytes:
    """The control frame that names the released ancestors of a type."""
    digest, *ancestors = versions(cls)
    description = control.Description(
        digest=digest, ancestors=ancestors[:1024][::-1], text=""
    )
    return frame_of(control.Body.Description(description))
