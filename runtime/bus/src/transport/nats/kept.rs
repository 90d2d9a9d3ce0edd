//! The way out of durable topics: what is published waits until the server has it.
//!
//! It has an outbox of its own, so that nothing that is live waits for it. Who publishes waits, or loses, where that is
//! full, as the topic says; a topic that says nothing waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use super::super::control;
use super::super::outbox::Outbox;
use super::super::{Fill, FrameSink, Lane, Link, NotSent, Way};
use super::meeting::Meeting;
use super::shelf::Shelf;
use super::subject::check_topic;
use crate::error::OpenError;
use crate::topic::TopicInfo;
use crate::topology::Keep;

/// What waits to be kept.
pub(super) struct Store {
    pub(super) outbox: Arc<Outbox>,
    max_frame_bytes: Arc<AtomicUsize>,
    /// Whether the server takes it now.
    is_ready: AtomicBool,
}

impl Store {
    pub(super) fn new(outbox: Outbox, max_frame_bytes: Arc<AtomicUsize>) -> Self {
        Self { outbox: Arc::new(outbox), max_frame_bytes, is_ready: AtomicBool::new(false) }
    }

    pub(super) fn set_ready(&self, is_ready: bool) {
        self.is_ready.store(is_ready, Ordering::Relaxed);
    }
}

impl Meeting {
    /// Opens a lane for a durable topic: the server takes it whoever else is there.
    pub(super) fn open_kept(
        &self,
        topic: &TopicInfo,
        keep: Keep,
    ) -> Result<Option<Arc<Lane>>, OpenError> {
        let shelf = Shelf::new(&self.subjects, &topic.name, keep);
        check_topic(&topic.name).and_then(|()| shelf.check()).map_err(|reason| {
            let (topic, route) = (topic.name.to_string(), self.route.clone());
            OpenError::Route { topic, route, reason }
        })?;
        let Some(number) = self.next_kept() else { return Ok(None) };
        let way = Way::new("", topic, self.hub.options.qos_of(&topic.name));
        let counters = self.hub.counters(&self.route, &topic.name);
        let lane = Lane::new(self.id(), number, self.store.clone(), counters, way);
        if let Some(description) = control::description(topic, usize::MAX) {
            self.store.outbox.push(&description);
        }
        self.store.outbox.push(&control::stream(&lane));
        self.store.outbox.push(&control::channel(number, topic, topic.digest));
        Ok(Some(Arc::new(lane)))
    }
}

impl FrameSink for Store {
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

    /// The server, where it takes what is published.
    fn subscribers(&self) -> usize {
        usize::from(self.is_ready.load(Ordering::Relaxed))
    }

    fn name(&self) -> &str {
        self.outbox.name()
    }
}
