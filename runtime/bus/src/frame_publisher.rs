//! Frames in, for tools and for other languages: a type that this program knows by id and digest only.

mod at_once;
mod lending;
mod raw_topic;
mod takers;
mod unpublished;

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use mycelium_wire::{DecodeError, ErrorKind, FrameHeader};

pub use self::lending::FrameLoan;
use self::raw_topic::RawTopic;
use self::takers::Takers;
pub use self::unpublished::Unpublished;
use self::unpublished::{Reached, Rest};
use crate::bus::Alive;
use crate::error::{OpenError, PublishError, TryPublishError};
use crate::hub::Receiving;
use crate::inbox::{Refused, Run, deliver};
use crate::loan;
use crate::outgoing::check_room;
use crate::topic::{TopicInfo, TopicPort};
use crate::transport::{Lane, NotSent, is_past};

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
    /// Whether subscribers were told that nothing more comes.
    left: AtomicBool,
}

impl FramePublisher {
    /// On a topic of which more may be known than id and digest.
    pub(crate) fn of(bus: &Arc<Alive>, info: TopicInfo) -> Result<Self, OpenError> {
        let (lanes, published) = (Mutex::default(), AtomicU64::new(0));
        let (closed, shown) = (AtomicBool::new(false), Mutex::default());
        let topic = Arc::new(RawTopic { info, lanes, published, closed, shown });
        let takers = Takers::of(bus.hub());
        bus.hub().open_raw(topic.clone())?;
        let (bus, takers) = (bus.clone(), Mutex::new(takers));
        let publisher = Self { topic, bus, takers, left: AtomicBool::new(false) };
        // A subscriber knows from now on that there is a publisher.
        drop(publisher.takers());
        Ok(publisher)
    }

    /// Publishes one frame, header included. Its channel and number are those of each route. Its contents
    /// are checked where they are decoded.
    ///
    /// # Errors
    /// The publisher or the bus was closed, the bytes are not one frame of the type, or it is too long for a route, or
    /// one is full and the topic's [`Qos`](crate::Qos) says that this is an error;
    /// then nobody receives it, but for a bus that is shut down while a subscriber is waited for: those
    /// before that one do.
    pub fn publish(&self, frame: &[u8]) -> Result<(), PublishError> {
        self.check(frame)?;
        // Held while the frame goes out, so that all receive the frames in one order.
        let mut takers = self.takers();
        self.finish(&mut takers, None)?;
        let lanes = self.topic.lanes().clone();
        check_room(&lanes, frame.len())?;
        if !takers.known.is_empty() {
            let shared = Bytes::copy_from_slice(frame);
            self.hand_round(&shared, &takers.known, None)?;
        }
        self.send_out(&lanes, frame, None)?;
        Ok(())
    }

    /// As [`publish`](FramePublisher::publish), without a copy for subscribers of this process.
    ///
    /// # Errors
    /// As [`publish`](FramePublisher::publish).
    pub fn publish_bytes(&self, frame: impl Into<Unpublished>) -> Result<(), PublishError> {
        match self.publish_until(frame, None) {
            Err(TryPublishError::Failed(fault)) => Err(fault),
            // Nothing is given back where there is no deadline.
            Ok(()) | Err(TryPublishError::Full(_)) => Ok(()),
        }
    }

    /// As [`publish_bytes`](FramePublisher::publish_bytes), at most until the deadline.
    ///
    /// # Errors
    /// [`TryPublishError::Full`] gives the frame back, to be published again: there was no room for it in time. Else as
    /// [`publish`](FramePublisher::publish).
    pub fn publish_until(
        &self,
        frame: impl Into<Unpublished>,
        deadline: Option<Instant>,
    ) -> Result<(), TryPublishError<Unpublished>> {
        let frame = frame.into();
        self.check(&frame.frame).map_err(TryPublishError::Failed)?;
        let mut takers = self.takers();
        // Before another one is waited for that is not out yet.
        if frame.is_out() {
            return Ok(());
        }
        let is_free = self.finish(&mut takers, deadline).map_err(TryPublishError::Failed)?;
        if frame.is_out() {
            return Ok(());
        }
        if !is_free {
            return Err(TryPublishError::Full(frame));
        }
        let lanes = self.topic.lanes().clone();
        check_room(&lanes, frame.frame.len()).map_err(TryPublishError::Failed)?;
        let sent = self.send(&frame.frame, &takers.known, &lanes, deadline);
        let Some(reached) = sent.map_err(TryPublishError::Failed)? else { return Ok(()) };
        let rest = Rest { takers: takers.known.clone(), lanes };
        Err(TryPublishError::Full(takers.keep(frame.frame, rest, reached)))
    }

    /// Says that nothing more comes, as dropping it does. A thread that waits in `publish` for room is refused; what
    /// it published has reached those alone who had room. May itself wait for room, to say it to other processes.
    pub fn close(&self) {
        self.topic.end();
        let mut takers = self.takers();
        if self.left.swap(true, Ordering::AcqRel) {
            return;
        }
        let known = std::mem::take(&mut takers.known);
        drop(takers);
        let port: Arc<dyn TopicPort> = self.topic.clone();
        self.bus.hub().close_raw(&port);
        // From here on it is shown nobody.
        let shown = std::mem::take(&mut *self.topic.shown());
        known.iter().chain(&shown).for_each(|taker| taker.inbox.publisher_closed());
    }

    /// Whether it or the bus was closed.
    pub fn is_closed(&self) -> bool {
        self.topic.closed.load(Ordering::Acquire)
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
        // They may wait for room that is lent: nothing is held meanwhile.
        let lanes = self.topic.lanes().clone();
        here + lanes.iter().map(|lane| lane.subscribers()).sum::<usize>()
    }

