//! Frames in, for tools and for other languages: a type that this program knows by id and digest only.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use mycelium_wire::reflect::{Def, Kind};
use mycelium_wire::{DecodeError, Digest, ErrorKind, FrameHeader};
use tokio::sync::watch;

use crate::bus::Alive;
use crate::error::{OpenError, PublishError};
use crate::hub::Receiving;
use crate::inbox::{Run, deliver};
use crate::outgoing::check_room;
use crate::stats::TopicStats;
use crate::topic::{TopicInfo, TopicPort};
use crate::transport::{Lane, LinkId};

/// Publishes frames of a type that the program need not know.
///
/// Subscribers of the type receive them as messages, wherever they are; each decodes for itself, as what
/// comes from another process. A subscriber that is full is waited for, unless the topic's
/// [`Qos`](crate::Qos) lets it lose messages.
///
/// ```
/// use mycelium::prelude::*;
///
/// #[derive(Message, Debug, PartialEq)]
/// #[myc(package = "weather", id = 1)]
/// struct Reading { celsius: f64 }
///
/// let bus = MessageBus::new();
/// let mut readings = bus.subscriber::<Reading>()?;
/// let frames = bus.frame_publisher(Reading::TOPIC, Reading::TYPE_ID, Reading::DIGEST)?;
/// frames.publish(&Reading { celsius: -12.5 }.to_frame())?;
/// assert_eq!(readings.recv_blocking()?.unwrap().celsius, -12.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FramePublisher {
    topic: Arc<RawTopic>,
    bus: Arc<Alive>,
    takers: Mutex<Takers>,
}

/// A topic as far as one frame publisher is concerned: the ways out.
struct RawTopic {
    info: TopicInfo,
    lanes: Mutex<Vec<Arc<Lane>>>,
    published: AtomicU64,
    closed: AtomicBool,
}

/// The subscribers here that take the type.
struct Takers {
    known: Vec<Arc<Receiving>>,
    changes: watch::Receiver<u64>,
}

impl FramePublisher {
    pub(crate) fn open(
        bus: &Arc<Alive>,
        topic: &str,
        type_id: u16,
        digest: Digest,
    ) -> Result<Self, OpenError> {
        Self::of(bus, Self::info(topic, type_id, digest, None))
    }

    /// Of a type whose tables are known. What is no message has no type id, and so no frame of it is published.
    pub(crate) fn open_described(
        bus: &Arc<Alive>,
        topic: &str,
        def: &'static Def<'static>,
    ) -> Result<Self, OpenError> {
        let type_id = match def.kind {
            Kind::Message { id, .. } => id,
            _ => 0,
        };
        Self::of(bus, Self::info(topic, type_id, def.digest, Some(def)))
    }

    fn info(
        topic: &str,
        type_id: u16,
        digest: Digest,
        def: Option<&'static Def<'static>>,
    ) -> TopicInfo {
        TopicInfo {
            name: topic.into(),
            type_id,
            digest,
            ancestors: &[],
            def,
            // Of a type that is not known here, all messages are one instance.
            write_key: |_, _, _| {},
            message: "raw frames",
        }
    }

    /// On a topic of which more may be known than id and digest.
    pub(crate) fn of(bus: &Arc<Alive>, info: TopicInfo) -> Result<Self, OpenError> {
        let (lanes, published) = (Mutex::default(), AtomicU64::new(0));
        let topic = Arc::new(RawTopic { info, lanes, published, closed: AtomicBool::new(false) });
        let mut changes = bus.hub().watch_receivers();
        changes.mark_changed();
        bus.hub().open_raw(topic.clone())?;
        let takers = Mutex::new(Takers { known: Vec::new(), changes });
        let publisher = Self { topic, bus: bus.clone(), takers };
        // A subscriber knows from now on that there is a publisher.
        drop(publisher.takers());
        Ok(publisher)
    }

