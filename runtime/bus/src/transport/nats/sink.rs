//! A topic's way into an outbox to the server: a live one's as long as some node wants it, a durable one's always.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::super::outbox::Outbox;
use super::super::{Fill, FrameSink, Lane, NotSent, Numbering};

/// The outbox as a live topic sees it, or as all durable ones do.
pub(super) struct TopicSink {
    pub(super) outbox: Arc<Outbox>,
    pub(super) max_frame_bytes: Arc<AtomicUsize>,
    /// How many nodes want the topic; of what is kept 1, the server, while it takes what is published.
    pub(super) readers: AtomicUsize,
    /// Whether it waits for a server that keeps it, while nobody takes it.
    pub(super) is_kept: bool,
}

impl FrameSink for TopicSink {
    fn max_frame_bytes(&self) -> usize {
        self.max_frame_bytes.load(Ordering::Relaxed)
    }

    fn send(
        &self,
        lane: &Lane,
        len: usize,
        fill: Fill<'_>,
        until: Option<Instant>,
    ) -> Result<(), NotSent> {
        if !self.is_kept && self.readers.load(Ordering::Relaxed) == 0 {
            let numbering: &Numbering = lane.numbering();
            numbering.miss(1);
            return Err(NotSent::Disconnected);
        }
        self.outbox.send(lane, len, fill, until)
    }

    fn has_room(&self, len: usize) -> bool {
        self.outbox.has_room(len)
    }

    fn wake(&self) {
        self.outbox.wake();
    }

    fn is_closed(&self) -> bool {
        self.outbox.is_closed()
    }

    fn subscribers(&self, _lane: &Lane) -> usize {
        self.readers.load(Ordering::Relaxed)
    }

    fn name(&self) -> &str {
        self.outbox.name()
    }
}
