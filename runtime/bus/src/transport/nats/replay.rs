//! Durable topics as a subscriber receives them: from the server, which has kept them, and in the order in which it has.
//!
//! Each subscriber has a reader of its own, which begins where the subscriber says, and is given more only when there is
//! room for it. What a reader has had it knows by the server's numbers: where the connection is lost, or the server
//! begins anew, it goes on behind that. What was lost before the server had it, or has passed the topic's bounds before
//! it was read, leaves a gap in the numbers of its publisher's frames, and is told.
//!
//! What this process publishes comes to its subscribers without a server, and is passed over here.

use std::collections::{HashMap, HashSet, VecDeque};
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_nats::jetstream::consumer::pull::{Config, Stream as Messages};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use async_nats::jetstream::stream::Stream;
use async_nats::jetstream::{self, Context};
use async_nats::{Client, datetime};
use futures_core::Stream as _;
use mycelium_wire::{Digest, FrameHeader};
use tokio::task::AbortHandle;

use super::super::agreement::Agreement;
use super::super::backoff::Backoff;
use super::super::control;
use super::super::incoming::deliver;
use super::letter::{Letter, next_frame};
use super::meeting::Meeting;
use super::shelf::{self, Shelf, Types};
use crate::error::RecvError;
use crate::hub::Receiving;
use crate::inbox::Run;
use crate::selector::Verdict;
use crate::start::Start;
use crate::stats::RouteCounters;
use crate::topic::TopicName;
use crate::topology::Keep;

/// Messages that are asked for at a time.
const BATCH: usize = 256;

/// How often the server says that there is nothing; where it does not twice, it is asked anew.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// How long one question stands.
const STANDS: Duration = Duration::from_secs(30);

/// After how long the server forgets a reader that asks for nothing.
const FORGETS: Duration = Duration::from_secs(60);

/// How many publishers' streams are remembered.
const MOST_STREAMS: usize = 4096;

/// What is read for the subscribers of this process.
#[derive(Default)]
pub(super) struct Readers(Vec<Reader>);

struct Reader {
    receiver: Arc<Receiving>,
    topic: String,
    task: AbortHandle,
}

impl Readers {
    /// Reads for subscribers that are new, and for those that are gone no more.
    pub(super) fn follow(
        &mut self,
        meeting: &Arc<Meeting>,
        client: &Client,
        receivers: &[Arc<Receiving>],
    ) {
        let is_there = |reader: &Reader| {
            receivers.iter().any(|receiver| Arc::ptr_eq(receiver, &reader.receiver))
        };
        self.0.extract_if(.., |reader| !is_there(reader)).for_each(|gone| gone.task.abort());
        for receiver in receivers {
            for (topic, ..) in receiver.selector.wishes() {
                let Some(keep) = meeting.keep_of(&topic).filter(|_| !topic.contains('*')) else {
                    continue;
                };
                let is_known = self
                    .0
                    .iter()
                    .any(|reader| Arc::ptr_eq(&reader.receiver, receiver) && reader.topic == topic);
                if !is_known {
                    let reading = Reading::new(meeting, receiver, &topic, keep);
                    let context = shelf::context(client.clone(), 1);
                    let task = tokio::spawn(reading.read(context)).abort_handle();
                    self.0.push(Reader { receiver: receiver.clone(), topic, task });
                }
            }
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.0.iter().for_each(|reader| reader.task.abort());
    }
}

/// Where a reader goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Where the subscriber says, as long as nothing was read.
    Start(Start),
    /// At this number of the server's.
    Sequence(u64),
}

struct Reading {
    meeting: Arc<Meeting>,
    receiver: Arc<Receiving>,
    topic: TopicName,
    shelf: Shelf,
    types: Types,
    next: Next,
    streams: Streams,
    agreement: Agreement,
    /// Digests that the server was asked about.
    asked: HashSet<Digest>,
    /// Digests that the subscriber was told it cannot read.
    told: HashSet<Digest>,
    counters: Arc<RouteCounters>,
}

impl Reading {
    fn new(meeting: &Arc<Meeting>, receiver: &Arc<Receiving>, topic: &str, keep: Keep) -> Self {
        // What is kept is a publisher that is always there.
        receiver.inbox.publisher_opened_afar();
        Self {
            meeting: meeting.clone(),
            receiver: receiver.clone(),
            topic: topic.into(),
            shelf: Shelf::new(&meeting.subjects, topic, keep),
            types: Types::new(&meeting.subjects),
            next: Next::Start(receiver.start),
            streams: Streams::default(),
            agreement: Agreement::default(),
            asked: HashSet::new(),
            told: HashSet::new(),
            counters: meeting.hub.counters(&meeting.route, topic),
        }
    }

    async fn read(mut self, context: Context) {
        let mut backoff = Backoff::new();
        loop {
            let Err(reason) = self.read_on(&context, &mut backoff).await;
            self.note(Some(control::shorten(&reason).to_owned()));
            tokio::time::sleep(backoff.next()).await;
        }
    }