    /// Publishes one frame, header included. Its channel and number are those of each route. Its contents
    /// are checked where they are decoded.
    ///
    /// # Errors
    /// The bus was shut down, the bytes are not one frame of the type, or it is too long for a route, or one
    /// is full and the topic's [`Qos`](crate::Qos) says that this is an error;
    /// then nobody receives it, but for a bus that is shut down while a subscriber is waited for: those
    /// before that one do.
    pub fn publish(&self, frame: &[u8]) -> Result<(), PublishError> {
        if self.topic.closed.load(Ordering::Acquire) {
            return Err(PublishError::Closed);
        }
        check_frame(frame, self.topic.info.type_id)?;
        // Held while the frame goes out, so that all receive the frames in one order.
        let takers = self.takers();
        let lanes = self.topic.lanes().clone();
        check_room(&lanes, frame.len())?;
        if !takers.known.is_empty() {
            let bytes = Bytes::copy_from_slice(frame);
            takers.known.iter().try_for_each(|taker| self.deliver(taker, &bytes))?;
        }
        for lane in lanes.iter().filter(|lane| !lane.passes_over()) {
            // A lane that leads nowhere any more is removed by its link; the frame is not for it.
            let _ = lane.send_copy(frame);
        }
        self.topic.published.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// The topic that it publishes on.
    pub fn topic(&self) -> &str {
        &self.topic.info.name
    }

    /// How many frames it has published.
    pub fn published(&self) -> u64 {
        self.topic.published.load(Ordering::Relaxed)
    }

    /// How many subscribers take what it publishes: here and, as far as their routes tell, elsewhere.
    pub fn subscribers(&self) -> usize {
        let here = self.takers().known.len();
        here + self.topic.lanes().iter().map(|lane| lane.subscribers()).sum::<usize>()
    }

    fn deliver(&self, taker: &Receiving, bytes: &Bytes) -> Result<(), PublishError> {
        let offer =
            |()| taker.inbox.offer_frames(&self.topic.info.name, &mut Run::one(bytes.clone()));
        deliver(&*taker.inbox, (), offer).map_err(|_| PublishError::Closed)
    }

    /// Those who take frames now; who comes new learns that there is a publisher.
    fn takers(&self) -> MutexGuard<'_, Takers> {
        let mut takers = self.takers.lock().unwrap_or_else(PoisonError::into_inner);
        if takers.changes.has_changed().unwrap_or(false) {
            takers.changes.mark_unchanged();
            let receivers = self.bus.hub().receivers();
            let is_known = |known: &[Arc<Receiving>], one: &Arc<Receiving>| {
                known.iter().any(|known| Arc::ptr_eq(known, one))
            };
            takers.known.retain(|taker| is_known(&receivers, taker));
            for receiver in receivers {
                // Those that take frames as they are get them by a lane.
                let TopicInfo { name, digest, .. } = &self.topic.info;
                let takes =
                    receiver.selector.is_typed() && receiver.selector.judge(name, digest).takes();
                if takes && !is_known(&takers.known, &receiver) {
                    receiver.inbox.publisher_opened();
                    takers.known.push(receiver);
                }
            }
        }
        takers
    }
}

fn check_frame(frame: &[u8], type_id: u16) -> Result<(), PublishError> {
    let header = FrameHeader::parse(frame)?;
    if header.type_id != type_id {
        let kind = ErrorKind::TypeId { expected: type_id, found: header.type_id };
        return Err(DecodeError { kind, at: 4, place: None }.into());
    }
    match frame.len().checked_sub(header.frame_len()) {
        Some(0) => Ok(()),
        Some(bytes) => {
            let kind = ErrorKind::Trailing { bytes };
            Err(DecodeError { kind, at: header.frame_len(), place: None }.into())
        }
        None => {
            let kind = ErrorKind::Truncated { needed: header.frame_len(), found: frame.len() };
            Err(DecodeError { kind, at: frame.len(), place: None }.into())
        }
    }
}

impl Drop for FramePublisher {
    fn drop(&mut self) {
        let port: Arc<dyn TopicPort> = self.topic.clone();
        self.bus.hub().close_raw(&port);
        self.takers().known.iter().for_each(|taker| taker.inbox.publisher_closed());
    }
}

impl fmt::Debug for FramePublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FramePublisher({})", self.topic())
    }
}

impl RawTopic {
    fn lanes(&self) -> MutexGuard<'_, Vec<Arc<Lane>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TopicPort for RawTopic {
    fn info(&self) -> &TopicInfo {
        &self.info
    }

    fn has_publishers(&self) -> bool {
        !self.closed.load(Ordering::Acquire)
    }

    fn has_lane_of(&self, link: LinkId) -> bool {
        self.lanes().iter().any(|lane| lane.link == link)
    }

    fn add_lane(&self, lane: Arc<Lane>) {
        lane.join(&mut self.lanes());
    }

    fn lane_to(&self, route: &str) -> Option<Arc<Lane>> {
        self.lanes().iter().find(|lane| lane.leads_to(route)).cloned()
    }

    fn take_lanes(&self, is_meant: &dyn Fn(&Lane) -> bool) -> Vec<Arc<Lane>> {
        self.lanes().extract_if(.., |lane| is_meant(lane)).collect()
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    fn stats(&self) -> TopicStats {
        TopicStats {
            topic: self.info.name.to_string(),
            message: self.info.message,
            qos: Default::default(),
            publishers: 1,
            subscribers: 0,
            published: self.published.load(Ordering::Relaxed),
            waiting: 0,
            lost: 0,
            conflated: 0,
            bytes: 0,
        }
    }
}
