//! The incoming half of a connection: what is asked for, and the channels that the peer opened.
//!
//! Everything happens in the order of the stream: a subscriber gets the last message of a channel
//! before it hears that the channel was closed, or that the peer vanished.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use mycelium_wire::canon::Difference;
use mycelium_wire::{Digest, FrameHeader};

use super::agreement::Agreement;
use super::control::{
    self, Body, Channel, Closed, Description, Objection, Resume, Stream, Subscribe,
};
use super::peer::Peer;
use crate::error::{DigestMismatch, RecvError, facts};
use crate::hub::{Hub, Progress, Receiving};
use crate::inbox::{LOOK_AGAIN, Refused, Run};
use crate::selector::Verdict;
use crate::stats::RouteCounters;
use crate::topic::{TopicInfo, TopicName};

/// Most channels that a peer may hold open at a time.
const MOST_CHANNELS: usize = 4096;

/// What comes in from one peer.
pub(crate) struct Incoming {
    hub: Arc<Hub>,
    peer: Arc<Peer>,
    /// Whether subscribers here are served by this connection.
    subscribes: bool,
    /// What was asked for so far.
    asked: HashSet<(String, Digest)>,
    channels: HashMap<u16, OpenChannel>,
    /// Topics that the peer publishes with a digest that differs from what was asked for.
    refusals: Vec<OtherDigest>,
    agreement: Agreement,
    /// To which stream the channel belongs that is opened next.
    announced: Option<Stream>,
}

/// A channel that the peer opened.
struct OpenChannel {
    topic: TopicName,
    type_id: u16,
    /// Number that the next frame should have.
    next_sequence: u32,
    /// The same without wrapping.
    passed: u64,
    /// The stream that it is a part of, where the peer has said so.
    stream: Option<Stream>,
    /// Subscribers that take its frames, and count it among their publishers.
    takers: Vec<Arc<Receiving>>,
    /// The bus's own once there was a taker: what a peer offers unasked must not cost memory.
    counters: Arc<RouteCounters>,
    digest: OtherDigest,
}

/// The digest of a topic at the peer, and the subscribers that were told that theirs is another.
struct OtherDigest {
    topic: TopicName,
    digest: Digest,
    told: Vec<Arc<Receiving>>,
    /// Whether the peer was told why it cannot be read here.
    is_objected: bool,
}

impl Incoming {
    pub(crate) fn new(hub: &Arc<Hub>, peer: &Arc<Peer>, subscribes: bool) -> Self {
        Self {
            hub: hub.clone(),
            peer: peer.clone(),
            subscribes,
            asked: HashSet::new(),
            channels: HashMap::new(),
            refusals: Vec::new(),
            agreement: Agreement::default(),
            announced: None,
        }
    }

    /// Tells the peer, before it is asked for anything, what was received from it over an earlier connection.
    pub(crate) fn resume(&mut self) {
        for Progress { stream, received } in self.hub.progress(&self.peer.route) {
            let resume = control::frame(Body::Resume(Resume { stream, received }));
            self.peer.outbox.push(&resume);
        }
    }

    /// Keeps for the next connection what was received over this one.
    pub(crate) fn keep_progress(&self) {
        let taken = self.channels.values().filter(|channel| !channel.takers.is_empty());
        let reached = taken.filter_map(|channel| {
            let Stream { stream, start, .. } = channel.stream.as_ref()?;
            let received = start.wrapping_add(channel.passed);
            Some((channel.topic.clone(), Progress { stream: *stream, received }))
        });
        self.hub.keep_progress(&self.peer.route, reached.collect());
    }

    /// The peer says to which stream the channel belongs that it opens next.
    pub(crate) fn announce(&mut self, stream: Stream) {
        self.announced = Some(stream);
    }

    /// Asks for what subscribers want by now, and shows open channels to new ones.
    pub(crate) async fn catch_up(&mut self) {
        let receivers = self.hub.receivers();
        if self.subscribes {
            receivers.iter().for_each(|receiver| self.ask(receiver));
        }
        for channel in self.channels.values_mut() {
            channel.show_to(&receivers, &self.hub, &self.peer, &mut self.agreement).await;
        }
        for refusal in &mut self.refusals {
            let wishes = refusal.wishes(&receivers, &mut self.agreement);
            wishes.into_iter().for_each(|wish| wish_for(&self.peer, &mut self.asked, wish));
            refusal.tell(&receivers, &self.peer, &self.hub, &mut self.agreement).await;
        }
    }