    fn note(&self, fault: Option<String>) {
        let route = &self.meeting.route;
        self.meeting.hub.note(&format!("{route}, durable topic `{}`", self.topic), fault);
    }

    /// Reads until the server, or the way to it, fails.
    async fn read_on(
        &mut self,
        context: &Context,
        backoff: &mut Backoff,
    ) -> Result<Infallible, String> {
        let stream = self.shelf.open(context).await?;
        let mut messages = self.ask(&stream).await?;
        self.note(None);
        let mut expected = 1;
        loop {
            let message = next(&mut messages).await?;
            let info = message.info().map_err(|error| error.to_string())?;
            if info.consumer_sequence != expected {
                return Err("a message was lost on the way from the server".to_owned());
            }
            expected += 1;
            backoff.reset();
            self.next = Next::Sequence(info.stream_sequence + 1);
            self.take(context, &message.message).await;
        }
    }

    async fn ask(&mut self, stream: &Stream) -> Result<Messages, String> {
        let state = &stream.cached_info().state;
        let history = self.meeting.hub.options.qos_of(&self.topic).history as u64;
        self.next = self.next.settled(state.first_sequence, state.last_sequence, history);
        let config = Config {
            deliver_policy: self.next.policy()?,
            ack_policy: AckPolicy::None,
            inactive_threshold: FORGETS,
            memory_storage: true,
            num_replicas: 1,
            ..Config::default()
        };
        let consumer = stream.create_consumer(config).await;
        let consumer = consumer.map_err(|error| shelf::explain(&error.to_string()))?;
        let asking = consumer.stream().max_messages_per_batch(BATCH);
        let messages = asking.heartbeat(HEARTBEAT).expires(STANDS).messages().await;
        messages.map_err(|error| error.to_string())
    }

    async fn take(&mut self, context: &Context, message: &async_nats::Message) {
        let letter = match Letter::parse(message.headers.as_ref()) {
            Ok(letter) => letter,
            Err(reason) => return self.note_strange(&reason),
        };
        let Some((stream, digest)) = letter.of else {
            return self.note_strange("it names no stream");
        };
        let meeting = &self.meeting;
        let is_own = letter.node == meeting.hub.node;
        if is_own && letter.session == meeting.session {
            return;
        }
        if !is_own && !meeting.receives_from(letter.node) {
            if !meeting.expects(letter.node) {
                let node = control::shorten(letter.node);
                self.note_strange(&format!("node `{node}` is not expected here"));
            }
            return;
        }
        let mut frames = message.payload.clone();
        let most_bytes = meeting.hub.options.max_frame_bytes;
        match next_frame(&mut frames, most_bytes) {
            Ok(Some((header, frame))) if frames.is_empty() && header.type_id != 0 => {
                if self.takes(context, digest, letter.node).await {
                    self.hand_on(&header, frame, stream).await;
                }
            }
            Ok(_) => self.note_strange("it is not one frame"),
            Err(reason) => self.note_strange(&reason),
        }
    }

    fn note_strange(&self, reason: &str) {
        let route = &self.meeting.route;
        let fault = format!("a message of `{}` was passed over: {reason}", self.topic);
        self.meeting.hub.note(&format!("{route}, strangers"), Some(fault));
    }

    /// Whether the subscriber reads what has this digest; it is told once where it does not.
    async fn takes(&mut self, context: &Context, digest: Digest, node: &str) -> bool {
        let selector = &self.receiver.selector;
        let is_known =
            !matches!(self.agreement.judge(selector, &self.topic, &digest), Verdict::Mismatch(_));
        if !is_known
            && self.asked.insert(digest)
            && let Some(description) = self.types.find(context, digest).await
        {
            self.agreement.hear(description);
        }
        let ours = match self.agreement.judge(selector, &self.topic, &digest) {
            Verdict::Take => return true,
            Verdict::Skip => return false,
            Verdict::Mismatch(ours) => ours,
        };
        if self.told.insert(digest) {
            let mismatch = self.agreement.mismatch(ours, digest, node);
            self.note(Some(mismatch.to_string()));
            let fault = RecvError::DigestMismatch(Box::new(mismatch));
            deliver(&self.receiver, || self.receiver.inbox.offer_fault(&fault)).await;
        }
        false
    }

    async fn hand_on(&mut self, header: &FrameHeader, frame: bytes::Bytes, stream: u64) {
        let Some(lost) = self.streams.pass(stream, header.sequence) else { return };
        let (receiver, topic) = (&self.receiver, &self.topic);
        self.counters.received.fetch_add(1, Ordering::Relaxed);
        if lost > 0 {
            self.counters.lost.fetch_add(lost, Ordering::Relaxed);
            let fault = RecvError::Lost(lost);
            deliver(receiver, || receiver.inbox.offer_fault(&fault)).await;
        }
        let mut frames = Run::one(frame);
        deliver(receiver, || receiver.inbox.offer_frames(topic, &mut frames)).await;
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.receiver.inbox.publisher_closed();
    }
}

