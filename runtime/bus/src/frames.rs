//! Raw frames of many topics, for tools and for other languages.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use mycelium_wire::FrameHeader;

use crate::address;
use crate::bus::Alive;
use crate::error::{OpenError, RecvError, TryRecvError};
use crate::frame_type::FrameType;
use crate::inbox::{FrameInbox, Inbox, Run};
use crate::qos::{Qos, WhenFull};
use crate::receiver::{Kind, Receiver};
use crate::selector::Selector;
use crate::stats::SubscriberStats;
use crate::topic::TopicName;
use crate::transport::{LinkId, TapLink};

/// A frame as it was published.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame {
    /// Its topic.
    pub topic: Arc<str>,
    /// Its header.
    pub header: FrameHeader,
    /// All of it, header included.
    pub bytes: Bytes,
}

impl Frame {
    #[inline]
    pub(crate) fn new(topic: TopicName, bytes: Bytes) -> Result<Self, RecvError> {
        match FrameHeader::parse(&bytes) {
            Ok(header) => Ok(Self { topic, header, bytes }),
            Err(source) => Err(RecvError::decode(&topic, source)),
        }
    }

    /// Its topic without the service that it is addressed to, if it is
    /// [to one](crate::MessageBus::publisher_to).
    pub fn base_topic(&self) -> &str {
        address::split(&self.topic).0
    }

    /// What stands behind the header.
    pub fn payload(&self) -> &[u8] {
        self.bytes.get(FrameHeader::SIZE..).unwrap_or_default()
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} {:?})", self.topic, self.header)
    }
}

/// Receives the frames of every topic whose name fits, in the order in which each publishing process
/// sent them.
///
/// It behaves as a [`Subscriber`](crate::Subscriber) does, but decodes nothing. One that was asked for
/// [by patterns](crate::MessageBus::frames) takes frames of any digest. Messages of this process are encoded for it.
pub struct FrameSubscriber {
    receiver: Receiver<Raw>,
    tap: LinkId,
}

/// Hands frames out as they are.
struct Raw;

impl Kind for Raw {
    type Out = Frame;

    fn open(&self, topic: &TopicName, frames: &mut Run) -> Option<Result<Frame, RecvError>> {
        frames.next().map(|bytes| Frame::new(topic.clone(), bytes))
    }

    #[inline]
    fn open_alone(&self, topic: TopicName, frame: Run) -> Option<Result<Frame, RecvError>> {
        Some(Frame::new(topic, frame.into_only()))
    }

    fn open_borrowed(&self, topic: &TopicName, bytes: &[u8]) -> Result<Frame, RecvError> {
        Frame::new(topic.clone(), Bytes::copy_from_slice(bytes))
    }
}

impl FrameSubscriber {
    pub(crate) fn to_patterns(bus: &Arc<Alive>, patterns: &[&str]) -> Result<Self, OpenError> {
        let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        let selector = Selector::frames(patterns, bus.hub().home());
        Self::new(bus, selector, bus.hub().options.qos.when_full(WhenFull::Block))
    }

    pub(crate) fn to_types(
        bus: &Arc<Alive>,
        types: &[FrameType],
        capacity: usize,
    ) -> Result<Self, OpenError> {
        let infos = types.iter().map(FrameType::info).collect();
        let selector = Selector::typed(infos, bus.hub().home());
        let options = &bus.hub().options;
        let mut said = types.iter().map(|of| options.qos_with(&of.topic, capacity));
        let first = said.next().unwrap_or_default();
        let qos =
            if said.all(|qos| qos == first) { first } else { first.when_full(WhenFull::Block) };
        let is_keyed = qos.when_full == WhenFull::Conflate;
        Self::new(bus, selector, if is_keyed { qos.when_full(WhenFull::DropOldest) } else { qos })
    }

    fn new(bus: &Arc<Alive>, selector: Selector, qos: Qos) -> Result<Self, OpenError> {
        let inbox = Inbox::new(qos, |_, _, _| {});
        let receiver = Receiver::new(bus, Raw, inbox, selector.clone())?;
        let tap = TapLink::new(selector, receiver.inbox().clone());
        let id = LinkId::clone(&tap.id);
        bus.hub().add_link(tap)?;
        Ok(Self { receiver, tap: id })
    }

    /// The next frame; `None` once all publishers have closed. Works in any async runtime.
    ///
    /// # Errors
    /// As [`RecvError`] says. Receiving can go on.
    pub async fn recv(&mut self) -> Result<Option<Frame>, RecvError> {
        std::future::poll_fn(|context| self.poll_recv(context)).await
    }

    /// What [`recv`](FrameSubscriber::recv) polls.
    ///
    /// # Errors
    /// As [`recv`](FrameSubscriber::recv).
    pub fn poll_recv(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<Frame>, RecvError>> {
        self.receiver.poll_recv(context)
    }

    /// Blocks the thread until the next frame is there; `None` once all publishers have closed.
    ///
    /// # Errors
    /// As [`recv`](FrameSubscriber::recv).
    pub fn recv_blocking(&mut self) -> Result<Option<Frame>, RecvError> {
        self.receiver.recv_blocking()
    }

    /// The next frame if it is there.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if nothing is there now; else as [`recv`](FrameSubscriber::recv).
    pub fn try_recv(&mut self) -> Result<Option<Frame>, TryRecvError> {
        self.receiver.try_recv()
    }

    /// Blocks the thread until the next frame is there, at most for `timeout`.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if nothing came in time; else as [`recv`](FrameSubscriber::recv).
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Option<Frame>, TryRecvError> {
        self.receiver.recv_until(Instant::now().checked_add(timeout))
    }

    /// Ends it from another thread.
    pub fn closer(&self) -> Closer {
        Closer { inbox: self.receiver.inbox().clone() }
    }

    /// What it has received and lost so far.
    pub fn stats(&self) -> SubscriberStats {
        self.receiver.stats()
    }
}

/// Ends a [`FrameSubscriber`] that another thread may be waiting with.
#[derive(Clone)]
pub struct Closer {
    inbox: Arc<Inbox<Frame>>,
}

impl Closer {
    /// Whoever waits wakes up. The subscriber still hands out what has reached it, then says that it has ended.
    /// Publishers that wait for its room go on without it.
    pub fn close(&self) {
        self.inbox.stop();
    }
}

impl fmt::Debug for Closer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Closer")
    }
}

impl Drop for FrameSubscriber {
    fn drop(&mut self) {
        self.receiver.bus().hub().remove_link(self.tap, "");
    }
}

impl fmt::Debug for FrameSubscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FrameSubscriber")
    }
}
