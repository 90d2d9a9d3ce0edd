//! What went through a bus.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts of a whole bus at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BusStats {
    /// One entry a topic that this process publishes or subscribes to by its type.
    pub topics: Vec<TopicStats>,
    /// One entry a route and topic.
    pub routes: Vec<RouteStats>,
    /// What is known to stand in the way of a route, as in `unix:run/risk.sock: nobody listens`.
    pub faults: Vec<String>,
}

/// Counts of one topic in this process.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicStats {
    /// The topic.
    pub topic: String,
    /// Publishers that are open here.
    pub publishers: usize,
    /// Subscribers that are open here.
    pub subscribers: usize,
    /// Messages published here.
    pub published: u64,
    /// Messages that wait in the inboxes here.
    pub waiting: usize,
}

/// Counts of one topic on one route.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteStats {
    /// The route, as in `unix:run/risk.sock to risk`.
    pub route: String,
    /// The topic.
    pub topic: String,
    /// Frames sent.
    pub sent: u64,
    /// Frames received. Of a ring each subscriber reads for itself, and counts for itself.
    pub received: u64,
    /// Frames lost, by gaps in their sequence.
    pub lost: u64,
}

/// Counts of one subscriber.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriberStats {
    /// Messages handed out.
    pub received: u64,
    /// Messages lost on the way.
    pub lost: u64,
}

/// Running counts of one topic on one route.
#[derive(Debug, Default)]
pub(crate) struct RouteCounters {
    pub(crate) sent: AtomicU64,
    pub(crate) received: AtomicU64,
    pub(crate) lost: AtomicU64,
}

impl RouteCounters {
    pub(crate) fn snapshot(&self, route: &str, topic: &str) -> RouteStats {
        RouteStats {
            route: route.to_owned(),
            topic: topic.to_owned(),
            sent: self.sent.load(Ordering::Relaxed),
            received: self.received.load(Ordering::Relaxed),
            lost: self.lost.load(Ordering::Relaxed),
        }
    }
}