    /// The peer tells of a type whose digest it is about to name.
    pub(crate) fn hear(&mut self, description: Description) {
        self.agreement.hear(description);
    }

    /// Hands messages to those who take them: that of this header, and those that go on where it ends.
    pub(crate) async fn frames(
        &mut self,
        header: &FrameHeader,
        frames: &Run,
    ) -> Result<(), String> {
        let Some(channel) = self.channels.get_mut(&header.channel) else {
            return Err(format!("a frame on channel {}, which is not open", header.channel));
        };
        if header.type_id != channel.type_id {
            let (found, expected) = (header.type_id, channel.type_id);
            return Err(format!("a frame of type {found} on a channel of type {expected}"));
        }
        let lost = header.sequence.wrapping_sub(channel.next_sequence);
        if lost > u32::MAX / 2 {
            let (found, expected) = (header.sequence, channel.next_sequence);
            return Err(format!("frame {found} where frame {expected} was due"));
        }
        let count = frames.count() as u64;
        // Numbers wrap.
        channel.next_sequence = header.sequence.wrapping_add(count as u32);
        channel.passed += u64::from(lost) + count;
        channel.counters.received.fetch_add(count, Ordering::Relaxed);
        if lost > 0 {
            channel.counters.lost.fetch_add(u64::from(lost), Ordering::Relaxed);
            deliver_fault(&channel.takers, &RecvError::Lost(u64::from(lost))).await;
        }
        for taker in &channel.takers {
            let mut frames = frames.clone();
            deliver(taker, || taker.inbox.offer_frames(&channel.topic, &mut frames)).await;
        }
        Ok(())
    }

    /// The peer opens a channel.
    pub(crate) async fn open(&mut self, opened: Channel) -> Result<(), String> {
        self.open_at(opened, 0).await
    }

    /// The peer opens a channel whose next frame has this number.
    pub(crate) async fn open_at(&mut self, opened: Channel, next: u32) -> Result<(), String> {
        if self.channels.len() >= MOST_CHANNELS {
            return Err(format!("more than {MOST_CHANNELS} open channels"));
        }
        let topic: TopicName = control::shorten(&opened.topic).into();
        let digest = Digest(opened.digest);
        let mut channel = OpenChannel {
            type_id: opened.type_id,
            next_sequence: next,
            passed: 0,
            stream: self.announced.take().filter(|stream| stream.channel == opened.channel),
            takers: Vec::new(),
            counters: Arc::default(),
            digest: OtherDigest {
                told: self.told_of(&topic, &digest),
                ..OtherDigest::new(topic.clone(), digest)
            },
            topic,
        };
        let receivers = self.hub.receivers();
        channel.show_to(&receivers, &self.hub, &self.peer, &mut self.agreement).await;
        match self.channels.insert(opened.channel, channel) {
            None => Ok(()),
            Some(_) => Err(format!("channel {} opened twice", opened.channel)),
        }
    }

    /// How much was received of a stream over an earlier connection.
    #[cfg(feature = "nats")]
    pub(crate) fn received_of(&self, stream: u64) -> Option<u64> {
        let kept = self.hub.progress(&self.peer.route);
        kept.iter().find(|kept| kept.stream == stream).map(|kept| kept.received)
    }

    /// The number that the next frame of a channel should have, if it is open for that stream of frames of that digest.
    #[cfg(feature = "nats")]
    pub(crate) fn next_of(&self, channel: u16, stream: u64, digest: Digest) -> Option<u32> {
        let channel = self.channels.get(&channel)?;
        let is_same = channel.stream.as_ref().is_some_and(|known| known.stream == stream);
        (is_same && channel.digest.digest == digest).then_some(channel.next_sequence)
    }

