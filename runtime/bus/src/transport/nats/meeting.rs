//! The way out: what is published goes to all nodes at the server that want it, once.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::control::{self, Body, Stream};
use super::super::outbox::Outbox;
use super::super::peer::Peer;
use super::super::{FrameSink as _, Lane, Link, LinkId, Way};
use super::login::Login;
use super::sink::TopicSink;
use super::subject::{Subjects, check_topic};
use super::writer::Refusals;
use crate::error::OpenError;
use crate::hub::Hub;
use crate::qos::WhenFull;
use crate::selector::fits_wish;
use crate::topic::{TopicInfo, TopicPort};
use crate::topology::{self, Endpoint, Keep, Refused, Tls};

/// Longest frame before the server has said what it takes: its usual limit.
const USUAL_PAYLOAD_BYTES: usize = 1 << 20;

/// How many topics that went out are remembered.
const MOST_ENDED: usize = 1024;

/// What a node does at one server.
pub(crate) struct Meeting {
    id: LinkId,
    pub(super) hub: Arc<Hub>,
    /// `host:port` of the server.
    pub(super) address: String,
    pub(super) login: Login,
    pub(super) subjects: Subjects,
    /// What counts and faults are filed under.
    pub(super) route: String,
    /// Who receives here what this node publishes.
    publishes: Vec<String>,
    /// Whose messages this node receives here.
    subscribes: Vec<String>,
    policy: WhenFull,
    /// Tells this process from others of the same node, before and after.
    pub(super) session: u64,
    /// What waits to be published.
    pub(super) outbox: Arc<Outbox>,
    /// What waits to be kept by the server.
    pub(super) store: Arc<TopicSink>,
    max_frame_bytes: Arc<AtomicUsize>,
    state: Mutex<State>,
}

struct State {
    /// By node, those who are there and receive here.
    readers: BTreeMap<String, Arc<Peer>>,
    channels: BTreeMap<u16, Channel>,
    /// The channels of topics that the server keeps.
    kept: HashSet<u16>,
    /// The channel that was opened last.
    last_channel: u16,
    /// The last ones that were closed.
    ended: VecDeque<Ended>,
}

/// A topic that goes out.
struct Channel {
    topic: TopicInfo,
    lane: Arc<Lane>,
    sink: Arc<TopicSink>,
    /// The nodes that want it.
    readers: HashSet<String>,
    /// The nodes that wanted it when they vanished, for whom it is counted on.
    away: HashSet<String>,
}

/// A topic that went out, for those who have not heard its end.
struct Ended {
    stream: u64,
    channel: u16,
    published: u64,
}

impl Meeting {
    pub(crate) fn new(
        hub: &Arc<Hub>,
        link: &topology::Link,
        own: Option<&Tls>,
    ) -> Result<Self, Refused> {
        let topology::Link::Meet { endpoint, publishes, subscribes, policy } = link else {
            return Err(no_meeting());
        };
        let Endpoint::Nats { address, subject, access } = endpoint else {
            return Err(no_meeting());
        };
        let route = endpoint.to_string();
        let options = &hub.options;
        let most = options.max_frame_bytes.min(USUAL_PAYLOAD_BYTES);
        let outbox =
            Outbox::new(route.clone(), options.outgoing_bytes, most, None).driven_by(hub.driver());
        let store =
            Outbox::new(route.clone(), options.outgoing_bytes, most, None).driven_by(hub.driver());
        let max_frame_bytes = Arc::new(AtomicUsize::new(most));
        let store = TopicSink {
            outbox: Arc::new(store),
            max_frame_bytes: max_frame_bytes.clone(),
            readers: AtomicUsize::new(0),
            is_kept: true,
        };
        let state = State {
            readers: BTreeMap::new(),
            channels: BTreeMap::new(),
            kept: HashSet::new(),
            last_channel: 0,
            ended: VecDeque::new(),
        };
        Ok(Self {
            id: LinkId::next(),
            hub: hub.clone(),
            address: address.clone(),
            login: Login::new(access, own)?,
            subjects: Subjects::new(subject),
            route,
            publishes: publishes.clone(),
            subscribes: subscribes.clone(),
            policy: *policy,
            session: RandomState::new().hash_one(0),
            outbox: Arc::new(outbox),
            store: Arc::new(store),
            max_frame_bytes,
            state: Mutex::new(state),
        })
    }

    /// Whether a node is one of those that may be here.
    pub(super) fn expects(&self, node: &str) -> bool {
        self.receives_from(node) || self.sends_to(node)
    }

