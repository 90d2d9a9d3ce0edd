//! The inbox of one subscriber: a bounded queue that many fill and one empties.
//!
//! - Full: whoever delivers waits until there is room. Nothing is dropped.
//! - Subscriber gone: deliveries are refused, and those who wait for room stop waiting.
//! - Publishers gone: the inbox *ends* once at least one publisher was there, all that were there
//!   have closed, and what they sent has been taken out.

mod bell;
mod queue;
#[cfg(test)]
mod queue_tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use event_listener::{Event, Listener};

pub(crate) use self::bell::Bell;
use self::queue::{Outlet, Queue, queue};
use crate::error::RecvError;
use crate::topic::TopicName;

/// How long one who waits for room sleeps before it looks by itself. Whoever takes a message out
/// does not pay for a fence, so a wake-up can be missed.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// How often a full queue is tried again before the publisher sleeps.
const TRIES: usize = 200;

/// What lies in an inbox.
pub(crate) enum Delivery<M> {
    /// A message from this process.
    Message(M),
    /// A frame from another process, not yet decoded.
    Frame {
        /// Its topic.
        topic: TopicName,
        /// The frame, header included.
        bytes: Bytes,
    },
    /// Something that the subscriber must know, in order with what it received before.
    Fault(Box<RecvError>),
}

/// The inbox of one subscriber to messages that arrive, within this process, as `M`.
pub(crate) struct Inbox<M> {
    queue: Arc<Queue<Delivery<M>>>,
    /// Rung after every delivery.
    pub(crate) bell: Bell,
    /// Notified after messages were taken out.
    room: Event,
    /// Set once the subscriber is gone.
    closed: AtomicBool,
    /// Publishers that are open: handles in this process and channels of connections.
    open: AtomicUsize,
    /// Whether there ever was a publisher.
    seen: AtomicBool,
    /// Set once the bus is shut down: nothing comes any more.
    stopped: AtomicBool,
}

/// Why a delivery was not taken; it is given back.
pub(crate) enum Refused<D> {
    /// No room now.
    Full(D),
    /// The subscriber is gone.
    Closed,
}

impl<M: Send> Inbox<M> {
    /// An inbox, and the end from which its subscriber takes.
    pub(crate) fn new(capacity: usize) -> (Arc<Self>, Slit<M>) {
        let (queue, outlet) = queue(capacity);
        let inbox = Arc::new(Self {
            queue,
            bell: Bell::default(),
            room: Event::new(),
            closed: AtomicBool::new(false),
            open: AtomicUsize::new(0),
            seen: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        });
        (inbox.clone(), Slit { inbox, outlet })
    }

    /// Delivers a message of this process; waits while the inbox is full. A subscriber that is gone
    /// receives nothing.
    #[inline]
    pub(crate) fn deliver(&self, message: M) {
        match self.offer(Delivery::Message(message)) {
            Err(Refused::Full(delivery)) => self.deliver_later(delivery),
            Ok(()) | Err(Refused::Closed) => {}
        }
    }

    /// Delivers if there is room.
    #[inline]
    pub(crate) fn offer(&self, delivery: Delivery<M>) -> Result<(), Refused<Delivery<M>>> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(Refused::Closed);
        }
        self.queue.push(delivery).map_err(Refused::Full)?;
        self.bell.ring();
        Ok(())
    }

    /// How much waits to be taken out.
    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether a publisher was there and none is left. What the last one sent may still lie here.
    pub(crate) fn publishers(&self) -> Publishers {
        // Acquire: pairs with the release in `publisher_closed`, so that what the publisher sent
        // before is found by a `take` after this.
        let open = self.open.load(Ordering::Acquire);
        Publishers { seen: self.seen.load(Ordering::Relaxed), open: open > 0 }
    }

    #[cold]
    fn deliver_later(&self, delivery: Delivery<M>) {
        let mut delivery = delivery;
        for turn in 0.. {
            let listener = (turn >= TRIES).then(|| self.room.listen());
            match self.offer(delivery) {
                Err(Refused::Full(back)) => delivery = back,
                Ok(()) | Err(Refused::Closed) => return,
            }
            if self.is_stopped() {
                return;
            }
            match listener {
                Some(listener) => drop(listener.wait_timeout(LOOK_AGAIN)),
                None => std::hint::spin_loop(),
            }
        }
    }
}

/// The end of an inbox from which its subscriber takes; dropping it closes the inbox.
pub(crate) struct Slit<M> {
    inbox: Arc<Inbox<M>>,
    outlet: Outlet<Delivery<M>>,
}

impl<M> Slit<M> {
    /// Takes the next delivery out.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<Delivery<M>> {
        let delivery = self.outlet.pop()?;
        self.inbox.room.notify(event_listener::IntoNotification::relaxed(usize::MAX));
        Some(delivery)
    }
}

impl<M> Drop for Slit<M> {
    fn drop(&mut self) {
        self.inbox.closed.store(true, Ordering::SeqCst);
        // Whoever waits for room finds that nobody needs it.
        self.inbox.room.notify(usize::MAX);
        while self.outlet.pop().is_some() {}
    }
}

/// What is known of the publishers behind an inbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Publishers {
    /// Whether there ever was one.
    pub(crate) seen: bool,
    /// Whether one is open.
    pub(crate) open: bool,
}

impl Publishers {
    /// Nobody, ever.
    pub(crate) const NONE: Self = Self { seen: false, open: false };
}

/// An inbox as transports see it: frames and faults go in, whatever is made of them later.
pub(crate) trait FrameInbox: Send + Sync {
    /// Delivers a frame if there is room.
    fn offer_frame(&self, topic: &TopicName, bytes: &Bytes) -> Result<(), Refused<()>>;
    /// Delivers a fault if there is room.
    fn offer_fault(&self, fault: &RecvError) -> Result<(), Refused<()>>;
    /// Notified when room was made; look again after [`LOOK_AGAIN`] all the same.
    fn room(&self) -> &Event;
    /// A publisher opened.
    fn publisher_opened(&self);
    /// A publisher closed; everything that it sent was delivered before.
    fn publisher_closed(&self);
    /// The bus is shut down.
    fn stop(&self);
    /// Whether the bus was shut down.
    fn is_stopped(&self) -> bool;
}

impl<M: Send> FrameInbox for Inbox<M> {
    fn offer_frame(&self, topic: &TopicName, bytes: &Bytes) -> Result<(), Refused<()>> {
        // A look beforehand spares the two reference counts while the inbox stays full.
        if self.queue.is_full() && !self.closed.load(Ordering::Relaxed) {
            return Err(Refused::Full(()));
        }
        let delivery = Delivery::Frame { topic: topic.clone(), bytes: bytes.clone() };
        self.offer(delivery).map_err(Refused::emptied)
    }

    fn offer_fault(&self, fault: &RecvError) -> Result<(), Refused<()>> {
        self.offer(Delivery::Fault(Box::new(fault.clone()))).map_err(Refused::emptied)
    }

    fn room(&self) -> &Event {
        &self.room
    }

    fn publisher_opened(&self) {
        self.seen.store(true, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    fn publisher_closed(&self) {
        if self.open.fetch_sub(1, Ordering::Release) == 1 {
            self.bell.ring();
        }
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.room.notify(usize::MAX);
        self.bell.ring();
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }
}

impl<D> Refused<D> {
    fn emptied(self) -> Refused<()> {
        match self {
            Self::Full(_) => Refused::Full(()),
            Self::Closed => Refused::Closed,
        }
    }
}