    /// The channels that are open, with the streams that they are parts of.
    #[cfg(feature = "nats")]
    pub(crate) fn streams(&self) -> impl Iterator<Item = (u16, u64)> {
        let stream_of = |channel: &OpenChannel| channel.stream.as_ref().map(|known| known.stream);
        self.channels
            .iter()
            .filter_map(move |(number, channel)| Some((*number, stream_of(channel)?)))
    }

    /// Forgets a channel whose end was not heard.
    #[cfg(feature = "nats")]
    pub(crate) fn forget(&mut self, channel: u16) {
        if let Some(channel) = self.channels.remove(&channel) {
            channel.takers.iter().for_each(|taker| taker.inbox.publisher_closed());
        }
    }

    /// Asks for everything anew when it catches up.
    #[cfg(feature = "nats")]
    pub(crate) fn ask_again(&mut self) {
        self.asked.clear();
    }

    /// The peer declines a wish. If what it publishes can be read all the same, it is asked for that.
    pub(crate) async fn refuse(&mut self, topic: &str, digest: Digest) {
        let topic: TopicName = control::shorten(topic).into();
        let told = self.told_of(&topic, &digest);
        self.refusals.retain(|known| known.topic != topic);
        let mut refusal = OtherDigest { told, ..OtherDigest::new(topic, digest) };
        let receivers = self.hub.receivers();
        let wishes = refusal.wishes(&receivers, &mut self.agreement);
        wishes.into_iter().for_each(|wish| wish_for(&self.peer, &mut self.asked, wish));
        refusal.tell(&receivers, &self.peer, &self.hub, &mut self.agreement).await;
        if self.refusals.len() < MOST_CHANNELS {
            self.refusals.push(refusal);
        }
    }

    /// The peer ends a channel.
    pub(crate) async fn close(&mut self, closed: Closed) -> Result<(), String> {
        let Some(channel) = self.channels.remove(&closed.channel) else {
            return Err(format!("channel {} closed, which is not open", closed.channel));
        };
        let received = channel.next_sequence;
        let lost = (closed.published as u32).wrapping_sub(received);
        if lost > 0 && lost <= u32::MAX / 2 {
            channel.counters.lost.fetch_add(u64::from(lost), Ordering::Relaxed);
            deliver_fault(&channel.takers, &RecvError::Lost(u64::from(lost))).await;
        }
        channel.takers.iter().for_each(|taker| taker.inbox.publisher_closed());
        Ok(())
    }

    /// The connection is over; `fault` says so to those who received over it.
    pub(crate) async fn end(self, fault: Option<RecvError>) {
        // A subscriber that takes several channels hears of it once.
        let mut told: Vec<&Arc<Receiving>> = Vec::new();
        for channel in self.channels.values() {
            for taker in &channel.takers {
                let heard = told.iter().any(|known| Arc::ptr_eq(known, taker));
                if let Some(fault) = fault.as_ref().filter(|_| !heard) {
                    told.push(taker);
                    deliver(taker, || taker.inbox.offer_fault(fault)).await;
                }
                taker.inbox.publisher_closed();
            }
        }
    }

    /// Who has heard already that the peer declines a wish for a topic because of this digest.
    fn told_of(&self, topic: &TopicName, digest: &Digest) -> Vec<Arc<Receiving>> {
        let known = self.refusals.iter().find(|known| known.topic == *topic);
        let known = known.filter(|known| known.digest == *digest);
        known.map(|known| known.told.clone()).unwrap_or_default()
    }

    fn ask(&mut self, receiver: &Receiving) {
        for wish in receiver.selector.wishes() {
            wish_for(&self.peer, &mut self.asked, wish);
        }
    }
}

/// Asks the peer for a topic, once.
fn wish_for(
    peer: &Peer,
    asked: &mut HashSet<(String, Digest)>,
    (topic, type_id, digest): (String, u16, Digest),
) {
    if asked.insert((topic.clone(), digest)) {
        let wish = Subscribe { topic, type_id, digest: digest.0 };
        peer.outbox.push(&control::frame(Body::Subscribe(wish)));
    }
}

