//! The receiving end that typed subscribers and frame subscribers share: it looks, spins, waits.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use mycelium_ring::{Ticket, sleep_any};

use crate::bus::Alive;
use crate::error::{OpenError, RecvError, TryRecvError};
use crate::hub::Receiving;
use crate::inbox::{Delivery, FrameInbox, Inbox, Publishers, Slit};
use crate::selector::Selector;
use crate::stats::SubscriberStats;
use crate::topic::TopicName;
use crate::transport::{LOOK_FOR_WRITERS, RingSources};

/// What a subscriber makes of frames.
pub(crate) trait Kind: Send {
    /// What it hands out.
    type Out: Send + 'static;

    /// Makes it of a frame whose topic the selector has taken.
    fn open(&self, topic: &TopicName, bytes: Bytes) -> Result<Self::Out, RecvError>;

    /// Makes it of a frame that lies in a ring.
    fn open_borrowed(&self, topic: &TopicName, bytes: &[u8]) -> Result<Self::Out, RecvError>;
}

/// How long a blocked receiver looks again and again before it sleeps: about what a sleep and a
/// wake-up cost.
const SPIN: Duration = Duration::from_micros(20);

/// One subscriber's receiving end.
pub(crate) struct Receiver<K: Kind> {
    kind: K,
    inbox: Arc<Inbox<K::Out>>,
    slit: Slit<K::Out>,
    /// Where the node reads rings.
    rings: Option<RingSources<K>>,
    /// Whether the next look begins at the rings: neither side may starve the other.
    rings_first: bool,
    receiving: Arc<Receiving>,
    bus: Arc<Alive>,
    stats: SubscriberStats,
}

/// What one look gives, if it gives anything.
type Found<K> = Result<Option<<K as Kind>::Out>, RecvError>;

impl<K: Kind> Receiver<K> {
    pub(crate) fn new(bus: &Arc<Alive>, kind: K, selector: Selector) -> Result<Self, OpenError> {
        let (inbox, slit) = Inbox::new(bus.hub().options.inbox_capacity);
        let receiving = Arc::new(Receiving { selector, inbox: inbox.clone() });
        bus.hub().add_receiver(receiving.clone())?;
        let rings = bus.hub().ring_watch().map(|watch| {
            let bell = inbox.clone();
            let wake = Box::new(move || bell.bell.ring());
            RingSources::new(bus.hub(), watch, wake, &receiving.selector)
        });
        let (bus, stats) = (bus.clone(), SubscriberStats::default());
        Ok(Self { kind, inbox, slit, rings, rings_first: true, receiving, bus, stats })
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
        let tickets = self.announce();
        match self.look() {
            Some(found) => {
                self.inbox.bell.disarm();
                Poll::Ready(found)
            }
            None => {
                if let Some(rings) = &self.rings {
                    rings.wake_later(tickets);
                }
                Poll::Pending
            }
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
            let tickets = self.announce();
            if let Some(found) = self.look() {
                self.inbox.bell.disarm();
                return Ok(found?);
            }
            self.sleep(&tickets, left);
        }
    }

    /// Tells every ring that this receiver is about to sleep.
    fn announce(&mut self) -> Vec<Ticket> {
        let Some(rings) = &mut self.rings else { return Vec::new() };
        rings.look_at_writers();
        rings.announce()
    }

    fn sleep(&self, tickets: &[Ticket], left: Option<Duration>) {
        if self.rings.is_none() {
            return self.inbox.bell.sleep(left);
        }
        let longest = left.map_or(LOOK_FOR_WRITERS, |left| left.min(LOOK_FOR_WRITERS));
        sleep_any(tickets, self.inbox.bell.word(), longest);
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
        if self.rings.is_some() {
            return self.look_at_both();
        }
        if let Some(delivery) = self.slit.take() {
            return Some(self.open(delivery));
        }
        self.look_for_the_end()
    }

    fn look_at_both(&mut self) -> Option<Found<K>> {
        self.rings_first = !self.rings_first;
        let found = match self.rings_first {
            true => self.look_at_rings().or_else(|| self.look_at_inbox()),
            false => self.look_at_inbox().or_else(|| self.look_at_rings()),
        };
        found.or_else(|| self.look_for_the_end())
    }

    fn look_at_inbox(&mut self) -> Option<Found<K>> {
        self.slit.take().map(|delivery| self.open(delivery))
    }

    fn look_at_rings(&mut self) -> Option<Found<K>> {
        let found = self.rings.as_mut()?.poll(&self.kind, &self.receiving.selector)?;
        Some(match found {
            Ok(message) => {
                self.stats.received += 1;
                Ok(Some(message))
            }
            Err(fault) => Err(self.note(fault)),
        })
    }

    fn look_for_the_end(&mut self) -> Option<Found<K>> {
        if !self.has_ended() {
            return None;
        }
        // The last publisher may have delivered between the two looks.
        Some(self.look_at_inbox().unwrap_or(Ok(None)))
    }

    fn has_ended(&self) -> bool {
        if self.inbox.is_stopped() {
            return true;
        }
        let near = self.inbox.publishers();
        let far = self.rings.as_ref().map_or(Publishers::NONE, RingSources::publishers);
        (near.seen || far.seen) && !near.open && !far.open
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
    }
}