async fn next(messages: &mut Messages) -> Result<jetstream::Message, String> {
    match poll_fn(|context| Pin::new(&mut *messages).poll_next(context)).await {
        Some(Ok(message)) => Ok(message),
        Some(Err(error)) => Err(format!("the server gives nothing more: {error}")),
        None => Err("the server is away".to_owned()),
    }
}

impl Next {
    /// As the server's numbers are, which has kept from one to the other.
    fn settled(self, first: u64, last: u64, history: u64) -> Self {
        let oldest = first.max(1);
        match self {
            Self::Start(Start::Newest) => {
                Self::Sequence((last + 1).saturating_sub(history).max(oldest))
            }
            Self::Start(Start::Oldest) => Self::Sequence(oldest),
            // As a server does with a number that it has not given yet.
            Self::Start(Start::Sequence(number)) => {
                Self::Sequence(number.max(oldest).min(last + 1))
            }
            Self::Start(Start::Time(_)) => self,
            // What it had kept is gone, and it counts anew.
            Self::Sequence(number) if number > last + 1 => Self::Sequence(oldest),
            Self::Sequence(_) => self,
        }
    }

    fn policy(self) -> Result<DeliverPolicy, String> {
        match self {
            Self::Sequence(start_sequence) => Ok(DeliverPolicy::ByStartSequence { start_sequence }),
            Self::Start(Start::Time(time)) => {
                let start_time = datetime::from_nanos(nanos(time));
                let start_time =
                    start_time.map_err(|error| format!("no time to begin at: {error}"))?;
                Ok(DeliverPolicy::ByStartTime { start_time })
            }
            Self::Start(_) => Ok(DeliverPolicy::All),
        }
    }
}

fn nanos(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

/// How far publishers' streams were read.
#[derive(Default)]
struct Streams {
    /// The number of the next frame.
    next: HashMap<u64, u32>,
    /// In the order in which they were met.
    met: VecDeque<u64>,
}

impl Streams {
    /// A frame of this number comes: how many before it were lost; nothing where it came already.
    fn pass(&mut self, stream: u64, number: u32) -> Option<u64> {
        // Numbers wrap.
        let after = number.wrapping_add(1);
        let Some(next) = self.next.get_mut(&stream) else {
            self.next.insert(stream, after);
            self.met.push_back(stream);
            if self.met.len() > MOST_STREAMS
                && let Some(oldest) = self.met.pop_front()
            {
                self.next.remove(&oldest);
            }
            return Some(0);
        };
        let lost = number.wrapping_sub(*next);
        if lost > u32::MAX / 2 {
            return None;
        }
        *next = after;
        Some(u64::from(lost))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{MOST_STREAMS, Next, Start, Streams, nanos};

    #[test]
    fn a_reader_begins_within_what_is_kept() {
        let settled = |start, history| Next::Start(start).settled(5, 9, history);
        assert_eq!(settled(Start::Newest, 0), Next::Sequence(10));
        assert_eq!(settled(Start::Newest, 2), Next::Sequence(8));
        assert_eq!(settled(Start::Newest, 100), Next::Sequence(5));
        assert_eq!(settled(Start::Oldest, 2), Next::Sequence(5));
        assert_eq!(settled(Start::Sequence(2), 0), Next::Sequence(5));
        assert_eq!(settled(Start::Sequence(7), 0), Next::Sequence(7));
        assert_eq!(settled(Start::Sequence(70), 0), Next::Sequence(10));
        let time = Next::Start(Start::Time(UNIX_EPOCH));
        assert_eq!(time.settled(5, 9, 0), time);
        // Of an empty stream the first number is 0, or the next one.
        assert_eq!(Next::Start(Start::Oldest).settled(0, 0, 0), Next::Sequence(1));
    }

    #[test]
    fn a_server_that_has_forgotten_is_read_from_its_beginning() {
        assert_eq!(Next::Sequence(10).settled(5, 9, 0), Next::Sequence(10));
        assert_eq!(Next::Sequence(11).settled(1, 3, 7), Next::Sequence(1));
    }

    #[test]
    fn gaps_are_counted_and_what_comes_twice_is_passed_over() {
        let mut streams = Streams::default();
        assert_eq!(streams.pass(1, 7), Some(0));
        assert_eq!(streams.pass(1, 8), Some(0));
        assert_eq!(streams.pass(1, 12), Some(3));
        assert_eq!(streams.pass(1, 8), None);
        assert_eq!(streams.pass(2, u32::MAX), Some(0));
        assert_eq!(streams.pass(2, 1), Some(1));
        for stream in 10..10 + MOST_STREAMS as u64 {
            assert_eq!(streams.pass(stream, 5), Some(0));
        }
        assert_eq!(streams.next.len(), MOST_STREAMS);
    }

    #[test]
    fn times_before_the_epoch_are_times() {
        assert_eq!(nanos(UNIX_EPOCH + Duration::from_nanos(7)), 7);
        assert_eq!(nanos(UNIX_EPOCH - Duration::from_nanos(7)), -7);
    }
}
