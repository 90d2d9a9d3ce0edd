//! What went through a bus.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::qos::Qos;

/// Counts of a whole bus at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BusStats {
    /// One entry a topic that this process publishes, or subscribes to by its type. Publishers of its
    /// raw frames count as its others, as long as they are open.
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
    /// Name of the type that it carries, `market.Trade`; `raw frames` where no part of the program says.
    pub message: &'static str,
    /// What is promised for it.
    pub qos: Qos,
    /// Publishers that are open here.
    pub publishers: usize,
    /// Subscribers that are open here.
    pub subscribers: usize,
    /// Messages published here.
    pub published: u64,
    /// Messages that wait for the subscriber here that is furthest behind.
    pub waiting: usize,
    /// Messages that subscribers here lost because they were full, added up over all of them.
    pub lost: u64,
    /// Messages that subscribers here did not get because a newer one of the same key replaced them.
    pub conflated: u64,
    /// Bytes of the slots in which messages wait; 0 until the first was published to somebody.
    pub bytes: usize,
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
    /// Messages lost on the way, as far as it was told.
    pub lost: u64,
    /// Messages that a newer one of the same key replaced before they were handed out.
    pub conflated: u64,
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

/// A table of topics, one of routes, and what stands in the way.
///
/// ```text
/// topic          pubs subs  published  waiting        lost  conflated
/// market.quotes     1    2     120081  12/1024           0          0  block
/// market.trades     1    1      35389  256/256         118          0  drop_oldest
/// route                        topic                  sent   received       lost
/// unix:run/risk.sock to risk   market.trades         35389          0          0
/// unix:run/risk.sock: nobody listens
/// ```
impl fmt::Display for BusStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |names: &mut dyn Iterator<Item = usize>, title: &str| {
            names.max().unwrap_or(0).max(title.len())
        };
        if !self.topics.is_empty() {
            let name = width(&mut self.topics.iter().map(|topic| topic.topic.len()), "topic");
            writeln!(
                f,
                "{:name$} {:>4} {:>4} {:>10}  {:<11} {:>10} {:>10}",
                "topic", "pubs", "subs", "published", "waiting", "lost", "conflated"
            )?;
            self.topics.iter().try_for_each(|topic| topic.write_row(f, name))?;
        }
        if !self.routes.is_empty() {
            let route = width(&mut self.routes.iter().map(|route| route.route.len()), "route");
            let topic = width(&mut self.routes.iter().map(|route| route.topic.len()), "topic");
            writeln!(
                f,
                "{:route$}  {:topic$} {:>10} {:>10} {:>10}",
                "route", "topic", "sent", "received", "lost"
            )?;
            for row in &self.routes {
                writeln!(
                    f,
                    "{:route$}  {:topic$} {:>10} {:>10} {:>10}",
                    row.route, row.topic, row.sent, row.received, row.lost
                )?;
            }
        }
        self.faults.iter().try_for_each(|fault| writeln!(f, "{fault}"))
    }
}

impl TopicStats {
    /// Adds what was counted of the same topic elsewhere.
    pub(crate) fn add(&mut self, other: &Self) {
        self.publishers += other.publishers;
        self.subscribers += other.subscribers;
        self.published += other.published;
        self.waiting = self.waiting.max(other.waiting);
        self.lost += other.lost;
        self.conflated += other.conflated;
        self.bytes += other.bytes;
    }

    fn write_row(&self, f: &mut fmt::Formatter<'_>, name_width: usize) -> fmt::Result {
        let waiting = format!("{}/{}", self.waiting, self.qos.capacity);
        writeln!(
            f,
            "{:name_width$} {:>4} {:>4} {:>10}  {waiting:<11} {:>10} {:>10}  {}",
            self.topic,
            self.publishers,
            self.subscribers,
            self.published,
            self.lost,
            self.conflated,
            self.qos.when_full
        )
    }
}