    /// Whether this node receives here what that one publishes.
    pub(super) fn receives_from(&self, node: &str) -> bool {
        self.subscribes.iter().any(|known| known == node)
    }

    /// Whether that node receives here what this one publishes.
    pub(super) fn sends_to(&self, node: &str) -> bool {
        self.publishes.iter().any(|known| known == node)
    }

    /// How much the server keeps of a topic, where it is durable.
    pub(super) fn keep_of(&self, topic: &str) -> Option<Keep> {
        self.hub.options.keep_of(topic)
    }

    /// A channel for a topic that the server keeps.
    pub(super) fn next_kept(&self) -> Option<u16> {
        let mut state = self.lock();
        let number = state.next_channel()?;
        state.kept.insert(number);
        Some(number)
    }

    /// Notes what stands in the way of what is to be kept.
    pub(super) fn note_store(&self, fault: Option<String>) {
        self.hub.note(&format!("{}, durable topics", self.route), fault);
    }

    /// The server takes messages of so many bytes.
    pub(super) fn set_max_payload(&self, bytes: usize) {
        let most = bytes.min(self.hub.options.max_frame_bytes);
        self.max_frame_bytes.store(most, Ordering::Relaxed);
    }

    /// A node that receives here wants topics that fit the pattern; those that go out already are told to it.
    pub(super) fn admit(&self, peer: &Arc<Peer>, pattern: &str) {
        self.lock().readers.insert(peer.node.clone(), peer.clone());
        // Fails only where the bus is being shut down.
        let _ = self.hub.offer(self, |topic| fits_wish(pattern, topic));
        let state = &mut *self.lock();
        for (number, channel) in &mut state.channels {
            let is_new = !channel.readers.contains(&peer.node);
            if is_new && fits_wish(pattern, &channel.topic.name) && peer.takes(&channel.topic) {
                channel.readers.insert(peer.node.clone());
                channel.away.remove(&peer.node);
                channel.sink.readers.store(channel.readers.len(), Ordering::Relaxed);
                self.announce(*number, channel);
            }
        }
    }

    /// Tells again of a stream, to whom it is new. Gives what says that it is over, where it is.
    pub(super) fn tell_of(&self, stream: u64) -> Option<Vec<u8>> {
        let state = self.lock();
        let is_meant = |channel: &Channel| channel.lane.numbering().id() == stream;
        match state.channels.iter().find(|(_, channel)| is_meant(channel)) {
            Some((number, channel)) => {
                self.announce_again(*number, channel);
                None
            }
            None => state.ended.iter().find(|ended| ended.stream == stream).map(Ended::frames),
        }
    }

    /// Tells again of all that a node wants, which has begun anew.
    pub(super) fn tell(&self, node: &str) {
        let state = self.lock();
        let wanted = state.channels.iter().filter(|(_, channel)| channel.readers.contains(node));
        wanted.for_each(|(number, channel)| self.announce_again(*number, channel));
    }

    /// Opens a channel for one who has asked, unless more waits than is published in time: who does not hear of it
    /// asks again.
    fn announce_again(&self, number: u16, channel: &Channel) {
        if self.outbox.has_room(0) {
            self.announce(number, channel);
        }
    }

    /// A node is gone. Where it may come back, what it wanted last is counted on.
    pub(super) fn dismiss(&self, node: &str, may_return: bool) {
        let mut unwanted = Vec::new();
        let mut state = self.lock();
        state.readers.remove(node);
        for (number, channel) in &mut state.channels {
            let had_it = channel.readers.remove(node);
            let was_away = channel.away.remove(node);
            channel.sink.readers.store(channel.readers.len(), Ordering::Relaxed);
            if may_return && (had_it || was_away) {
                channel.away.insert(node.to_owned());
            }
            let is_wanted = !channel.readers.is_empty() || !channel.away.is_empty();
            unwanted.extend((!is_wanted && (had_it || was_away)).then_some(*number));
        }
        drop(state);
        if !unwanted.is_empty() {
            self.hub.withdraw(self, |lane| unwanted.contains(&lane.channel));
        }
    }

