//! The way out of durable topics: what is published waits until the server has it.
//!
//! It has an outbox of its own, so that nothing that is live waits for it. Who publishes waits, or loses, where that is
//! full, as the topic says; a topic that says nothing waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::super::control;
use super::super::{FrameSink as _, Lane, Link, Way};
use super::meeting::Meeting;
use super::shelf::Shelf;
use super::subject::check_topic;
use crate::error::OpenError;
use crate::topic::TopicInfo;
use crate::topology::Keep;

impl Meeting {
    /// Whether the server takes now what is to be kept.
    pub(super) fn set_ready(&self, is_ready: bool) {
        self.store.readers.store(usize::from(is_ready), Ordering::Relaxed);
    }

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
        if let Some(description) = control::description(topic, self.store.max_frame_bytes()) {
            self.store.outbox.push(&description);
        }
        self.store.outbox.push(&control::stream(&lane));
        self.store.outbox.push(&control::channel(number, topic, topic.digest));
        Ok(Some(Arc::new(lane)))
    }
}
