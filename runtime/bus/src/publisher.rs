//! The sending end of a topic.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use event_listener::Listener;

use crate::bus::Alive;
use crate::carried::Carried;
use crate::error::{OpenError, PublishError, WaitError};
use crate::topic::{Fanout, Topic, TopicPort};
use crate::transport::Lane;

/// Publishes messages of type `T` on one topic.
///
/// Subscribers in this process share the message by `Arc`; for those elsewhere it is encoded straight
/// into the route's buffer. Every subscriber receives the messages of one publisher in the order in
/// which they were published, also when several threads share it. A clone is a publisher of its own.
///
/// - A subscriber, or a route, that is full: `publish` waits. Nothing is dropped.
/// - Nobody subscribes: `publish` succeeds, and the message is gone.
/// - A subscriber that leaves, or a peer that vanishes, is forgotten.
/// - The last publisher of a topic that is dropped ends the topic's subscribers, once they have
///   received what was published.
pub struct Publisher<T: Carried> {
    topic: Arc<Topic<T>>,
    bus: Arc<Alive>,
    /// Messages published; written under the lock of `outgoing` alone.
    published: Arc<AtomicU64>,
    outgoing: Mutex<Outgoing<T>>,
}

/// What a publisher keeps from one message to the next.
struct Outgoing<T> {
    /// Version of the topic that `fanout` was taken at.
    version: u64,
    fanout: Arc<Fanout<T>>,
    /// Where a message is encoded when it leaves by several lanes.
    scratch: Vec<u8>,
}

/// How often rings are asked for their readers, who come and go without a sound.
const READERS_LOOK: Duration = Duration::from_millis(2);

impl<T: Carried> Publisher<T> {
    pub(crate) fn open(bus: &Arc<Alive>, topic: Arc<Topic<T>>) -> Result<Self, OpenError> {
        let published = bus.hub().open_publisher(&*topic, || topic.open_publisher())?;
        Ok(Self::new(bus.clone(), topic, published))
    }

    fn new(bus: Arc<Alive>, topic: Arc<Topic<T>>, published: Arc<AtomicU64>) -> Self {
        let fanout = Arc::new(Fanout { inboxes: Vec::new(), lanes: Vec::new() });
        let outgoing = Mutex::new(Outgoing { version: 0, fanout, scratch: Vec::new() });
        Self { topic, bus, published, outgoing }
    }

    /// Publishes a message. Waits while a subscriber or a route is full.
    ///
    /// # Errors
    /// The bus was shut down, the message does not keep what its schema holds it to, or it is too long
    /// for a route; then nobody receives it.
    pub fn publish(&self, message: T) -> Result<(), PublishError> {
        message.validate()?;
        let outgoing = &mut *self.outgoing()?;
        outgoing.send(&message)?;
        self.count();
        if !outgoing.fanout.inboxes.is_empty() {
            outgoing.deliver(Arc::new(message));
        }
        Ok(())
    }

    /// Publishes a message that is shared already.
    ///
    /// # Errors
    /// As [`publish`](Publisher::publish).
    pub fn publish_arc(&self, message: Arc<T>) -> Result<(), PublishError> {
        message.validate()?;
        let outgoing = &mut *self.outgoing()?;
        outgoing.send(&message)?;
        self.count();
        outgoing.deliver(message);
        Ok(())
    }

    /// Waits until at least `count` subscribers take what is published: here, at the other end of
    /// connections, and reading the rings that this process writes.
    ///
    /// One connection counts once however many subscribers are behind it; a ring's reader counts
    /// whatever topics of the ring it wants.
    ///
    /// # Errors
    /// They did not come in time, or the bus was shut down before they did. The error says what is
    /// known to stand in the way.
    pub fn wait_for_subscribers(&self, count: usize, timeout: Duration) -> Result<(), WaitError> {
        let started = Instant::now();
        loop {
            let changed = self.topic.changed.listen();
            let found = self.topic.subscribers();
            if found >= count {
                return Ok(());
            }
            let waited = started.elapsed();
            let is_closed = self.topic.fanout().is_none();
            if is_closed || waited >= timeout {
                let topic = self.topic().to_owned();
                let mut faults = self.bus.hub().faults();
                faults.extend(is_closed.then(|| crate::error::CLOSED.to_owned()));
                return Err(WaitError { topic, wanted: count, found, waited, faults });
            }
            let left = timeout - waited;
            changed.wait_timeout(left.min(READERS_LOOK));
        }
    }

    /// The topic that it publishes on.
    pub fn topic(&self) -> &str {
        &self.topic.info().name
    }

    /// How many messages it has published.
    pub fn published(&self) -> u64 {
        self.published.load(Ordering::Relaxed)
    }

    /// Locks the publisher and sees to it that its fan-out is the topic's.
    #[inline]
    fn outgoing(&self) -> Result<MutexGuard<'_, Outgoing<T>>, PublishError> {
        let mut outgoing = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
        if outgoing.version != self.topic.version() {
            (outgoing.version, outgoing.fanout) =
                self.topic.fanout().ok_or(PublishError::Closed)?;
        }
        Ok(outgoing)
    }

    fn count(&self) {
        // Only the holder of the lock writes it.
        self.published.store(self.published.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }
}

impl<T: Carried> Outgoing<T> {
    /// Sends the message out of the process, where a lane leads out.
    #[inline]
    fn send(&mut self, message: &T) -> Result<(), PublishError> {
        if self.fanout.lanes.is_empty() { Ok(()) } else { self.send_by_lanes(message) }
    }

    /// Hands the message to the subscribers here.
    #[inline]
    fn deliver(&self, message: Arc<T>) {
        if let Some((last, others)) = self.fanout.inboxes.split_last() {
            for inbox in others {
                inbox.deliver(message.clone());
            }
            last.deliver(message);
        }
    }

    #[inline(never)]
    fn send_by_lanes(&mut self, message: &T) -> Result<(), PublishError> {
        let len = message.frame_len()?;
        check_limits(&self.fanout.lanes, len)?;
        // A lane that leads nowhere any more is removed by its link; the message is not for it.
        match self.fanout.lanes.as_slice() {
            [lane] => {
                let _ = lane.send(message, len);
            }
            lanes => {
                self.scratch.resize(len, 0);
                message.encode_frame(0, 0, &mut self.scratch);
                for lane in lanes {
                    let _ = lane.send_copy(&self.scratch);
                }
            }
        }
        Ok(())
    }
}

fn check_limits(lanes: &[Arc<Lane>], len: usize) -> Result<(), PublishError> {
    match lanes.iter().find(|lane| lane.sink().max_frame_bytes() < len) {
        None => Ok(()),
        Some(lane) => Err(PublishError::TooLong {
            frame_bytes: len as u64,
            limit_bytes: lane.sink().max_frame_bytes() as u64,
            route: lane.sink().name().to_owned(),
        }),
    }
}

impl<T: Carried> Clone for Publisher<T> {
    fn clone(&self) -> Self {
        let (bus, topic) = (self.bus.clone(), self.topic.clone());
        // Refused only by a bus that was shut down; there the clone is as closed as the original.
        let opened = bus.hub().open_publisher(&*topic, || topic.open_publisher());
        Self::new(bus, topic, opened.unwrap_or_default())
    }
}

impl<T: Carried> Drop for Publisher<T> {
    fn drop(&mut self) {
        self.bus
            .hub()
            .close_publisher(&*self.topic, || self.topic.close_publisher(&self.published));
    }
}

impl<T: Carried> std::fmt::Debug for Publisher<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Publisher({} on {})", T::NAME, self.topic())
    }
}