    /// Opens a channel, on the topic's own subject, for all who hear it: what was published so far is none of theirs.
    fn announce(&self, number: u16, channel: &Channel) {
        let (topic, lane) = (&channel.topic, &channel.lane);
        let most_bytes = self.max_frame_bytes.load(Ordering::Relaxed);
        self.outbox.push_with(|| {
            let (stream, start) = (lane.numbering().id(), lane.sent());
            let stream = Stream { channel: number, stream, start };
            let mut opening = control::frame(Body::Stream(stream));
            opening.extend(control::channel(number, topic, topic.digest));
            let left = most_bytes.saturating_sub(opening.len());
            let mut frames = control::description(topic, left).unwrap_or_default();
            frames.extend(opening);
            frames
        });
    }

    /// Hears of what the client refuses to publish.
    pub(super) fn refusals(&self) -> Refusals {
        let most_bytes = self.max_frame_bytes.clone();
        Refusals { hub: self.hub.clone(), route: self.route.clone(), most_bytes }
    }

    fn refuse(&self, topic: &TopicInfo) -> Result<(), OpenError> {
        let refused = |reason| {
            let (topic, route) = (topic.name.to_string(), self.route.clone());
            Err(OpenError::Route { topic, route, reason })
        };
        if let Err(reason) = check_topic(&topic.name) {
            return refused(reason);
        }
        let promised = self.hub.options.way_out(&topic.name, self.policy).when_full;
        if promised.is_lossless() {
            return refused(format!(
                "it promises `{promised}`, and a server makes nobody wait; promise something else for \
                 the topic in the bus's options"
            ));
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_meeting() -> Refused {
    Refused {
        what: "nobody meets there".to_owned(),
        remedy: "report this as a fault of the library",
        source: None,
    }
}

impl Ended {
    /// What tells of the end to one who has asked.
    fn frames(&self) -> Vec<u8> {
        let Self { stream, channel, published } = *self;
        let mut frames = control::frame(Body::Stream(Stream { channel, stream, start: published }));
        frames.extend(control::closed(channel, published));
        frames
    }
}

impl State {
    /// A number that no channel has; numbers of channels that were closed come again.
    fn next_channel(&mut self) -> Option<u16> {
        for _ in 0..u16::MAX {
            self.last_channel = self.last_channel.checked_add(1).unwrap_or(1);
            let number = self.last_channel;
            if !self.channels.contains_key(&number) && !self.kept.contains(&number) {
                return Some(number);
            }
        }
        None
    }
}

impl Link for Meeting {
    fn id(&self) -> LinkId {
        self.id
    }

    fn open(&self, port: &dyn TopicPort) -> Result<Option<Arc<Lane>>, OpenError> {
        let topic = port.info();
        if let Some(keep) = self.keep_of(&topic.name) {
            return self.open_kept(topic, keep);
        }
        if self.publishes.is_empty() {
            return Ok(None);
        }
        self.refuse(topic)?;
        let state = &mut *self.lock();
        let takers = state.readers.values().filter(|peer| peer.takes(topic));
        let readers: HashSet<String> = takers.map(|peer| peer.node.clone()).collect();
        if readers.is_empty() {
            return Ok(None);
        }
        let Some(number) = state.next_channel() else { return Ok(None) };
        let sink = Arc::new(TopicSink {
            outbox: self.outbox.clone(),
            max_frame_bytes: self.max_frame_bytes.clone(),
            readers: AtomicUsize::new(readers.len()),
            is_kept: false,
        });
        let qos = self.hub.options.way_out(&topic.name, self.policy);
        // It is not lost with one peer, so there is no route by which it were found again.
        let way = Way::new("", topic, qos);
        let counters = self.hub.counters(&self.route, &topic.name);
        let lane = Arc::new(Lane::new(self.id, number, sink.clone(), counters, way));
        let (topic, away) = (topic.clone(), HashSet::new());
        let channel = Channel { topic, lane: lane.clone(), sink, readers, away };
        self.announce(number, &channel);
        state.channels.insert(number, channel);
        Ok(Some(lane))
    }

    fn close(&self, lane: &Lane) {
        // Under one lock: nobody is told of a channel behind its end, and none takes its number before.
        let mut state = self.lock();
        if state.kept.remove(&lane.channel) {
            return self.store.outbox.end_channel(lane);
        }
        state.channels.remove(&lane.channel);
        self.outbox.end_channel(lane);
        let (stream, published) = (lane.numbering().id(), lane.sent());
        state.ended.push_back(Ended { stream, channel: lane.channel, published });
        if state.ended.len() > MOST_ENDED {
            state.ended.pop_front();
        }
    }

    fn leave(&self) {
        self.outbox.finish();
        self.store.outbox.finish();
    }
}
