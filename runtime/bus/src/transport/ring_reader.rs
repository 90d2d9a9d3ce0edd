//! The rings that one subscriber reads, each with a cursor of its own.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use mycelium_ring::{Interests, PollError, Reader, RingDirectory, Sleeper, Ticket};
use mycelium_wire::{Digest, Frame, FrameHeader};

use super::agreement::Agreement;
use super::control::{self, Body, Channel};
use super::ring_watch::{Desk, RingPlace, RingWatch};
use crate::error::RecvError;
use crate::hub::Hub;
use crate::inbox::Publishers;
use crate::receiver::Kind;
use crate::selector::{Selector, Verdict};
use crate::stats::RouteCounters;
use crate::topic::TopicName;

/// All rings of one subscriber.
pub(crate) struct RingSources<K: Kind> {
    watch: Arc<RingWatch>,
    desk: Arc<Desk>,
    hub: Arc<Hub>,
    sources: Vec<Source>,
    /// Index of the source that is looked at first.
    first: usize,
    /// What is to be handed out before anything else.
    waiting: VecDeque<Result<K::Out, RecvError>>,
    seen: bool,
}

/// One ring.
struct Source {
    /// Index of its place.
    place: usize,
    reader: Reader,
    sleeper: Option<Sleeper>,
    /// Bytes of announcements that were read.
    announced: usize,
    channels: HashMap<u16, RingChannel, BuildHasherDefault<ChannelHasher>>,
    /// What the writer has told of its types.
    agreement: Agreement,
}

/// Spreads the numbers of channels, of which each frame asks for one. A writer who is after numbers that meet has a few
/// thousand at most.
#[derive(Default)]
struct ChannelHasher(u64);

