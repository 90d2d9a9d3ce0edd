//! Ways between buses. A transport sees frames, never message types.
//!
//! Outgoing: a [`FrameSink`] gives room for exactly one frame, lets the caller encode into it, and
//! sends it; nothing lies between the message and the room. A [`Lane`] is one topic's way through a
//! sink: it knows the channel number that stands in its frames and counts them.
//!
//! Incoming: sockets are read by the bus's network thread, which hands frames to inboxes. Rings are
//! read by the subscribers themselves.

mod backoff;
mod connection;
mod control;
mod conversation;
mod incoming;
pub(crate) mod net;
mod outbox;
mod peer;
mod race;
mod ring_reader;
mod ring_watch;
mod ring_writer;
mod stream;
mod tap;
pub(crate) mod tcp;
#[cfg_attr(not(feature = "tls"), path = "tls_absent.rs")]
pub(crate) mod tls;
pub(crate) mod unix;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mycelium_wire::{FrameHeader, Message};

use crate::error::OpenError;
use crate::stats::RouteCounters;
use crate::topic::TopicInfo;

pub(crate) use self::conversation::Terms;
pub(crate) use self::ring_reader::RingSources;
pub(crate) use self::ring_watch::{LOOK_FOR_WRITERS, RingPlace, RingWatch};
pub(crate) use self::ring_writer::RingLink;
pub(crate) use self::tap::TapLink;

/// Where frames leave this process, or at least this type system.
pub(crate) trait FrameSink: Send + Sync {
    /// Longest frame that it takes, in bytes.
    fn max_frame_bytes(&self) -> usize;

    /// Reserves room for a frame of `len` bytes, waiting while there is none; lets `fill` write all
    /// of it; sends it.
    fn send(&self, len: usize, fill: &mut dyn FnMut(&mut [u8])) -> Result<(), Disconnected>;

    /// How many subscribers are known to take what is sent.
    fn subscribers(&self) -> usize;

    /// What a message calls it, as in `unix:/run/risk.sock`.
    fn name(&self) -> &str;
}

/// A sink to which topics are added as they get publishers.
pub(crate) trait Link: Send + Sync {
    /// Unique in the process.
    fn id(&self) -> LinkId;

    /// Opens a lane for a topic that has publishers, if the other side takes it.
    fn open(&self, topic: &TopicInfo) -> Result<Option<Arc<Lane>>, OpenError>;

    /// Tells the other side that nothing more comes through the lane. May wait for room.
    fn close(&self, lane: &Lane);

    /// The bus shuts down: leaves in order.
    fn leave(&self);
}

/// The other side is gone: what was being sent is sent to nobody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disconnected;

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
pub(crate) struct Lane {
    /// The link that it belongs to.
    pub(crate) link: LinkId,
    /// Number in the header of its frames.
    pub(crate) channel: u16,
    /// Frames sent so far; also the number of the next one. Changed only inside the sink, which
    /// sends one frame at a time.
    sent: AtomicU64,
    sink: Arc<dyn FrameSink>,
    counters: Arc<RouteCounters>,
}

impl Lane {
    pub(crate) fn new(
        link: LinkId,
        channel: u16,
        sink: Arc<dyn FrameSink>,
        counters: Arc<RouteCounters>,
    ) -> Self {
        Self { link, channel, sent: AtomicU64::new(0), sink, counters }
    }

    pub(crate) fn sink(&self) -> &dyn FrameSink {
        &*self.sink
    }

    /// How many frames went through.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Encodes the message, whose frame has `len` bytes, straight into the sink.
    pub(crate) fn send<T: Message>(&self, message: &T, len: usize) -> Result<(), Disconnected> {
        self.sink.send(len, &mut |room| {
            message.encode_frame(self.channel, self.next_sequence(), room);
        })
    }

    /// Copies a frame that was encoded for another lane.
    pub(crate) fn send_copy(&self, frame: &[u8]) -> Result<(), Disconnected> {
        self.sink.send(frame.len(), &mut |room| {
            room.copy_from_slice(frame);
            // The header's last fields differ from lane to lane; their places are those of
            // `FrameHeader::to_bytes`.
            room[6..8].copy_from_slice(&self.channel.to_le_bytes());
            room[12..FrameHeader::SIZE].copy_from_slice(&self.next_sequence().to_le_bytes());
        })
    }

    /// Counts a frame; called only inside the sink.
    fn next_sequence(&self) -> u32 {
        let sent = self.sent.load(Ordering::Relaxed);
        self.sent.store(sent + 1, Ordering::Relaxed);
        self.counters.sent.fetch_add(1, Ordering::Relaxed);
        // Sequences wrap.
        sent as u32
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "channel {} of {}", self.channel, self.sink.name())
    }
}
