"""The middle of a bus: which topics are published here, who takes them, and who brings them.

All changes happen under one lock. Publishing takes no lock of the hub: it reads the tuples of a
`Topic`, which are replaced, never changed.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Protocol

from mycelium import control
from mycelium._transport.connection import LEAVE_S, Connection
from mycelium._transport.inbox import Inbox, News
from mycelium._transport.link import (
    Incoming,
    Lane,
    channel_frame,
    digest_text,
    versions,
)
from mycelium._transport.shm import RingReader, RingWriter, clear_folder
from mycelium._transport.sockets import Dialer, Listener
from mycelium._transport.wishes import ANY_DIGEST
from mycelium.errors import (
    Closed,
    DigestMismatch,
    Lost,
    MyceliumError,
    PeerVanished,
)
from mycelium.topology import Dial, Link, Listen, ReadRing, WriteRing

if TYPE_CHECKING:
    from mycelium._codec.record import Message
    from mycelium._transport.credentials import Identity

_log = logging.getLogger("mycelium")
_ATTACH_EVERY_S = 0.01


class Taker(Protocol):
    """What the hub knows of a subscriber."""

    inbox: Inbox
    types: dict[str, type[Message]]
    rings: list[RingReader]

    def opened(self, key: Hashable) -> None:
        """A publisher is there."""

    def closed(self, key: Hashable) -> None:
        """A publisher is gone."""

    def end(self) -> None:
        """Takes nothing more in."""


class Topic:
    """A topic of this process."""

    def __init__(self, cls: type[Message]) -> None:
        self.cls = cls
        self.publishers = 0
        self.takers: tuple[Taker, ...] = ()
        self.lanes: tuple[Lane, ...] = ()


class Hub:
    """Topics, links and subscribers of one bus."""

    def __init__(
        self, node: str = "", service: str = "", peers: frozenset[str] = frozenset()
    ):
        self.node = node
        self.service = service
        self.peers = peers
        self.process_id = os.getpid()
        self.is_closed = False
        # When closing waits no longer for those who do not take what was sent.
        self._deadline = math.inf
        self._lock = threading.RLock()
        self._topics: dict[str, Topic] = {}
        self._takers: list[Taker] = []
        # Of all subscribers that have not left, also of those that take nothing more in.
        self._readers: set[RingReader] = set()
        self._connections: list[Connection] = []
        self._listeners: list[Listener | Dialer] = []
        self._rings: list[RingWriter] = []
        self._ring_places: list[ReadRing] = []
        self._watcher: threading.Thread | None = None
        # Why those who have come, or were dialled, were refused last.
        self._refused: dict[str, str] = {}

    def open_links(self, links: list[Link], identity: Identity | None) -> None:
        """Opens what the topology says; who this node is, is asked for where TLS is spoken."""
        for link in links:
            match link:
                case Listen(endpoint):
                    shown = identity if endpoint.is_tls else None
                    self._listeners.append(Listener(endpoint, self, shown))
                case Dial(endpoint, peer, subscribes):
                    shown = identity if endpoint.is_tls else None
                    self._listeners.append(
                        Dialer(endpoint, peer, self, shown, subscribes=subscribes)
                    )
                case WriteRing(path, capacity_bytes, _):
                    self._rings.append(RingWriter(path, capacity_bytes, self))
                case ReadRing():
                    self._ring_places.append(link)

    def is_over(self) -> bool:
        """Whether closing has waited long enough."""
        return time.monotonic() > self._deadline

    # Publishers.

    def topic(self, cls: type[Message]) -> Topic:
        """The topic of a message type, which is one class in a process.

        One that is new is put among the others by who has opened what it is for: what fails claims nothing.
        """
        with self._lock:
            if self.is_closed:
                raise Closed("the bus is closed")
            topic = self._topics.get(cls.TOPIC) or Topic(cls)
            if topic.cls is not cls:
                raise TypeError(
                    f"topic {cls.TOPIC!r} carries {topic.cls.__module__}.{topic.cls.__qualname__}"
                    f" in this process, not {cls.__module__}.{cls.__qualname__}"
                )
            return topic

    def open_publisher(self, cls: type[Message]) -> Topic:
        """Counts a publisher; the first of a topic opens its lanes."""
        with self._lock:
            topic = self.topic(cls)
            if topic.publishers == 0:
                lanes = [ring.open(cls) for ring in self._rings]
                self._topics[cls.TOPIC] = topic
                topic.lanes = tuple(lanes)
                topic.publishers = 1
                for connection in self._connections:
                    self._open_lane(connection, topic)
                for taker in topic.takers:
                    taker.inbox.put_news(_call(taker.opened, ("here", cls.TOPIC)))
            else:
                topic.publishers += 1
            return topic

    def close_publisher(self, topic: Topic) -> None:
        """Counts a publisher off; the last of a topic closes its lanes."""
        with self._lock:
            topic.publishers -= 1
            if topic.publishers:
                return
            lanes, topic.lanes = topic.lanes, ()
            for taker in topic.takers:
                taker.inbox.put_news(_call(taker.closed, ("here", topic.cls.TOPIC)))
        for lane in lanes:
            lane.close()

    def subscribers_of(self, topic: Topic) -> int:
        """Subscribers here, and peers and ring readers that are known."""
        name, links = topic.cls.TOPIC, [lane.link for lane in topic.lanes]
        return len(topic.takers) + sum(link.subscribers(name) for link in links)

    def _open_lane(self, connection: Connection, topic: Topic) -> None:
        """Opens a lane if the peer wants the topic and means the same by it."""
        cls = topic.cls
        if topic.publishers == 0:
            return
        if any(lane.link is connection for lane in topic.lanes):
            return
        wished = connection.wishes.digests(cls.TOPIC)
        if not wished:
            return
        # What is asked for by an older version is given as what that one reads.
        known = versions(cls)
        agreed = next((digest for digest in known if digest in wished), None)
        if agreed is None and ANY_DIGEST not in wished:
            if connection.wishes.is_to_refuse(cls.TOPIC):
                refusal = control.Refusal(
                    topic=cls.TOPIC, digest=known[0], reason="the digests differ"
                )
                connection.send_control(control.Body.Refusal(refusal))
            return
        connection.channels += 1
        frame = channel_frame(connection.channels, cls, agreed or known[0])
        connection.send_frame(frame)
        topic.lanes = (*topic.lanes, Lane(connection, connection.channels))

    # Subscribers.

    def add_taker(self, taker: Taker) -> None:
        """Lets a subscriber take its topics from everywhere."""
        with self._lock:
            topics = [self.topic(cls) for cls in taker.types.values()]
            # First what may fail.
            for place in self._ring_places:
                reader = RingReader(
                    place.path, place.peer, taker.types, taker.opened, taker.closed
                )
                taker.rings.append(reader)
                reader.try_attach()
            self._takers.append(taker)
            self._readers.update(taker.rings)
            for topic in topics:
                self._topics[topic.cls.TOPIC] = topic
                topic.takers = (*topic.takers, taker)
                if topic.publishers:
                    taker.inbox.put_news(_call(taker.opened, ("here", topic.cls.TOPIC)))
            for connection in self._connections:
                for number, channel in connection.incoming.items():
                    if channel is not None and channel.topic in taker.types:
                        key = (connection, number)
                        taker.inbox.put_news(_call(taker.opened, key))
                self._subscribe(connection, taker)
                for name in taker.types:
                    self._tell_mismatch(connection, name, taker)
            if self._ring_places and self._watcher is None:
                name = "mycelium ring watcher"
                self._watcher = threading.Thread(
                    target=self._watch, name=name, daemon=True
                )
                self._watcher.start()

    def brings_more(self, taker: Taker) -> bool:
        """Whether anything may come into a subscriber's inbox, beside what its rings hold."""
        if any(listener.receives for listener in self._listeners):
            return True
        return any(self._topics[name].publishers for name in taker.types)

    def remove_taker(self, taker: Taker) -> None:
        """Forgets a subscriber; what waits for it in rings it may still take, until it leaves them."""
        with self._lock:
            if taker in self._takers:
                self._takers.remove(taker)
            for name in taker.types:
                topic = self._topics[name]
                topic.takers = tuple(
                    other for other in topic.takers if other is not taker
                )
        taker.inbox.end()

    def leave_rings(self, taker: Taker) -> None:
        """Reads no more rings for a subscriber, so that their writers wait for it no longer."""
        for ring in taker.rings:
            ring.close()
        with self._lock:
            self._readers.difference_update(taker.rings)

    def _subscribe(self, connection: Connection, taker: Taker) -> None:
        """Asks the peer for what it was not asked for yet."""
        if not connection.receives or not connection.is_ready:
            return
        for topic, cls in taker.types.items():
            _ask(connection, topic, cls, versions(cls)[0])

    def _watch(self) -> None:
        """Attaches rings as they appear."""
        while not self.is_closed:
            with self._lock:
                rings = [ring for taker in self._takers for ring in taker.rings]
            for ring in rings:
                ring.try_attach()
            time.sleep(_ATTACH_EVERY_S)

    # Connections.

    def connect(
        self, sock: socket.socket, *, receives: bool, expected: str, identity: Identity | None = None
    ) -> Connection | None:  # fmt: skip
        """Begins the conversation on a new connection."""
        connection = Connection(
            sock, self, receives=receives, expected=expected, identity=identity
        )
        with self._lock:
            if self.is_closed:
                sock.close()
                return None
            self._connections.append(connection)
        connection.start()
        return connection

    def connection_ready(self, connection: Connection) -> None:
        """The peer has introduced itself."""
        with self._lock:
            self._refused.pop(connection.peer, None)
            for taker in self._takers:
                self._subscribe(connection, taker)

    def connection_ended(self, connection: Connection, *, in_order: bool) -> None:
        """The peer has left, or vanished."""
        with self._lock:
            if connection in self._connections:
                self._connections.remove(connection)
            for topic in self._topics.values():
                kept = (lane for lane in topic.lanes if lane.link is not connection)
                topic.lanes = tuple(kept)
            told: set[int] = set()
            for number, channel in list(connection.incoming.items()):
                if channel is None:
                    continue
                for taker in self._takers_of(channel.topic):
                    taker.inbox.put_news(_call(taker.closed, (connection, number)))
                    if not in_order and not self.is_closed and id(taker) not in told:
                        told.add(id(taker))
                        taker.inbox.put_news(_raise(PeerVanished(connection.peer)))
            connection.incoming.clear()

    def note(self, peer: str, reason: str) -> None:
        """Logs why a peer was refused, once while it tries again and again."""
        with self._lock:
            is_new = self._refused.get(peer) != reason
            self._refused[peer] = reason
        if is_new:
            _log.warning("connection to %s: %s", peer or "a node that dialled", reason)

    def deliver(self, batch: list[tuple[Incoming, bytes]]) -> None:
        """Hands frames to the inboxes of their topics, in order."""
        if not batch:
            return
        items: dict[Taker, list[object]] = {}
        for channel, frame in batch:
            missed = channel.missed(frame)
            for taker in self._takers_of(channel.topic):
                mine = items.setdefault(taker, [])
                if missed:
                    mine.append(News(_raise(Lost(channel.topic, missed))))
                mine.append((channel.cls, frame))
        for taker, mine in items.items():
            taker.inbox.put(mine)

    def _takers_of(self, topic: str) -> tuple[Taker, ...]:
        known = self._topics.get(topic)
        return known.takers if known else ()

    # What peers say.

    def peer_subscribes(
        self, connection: Connection, subscribe: control.Subscribe
    ) -> None:
        """The peer wants a topic, or all that fit a pattern."""
        with self._lock:
            connection.wishes.add(subscribe.topic, subscribe.digest)
            for topic in self._topics.values():
                self._open_lane(connection, topic)

    def peer_publishes(self, connection: Connection, channel: control.Channel) -> None:
        """The peer opens a channel."""
        with self._lock:
            topic = self._topics.get(channel.topic)
            connection.incoming[channel.channel] = None
            if topic is None:
                return
            theirs = digest_text(channel.digest)
            if channel.digest not in versions(topic.cls):
                self._note_mismatch(connection, channel.topic, theirs, "")
                return
            connection.others.pop(channel.topic, None)
            connection.incoming[channel.channel] = Incoming(channel.topic, topic.cls)
            for taker in topic.takers:
                taker.inbox.put_news(_call(taker.opened, (connection, channel.channel)))

    def peer_refuses(self, connection: Connection, refusal: control.Refusal) -> None:
        """The peer means something else by a topic."""
        with self._lock:
            known = self._topics.get(refusal.topic)
            if (
                known is not None
                and refusal.topic in connection.asked
                and refusal.digest in versions(known.cls)[1:]
            ):
                # A released ancestor is read as well.
                _ask(connection, refusal.topic, known.cls, refusal.digest)
                return
            theirs = digest_text(refusal.digest)
            self._note_mismatch(connection, refusal.topic, theirs, refusal.reason)

    def _note_mismatch(
        self, connection: Connection, topic: str, theirs: str, reason: str
    ) -> None:
        """Tells all subscribers, now and later; only of topics that they have asked for."""
        if topic in connection.asked:
            connection.others[topic] = (theirs, reason)
        for taker in self._takers_of(topic):
            self._tell_mismatch(connection, topic, taker)

    def _tell_mismatch(self, connection: Connection, topic: str, taker: Taker) -> None:
        if topic in connection.others:
            theirs, reason = connection.others[topic]
            ours = taker.types[topic].DIGEST
            error = DigestMismatch(topic, ours, theirs, connection.peer, reason)
            taker.inbox.put_news(_raise(error))

    def peer_closes(self, connection: Connection, number: int) -> None:
        """Nothing more comes on a channel."""
        with self._lock:
            channel = connection.incoming.pop(number, None)
            for taker in self._takers_of(channel.topic) if channel else ():
                taker.inbox.put_news(_call(taker.closed, (connection, number)))

    # The end.

    def close(self) -> None:
        """Leaves in order: closes publishers, sends what waits, says goodbye."""
        with self._lock:
            if self.is_closed:
                return
            self.is_closed = True
            self._deadline = time.monotonic() + LEAVE_S
            topics = [topic for topic in self._topics.values() if topic.publishers]
        for listener in self._listeners:
            listener.close()
        for topic in topics:
            topic.publishers = 1
            self.close_publisher(topic)
        with self._lock:
            connections, takers = list(self._connections), list(self._takers)
        for taker in takers:
            # A reader that waits for room in an inbox goes on.
            taker.end()
        with self._lock:
            readers = list(self._readers)
        for reader in readers:
            # Nobody waits for room in a ring that nobody reads.
            reader.close()
        for connection in connections:
            connection.leave()
        for connection in connections:
            connection.finish(self._deadline)
        for ring in self._rings:
            ring.close()
        if self._watcher is not None:
            self._watcher.join()
        paths = [place.path for place in self._ring_places]
        paths.extend(ring.path for ring in self._rings)
        for folder in {os.path.dirname(path) for path in paths}:
            with contextlib.suppress(MyceliumError):
                clear_folder(folder)


def _ask(connection: Connection, topic: str, cls: type[Message], digest: bytes) -> None:
    """Asks a peer for a topic, as that version of its type; once, however often it refuses."""
    asked = connection.asked.setdefault(topic, set())
    if digest in asked:
        return
    asked.add(digest)
    subscribe = control.Subscribe(topic=topic, type_id=cls.TYPE_ID, digest=digest)
    connection.send_control(control.Body.Subscribe(subscribe))


def _call(function: Callable[[Hashable], None], key: Hashable) -> Callable[[], None]:
    return lambda: function(key)


def _raise(error: MyceliumError) -> Callable[[], None]:
    def tell() -> None:
        raise error

    return tell
