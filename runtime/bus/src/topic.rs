//! A topic in this process: who publishes, who subscribes, and the lanes out of here.
//!
//! Messages go through the topic's [`Stream`], which publishers and subscribers hold themselves: they do
//! not look into the topic for each. What else a message of the topic may have to go through is its
//! [`Fanout`]. One word, [`Outside`], says whether there is anything of the kind; each publisher keeps
//! the fan-out that it saw last, and takes the new one when the word has changed.

use std::any::Any;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use event_listener::Event;
use mycelium_wire::Digest;
use mycelium_wire::reflect::Def;

use crate::carried::Carried;
use crate::count::Count;
use crate::error::OpenError;
use crate::hub::Receiving;
use crate::inbox::{FrameInbox, Inbox, Losses, WriteFrameKey};
use crate::key::write_frame_key;
use crate::local::ring::MOST_READERS;
use crate::qos::Qos;
use crate::received::Received;
use crate::stats::TopicStats;
use crate::stream::{Stream, StreamReader};
use crate::transport::{Lane, LinkId};

/// The name of a topic, shared by all who speak of it.
pub(crate) type TopicName = Arc<str>;

/// What a topic carries.
#[derive(Debug, Clone)]
pub(crate) struct TopicInfo {
    pub(crate) name: TopicName,
    pub(crate) type_id: u16,
    pub(crate) digest: Digest,
    /// Digests of released versions that the type still talks with, oldest first.
    pub(crate) ancestors: Cow<'static, [Digest]>,
    /// The type, where this program knows more of it than its digest.
    pub(crate) def: Option<&'static Def<'static>>,
    /// Writes the key of one of its frames.
    pub(crate) write_key: WriteFrameKey,
    /// Name of the message type, `market.Trade`.
    pub(crate) message: &'static str,
}

impl TopicInfo {
    /// A topic of messages of type `T`.
    pub(crate) fn of<T: Carried>(name: TopicName) -> Self {
        Self {
            name,
            type_id: T::TYPE_ID,
            digest: T::DIGEST,
            ancestors: Cow::Borrowed(T::ANCESTORS),
            def: Some(T::DEF),
            write_key: write_frame_key::<T>,
            message: T::NAME,
        }
    }

    /// Whether what has this digest is read here as it is: the same type, or a released version of it.
    pub(crate) fn reads(&self, digest: &Digest) -> bool {
        self.digest == *digest || self.ancestors.contains(digest)
    }
}

/// A topic that carries `T`.
pub(crate) struct Topic<T: Carried> {
    info: TopicInfo,
    pub(crate) qos: Qos,
    stream: Stream<T>,
    outside: AtomicU64,
    state: Mutex<State<T>>,
    /// The last messages, where the topic keeps some. Held while one is published.
    history: Mutex<VecDeque<Received<T>>>,
    /// Notified when a subscriber comes or goes.
    pub(crate) changed: Event,
}

/// Whether messages go anywhere but through the stream.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outside(u64);

impl Outside {
    /// Nowhere else.
    pub(crate) const NOTHING: Self = Self(0);
    /// The bus was shut down.
    pub(crate) const CLOSED: Self = Self(u64::MAX);
}

struct State<T: Carried> {
    fanout: Arc<Fanout<T>>,
    /// Version of the fan-out.
    version: u64,
    /// All subscribers here.
    inboxes: Vec<Arc<Inbox<Received<T>>>>,
    /// Counts of the publishers that are open.
    publishers: Vec<Arc<Count>>,
    /// Messages of publishers that have closed.
    published_before: u64,
    /// Losses of subscribers that have left.
    losses_before: Losses,
}

/// Where a message of the topic goes beside its stream.
pub(crate) struct Fanout<T: Carried> {
    /// Subscribers here that have queues of their own, for each loses something else.
    pub(crate) queues: Vec<Arc<Inbox<Received<T>>>>,
    /// Ways out.
    pub(crate) lanes: Vec<Arc<Lane>>,
}

/// What a new subscriber reads beside its inbox.
pub(crate) struct Joined<T: Carried> {
    /// The last messages that were published before.
    pub(crate) past: VecDeque<Received<T>>,
    /// What is published from now on; nothing if that comes into the inbox.
    pub(crate) reader: Option<StreamReader<T>>,
}

