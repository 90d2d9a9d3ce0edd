//! Ways between buses. A transport sees frames, never message types.
//!
//! Outgoing: a [`FrameSink`] gives room for exactly one frame, lets the caller encode into it, and
//! sends it; nothing lies between the message and the room. A [`Lane`] is one topic's way through a
//! sink: it knows the channel number that stands in its frames and counts them.
//!
//! Incoming: sockets are read by tasks of the bus's network, which hand frames to inboxes; the network is driven
//! by a thread of its own, or by whoever waits for it. Rings are read by the subscribers themselves.

mod agreement;
mod alarm;
mod backlogs;
pub(crate) mod backoff;
pub(crate) mod connection;
pub(crate) mod control;
mod conversation;
pub(crate) mod driver;
#[cfg(fuzzing)]
pub mod fuzzing;
pub(crate) mod guest;
mod incoming;
#[cfg_attr(not(feature = "nats"), path = "nats_absent.rs")]
pub(crate) mod nats;
pub(crate) mod net;
mod numbering;
mod observer;
mod outbox;
mod peer;
mod race;
mod ring_reader;
mod ring_room;
mod ring_watch;
mod ring_writer;
mod silence;
mod stream;
mod tap;
pub(crate) mod tcp;
#[cfg_attr(not(feature = "tls"), path = "tls_absent.rs")]
pub(crate) mod tls;
pub(crate) mod unix;
mod unix_halves;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use mycelium_wire::{FrameHeader, Message};

use crate::error::OpenError;
use crate::inbox::{Backlog, WriteFrameKey};
use crate::qos::{Qos, WhenFull};
use crate::stats::RouteCounters;
use crate::topic::{TopicInfo, TopicName, TopicPort};

pub(crate) use self::conversation::Terms;
pub(crate) use self::numbering::Numbering;
pub(crate) use self::observer::{Heard, observe};
pub(crate) use self::ring_reader::RingSources;
pub(crate) use self::ring_room::RingRoom;
pub(crate) use self::ring_watch::{LOOK_FOR_WRITERS, RingPlace, RingWatch};
pub(crate) use self::ring_writer::RingLink;
pub(crate) use self::tap::TapLink;

/// Where frames leave this process, or at least this type system.
pub(crate) trait FrameSink: Send + Sync {
    /// Longest frame that it takes, in bytes.
    fn max_frame_bytes(&self) -> usize;

    /// Reserves room for a frame of `len` bytes; lets `fill` write all of it, with its number; sends it.
    /// Where there is no room, it does what the lane's way says; who waits gives up at the given time.
    fn send(
        &self,
        lane: &Lane,
        len: usize,
        fill: Fill<'_>,
        until: Option<Instant>,
    ) -> Result<(), NotSent>;

    /// Whether [`try_send`](FrameSink::try_send) ever sends anything.
    fn sends_at_once(&self) -> bool {
        false
    }

    /// As [`send`](FrameSink::send), if there is room, and nobody else has the sink: for nothing of that is waited. Whether
    /// it was sent.
    fn try_send(&self, _lane: &Lane, _len: usize, _fill: Fill<'_>) -> bool {
        false
    }

    /// Lends room for a frame of `len` bytes where it will be sent from; who waits for it gives up at the given time.
    /// Nothing where there is no such room, or not now for a topic that does not wait.
    fn lend(
        self: Arc<Self>,
        _lane: &Lane,
        _len: usize,
        _until: Option<Instant>,
    ) -> Option<RingRoom> {
        None
    }

    /// Whether what goes to an observer would be lost, as far as that is known without a look.
    fn is_crowded(&self) -> bool {
        false
    }

    /// Whether there is room now for a frame of `len` bytes.
    fn has_room(&self, len: usize) -> bool;

    /// Wakes those who wait for room, so that each looks whether it [gives up](Lane::gives_up).
    fn wake(&self) {}

    /// Whether the other side is gone, so that nothing is sent any more.
    fn is_closed(&self) -> bool {
        false
    }

    /// How many subscribers are known to take what is sent on the lane.
    fn subscribers(&self, lane: &Lane) -> usize;

    /// What a message calls it, as in `unix:/run/risk.sock`.
    fn name(&self) -> &str;
}

