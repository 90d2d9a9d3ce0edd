"""Rings in shared memory: the one that a node writes, and those that a subscriber reads."""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mycelium import control
from mycelium._transport import native
from mycelium._transport.link import (
    HEADER,
    GivesUp,
    Incoming,
    Lane,
    channel_frame,
    description_frame,
    digest_text,
    frame_of,
    versions,
)
from mycelium.errors import (
    DecodeError,
    DigestMismatch,
    Lost,
    MyceliumError,
    Overflow,
    PeerVanished,
    TransportError,
)

if TYPE_CHECKING:
    from mycelium._codec.record import Message
    from mycelium._transport.hub import Hub

# Native waits are cut to this, so that Ctrl-C and closing are noticed.
_SLICE_NS = 50_000_000
_ANNOUNCEMENTS_EVERY_S = 0.02


class RingWriter:
    """The ring that this node writes; made when the node's first publisher opens."""

    def __init__(self, path: str, capacity_bytes: int, hub: Hub) -> None:
        self.path = path
        self.capacity_bytes = capacity_bytes
        self.order = threading.Lock()
        self._lib: Any = None
        self._handle: ctypes.c_void_p | None = None
        self._channels = 0
        self._longest = 0
        self._hub = hub

    def open(self, cls: type[Message]) -> Lane:
        """A lane for a type's topic, announced to all readers."""
        with self.order:
            if self._handle is None:
                self._create()
            self._channels += 1
            frames = [description_frame(cls)] if cls.ANCESTORS else []
            digest = versions(cls)[0]
            for frame in [*frames, channel_frame(self._channels, cls, digest)]:
                code = self._lib.myc_writer_announce(self._handle, frame, len(frame))
                native.check(self._lib, code)
            return Lane(self, self._channels)

    def _create(self) -> None:
        self._lib = native.library()
        handle = ctypes.c_void_p()
        path, folder = os.fsencode(self.path), os.fsencode(os.path.dirname(self.path))
        code = native.NONE
        # A peer that leaves may remove the empty folder just before our ring is in it.
        for _ in range(3):
            native.check(self._lib, self._lib.myc_folder_open(folder))
            code = self._lib.myc_writer_create(
                path, self.capacity_bytes, ctypes.byref(handle)
            )
            if code == native.OK or os.path.exists(folder):
                break
        native.check(self._lib, code)
        longest = ctypes.c_size_t()
        code = self._lib.myc_writer_max_frame_len(handle, ctypes.byref(longest))
        native.check(self._lib, code)
        self._longest = longest.value
        self._handle = handle

    def send(self, frame: bytes, gives_up: GivesUp) -> bool:
        """Publishes a frame, waiting while the ring is full; false where it was not published."""
        if len(frame) > self._longest:
            raise Overflow(f"a frame for {self.path}", len(frame), self._longest)
        while self._handle is not None and not self._hub.is_over():
            write = self._lib.myc_writer_write
            code = write(self._handle, frame, len(frame), _SLICE_NS)
            if native.check(self._lib, code) == native.OK:
                return True
            if gives_up():
                break
        return False

    def subscribers(self, topic: str) -> int:
        """Readers that are attached and alive, and after this topic or all."""
        with self.order:
            if self._handle is None:
                return 0
            count = ctypes.c_size_t()
            name, out = topic.encode(), ctypes.byref(count)
            code = self._lib.myc_writer_readers_of(self._handle, name, out)
            native.check(self._lib, code)
            return count.value

    def close(self) -> None:
        """Says goodbye and closes the ring, which removes it."""
        with self.order:
            if self._handle is None:
                return
            goodbye = frame_of(control.Body.Goodbye(control.Goodbye(reason="")))
            # Where the ring stays full, its closing says the same.
            self._lib.myc_writer_write(self._handle, goodbye, len(goodbye), _SLICE_NS)
            self._lib.myc_writer_close(self._handle)
            self._handle = None


def clear_folder(path: str) -> None:
    """Removes what dead writers left in a folder of rings, and the folder if nothing else is in it."""
    if os.path.exists(path):
        native.library().myc_folder_clear(os.fsencode(path))