impl<T: Carried> Clone for Fanout<T> {
    fn clone(&self) -> Self {
        Self { queues: self.queues.clone(), lanes: self.lanes.clone() }
    }
}

impl<T: Carried> Default for Fanout<T> {
    fn default() -> Self {
        Self { queues: Vec::new(), lanes: Vec::new() }
    }
}

/// A topic, whatever it carries.
pub(crate) trait TopicPort: Any + Send + Sync {
    fn info(&self) -> &TopicInfo;
    fn has_publishers(&self) -> bool;
    /// Whether its publishers have frames, and deliver them themselves to typed subscribers here.
    fn delivers_frames(&self) -> bool {
        false
    }
    /// Shows it a new subscriber, which is to know of publishers that publish frames; under the hub's lock.
    fn show(&self, _receiver: &Arc<Receiving>) {}
    /// Forgets a subscriber that leaves.
    fn hide(&self, _receiver: &Arc<Receiving>) {}
    fn has_lane_of(&self, link: LinkId) -> bool;
    /// Adds a lane, in place of one that led to the same peer before.
    fn add_lane(&self, lane: Arc<Lane>);
    /// The lane that leads by a route to a peer, or did before that was lost.
    fn lane_to(&self, route: &str) -> Option<Arc<Lane>>;
    /// Takes out the lanes that are meant.
    fn take_lanes(&self, is_meant: &dyn Fn(&Lane) -> bool) -> Vec<Arc<Lane>>;
    /// Refuses what is published from now on.
    fn close(&self);
    fn stats(&self) -> TopicStats;
}

impl<T: Carried> Topic<T> {
    pub(crate) fn new(name: TopicName, qos: Qos) -> Self {
        let state = State {
            fanout: Arc::default(),
            version: 0,
            inboxes: Vec::new(),
            publishers: Vec::new(),
            published_before: 0,
            losses_before: Losses::default(),
        };
        let topic = Self {
            info: TopicInfo::of::<T>(name),
            qos,
            stream: Stream::new(qos.capacity),
            outside: AtomicU64::new(Outside::NOTHING.0),
            state: Mutex::new(state),
            history: Mutex::default(),
            changed: Event::new(),
        };
        topic.change(&mut topic.lock(), |_| {});
        topic
    }

    /// The ring that subscribers read.
    pub(crate) fn stream(&self) -> &Stream<T> {
        &self.stream
    }

    /// What a publisher compares with what it saw last.
    #[inline]
    pub(crate) fn outside(&self) -> Outside {
        // Acquire: partner is the release in `change`.
        Outside(self.outside.load(Ordering::Acquire))
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.outside() == Outside::CLOSED
    }

    /// The fan-out, and what `outside` says of it; nothing once the bus is shut down.
    pub(crate) fn fanout(&self) -> Option<(Outside, Arc<Fanout<T>>)> {
        let state = self.lock();
        let outside = self.outside();
        (outside != Outside::CLOSED).then(|| (outside, state.fanout.clone()))
    }

    /// The last messages, and the right to add one.
    pub(crate) fn history(&self) -> MutexGuard<'_, VecDeque<Received<T>>> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a publisher in. Returns where it counts its messages.
    pub(crate) fn open_publisher(&self) -> Arc<Count> {
        let mut state = self.lock();
        let counter = Arc::<Count>::default();
        state.publishers.push(counter.clone());
        state.inboxes.iter().for_each(|inbox| inbox.publisher_opened());
        counter
    }

    /// Counts a publisher out. Returns whether it was the last.
    pub(crate) fn close_publisher(&self, counter: &Arc<Count>) -> bool {
        let mut state = self.lock();
        state.publishers.retain(|known| !Arc::ptr_eq(known, counter));
        state.published_before += counter.get();
        state.inboxes.iter().for_each(|inbox| inbox.publisher_closed());
        state.publishers.is_empty()
    }

