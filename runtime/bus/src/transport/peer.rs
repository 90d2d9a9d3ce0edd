//! The outgoing half of a connection: the topics that the peer wants, and the lanes to it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mycelium_wire::Digest;

use super::control::{self, Body, OBSERVER, Objection, Refusal, Resume, Subscribe};
use super::conversation::Terms;
use super::outbox::Outbox;
use super::{Lane, Link, LinkId, Numbering, Way};
use crate::error::OpenError;
use crate::hub::Hub;
use crate::qos::WhenFull;
use crate::selector::{ANY_DIGEST, fits_wish};
use crate::topic::{TopicInfo, TopicPort};

/// Most topics, or patterns, that one peer may ask for.
const MOST_TOPICS: usize = 4096;

/// Most wishes that it may have: a topic is asked for by each version that can be read.
const MOST_WISHES: usize = 4 * MOST_TOPICS;

/// A peer at the other end of a connection.
pub(crate) struct Peer {
    id: LinkId,
    /// Its node.
    pub(crate) node: String,
    /// What counts and faults are filed under.
    pub(crate) route: String,
    pub(crate) outbox: Arc<Outbox>,
    /// What a topic that says nothing itself does where the outbox is full.
    policy: WhenFull,
    /// Whether it only watches.
    is_observer: bool,
    hub: Arc<Hub>,
    wants: Mutex<Wants>,
}

struct Wants {
    /// Topics and patterns, by the digest of what can be read there: a topic is held against those of its own digests,
    /// however much else a peer asks for.
    wishes: HashMap<Digest, HashSet<String>>,
    /// All topics and patterns.
    topics: HashSet<String>,
    /// How many wishes there are.
    count: usize,
    /// Topics whose refusal was sent and not asked for again.
    refused: HashSet<String>,
    /// Topics that were refused at any time; of these the peer may say why it cannot take them.
    at_odds: HashSet<String>,
    /// By stream, how much of it the peer had received when it was here before.
    received: HashMap<u64, u64>,
    /// Digests of which the peer was told what they are.
    described: HashSet<Digest>,
    /// Number of the next channel; 0 is never given.
    next_channel: u16,
}

impl Peer {
    pub(crate) fn new(terms: &Terms, node: String, outbox: Arc<Outbox>) -> Self {
        let (hub, is_observer) = (terms.hub.clone(), node == OBSERVER);
        let whom = if is_observer { "observers" } else { &node };
        let route = format!("{} with {whom}", terms.endpoint);
        let wants = Wants {
            wishes: HashMap::new(),
            topics: HashSet::new(),
            count: 0,
            refused: HashSet::new(),
            at_odds: HashSet::new(),
            received: HashMap::new(),
            described: HashSet::new(),
            next_channel: 1,
        };
        let (id, policy, wants) = (LinkId::next(), terms.policy, Mutex::new(wants));
        Self { id, node, route, outbox, policy, is_observer, hub, wants }
    }

    /// Takes a wish. The hub is to offer this link the topics that fit it afterwards.
    pub(crate) fn subscribe(&self, wish: Subscribe) -> Result<(), String> {
        if control::shorten(&wish.topic) != wish.topic {
            return Err(format!("a topic of {} bytes", wish.topic.len()));
        }
        let wants = &mut *self.wants();
        let is_new = !wants.topics.contains(&wish.topic);
        if (is_new && wants.topics.len() >= MOST_TOPICS) || wants.count >= MOST_WISHES {
            return Err(format!("more than {MOST_TOPICS} subscriptions, or {MOST_WISHES} in all"));
        }
        wants.refused.remove(&wish.topic);
        wants.topics.insert(wish.topic.clone());
        let of_digest = wants.wishes.entry(Digest(wish.digest)).or_default();
        wants.count += usize::from(of_digest.insert(wish.topic));
        Ok(())
    }

    /// What the peer objects to a topic that was refused; anything else it may not be asked.
    pub(crate) fn hear_objection(&self, objection: &Objection) {
        if self.wants().at_odds.contains(&objection.topic) {
            let reason = control::shorten(&objection.reason).to_owned();
            self.hub.note(&self.about(&objection.topic), Some(reason));
        }
    }

    /// Whether it only watches.
    pub(crate) fn is_observer(&self) -> bool {
        self.is_observer
    }

    /// What a fault is filed under that concerns one topic alone.
    pub(crate) fn about(&self, topic: &str) -> String {
        format!("{}, topic `{topic}`", self.route)
    }

    /// The peer has received so much of a stream over an earlier connection.
    pub(crate) fn hear_resume(&self, resume: &Resume) {
        let mut wants = self.wants();
        if wants.received.len() < MOST_WISHES {
            wants.received.insert(resume.stream, resume.received);
        }
    }