class RingReader:
    """One subscriber's way into the ring of a peer.

    A watching thread attaches it whenever the ring appears; the subscriber polls it. News about the
    peer's publishers go to `opened` and `closed`, which run in the subscriber's thread.
    """

    def __init__(
        self,
        path: str,
        peer: str,
        types: dict[str, type[Message]],
        opened: Callable[[Any], None],
        closed: Callable[[Any], None],
    ) -> None:
        self.path = path
        self.peer = peer
        self._types = types
        self._opened = opened
        self._closed = closed
        self._lib = native.library()
        self._lock = threading.Lock()
        self._handle: ctypes.c_void_p | None = None
        self._is_closed = False
        self._epoch = 0
        # Channels by number; `None` for those that are not wanted.
        self._channels: dict[int, Incoming | None] = {}
        # By digest, those of the released ancestors that the writer has named.
        self._ancestors: dict[bytes, list[bytes]] = {}
        self._announced = 0
        self._announced_at = 0.0
        # Errors that stand behind each other: each is raised by one poll.
        self._faults: list[MyceliumError] = []
        self._frame = ctypes.c_void_p()
        self._length = ctypes.c_size_t()
        self._poll_arguments = (ctypes.byref(self._frame), ctypes.byref(self._length))

    @property
    def is_attached(self) -> bool:
        """Whether there is a ring to poll."""
        return self._handle is not None

    def try_attach(self) -> None:
        """Attaches if there is a new ring; called by the watching thread."""
        if self._handle is not None or not os.path.exists(self.path):
            return
        handle = ctypes.c_void_p()
        path = os.fsencode(self.path)
        names = [topic.encode() for topic in self._types]
        wanted, out = (ctypes.c_char_p * len(names))(*names), ctypes.byref(handle)
        attach = self._lib.myc_reader_attach_for
        code = attach(path, native.START_FIRST, wanted, len(names), out)
        if code != native.OK:
            return
        epoch = ctypes.c_uint64()
        self._lib.myc_reader_epoch(handle, ctypes.byref(epoch))
        with self._lock:
            if self._is_closed or epoch.value == self._epoch:
                self._lib.myc_reader_close(handle)
                return
            self._epoch = epoch.value
            self._channels = {}
            self._ancestors = {}
            self._announced = 0
            self._announced_at = 0.0
            self._handle = handle

    def poll(self) -> tuple[type[Message], bytes] | None:
        """The next message's type and frame, if there is one."""
        with self._lock:
            if self._faults:
                raise self._faults.pop(0)
            while self._handle is not None:
                code = self._lib.myc_reader_poll(self._handle, *self._poll_arguments)
                if code == native.OK:
                    frame = ctypes.string_at(self._frame.value or 0, self._length.value)
                    message = self._take(frame)
                    if message is not None:
                        return message
                elif code == native.NONE:
                    self._look_for_news()
                    break
                else:
                    self._detach(code)
            if self._faults:
                raise self._faults.pop(0)
            return None

    def wait(self, timeout: float) -> None:
        """Waits for the next frame, without the interpreter's lock."""
        with self._lock:
            if self._handle is not None and not self._faults:
                nanoseconds = min(int(timeout * 1e9), _SLICE_NS)
                self._lib.myc_reader_wait(self._handle, nanoseconds)

    def close(self) -> None:
        """Detaches for good."""
        with self._lock:
            self._is_closed = True
            if self._handle is not None:
                self._lib.myc_reader_close(self._handle)
                self._handle = None

    def _take(self, frame: bytes) -> tuple[type[Message], bytes] | None:
        _, type_id, number, _, _ = HEADER.unpack_from(frame)
        if type_id == 0:
            self._take_control(frame)
            return None
        channel = self._channel(number)
        if channel is None:
            return None
        missed = channel.missed(frame)
        if missed:
            self._faults.append(Lost(channel.topic, missed))
        return channel.cls, frame

    def _channel(self, number: int) -> Incoming | None:
        if number not in self._channels:
            self._read_announcements()
        return self._channels.get(number)

    def _take_control(self, frame: bytes) -> None:
        body = control.Control.from_frame(frame).body
        if isinstance(body, control.Body.Closed):
            number = body.value.channel
            if self._channel(number) is not None:
                self._channels[number] = None
                self._closed((self, self._epoch, number))

    def _look_for_news(self) -> None:
        """Now and then, a channel may have opened without any frame in it."""
        now = time.monotonic()
        if now - self._announced_at > _ANNOUNCEMENTS_EVERY_S:
            self._announced_at = now
            self._read_announcements()

    def _read_announcements(self) -> None:
        place, length = ctypes.c_void_p(), ctypes.c_size_t()
        code = self._lib.myc_reader_announcements(
            self._handle, ctypes.byref(place), ctypes.byref(length)
        )
        native.check(self._lib, code)
        if length.value <= self._announced:
            return
        data = ctypes.string_at(place.value or 0, length.value)
        while len(data) - self._announced >= HEADER.size:
            end = (
                self._announced
                + HEADER.size
                + HEADER.unpack_from(data, self._announced)[0]
            )
            if end > len(data):
                break
            frame = data[self._announced : end]
            self._announced = end
            self._announce(frame)

    def _announce(self, frame: bytes) -> None:
        try:
            body = control.Control.from_frame(frame).body
        except DecodeError:
            return
        if isinstance(body, control.Body.Description):
            self._ancestors[body.value.digest] = body.value.ancestors
        if not isinstance(body, control.Body.Channel):
            return
        channel = body.value
        cls = self._types.get(channel.topic)
        self._channels[channel.channel] = None
        if cls is None:
            return
        known = versions(cls)
        is_older = known[0] in self._ancestors.get(channel.digest, ())
        if channel.digest not in known and not is_older:
            theirs = digest_text(channel.digest)
            self._faults.append(
                DigestMismatch(channel.topic, cls.DIGEST, theirs, self.peer)
            )
            return
        incoming = Incoming(channel.topic, cls, from_start=False)
        self._channels[channel.channel] = incoming
        self._opened((self, self._epoch, channel.channel))

    def _detach(self, code: int) -> None:
        """The ring has ended: in order, or because its writer is gone or unsound."""
        reason = native.last_error(self._lib)
        self._lib.myc_reader_close(self._handle)
        self._handle = None
        still_open = [n for n, channel in self._channels.items() if channel is not None]
        for number in still_open:
            self._channels[number] = None
            self._closed((self, self._epoch, number))
        if code == native.ERR_WRITER_VANISHED:
            clear_folder(os.path.dirname(self.path))
            if still_open:
                self._faults.append(PeerVanished(self.peer))
        elif code != native.ERR_CLOSED:
            self._faults.append(TransportError(f"the ring {self.path}: {reason}"))