    /// Adds a subscriber; it sees the publishers that are open.
    pub(crate) fn add_subscriber(
        &self,
        inbox: &Arc<Inbox<Received<T>>>,
    ) -> Result<Joined<T>, OpenError> {
        // Held, so that nothing is published between the past and what comes now.
        let past = self.history();
        let mut state = self.lock();
        let reader = match self.qos.when_full.is_lossless() {
            true => Some(self.stream.join(inbox.bell.clone()).ok_or_else(|| self.is_crowded())?),
            false => None,
        };
        state.publishers.iter().for_each(|_| inbox.publisher_opened());
        state.inboxes.push(inbox.clone());
        let has_queue = reader.is_none();
        self.change(&mut state, |fanout| fanout.queues.extend(has_queue.then(|| inbox.clone())));
        Ok(Joined { past: past.clone(), reader })
    }

    pub(crate) fn remove_subscriber(&self, inbox: &Arc<Inbox<Received<T>>>) {
        let mut state = self.lock();
        state.inboxes.retain(|known| !Arc::ptr_eq(known, inbox));
        state.losses_before = state.losses_before + inbox.losses();
        self.change(&mut state, |fanout| fanout.queues.retain(|known| !Arc::ptr_eq(known, inbox)));
    }

    /// Subscribers here and, as far as their routes tell, elsewhere.
    pub(crate) fn subscribers(&self) -> usize {
        let (here, fanout) = {
            let state = self.lock();
            (state.inboxes.len(), state.fanout.clone())
        };
        here + fanout.lanes.iter().map(|lane| lane.subscribers()).sum::<usize>()
    }

    fn is_crowded(&self) -> OpenError {
        OpenError::TooManySubscribers { topic: self.info.name.to_string(), limit: MOST_READERS }
    }

    fn change(&self, state: &mut State<T>, edit: impl FnOnce(&mut Fanout<T>)) {
        edit(Arc::make_mut(&mut state.fanout));
        state.version += 1;
        let Fanout { queues, lanes } = &*state.fanout;
        let is_nothing = queues.is_empty() && lanes.is_empty() && self.qos.history == 0;
        let outside = if is_nothing { Outside::NOTHING } else { Outside(state.version) };
        if !self.is_closed() {
            // Release: partner is the acquire in `outside`.
            self.outside.store(outside.0, Ordering::Release);
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
        self.change(&mut state, |fanout| lane.join(&mut fanout.lanes));
    }

    fn lane_to(&self, route: &str) -> Option<Arc<Lane>> {
        self.lock().fanout.lanes.iter().find(|lane| lane.leads_to(route)).cloned()
    }

    fn take_lanes(&self, is_meant: &dyn Fn(&Lane) -> bool) -> Vec<Arc<Lane>> {
        let mut state = self.lock();
        if !state.fanout.lanes.iter().any(|lane| is_meant(lane)) {
            return Vec::new();
        }
        let mut lanes = Vec::new();
        self.change(&mut state, |fanout| {
            lanes = fanout.lanes.extract_if(.., |lane| is_meant(lane)).collect();
        });
        lanes
    }

    fn close(&self) {
        let mut state = self.lock();
        self.change(&mut state, |_| {});
        self.outside.store(Outside::CLOSED.0, Ordering::Release);
        drop(state);
        self.stream.wake_waiting();
    }

    fn stats(&self) -> TopicStats {
        let state = self.lock();
        let open = state.publishers.iter().map(|counter| counter.get());
        let inboxes = state.inboxes.iter().map(|inbox| inbox.losses());
        let losses = inboxes.fold(state.losses_before, |sum, losses| sum + losses);
        let in_inboxes = state.inboxes.iter().map(|inbox| inbox.len()).max().unwrap_or(0);
        TopicStats {
            topic: self.info.name.to_string(),
            message: self.info.message,
            qos: self.qos,
            publishers: state.publishers.len(),
            subscribers: state.inboxes.len(),
            published: state.published_before + open.sum::<u64>(),
            waiting: in_inboxes.max(self.stream.backlog() as usize),
            lost: losses.lost,
            conflated: losses.conflated,
            bytes: self.stream.bytes(),
        }
    }
}

impl std::ops::Add for Losses {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { lost: self.lost + other.lost, conflated: self.conflated + other.conflated }
    }
}