/// Writes a frame of this number into its room.
pub(crate) type Fill<'f> = &'f mut dyn FnMut(u32, &mut [u8]);

/// A sink to which topics are added as they get publishers.
pub(crate) trait Link: Send + Sync {
    /// Unique in the process.
    fn id(&self) -> LinkId;

    /// Opens a lane for a topic that has publishers, if the other side takes it.
    fn open(&self, topic: &dyn TopicPort) -> Result<Option<Arc<Lane>>, OpenError>;

    /// Tells the other side that nothing more comes through the lane. May wait for room.
    fn close(&self, lane: &Lane);

    /// The bus shuts down: leaves in order.
    fn leave(&self);
}

/// Why a frame was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotSent {
    /// The other side is gone: it is sent to nobody.
    Disconnected,
    /// There was no room until whoever publishes wanted to wait no longer.
    GaveUp,
}

/// Identity of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LinkId(u64);

impl LinkId {
    pub(crate) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// One topic's way through a sink.
///
/// When a connection is lost, its lanes stay and count what goes nowhere, until the peer is there again and
/// takes up the stream, or the topic's last publisher closes.
pub(crate) struct Lane {
    /// The link that it belongs to.
    pub(crate) link: LinkId,
    /// Number in the header of its frames.
    pub(crate) channel: u16,
    pub(crate) way: Way,
    numbering: Numbering,
    sink: Arc<dyn FrameSink>,
    ends: AtomicBool,
}

/// Where a topic goes, and what it does where the way is full.
pub(crate) struct Way {
    /// The route, with the node at its end; empty where that cannot be lost and found again.
    route: String,
    topic: TopicName,
    qos: Qos,
    write_key: WriteFrameKey,
    /// Whether it leads to an observer: nobody waits for it, nothing fails because of it, and it is no subscriber.
    is_watched: bool,
}

impl Lane {
    pub(crate) fn new(
        link: LinkId,
        channel: u16,
        sink: Arc<dyn FrameSink>,
        counters: Arc<RouteCounters>,
        way: Way,
    ) -> Self {
        let (numbering, ends) = (Numbering::new(counters), AtomicBool::new(false));
        Self { link, channel, way, numbering, sink, ends }
    }

    /// The same as a part of a stream that has begun before.
    pub(crate) fn continuing(self, numbering: Numbering) -> Self {
        Self { numbering, ..self }
    }

    pub(crate) fn numbering(&self) -> &Numbering {
        &self.numbering
    }

    /// Adds it to the lanes of a topic. A lane that led to the same peer before makes place.
    pub(crate) fn join(self: Arc<Self>, lanes: &mut Vec<Arc<Self>>) {
        let is_followed = |known: &Arc<Self>| {
            let is_same = known.numbering.is_same_stream(&self.numbering);
            known.leads_to(&self.way.route) && (is_same || known.sink.is_closed())
        };
        lanes.retain(|known| !is_followed(known));
        lanes.push(self);
    }

    /// Whether nothing goes by another of these.
    pub(crate) fn is_only(self: &Arc<Self>, lanes: &[Arc<Self>]) -> bool {
        matches!(lanes, [only] if Arc::ptr_eq(only, self))
    }

    pub(crate) fn topic(&self) -> &TopicName {
        &self.way.topic
    }

    /// Whether it leads by this route, or did.
    pub(crate) fn leads_to(&self, route: &str) -> bool {
        !route.is_empty() && self.way.route == route
    }

    pub(crate) fn sink(&self) -> &dyn FrameSink {
        &*self.sink
    }

    /// Whoever publishes on it leaves: nobody waits for room any more.
    pub(crate) fn end(&self) {
        // Release: partner is the acquire in `gives_up`.
        self.ends.store(true, Ordering::Release);
        self.sink.wake();
    }

    /// Whether whoever waits for room gives up: whoever publishes on the lane leaves, or it is late.
    pub(crate) fn gives_up(&self, until: Option<Instant>) -> bool {
        self.ends.load(Ordering::Acquire) || is_past(until)
    }

    /// Longest frame that whoever publishes may send, as far as this lane is concerned.
    pub(crate) fn max_frame_bytes(&self) -> usize {
        if self.way.is_watched { usize::MAX } else { self.sink.max_frame_bytes() }
    }