    fn check(&self, frame: &[u8]) -> Result<(), PublishError> {
        loan::assert_none();
        if self.is_closed() {
            return Err(PublishError::Closed);
        }
        check_frame(frame, self.topic.info.type_id)
    }

    /// Hands what some have to the others; false if there was no room for it in time.
    fn finish(&self, takers: &mut Takers, deadline: Option<Instant>) -> Result<bool, PublishError> {
        let Some(mut unsent) = takers.unsent.take() else { return Ok(true) };
        let Rest { takers: left, lanes } = &unsent.rest;
        if let Some(reached) = self.send(&unsent.frame, left, lanes, deadline)? {
            unsent.rest = unsent.rest.without(reached);
            takers.unsent = Some(unsent);
            return Ok(false);
        }
        unsent.finish();
        Ok(true)
    }

    /// Sends a frame to these subscribers here, then by these ways out. Gives how many of them have it if there was no room
    /// for it in time.
    fn send(
        &self,
        frame: &Bytes,
        takers: &[Arc<Receiving>],
        lanes: &[Arc<Lane>],
        deadline: Option<Instant>,
    ) -> Result<Option<Reached>, PublishError> {
        if let Some(takers) = self.hand_round(frame, takers, deadline)? {
            return Ok(Some(Reached { takers, lanes: 0 }));
        }
        let reached = self.send_out(lanes, frame, deadline)?;
        Ok(reached.map(|lanes| Reached { takers: takers.len(), lanes }))
    }

    /// Hands a frame to subscribers here. Gives how many have it if there was no room for it in time.
    fn hand_round(
        &self,
        frame: &Bytes,
        takers: &[Arc<Receiving>],
        deadline: Option<Instant>,
    ) -> Result<Option<usize>, PublishError> {
        for (index, taker) in takers.iter().enumerate() {
            if !self.deliver(taker, frame, deadline)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Sends a frame by the ways out, when all subscribers here have it. Gives how many are done with if there was no room
    /// for it in time.
    fn send_out(
        &self,
        lanes: &[Arc<Lane>],
        frame: &[u8],
        deadline: Option<Instant>,
    ) -> Result<Option<usize>, PublishError> {
        for (index, lane) in lanes.iter().enumerate().filter(|(_, lane)| !lane.passes_over()) {
            match lane.send_copy(frame, deadline) {
                Err(NotSent::GaveUp) if self.is_closed() => return Err(PublishError::Closed),
                Err(NotSent::GaveUp) => return Ok(Some(index)),
                // A lane that leads nowhere any more is removed by its link; the frame is not for it.
                Ok(()) | Err(NotSent::Disconnected) => {}
            }
        }
        self.topic.published.fetch_add(1, Ordering::Relaxed);
        Ok(None)
    }

    /// Gives the frame back if a subscriber has no room now; else it has it, or is gone.
    fn offer(&self, taker: &Receiving, frame: Bytes) -> Result<(), Bytes> {
        let mut run = Run::one(frame);
        match taker.inbox.offer_frames(&self.topic.info.name, &mut run) {
            Err(Refused::Full(())) => Err(run.next().unwrap_or_default()),
            _ => Ok(()),
        }
    }

    /// Whether a subscriber has no room now; else it has the frame, or is gone.
    fn refuses(&self, taker: &Receiving, frame: &Bytes) -> bool {
        self.offer(taker, frame.clone()).is_err()
    }

    /// Waits for room; false if there was none in time.
    fn deliver(
        &self,
        taker: &Receiving,
        frame: &Bytes,
        deadline: Option<Instant>,
    ) -> Result<bool, PublishError> {
        let is_late = Cell::new(false);
        let offer = |()| {
            if !self.refuses(taker, frame) {
                return Ok(());
            }
            is_late.set(is_past(deadline));
            Err(if is_late.get() || self.is_closed() { Refused::Closed } else { Refused::Full(()) })
        };
        // Stopped: the bus was shut down, which closes the topic; or the subscriber alone, which needs nothing more.
        let _ = deliver(&*taker.inbox, (), offer);
        if self.is_closed() { Err(PublishError::Closed) } else { Ok(!is_late.get()) }
    }

    /// Those who take frames now; who comes new learns that there is a publisher.
    fn takers(&self) -> MutexGuard<'_, Takers> {
        let mut takers = self.takers.lock().unwrap_or_else(PoisonError::into_inner);
        self.look_around(&mut takers);
        takers
    }

    fn look_around(&self, takers: &mut Takers) {
        if !self.left.load(Ordering::Acquire) {
            takers.look_around(&self.topic, self.bus.hub());
        }
    }
}

fn check_frame(frame: &[u8], type_id: u16) -> Result<(), PublishError> {
    let header = FrameHeader::parse(frame)?;
    // Id 0 is that of the transports' own frames, whatever a program calls a type.
    if header.type_id != type_id || type_id == 0 {
        let kind = ErrorKind::TypeId { expected: type_id, found: header.type_id };
        return Err(DecodeError::new(kind, 4).into());
    }
    match frame.len().checked_sub(header.frame_len()) {
        Some(0) => Ok(()),
        Some(bytes) => {
            let kind = ErrorKind::Trailing { bytes };
            Err(DecodeError::new(kind, header.frame_len()).into())
        }
        None => {
            let kind = ErrorKind::Truncated { needed: header.frame_len(), found: frame.len() };
            Err(DecodeError::new(kind, frame.len()).into())
        }
    }
}

impl Drop for FramePublisher {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for FramePublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FramePublisher({})", self.topic())
    }
}