    /// Takes up the stream that the peer knows from before, if it is the one that goes on.
    fn resumed(&self, topic: &dyn TopicPort, wants: &Wants) -> Option<Numbering> {
        let earlier = topic.lane_to(&self.route)?;
        let received = wants.received.get(&earlier.numbering().id())?;
        earlier.numbering().resumed(*received)
    }

    /// Tells what the topic's type is, once for each digest.
    fn describe(&self, topic: &TopicInfo, described: &mut HashSet<Digest>) {
        if described.insert(topic.digest)
            && let Some(frame) = control::description(topic, usize::MAX)
        {
            self.outbox.push(&frame);
        }
    }

    /// The digest by which the peer takes a topic. One that it asks for as something else is refused, once.
    fn agree(&self, topic: &TopicInfo, wants: &mut Wants) -> Option<Digest> {
        // What is asked for by an older version is given as what that one reads.
        let known = [&topic.digest].into_iter().chain(topic.ancestors.iter().rev());
        let agreed = known.copied().find(|digest| wants.has(digest, &topic.name));
        let taken = agreed.or(wants.has(&ANY_DIGEST, &topic.name).then_some(topic.digest));
        if taken.is_some() {
            self.hub.note(&self.about(&topic.name), None);
            if agreed.is_none() {
                self.describe(topic, &mut wants.described);
            }
        } else if !wants.refused.contains(&*topic.name)
            && let Some(wished) = wants.digest_of(&topic.name)
        {
            self.describe(topic, &mut wants.described);
            wants.refused.insert(topic.name.to_string());
            wants.at_odds.insert(topic.name.to_string());
            self.refuse(topic, wished);
        }
        taken
    }

    /// Whether the peer takes a topic, which goes to all who do at once.
    #[cfg(feature = "nats")]
    pub(crate) fn takes(&self, topic: &TopicInfo) -> bool {
        self.agree(topic, &mut self.wants()).is_some()
    }

    fn refuse(&self, topic: &TopicInfo, wished: Digest) {
        let reason = format!(
            "topic `{}`: digest {} at node `{}`, {wished} at node `{}`",
            topic.name, topic.digest, self.hub.node, self.node
        );
        if !self.is_observer() {
            self.hub.note(&self.about(&topic.name), Some(reason.clone()));
        }
        let (topic, digest) = (topic.name.to_string(), topic.digest.0);
        self.outbox.push(&control::frame(Body::Refusal(Refusal { topic, digest, reason })));
    }

    fn wants(&self) -> MutexGuard<'_, Wants> {
        self.wants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wants {
    /// Whether a topic is asked for by a digest.
    fn has(&self, digest: &Digest, topic: &str) -> bool {
        let patterns = self.wishes.get(digest);
        patterns.is_some_and(|patterns| {
            patterns.contains(topic) || patterns.iter().any(|pattern| fits_wish(pattern, topic))
        })
    }

    /// A digest by which a topic is asked for.
    fn digest_of(&self, topic: &str) -> Option<Digest> {
        self.wishes.keys().copied().find(|digest| self.has(digest, topic))
    }
}

impl Link for Peer {
    fn id(&self) -> LinkId {
        self.id
    }

    fn open(&self, port: &dyn TopicPort) -> Result<Option<Arc<Lane>>, OpenError> {
        let topic = port.info();
        let wants = &mut *self.wants();
        let Some(digest) = self.agree(topic, wants) else { return Ok(None) };
        // A connection on which 65535 channels were opened one after the other gives no more.
        if wants.next_channel == 0 {
            return Ok(None);
        }
        let channel = wants.next_channel;
        wants.next_channel = channel.wrapping_add(1);
        let way = match self.is_observer {
            true => Way::to_observer(topic),
            false => {
                let qos = self.hub.options.way_out(&topic.name, self.policy);
                Way::new(&self.route, topic, qos)
            }
        };
        let counters = self.hub.counters(&self.route, &topic.name);
        let lane = Lane::new(self.id, channel, self.outbox.clone(), counters, way);
        let lane = match self.resumed(port, wants) {
            Some(numbering) => lane.continuing(numbering),
            None => lane,
        };
        self.outbox.push(&control::stream(&lane));
        self.outbox.push(&control::channel(channel, topic, digest));
        Ok(Some(Arc::new(lane)))
    }

    fn close(&self, lane: &Lane) {
        self.outbox.end_channel(lane);
    }

    fn leave(&self) {
        self.outbox.push(&control::goodbye(""));
        self.outbox.finish();
    }
}