    /// How many subscribers are known to take what is sent.
    pub(crate) fn subscribers(&self) -> usize {
        if self.way.is_watched { 0 } else { self.sink.subscribers(self) }
    }

    /// Passes over a message where it leads to an observer for whom there is no room; whether it did.
    pub(crate) fn passes_over(&self) -> bool {
        let passes = self.way.is_watched && self.sink.is_crowded();
        if passes {
            self.numbering.skip(1);
        }
        passes
    }

    /// How many frames were published on it, those included that were lost here.
    pub(crate) fn sent(&self) -> u64 {
        self.numbering.sent()
    }

    /// Whether publishing fails because there is no room for a frame of `len` bytes.
    pub(crate) fn refuses(&self, len: usize) -> bool {
        self.way.qos.when_full == WhenFull::Error && !self.sink.has_room(len)
    }

    /// Encodes the message, whose frame has `len` bytes, straight into the sink.
    pub(crate) fn send<T: Message>(&self, message: &T, len: usize) -> Result<(), NotSent> {
        let fill = &mut |number, room: &mut [u8]| {
            message.encode_frame(self.channel, number, room);
        };
        self.sink.send(self, len, fill, None)
    }

    /// Lends room where a frame will be sent from, if the sink has such room before the given time.
    pub(crate) fn lend(&self, len: usize, until: Option<Instant>) -> Option<RingRoom> {
        self.sink.clone().lend(self, len, until)
    }

    /// Gives a frame the channel of this lane, and its number.
    fn address(&self, frame: &mut [u8], number: u32) {
        // The header's last fields differ from lane to lane; their places are those of
        // `FrameHeader::to_bytes`.
        frame[6..8].copy_from_slice(&self.channel.to_le_bytes());
        set_number(frame, number);
    }

    /// Copies a frame that was encoded for another lane; gives up at the given time.
    pub(crate) fn send_copy(&self, frame: &[u8], until: Option<Instant>) -> Result<(), NotSent> {
        self.sink.send(self, frame.len(), &mut |number, room| self.copy(frame, number, room), until)
    }

    /// Whether [`try_send_copy`](Lane::try_send_copy) ever sends anything.
    pub(crate) fn sends_at_once(&self) -> bool {
        self.way.waits() && self.sink.sends_at_once()
    }

    /// The same, where that can be done without waiting for anything; whether it was.
    pub(crate) fn try_send_copy(&self, frame: &[u8]) -> bool {
        let fill = &mut |number, room: &mut [u8]| self.copy(frame, number, room);
        self.sink.try_send(self, frame.len(), fill)
    }

    fn copy(&self, frame: &[u8], number: u32, room: &mut [u8]) {
        room.copy_from_slice(frame);
        self.address(room, number);
    }
}

/// Whether it is late.
pub(crate) fn is_past(until: Option<Instant>) -> bool {
    until.is_some_and(|until| Instant::now() >= until)
}

/// Gives a frame its number.
pub(crate) fn set_number(frame: &mut [u8], number: u32) {
    frame[12..FrameHeader::SIZE].copy_from_slice(&number.to_le_bytes());
}

impl Way {
    /// The way of a topic for which this is promised.
    pub(crate) fn new(route: &str, topic: &TopicInfo, qos: Qos) -> Self {
        let (route, topic, write_key) = (route.to_owned(), topic.name.clone(), topic.write_key);
        Self { route, topic, qos, write_key, is_watched: false }
    }

    /// The way of a topic to an observer: what has no room there is lost to it.
    pub(crate) fn to_observer(topic: &TopicInfo) -> Self {
        let qos = Qos::default().when_full(WhenFull::DropNewest);
        Self { is_watched: true, ..Self::new("", topic, qos) }
    }

    /// Whether messages are lost where there is no room.
    pub(crate) fn may_lose(&self) -> bool {
        !self.qos.when_full.is_lossless()
    }

    /// Whether whoever publishes waits for room. One who was refused has no frame to send.
    pub(crate) fn waits(&self) -> bool {
        self.qos.when_full == WhenFull::Block
    }

    /// Whether it leads to an observer.
    pub(crate) fn is_watched(&self) -> bool {
        self.is_watched
    }

    fn backlog(&self) -> Backlog {
        Backlog::new(self.qos, self.topic.clone(), self.write_key)
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "channel {} of {}", self.channel, self.sink.name())
    }
}