impl OpenChannel {
    /// Shows the channel to subscribers that do not know it yet.
    async fn show_to(
        &mut self,
        receivers: &[Arc<Receiving>],
        hub: &Hub,
        peer: &Peer,
        agreement: &mut Agreement,
    ) {
        for receiver in receivers {
            let known = self.takers.iter().any(|taker| Arc::ptr_eq(taker, receiver));
            let verdict = agreement.judge(&receiver.selector, &self.topic, &self.digest.digest);
            if !known && verdict.takes() {
                self.counters = hub.counters(&peer.route, &self.topic);
                hub.note(&peer.about(&self.topic), None);
                receiver.inbox.publisher_opened_afar();
                self.takers.push(receiver.clone());
            }
        }
        self.takers.retain(|taker| receivers.iter().any(|known| Arc::ptr_eq(taker, known)));
        self.digest.tell(receivers, peer, hub, agreement).await;
    }
}

impl OtherDigest {
    fn new(topic: TopicName, digest: Digest) -> Self {
        Self { topic, digest, told: Vec::new(), is_objected: false }
    }

    /// What to ask for, though the peer declined it once: what subscribers can read for what it is.
    fn wishes(
        &self,
        receivers: &[Arc<Receiving>],
        agreement: &mut Agreement,
    ) -> Vec<(String, u16, Digest)> {
        let mut wishes = Vec::new();
        for receiver in receivers {
            let verdict = agreement.judge(&receiver.selector, &self.topic, &self.digest);
            if let Some(info) =
                receiver.selector.typed_info(&self.topic).filter(|_| verdict.takes())
            {
                wishes.push((self.topic.to_string(), info.type_id, self.digest));
            }
        }
        wishes
    }

    /// Tells subscribers that do not know it yet that their digest is another, and the peer why it cannot be
    /// read here.
    async fn tell(
        &mut self,
        receivers: &[Arc<Receiving>],
        peer: &Peer,
        hub: &Hub,
        agreement: &mut Agreement,
    ) {
        self.told.retain(|told| receivers.iter().any(|known| Arc::ptr_eq(told, known)));
        for receiver in receivers {
            let verdict = agreement.judge(&receiver.selector, &self.topic, &self.digest);
            let Verdict::Mismatch(ours) = verdict else { continue };
            if self.told.iter().any(|told| Arc::ptr_eq(told, receiver)) {
                continue;
            }
            self.told.push(receiver.clone());
            let mismatch = agreement.mismatch(ours, self.digest, &peer.node);
            hub.note(&peer.about(&self.topic), Some(mismatch.to_string()));
            self.object(ours, &mismatch, peer, &hub.node);
            let fault = RecvError::DigestMismatch(Box::new(mismatch));
            deliver(receiver, || receiver.inbox.offer_fault(&fault)).await;
        }
    }

    /// Tells the peer once which fact differs, as that is seen from there.
    fn object(&mut self, ours: &TopicInfo, mismatch: &DigestMismatch, peer: &Peer, node: &str) {
        let Some(difference) = mismatch.difference.as_ref().filter(|_| !self.is_objected) else {
            return;
        };
        self.is_objected = true;
        let Difference { path, left, right } = difference.clone();
        let theirs = facts(&Difference { path, left: right, right: left }, node);
        let reason = format!("topic `{}`: {theirs}", ours.name);
        let (topic, digest) = (self.topic.to_string(), self.digest.0);
        peer.outbox.push(&control::frame(Body::Objection(Objection { topic, digest, reason })));
    }
}

async fn deliver_fault(takers: &[Arc<Receiving>], fault: &RecvError) {
    for taker in takers {
        deliver(taker, || taker.inbox.offer_fault(fault)).await;
    }
}

/// Delivers as soon as there is room. The peer is not read meanwhile: so it, too, waits.
pub(super) async fn deliver(taker: &Receiving, mut offer: impl FnMut() -> Result<(), Refused<()>>) {
    while let Err(Refused::Full(())) = offer() {
        let room = taker.inbox.room().listen();
        if !matches!(offer(), Err(Refused::Full(()))) || taker.inbox.is_stopped() {
            return;
        }
        // Woken by the subscriber, or by the clock where that was missed.
        let _ = tokio::time::timeout(LOOK_AGAIN, room).await;
    }
}
