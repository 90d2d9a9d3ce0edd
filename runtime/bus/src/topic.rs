//! A topic in this process: who publishes, who subscribes, and the lanes out of here.
//!
//! Publishers do not look into the topic for each message. Each keeps the [`Fanout`] that it saw
//! last, and takes the new one when the topic's version has changed.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use event_listener::Event;
use mycelium_wire::Digest;

use crate::carried::Carried;
use crate::inbox::{FrameInbox, Inbox};
use crate::stats::TopicStats;
use crate::transport::{Lane, LinkId};

/// The name of a topic, shared by all who speak of it.
pub(crate) type TopicName = Arc<str>;

/// What a topic carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TopicInfo {
    pub(crate) name: TopicName,
    pub(crate) type_id: u16,
    pub(crate) digest: Digest,
    /// Name of the message type, `market.Trade`.
    pub(crate) message: &'static str,
}

/// A topic that carries `T`.
pub(crate) struct Topic<T> {
    info: TopicInfo,
    /// Changes with every new fan-out; [`CLOSED`] once the bus is shut down.
    version: AtomicU64,
    state: Mutex<State<T>>,
    /// Notified when a subscriber comes or goes.
    pub(crate) changed: Event,
}

/// Version of a topic whose bus was shut down. No publisher ever keeps it.
const CLOSED: u64 = u64::MAX;

struct State<T> {
    fanout: Arc<Fanout<T>>,
    /// Counts of the publishers that are open.
    publishers: Vec<Arc<AtomicU64>>,
    /// Messages of publishers that have closed.
    published_before: u64,
}

/// Where a message of the topic goes.
pub(crate) struct Fanout<T> {
    /// Subscribers here.
    pub(crate) inboxes: Vec<Arc<Inbox<Arc<T>>>>,
    /// Ways out.
    pub(crate) lanes: Vec<Arc<Lane>>,
}

impl<T> Clone for Fanout<T> {
    fn clone(&self) -> Self {
        Self { inboxes: self.inboxes.clone(), lanes: self.lanes.clone() }
    }
}

/// A topic, whatever it carries.
pub(crate) trait TopicPort: Any + Send + Sync {
    fn info(&self) -> &TopicInfo;
    fn has_publishers(&self) -> bool;
    fn has_lane_of(&self, link: LinkId) -> bool;
    fn add_lane(&self, lane: Arc<Lane>);
    /// Takes out the lanes of one link, or all.
    fn take_lanes(&self, link: Option<LinkId>) -> Vec<Arc<Lane>>;
    /// Refuses what is published from now on.
    fn close(&self);
    fn stats(&self) -> TopicStats;
}

impl<T: Carried> Topic<T> {
    pub(crate) fn new(name: TopicName) -> Self {
        let info = TopicInfo { name, type_id: T::TYPE_ID, digest: T::DIGEST, message: T::NAME };
        let fanout = Arc::new(Fanout { inboxes: Vec::new(), lanes: Vec::new() });
        let state = State { fanout, publishers: Vec::new(), published_before: 0 };
        Self { info, version: AtomicU64::new(1), state: Mutex::new(state), changed: Event::new() }
    }

    /// The version that a publisher compares with the one it keeps.
    #[inline]
    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// The fan-out and its version; nothing once the bus is shut down.
    pub(crate) fn fanout(&self) -> Option<(u64, Arc<Fanout<T>>)> {
        let state = self.lock();
        let version = self.version();
        (version != CLOSED).then(|| (version, state.fanout.clone()))
    }

    /// Counts a publisher in. Returns where it counts its messages.
    pub(crate) fn open_publisher(&self) -> Arc<AtomicU64> {
        let mut state = self.lock();
        let counter = Arc::new(AtomicU64::new(0));
        state.publishers.push(counter.clone());
        state.fanout.inboxes.iter().for_each(|inbox| inbox.publisher_opened());
        counter
    }

    /// Counts a publisher out. Returns whether it was the last.
    pub(crate) fn close_publisher(&self, counter: &Arc<AtomicU64>) -> bool {
        let mut state = self.lock();
        state.publishers.retain(|known| !Arc::ptr_eq(known, counter));
        state.published_before += counter.load(Ordering::Relaxed);
        state.fanout.inboxes.iter().for_each(|inbox| inbox.publisher_closed());
        state.publishers.is_empty()
    }

    /// Adds a subscriber; it sees the publishers that are open.
    pub(crate) fn add_inbox(&self, inbox: Arc<Inbox<Arc<T>>>) {
        let mut state = self.lock();
        state.publishers.iter().for_each(|_| inbox.publisher_opened());
        self.change(&mut state, |fanout| fanout.inboxes.push(inbox));
    }

    pub(crate) fn remove_inbox(&self, inbox: &Arc<Inbox<Arc<T>>>) {
        let mut state = self.lock();
        self.change(&mut state, |fanout| {
            fanout.inboxes.retain(|known| !Arc::ptr_eq(known, inbox));
        });
    }

    /// Subscribers here and, as far as their routes tell, elsewhere.
    pub(crate) fn subscribers(&self) -> usize {
        let fanout = self.lock().fanout.clone();
        let elsewhere: usize = fanout.lanes.iter().map(|lane| lane.sink().subscribers()).sum();
        fanout.inboxes.len() + elsewhere
    }

    fn change(&self, state: &mut State<T>, edit: impl FnOnce(&mut Fanout<T>)) {
        edit(Arc::make_mut(&mut state.fanout));
        if self.version() != CLOSED {
            self.version.fetch_add(1, Ordering::Release);
        }
        self.changed.notify(usize::MAX);
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Carried> TopicPort for Topic<T> {
    fn info(&self) -> &TopicInfo {
        &self.info
    }

    fn has_publishers(&self) -> bool {
        !self.lock().publishers.is_empty()
    }

    fn has_lane_of(&self, link: LinkId) -> bool {
        self.lock().fanout.lanes.iter().any(|lane| lane.link == link)
    }

    fn add_lane(&self, lane: Arc<Lane>) {
        let mut state = self.lock();
        self.change(&mut state, |fanout| fanout.lanes.push(lane));
    }

    fn take_lanes(&self, link: Option<LinkId>) -> Vec<Arc<Lane>> {
        let mut state = self.lock();
        let taken = |lane: &Arc<Lane>| link.is_none_or(|link| lane.link == link);
        if !state.fanout.lanes.iter().any(taken) {
            return Vec::new();
        }
        let mut lanes = Vec::new();
        self.change(&mut state, |fanout| {
            lanes = fanout.lanes.extract_if(.., |lane| taken(lane)).collect();
        });
        lanes
    }

    fn close(&self) {
        let mut state = self.lock();
        self.change(&mut state, |_| {});
        self.version.store(CLOSED, Ordering::Release);
    }

    fn stats(&self) -> TopicStats {
        let state = self.lock();
        let open = state.publishers.iter().map(|counter| counter.load(Ordering::Relaxed));
        TopicStats {
            topic: self.info.name.to_string(),
            publishers: state.publishers.len(),
            subscribers: state.fanout.inboxes.len(),
            published: state.published_before + open.sum::<u64>(),
            waiting: state.fanout.inboxes.iter().map(|inbox| inbox.len()).sum(),
        }
    }
}
