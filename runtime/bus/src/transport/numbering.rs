//! The numbers of a lane's frames.
//!
//! What a process publishes of a topic for one peer is a *stream*, which is counted on while the peer is
//! away: what it missed is what lies between the last frame that it received and the first one that it
//! receives again. A channel is the part of a stream that goes over one connection, and numbers its frames
//! from the part's start.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::inbox::Losses;
use crate::stats::RouteCounters;

/// One channel's view of a stream.
#[derive(Clone)]
pub(crate) struct Numbering {
    stream: Arc<Stream>,
    /// Number in the stream of what has number 0 on the channel.
    start: u64,
}

/// A larger gap in numbers of 32 bits is a frame that goes back.
const MOST_MISSED: u64 = 1 << 30;

/// Whether one who has received so much of a stream can go on where so much is published; not where it cannot have,
/// or has missed more than its numbers can tell.
pub(crate) fn can_resume(published: u64, received: u64) -> bool {
    published.checked_sub(received).is_some_and(|missed| missed < MOST_MISSED)
}

struct Stream {
    /// Tells the stream from all others, also those of an earlier process.
    id: u64,
    /// Frames sent so far and those lost between them; also the number of the next one. Changed only
    /// inside the sink, which sends one frame at a time.
    published: AtomicU64,
    counters: Arc<RouteCounters>,
}

impl Numbering {
    /// Of a stream that begins.
    pub(crate) fn new(counters: Arc<RouteCounters>) -> Self {
        let id = RandomState::new().hash_one(0);
        let stream = Stream { id, published: AtomicU64::new(0), counters };
        Self { stream: Arc::new(stream), start: 0 }
    }

    /// Of the same stream for a peer that has received so much of it, if it [can](can_resume).
    pub(crate) fn resumed(&self, received: u64) -> Option<Self> {
        let published = self.stream.published.load(Ordering::Relaxed);
        can_resume(published, received)
            .then(|| Self { stream: self.stream.clone(), start: received })
    }

    pub(crate) fn id(&self) -> u64 {
        self.stream.id
    }

    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    pub(crate) fn is_same_stream(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.stream, &other.stream)
    }

    /// How many frames were published on the channel, those included that were lost here.
    pub(crate) fn sent(&self) -> u64 {
        self.stream.published.load(Ordering::Relaxed) - self.start
    }

    /// The number of a frame that is sent now.
    pub(crate) fn next(&self) -> u32 {
        self.stream.counters.sent.fetch_add(1, Ordering::Relaxed);
        // Numbers wrap.
        self.pass(1) as u32
    }

    /// Passes over the numbers of frames that were lost.
    pub(crate) fn skip(&self, count: u64) {
        self.pass(count);
    }

    /// A frame goes nowhere: the peer is away.
    pub(crate) fn miss(&self, count: u64) {
        self.stream.counters.dropped.fetch_add(count, Ordering::Relaxed);
        self.pass(count);
    }

    /// Counts what was lost, or will be when the numbers are passed over.
    pub(crate) fn count_losses(&self, losses: Losses) {
        self.stream.counters.dropped.fetch_add(losses.lost, Ordering::Relaxed);
        self.stream.counters.conflated.fetch_add(losses.conflated, Ordering::Relaxed);
    }

    /// The number of the first of so many frames.
    fn pass(&self, count: u64) -> u64 {
        self.stream.published.fetch_add(count, Ordering::Relaxed) - self.start
    }
}
