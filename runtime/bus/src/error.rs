//! What can go wrong with a bus, one small type for each kind of operation.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use mycelium_wire::canon::Difference;
use mycelium_wire::{DecodeError, Digest, TooLong, ValidationError};

use crate::topic::TopicInfo;

/// A publisher or a subscriber cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The bus was shut down.
    Closed,
    /// The topic carries another Rust type in this process.
    OtherType {
        /// The topic.
        topic: String,
        /// Message type that was asked for.
        ours: &'static str,
        /// Message type that the topic carries.
        theirs: &'static str,
    },
    /// The topic carries another version of the type in this process.
    OtherDigest {
        /// The topic.
        topic: String,
        /// Digest of the type that was asked for.
        ours: Digest,
        /// Digest of the type that the topic carries.
        theirs: Digest,
    },
    /// The topic has as many subscribers in this process as it can have.
    TooManySubscribers {
        /// The topic.
        topic: String,
        /// How many.
        limit: usize,
    },
    /// The topology holds no such service.
    UnknownService {
        /// The service that was asked for.
        service: String,
        /// All that there are.
        known: Vec<String>,
    },
    /// The topic cannot take a way out of this process.
    Route {
        /// The topic.
        topic: String,
        /// The way.
        route: String,
        /// Why, and what to do.
        reason: String,
    },
    /// A subscriber is to begin in what was published before, and nobody keeps the topic.
    NotKept {
        /// The topic.
        topic: String,
    },
    /// A shared-memory ring cannot be made.
    Ring {
        /// Its file.
        path: std::path::PathBuf,
        /// Why, and what to do.
        reason: String,
    },
}

/// A message cannot be published.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishError {
    /// The bus was shut down.
    Closed,
    /// The frame is longer than a route carries; nobody received it.
    TooLong {
        /// Bytes of the frame.
        frame_bytes: u64,
        /// Bytes that the narrowest route carries.
        limit_bytes: u64,
        /// What that route is.
        route: String,
    },
    /// There is no memory for a frame that was to be written in place.
    NoMemory {
        /// Bytes of the frame.
        frame_bytes: u64,
    },
    /// The message does not keep what its schema holds it to; nobody received it.
    Invalid(Box<ValidationError>),
    /// Bytes that were to be published are not a frame of the type; nobody received them.
    Malformed(DecodeError),
    /// A way out of this process is full, and the topic says that publishing fails then; nobody received the
    /// message.
    RouteFull {
        /// The route.
        route: String,
    },
    /// A subscriber is full, and the topic's [`Qos`](crate::Qos) says that publishing fails then; nobody
    /// received the message.
    Full {
        /// The topic.
        topic: String,
        /// Messages that wait for the subscriber.
        capacity: usize,
    },
}

/// A message cannot be published now, or at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TryPublishError<T> {
    /// A subscriber is full. The message is given back.
    Full(T),
    /// What [`publish`](crate::Publisher::publish) would have failed with.
    Failed(PublishError),
}

/// A subscriber cannot give the next message. The one after may come all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecvError {
    /// A publisher of the topic encodes another version of the type; nothing is taken from it.
    DigestMismatch(Box<DigestMismatch>),
    /// A publisher's process ended, or was cut off, without leaving in order. What it sent before
    /// was received.
    PeerVanished {
        /// Its node.
        node: String,
    },
    /// This many messages were lost on the way.
    Lost(u64),
    /// A frame is not a message of the type.
    Decode(Box<BadFrame>),
}

/// Two nodes know a topic's type by different digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestMismatch {
    /// The topic.
    pub topic: String,
    /// Digest of the type here.
    pub ours: Digest,
    /// Digest of the type there.
    pub theirs: Digest,
    /// The other node.
    pub peer: String,
    /// The first fact that keeps the two from understanding each other, at `market.Trade.side` say; nothing
    /// where the other node has not told what its type is.
    pub difference: Option<Difference>,
}

/// A frame that is not a message of its topic's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFrame {
    /// The topic.
    pub topic: String,
    /// What is wrong with it.
    pub source: DecodeError,
}

/// There is no message yet, or there cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TryRecvError {
    /// Nothing is there now; something may come.
    Empty,
    /// What [`recv`](crate::Subscriber::recv) would have failed with.
    Failed(RecvError),
}

/// Fewer subscribers came than were waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitError {
    /// The topic.
    pub topic: String,
    /// How many were waited for.
    pub wanted: usize,
    /// How many came.
    pub found: usize,
    /// How long was waited.
    pub waited: Duration,
    /// What is known to stand in the way, route by route.
    pub faults: Vec<String>,
}

impl DigestMismatch {
    /// Of a publisher in this process.
    pub(crate) fn within(ours: &TopicInfo, theirs: &TopicInfo) -> Self {
        Self {
            topic: ours.name.to_string(),
            ours: ours.digest,
            theirs: theirs.digest,
            peer: "this process".to_owned(),
            difference: None,
        }
    }
}

impl RecvError {
    pub(crate) fn decode(topic: &str, source: DecodeError) -> Self {
        Self::Decode(Box::new(BadFrame { topic: topic.to_owned(), source }))
    }
}

impl From<RecvError> for TryRecvError {
    fn from(fault: RecvError) -> Self {
        Self::Failed(fault)
    }
}

impl From<ValidationError> for PublishError {
    fn from(fault: ValidationError) -> Self {
        Self::Invalid(Box::new(fault))
    }
}

