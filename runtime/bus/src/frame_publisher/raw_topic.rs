//! What the hub and its links see of one frame publisher.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::hub::Receiving;
use crate::stats::TopicStats;
use crate::topic::{TopicInfo, TopicPort};
use crate::transport::{Lane, LinkId};

/// A topic as far as one frame publisher is concerned: the ways out.
pub(super) struct RawTopic {
    pub(super) info: TopicInfo,
    pub(super) lanes: Mutex<Vec<Arc<Lane>>>,
    pub(super) published: AtomicU64,
    pub(super) closed: AtomicBool,
    /// Subscribers that came, and know of the publisher, which has not looked at them yet.
    pub(super) shown: Mutex<Vec<Arc<Receiving>>>,
}

impl RawTopic {
    pub(super) fn lanes(&self) -> MutexGuard<'_, Vec<Arc<Lane>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing more is published: who waits for room gives up.
    pub(super) fn end(&self) {
        self.close();
        let lanes = self.lanes().clone();
        lanes.iter().for_each(|lane| lane.end());
    }

    pub(super) fn shown(&self) -> MutexGuard<'_, Vec<Arc<Receiving>>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TopicPort for RawTopic {
    fn info(&self) -> &TopicInfo {
        &self.info
    }

    fn has_publishers(&self) -> bool {
        !self.closed.load(Ordering::Acquire)
    }

    fn delivers_frames(&self) -> bool {
        true
    }

    fn show(&self, receiver: &Arc<Receiving>) {
        let selector = &receiver.selector;
        if selector.is_typed() && selector.judge(&self.info.name, &self.info.digest).takes() {
            receiver.inbox.publisher_opened();
            self.shown().push(receiver.clone());
        }
    }

    fn hide(&self, receiver: &Arc<Receiving>) {
        self.shown().retain(|shown| !Arc::ptr_eq(shown, receiver));
    }

    fn has_lane_of(&self, link: LinkId) -> bool {
        self.lanes().iter().any(|lane| lane.link == link)
    }

    fn add_lane(&self, lane: Arc<Lane>) {
        lane.clone().join(&mut self.lanes());
        // Either `end` finds it there, or this finds that it was closed.
        if !self.has_publishers() {
            lane.end();
        }
    }

    fn lane_to(&self, route: &str) -> Option<Arc<Lane>> {
        self.lanes().iter().find(|lane| lane.leads_to(route)).cloned()
    }

    fn take_lanes(&self, is_meant: &dyn Fn(&Lane) -> bool) -> Vec<Arc<Lane>> {
        self.lanes().extract_if(.., |lane| is_meant(lane)).collect()
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    fn stats(&self) -> TopicStats {
        TopicStats {
            topic: self.info.name.to_string(),
            message: self.info.message,
            qos: Default::default(),
            publishers: 1,
            subscribers: 0,
            published: self.published.load(Ordering::Relaxed),
            waiting: 0,
            lost: 0,
            conflated: 0,
            bytes: 0,
        }
    }
}
