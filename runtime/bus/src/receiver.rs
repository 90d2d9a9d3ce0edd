//! The receiving end that typed subscribers and frame subscribers share: it looks, spins, waits.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::bus::Alive;
use crate::error::{OpenError, RecvError, TryRecvError};
use crate::hub::Receiving;
use crate::inbox::{Delivery, FrameInbox, Inbox};
use crate::selector::Selector;
use crate::stats::SubscriberStats;
use crate::topic::TopicName;

/// What a subscriber makes of frames.
pub(crate) trait Kind: Send {
    /// What it hands out.
    type Out: Send + 'static;

    /// Makes it of a frame whose topic the selector has taken.
    fn open(&self, topic: &TopicName, bytes: Bytes) -> Result<Self::Out, RecvError>;
}

/// How long a blocked receiver looks again and again before it sleeps: about what a sleep and a
/// wake-up cost.
const SPIN: Duration = Duration::from_micros(20);

/// One subscriber's receiving end.
pub(crate) struct Receiver<K: Kind> {
    kind: K,
    inbox: Arc<Inbox<K::Out>>,
    receiving: Arc<Receiving>,
    bus: Arc<Alive>,
    stats: SubscriberStats,
}

/// What one look gives, if it gives anything.
type Found<K> = Result<Option<<K as Kind>::Out>, RecvError>;

impl<K: Kind> Receiver<K> {
    pub(crate) fn new(bus: &Arc<Alive>, kind: K, selector: Selector) -> Result<Self, OpenError> {
        let inbox = Arc::new(Inbox::new(bus.hub().options.inbox_capacity));
        let receiving = Arc::new(Receiving { selector, inbox: inbox.clone() });
        bus.hub().add_receiver(receiving.clone())?;
        Ok(Self { kind, inbox, receiving, bus: bus.clone(), stats: SubscriberStats::default() })
    }

    pub(crate) fn inbox(&self) -> &Arc<Inbox<K::Out>> {
        &self.inbox
    }

    pub(crate) fn bus(&self) -> &Alive {
        &self.bus
    }

    pub(crate) fn stats(&self) -> SubscriberStats {
        self.stats
    }

    pub(crate) fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Found<K>> {
        if let Some(found) = self.look() {
            return Poll::Ready(found);
        }
        self.inbox.bell.arm(Some(context.waker()));
        match self.look() {
            Some(found) => {
                self.inbox.bell.disarm();
                Poll::Ready(found)
            }
            None => Poll::Pending,
        }
    }

    pub(crate) fn try_recv(&mut self) -> Result<Option<K::Out>, TryRecvError> {
        match self.look() {
            Some(found) => Ok(found?),
            None => Err(TryRecvError::Empty),
        }
    }

    pub(crate) fn recv_blocking(&mut self) -> Found<K> {
        loop {
            match self.recv_until(None) {
                Ok(found) => return Ok(found),
                Err(TryRecvError::Failed(fault)) => return Err(fault),
                Err(TryRecvError::Empty) => {}
            }
        }
    }

    /// Blocks until something is there, or until the deadline.
    pub(crate) fn recv_until(
        &mut self,
        deadline: Option<Instant>,
    ) -> Result<Option<K::Out>, TryRecvError> {
        loop {
            if let Some(found) = self.look_for_a_while() {
                return Ok(found?);
            }
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(TryRecvError::Empty);
            }
            self.inbox.bell.arm(None);
            if let Some(found) = self.look() {
                self.inbox.bell.disarm();
                return Ok(found?);
            }
            self.inbox.bell.sleep(left);
        }
    }

    fn look_for_a_while(&mut self) -> Option<Found<K>> {
        if let Some(found) = self.look() {
            return Some(found);
        }
        let start = Instant::now();
        while start.elapsed() < SPIN {
            for _ in 0..16 {
                std::hint::spin_loop();
            }
            if let Some(found) = self.look() {
                return Some(found);
            }
        }
        None
    }

    /// Takes what is there: a message, a fault, or the end.
    #[inline]
    fn look(&mut self) -> Option<Found<K>> {
        if let Some(delivery) = self.inbox.take() {
            return Some(self.open(delivery));
        }
        if !self.has_ended() {
            return None;
        }
        // The last publisher may have delivered between the two looks.
        Some(self.inbox.take().map_or(Ok(None), |delivery| self.open(delivery)))
    }

    fn has_ended(&self) -> bool {
        let publishers = self.inbox.publishers();
        publishers.seen && !publishers.open || self.inbox.is_stopped()
    }

    #[inline]
    fn open(&mut self, delivery: Delivery<K::Out>) -> Found<K> {
        let message = match delivery {
            Delivery::Message(message) => message,
            Delivery::Frame { topic, bytes } => self.kind.open(&topic, bytes)?,
            Delivery::Fault(fault) => return Err(self.note(*fault)),
        };
        self.stats.received += 1;
        Ok(Some(message))
    }

    fn note(&mut self, fault: RecvError) -> RecvError {
        if let RecvError::Lost(count) = fault {
            self.stats.lost += count;
        }
        fault
    }
}

impl<K: Kind> Drop for Receiver<K> {
    fn drop(&mut self) {
        self.bus.hub().remove_receiver(&self.receiving);
        self.inbox.close();
    }
}