impl From<DecodeError> for PublishError {
    fn from(fault: DecodeError) -> Self {
        Self::Malformed(fault)
    }
}

impl From<TooLong> for PublishError {
    fn from(fault: TooLong) -> Self {
        Self::TooLong {
            frame_bytes: fault.payload_bytes,
            limit_bytes: u64::from(u32::MAX),
            route: "any frame".to_owned(),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str(CLOSED),
            Self::OtherType { topic, ours, theirs } => write!(
                f,
                "topic `{topic}` carries {theirs} in this process, not {ours}: use one Rust type \
                 for a topic, or another topic"
            ),
            Self::OtherDigest { topic, ours, theirs } => write!(
                f,
                "topic `{topic}` carries a type of digest {theirs} in this process, not {ours}: use \
                 one type for a topic, or another topic"
            ),
            Self::TooManySubscribers { topic, limit } => write!(
                f,
                "topic `{topic}` has {limit} subscribers in this process, and cannot have more: let \
                 one of them hand on what it receives"
            ),
            Self::UnknownService { service, known } => write!(
                f,
                "the topology holds no service `{service}`; it holds: {}",
                known.join(", ")
            ),
            Self::Route { topic, route, reason } => {
                write!(f, "topic `{topic}` cannot go by {route}: {reason}")
            }
            Self::NotKept { topic } => write!(
                f,
                "nobody keeps what was published on topic `{topic}` before; begin at the newest message, or let a \
                 NATS server keep it: `durable = true` in the topology's rule for the topic"
            ),
            Self::Ring { path, reason } => {
                write!(f, "cannot make the ring {}: {reason}", path.display())
            }
        }
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str(CLOSED),
            Self::TooLong { frame_bytes, limit_bytes, route } => write!(
                f,
                "a frame of {frame_bytes} bytes does not fit: {route} carries at most \
                 {limit_bytes}; send smaller messages, or give the route more room"
            ),
            Self::NoMemory { frame_bytes } => {
                write!(f, "there is no memory for a frame of {frame_bytes} bytes")
            }
            Self::Invalid(fault) => fault.fmt(f),
            Self::Malformed(fault) => write!(f, "this is no frame of the topic's type: {fault}"),
            Self::RouteFull { route } => write!(
                f,
                "{route} is full: its peer takes less than is published; publish again later, or give the \
                 topic another policy"
            ),
            Self::Full { topic, capacity } => write!(
                f,
                "topic `{topic}` is full: a subscriber has {capacity} messages waiting; publish \
                 again later, or give the topic more capacity or another policy"
            ),
        }
    }
}

impl<T> fmt::Display for TryPublishError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(_) => f.write_str("a subscriber is full"),
            Self::Failed(fault) => fault.fmt(f),
        }
    }
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DigestMismatch(mismatch) => mismatch.fmt(f),
            Self::PeerVanished { node } => {
                write!(f, "node `{node}` vanished without leaving in order")
            }
            Self::Lost(count) => write!(f, "{count} messages were lost on the way"),
            Self::Decode(bad) => {
                let BadFrame { topic, source } = &**bad;
                write!(f, "topic `{topic}`: a frame that is no message of its type: {source}")
            }
        }
    }
}

impl fmt::Display for DigestMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { topic, ours, theirs, peer, difference } = self;
        write!(f, "topic `{topic}`: ")?;
        if let Some(difference) = difference {
            write!(f, "{}; ", facts(difference, peer))?;
        }
        write!(
            f,
            "the type has digest {ours} here and {theirs} at node `{peer}`; build both from the same \
             schema, or from one that only appends to the other"
        )
    }
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("no message yet"),
            Self::Failed(fault) => fault.fmt(f),
        }
    }
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { topic, wanted, found, waited, faults } = self;
        write!(f, "topic `{topic}`: {found} of {wanted} subscribers after {waited:?}")?;
        for fault in faults {
            write!(f, "; {fault}")?;
        }
        Ok(())
    }
}

/// A fact that differs, as this node sees it: ``market.Trade.side: u8 here, u16 at node `risk` ``.
pub(crate) fn facts(difference: &Difference, peer: &str) -> String {
    let Difference { path, left, right } = difference;
    let [path, left, right] = [Some(path), left.as_ref(), right.as_ref()].map(|text| match text {
        // A fact may come from a peer, and is cut where it becomes unreasonable.
        Some(text) => shorten(text, 256),
        None => "nothing",
    });
    format!("{path}: {left} here, {right} at node `{peer}`")
}

/// The text, cut where it becomes longer.
pub(crate) fn shorten(text: &str, most_bytes: usize) -> &str {
    let mut end = text.len().min(most_bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

pub(crate) const CLOSED: &str = "the bus was shut down";

impl Error for OpenError {}
impl Error for WaitError {}

impl Error for PublishError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Invalid(fault) => Some(fault),
            Self::Malformed(fault) => Some(fault),
            _ => None,
        }
    }
}

impl<T: fmt::Debug> Error for TryPublishError<T> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(fault) => Some(fault),
            Self::Full(_) => None,
        }
    }
}

impl Error for RecvError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Decode(bad) => Some(&bad.source),
            _ => None,
        }
    }
}

impl Error for TryRecvError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(fault) => Some(fault),
            Self::Empty => None,
        }
    }
}