impl Hasher for ChannelHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u16(u16::from(*byte)));
    }

    #[inline]
    fn write_u16(&mut self, number: u16) {
        // 2^64 by the golden ratio.
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// A topic in a ring.
struct RingChannel {
    topic: TopicName,
    type_id: u16,
    taken: bool,
    /// Number that the next frame should have, once one was seen.
    next_sequence: Option<u32>,
    counters: Arc<RouteCounters>,
}

/// What a look at one ring gives.
enum Step<M> {
    /// A message, and how many were lost before it.
    Message(M, u32),
    /// A frame that cannot be handed out.
    Fault(RecvError),
    /// Something that concerns nobody, or was acted on.
    Skip,
    /// Nothing now.
    Nothing,
    /// Announcements that were not read yet.
    News,
    /// The ring is over; with a reason where that is not in order.
    End(Option<String>),
}

impl<K: Kind> RingSources<K> {
    /// Readers of the rings that are there, and of the others once they are.
    pub(crate) fn new(
        hub: &Arc<Hub>,
        watch: &Arc<RingWatch>,
        wake: Box<dyn Fn() + Send + Sync>,
        selector: &Selector,
    ) -> Self {
        let mut sources = Self {
            watch: watch.clone(),
            desk: watch.open_desk(wake, interests_of(selector)),
            hub: hub.clone(),
            sources: Vec::new(),
            first: 0,
            waiting: VecDeque::new(),
            seen: false,
        };
        sources.take_arrived(selector);
        sources
    }

    /// The next message or fault, if there is one.
    #[inline]
    pub(crate) fn poll(
        &mut self,
        kind: &K,
        selector: &Selector,
    ) -> Option<Result<K::Out, RecvError>> {
        if self.desk.has_arrived() {
            self.take_arrived(selector);
        }
        if let Some(waiting) = self.waiting.pop_front() {
            return Some(waiting);
        }
        for _ in 0..self.sources.len() {
            if self.first >= self.sources.len() {
                self.first = 0;
            }
            let index = self.first;
            self.first += 1;
            if let Some(found) = self.poll_source(index, kind, selector) {
                return Some(found);
            }
        }
        None
    }

    /// Whether there was a publisher, and whether one is open.
    pub(crate) fn publishers(&self) -> Publishers {
        let open = self.sources.iter().any(|source| source.channels.values().any(|c| c.taken));
        Publishers { seen: self.seen, open: open || !self.waiting.is_empty() }
    }

    /// Announces a sleep to every ring. Look once more after it.
    pub(crate) fn announce(&mut self) -> Vec<Ticket> {
        let sleepers = self.sources.iter_mut().filter_map(|source| {
            if source.sleeper.is_none() {
                // Where it cannot be had, the sleep ends by the clock.
                source.sleeper = source.reader.sleeper().ok();
            }
            source.sleeper.as_ref()
        });
        sleepers.map(Sleeper::announce).collect()
    }

    /// Has the subscriber woken once one of the rings has something.
    pub(crate) fn wake_later(&self, tickets: Vec<Ticket>) {
        self.watch.wake_later(&self.desk, tickets);
    }

    /// Sees whether the writers live; a look afterwards tells.
    pub(crate) fn look_at_writers(&mut self) {
        self.sources.iter_mut().for_each(|source| source.reader.look_at_writer());
    }

    /// Polls one ring until it gives something or has nothing.
    fn poll_source(
        &mut self,
        index: usize,
        kind: &K,
        selector: &Selector,
    ) -> Option<Result<K::Out, RecvError>> {
        loop {
            match self.sources.get_mut(index)?.step(kind) {
                Step::Skip => {}
                Step::Nothing => return None,
                Step::Message(message, 0) => return Some(Ok(message)),
                Step::Message(message, lost) => {
                    self.waiting.push_back(Ok(message));
                    return Some(Err(RecvError::Lost(lost.into())));
                }
                Step::Fault(fault) => return Some(Err(fault)),
                Step::News => {
                    self.read_announcements(index, selector);
                    if let Some(fault) = self.waiting.pop_front() {
                        return Some(fault);
                    }
                }
                Step::End(reason) => return self.end(index, reason),
            }
        }
    }

    /// A ring is over. Those who received over it hear of it, unless its writer left in order.
    fn end(&mut self, index: usize, reason: Option<String>) -> Option<Result<K::Out, RecvError>> {
        let source = self.sources.swap_remove(index);
        let RingPlace { path, peer } = &self.watch.places[source.place];
        let received = source.channels.values().any(|channel| channel.taken);
        drop(source.reader);
        let reason = reason?;
        self.hub.note(&format!("shm:{}", path.display()), Some(reason));
        if let Some(Ok(Some(folder))) = path.parent().map(RingDirectory::open) {
            // What cannot be removed is replaced when the writer comes back.
            let _ = folder.remove_stale();
        }
        received.then(|| Err(RecvError::PeerVanished { node: peer.clone() }))
    }

    fn take_arrived(&mut self, selector: &Selector) {
        for (place, reader) in self.desk.take_arrived() {
            let route = format!("shm:{}", self.watch.places[place].path.display());
            self.hub.note(&route, None);
            self.sources.push(Source {
                place,
                reader,
                sleeper: None,
                announced: 0,
                channels: HashMap::default(),
                agreement: Agreement::default(),
            });
            self.read_announcements(self.sources.len() - 1, selector);
        }
    }

    /// Reads what the writer has announced since the last time.
    fn read_announcements(&mut self, index: usize, selector: &Selector) {
        let source = &mut self.sources[index];
        let announcements = source.reader.announcements().to_vec();
        let start = std::mem::replace(&mut source.announced, announcements.len());
        let mut rest = announcements.get(start..).unwrap_or_default();
        // What is no frame ends the reading: the channels behind it stay unknown.
        while let Ok((frame, behind)) = Frame::split(rest) {
            let bytes = &rest[..rest.len() - behind.len()];
            match parse_control(&frame.header, bytes) {
                Ok(Body::Channel(channel)) => self.open(index, channel, selector),
                Ok(Body::Description(told)) => self.sources[index].agreement.hear(told),
                _ => {}
            }
            rest = behind;
        }
    }

    fn open(&mut self, index: usize, opened: Channel, selector: &Selector) {
        let source = &mut self.sources[index];
        let RingPlace { path, peer } = &self.watch.places[source.place];
        let topic: TopicName = control::shorten(&opened.topic).into();
        let digest = Digest(opened.digest);
        let verdict = source.agreement.judge(selector, &topic, &digest);
        if let Verdict::Mismatch(ours) = verdict {
            let mismatch = source.agreement.mismatch(ours, digest, peer);
            self.waiting.push_back(Err(RecvError::DigestMismatch(Box::new(mismatch))));
        }
        let taken = verdict.takes();
        self.seen |= taken;
        let route = format!("shm:{} with {peer}", path.display());
        let counters = match taken {
            true => self.hub.counters(&route, &topic),
            false => Arc::default(),
        };
        let channel =
            RingChannel { topic, type_id: opened.type_id, taken, next_sequence: None, counters };
        source.channels.insert(opened.channel, channel);
    }
}

impl<K: Kind> Drop for RingSources<K> {
    fn drop(&mut self) {
        self.desk.close();
    }
}

impl Source {
    /// Looks at the next frame.
    #[inline]
    fn step<K: Kind>(&mut self, kind: &K) -> Step<K::Out> {
        let announced = self.reader.announcements_len();
        let frame = match self.reader.poll() {
            Ok(Some(frame)) => frame,
            Ok(None) if announced > self.announced => return Step::News,
            Ok(None) => return Step::Nothing,
            Err(PollError::Closed) => return Step::End(None),
            Err(error) => return Step::End(Some(error.to_string())),
        };
        let header = match FrameHeader::parse(&frame) {
            Ok(header) if header.frame_len() == frame.len() => header,
            _ => return Step::End(Some("it holds something that is no frame".to_owned())),
        };
        if header.type_id == 0 {
            let body = parse_control(&header, &frame);
            drop(frame);
            return self.control(body);
        }
        let channel = match self.channels.get_mut(&header.channel) {
            Some(channel) if channel.taken => channel,
            Some(_) => return Step::Skip,
            None => {
                // Its room is not given back yet: it is looked at again once the news were read.
                std::mem::forget(frame);
                return self.news_or_skip();
            }
        };
        let lost = channel.count(&header);
        if header.type_id != channel.type_id {
            return Step::End(Some("a frame has another type than its channel".to_owned()));
        }
        match kind.open_borrowed(&channel.topic, &frame) {
            Ok(message) => Step::Message(message, lost),
            Err(fault) => Step::Fault(fault),
        }
    }

    /// A frame on a channel that is not known was announced before it came, or belongs to nobody.
    #[cold]
    fn news_or_skip<M>(&mut self) -> Step<M> {
        if self.reader.announcements_len() > self.announced {
            return Step::News;
        }
        drop(self.reader.poll());
        Step::Skip
    }

    fn control<M>(&mut self, body: Result<Body, String>) -> Step<M> {
        match body {
            Ok(Body::Closed(closed)) => {
                let Some(mut channel) = self.channels.remove(&closed.channel) else {
                    return Step::Skip;
                };
                // The counter wraps as the sequence does.
                match channel.lost_before(closed.published as u32) {
                    lost if lost > 0 && channel.taken => Step::Fault(RecvError::Lost(lost.into())),
                    _ => Step::Skip,
                }
            }
            Ok(_) => Step::Skip,
            Err(reason) => Step::End(Some(reason)),
        }
    }
}

impl RingChannel {
    /// Counts a frame; gives how many were lost before it.
    #[inline]
    fn count(&mut self, header: &FrameHeader) -> u32 {
        let lost = self.lost_before(header.sequence);
        self.next_sequence = Some(header.sequence.wrapping_add(1));
        self.counters.received.fetch_add(1, Ordering::Relaxed);
        lost
    }

    /// How many frames are missing between the last one and this number.
    fn lost_before(&mut self, sequence: u32) -> u32 {
        let lost = self.next_sequence.map_or(0, |next| sequence.wrapping_sub(next));
        if lost > 0 {
            self.counters.lost.fetch_add(lost.into(), Ordering::Relaxed);
        }
        lost
    }
}

/// What whoever writes a ring is told of a subscriber; patterns may fit any topic.
fn interests_of(selector: &Selector) -> Interests {
    match selector.is_typed() {
        true => Interests::named(selector.wishes().iter().map(|(topic, ..)| topic)),
        false => Interests::default(),
    }
}

fn parse_control(header: &FrameHeader, bytes: &[u8]) -> Result<Body, String> {
    if header.type_id != 0 {
        return Err("a message where a control frame was expected".to_owned());
    }
    control::parse(bytes).map_err(|error| format!("a bad control frame: {error}"))
}
