//! The receiving end that typed subscribers and frame subscribers share: it looks, spins, waits.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use mycelium_ring::{Ticket, sleep_any};

use crate::bus::Alive;
use crate::error::{OpenError, RecvError, TryRecvError};
use crate::hub::Receiving;
use crate::inbox::{Delivery, FrameInbox, Inbox, Publishers, Run, Slit};
use crate::selector::Selector;
use crate::start::Start;
use crate::stats::SubscriberStats;
use crate::sync::full_fence;
use crate::topic::TopicName;
use crate::transport::guest::Guest;
use crate::transport::{LOOK_FOR_WRITERS, RingSources};
use crate::waiting::{Patience, Waiting};

/// What a subscriber makes of frames.
pub(crate) trait Kind: Send {
    /// What it hands out.
    type Out: Send + 'static;

    /// Makes it of the next of some frames whose topic the selector has taken; that one is passed.
    fn open(&self, topic: &TopicName, frames: &mut Run) -> Option<Result<Self::Out, RecvError>>;

    /// The same of a frame that came alone, which has the topic's name for itself.
    fn open_alone(&self, topic: TopicName, mut frame: Run) -> Option<Result<Self::Out, RecvError>> {
        self.open(&topic, &mut frame)
    }

    /// Makes it of a frame that lies in a ring.
    fn open_borrowed(&self, topic: &TopicName, bytes: &[u8]) -> Result<Self::Out, RecvError>;

    /// The next message of this process, where they come without an inbox.
    #[inline]
    fn take_local(&mut self) -> Option<Self::Out> {
        None
    }

    /// Whether there is one.
    fn has_local(&self) -> bool {
        false
    }

    /// Whether that comes before everything else, as what was published before the subscriber came.
    fn is_past(&self) -> bool {
        false
    }

    /// Says that the subscriber is about to wait for one, and makes a full fence; gives whether it had to. It looks
    /// once more.
    fn announce_local(&self) -> bool {
        false
    }
}

/// One subscriber's receiving end.
pub(crate) struct Receiver<K: Kind> {
    kind: K,
    inbox: Arc<Inbox<K::Out>>,
    slit: Slit<K::Out>,
    /// Where the node reads rings.
    rings: Option<RingSources<K>>,
    /// Whether the next look begins with what comes from elsewhere: neither side may starve the other.
    far_first: bool,
    /// The same between rings and inbox.
    rings_first: bool,
    waiting: Waiting,
    /// Where the network can be driven by who waits for it: not beside rings, for which one sleeps otherwise.
    guest: Option<Guest>,
    /// What ended a batch, and is told first the next time.
    held: Option<RecvError>,
    /// Whether there is something to look at of which the inbox does not tell: rings, or what is held.
    is_elsewhere: bool,
    receiving: Arc<Receiving>,
    bus: Arc<Alive>,
    stats: SubscriberStats,
}

/// What one look gives, if it gives anything.
type Found<K> = Result<Option<<K as Kind>::Out>, RecvError>;

impl<K: Kind> Receiver<K> {
    pub(crate) fn new(
        bus: &Arc<Alive>,
        kind: K,
        (inbox, slit): (Arc<Inbox<K::Out>>, Slit<K::Out>),
        selector: Selector,
    ) -> Result<Self, OpenError> {
        Self::starting(bus, kind, (inbox, slit), selector, Start::Newest)
    }

    /// The same where it begins elsewhere in what a server keeps.
    pub(crate) fn starting(
        bus: &Arc<Alive>,
        kind: K,
        (inbox, slit): (Arc<Inbox<K::Out>>, Slit<K::Out>),
        selector: Selector,
        start: Start,
    ) -> Result<Self, OpenError> {
        let receiving = Arc::new(Receiving { selector, start, inbox: inbox.clone() });
        bus.hub().add_receiver(receiving.clone())?;
        let rings = bus.hub().ring_watch().map(|watch| {
            let bell = inbox.clone();
            let wake = Box::new(move || bell.bell.ring());
            RingSources::new(bus.hub(), watch, wake, &receiving.selector)
        });
        let waiting = bus.hub().options.waiting;
        let driver = bus.hub().driver().filter(|_| rings.is_none());
        let guest = driver.cloned().map(Guest::new);
        let is_elsewhere = rings.is_some();
        let (bus, stats) = (bus.clone(), SubscriberStats::default());
        Ok(Self {
            kind,
            inbox,
            slit,
            rings,
            far_first: true,
            rings_first: true,
            waiting,
            guest,
            held: None,
            is_elsewhere,
            receiving,
            bus,
            stats,
        })
    }

    pub(crate) fn kind_mut(&mut self) -> &mut K {
        &mut self.kind
    }

    pub(crate) fn inbox(&self) -> &Arc<Inbox<K::Out>> {
        &self.inbox
    }

    pub(crate) fn bus(&self) -> &Alive {
        &self.bus
    }

    pub(crate) fn stats(&self) -> SubscriberStats {
        SubscriberStats { conflated: self.inbox.losses().conflated, ..self.stats }
    }

    pub(crate) fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Found<K>> {
        match self.look() {
            Some(found) => Poll::Ready(found),
            None => self.poll_armed(context),
        }
    }

    /// As [`poll_recv`](Receiver::poll_recv), for one that has just looked in vain.
    pub(crate) fn poll_armed(&mut self, context: &mut Context<'_>) -> Poll<Found<K>> {
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
                if let Some(guest) = self.far_guest() {
                    guest.stand_aside();
                }
                Poll::Pending
            }
        }
    }

    /// What mostly is there is taken by itself: the fewer hands a small message goes through, the fewer copies are made.
    #[inline]
    pub(crate) fn try_recv(&mut self) -> Result<Option<K::Out>, TryRecvError> {
        if self.may_have_more()
            && let Some(found) = self.look_everywhere()
        {
            return Ok(found?);
        }
        match self.take_local() {
            Some(message) => Ok(Some(message)),
            None => {
                self.leave();
                Err(TryRecvError::Empty)
            }
        }
    }

    /// The next message of this process, as long as nothing may be there beside them.
    #[inline]
    pub(crate) fn take_near(&mut self) -> Option<K::Out> {
        if self.may_have_more() {
            return None;
        }
        self.take_local()
    }

    #[inline]
    fn take_local(&mut self) -> Option<K::Out> {
        let message = self.kind.take_local()?;
        self.stats.received += 1;
        Some(message)
    }

    /// Whether there may be something beside messages of this process.
    #[inline]
    pub(crate) fn may_have_more(&self) -> bool {
        self.inbox.has_news() || self.is_elsewhere
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
        // What comes over a socket is fetched by this thread itself.
        let mut may_drive = self.guest.is_some() && Guest::is_welcome();
        loop {
            let drives = may_drive && self.inbox.is_far() && Guest::is_long(deadline);
            if let Some(found) = self.look_for_a_while(deadline, drives) {
                return Ok(found?);
            }
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                self.leave();
                return Err(TryRecvError::Empty);
            }
            let guest = self.guest.as_ref().filter(|_| drives);
            self.inbox.bell.arm(guest.map(Guest::waker));
            let tickets = self.announce();
            if let Some(found) = self.look() {
                self.inbox.bell.disarm();
                return Ok(found?);
            }
            match self.guest.as_ref().filter(|_| drives) {
                Some(guest) => may_drive = guest.sleep(deadline),
                None => {
                    self.leave();
                    self.sleep(&tickets, left);
                }
            }
        }
    }

    /// What comes over a socket is not fetched by this thread now, though it may have been.
    #[inline]
    pub(crate) fn leave(&self) {
        if let Some(guest) = self.far_guest() {
            guest.leave();
        }
    }

    /// Who may drive, where there is something to wait for by that.
    #[inline]
    fn far_guest(&self) -> Option<&Guest> {
        self.guest.as_ref().filter(|_| self.inbox.is_far())
    }

    /// Takes what is there behind a first message, at most `more`; gives how many. A fault ends it, and is told next.
    pub(crate) fn take_more(&mut self, more: usize, mut take: impl FnMut(K::Out)) -> usize {
        for count in 0..more {
            match self.look() {
                Some(Ok(Some(message))) => take(message),
                Some(Err(fault)) => {
                    self.held = Some(fault);
                    self.is_elsewhere = true;
                    return count;
                }
                // The end is found again.
                Some(Ok(None)) | None => return count,
            }
        }
        more
    }

    /// Where messages of this process come from, and where they are counted, as long as nothing may be there beside them.
    #[inline]
    pub(crate) fn near(&mut self) -> Option<(&mut K, &mut u64)> {
        if self.may_have_more() {
            return None;
        }
        Some((&mut self.kind, &mut self.stats.received))
    }

    /// Tells every ring that this receiver, whose bell is armed, is about to sleep, with a fence behind its bell.
    fn announce(&mut self) -> Vec<Ticket> {
        if !self.kind.announce_local() {
            // Partner: the fence of whoever rings the bell.
            full_fence();
        }
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

    fn look_for_a_while(&mut self, deadline: Option<Instant>, drives: bool) -> Option<Found<K>> {
        let mut patience = Patience::new(self.waiting, deadline);
        let turns = drives && !self.waiting.spin.is_zero();
        loop {
            let found = self.look();
            if found.is_some() {
                return found;
            }
            let goes_on = match self.guest.as_ref().filter(|_| turns) {
                Some(guest) => {
                    guest.turn(|| self.inbox.has_news() || self.kind.has_local())
                        && patience.pause_after_work()
                }
                None => patience.pause(),
            };
            if !goes_on {
                return None;
            }
        }
    }

    /// Takes what is there: a message, a fault, or the end.
    #[inline]
    fn look(&mut self) -> Option<Found<K>> {
        if self.may_have_more() {
            return self.look_everywhere();
        }
        self.look_near()
    }

    /// The same where there may be something beside messages of this process.
    #[inline(never)]
    fn look_everywhere(&mut self) -> Option<Found<K>> {
        if self.held.is_some() {
            self.is_elsewhere = self.rings.is_some();
            return self.held.take().map(Err);
        }
        self.far_first = !self.far_first;
        let far_first = self.far_first && !self.kind.is_past();
        // Where there are rings, all is looked at every time, whatever the flag says.
        let heeds_news = self.rings.is_none();
        if heeds_news {
            if self.slit.has_frames() || self.inbox.len() > 0 {
                // The flag is left as it is: what is there is found, and there may be more.
                return match far_first {
                    true => self.look_at_inbox(),
                    false => self.look_near().or_else(|| self.look_at_inbox()),
                };
            }
            self.inbox.take_news();
        }
        let found = match far_first {
            true => self.look_far().or_else(|| self.look_near()),
            false => self.look_near().or_else(|| self.look_far()),
        };
        let found = found.or_else(|| self.look_for_the_end());
        if found.is_some() && heeds_news {
            // There may be more.
            self.inbox.keep_news();
        }
        found
    }

    /// Looks at what comes from this process without an inbox.
    #[inline]
    fn look_near(&mut self) -> Option<Found<K>> {
        self.take_local().map(|message| Ok(Some(message)))
    }

    #[inline]
    fn look_far(&mut self) -> Option<Found<K>> {
        match self.rings {
            None => self.look_at_inbox(),
            Some(_) => self.look_at_both(),
        }
    }

    fn look_at_both(&mut self) -> Option<Found<K>> {
        self.rings_first = !self.rings_first;
        match self.rings_first {
            true => self.look_at_rings().or_else(|| self.look_at_inbox()),
            false => self.look_at_inbox().or_else(|| self.look_at_rings()),
        }
    }

    #[inline]
    fn look_at_inbox(&mut self) -> Option<Found<K>> {
        if !self.slit.has_frames() {
            match self.slit.take()? {
                // One alone is handed out at once.
                Delivery::Frames { topic, frames } if frames.count() == 1 => {
                    let opened = self.kind.open_alone(topic, frames)?;
                    self.stats.received += u64::from(opened.is_ok());
                    return Some(opened.map(Some));
                }
                Delivery::Frames { topic, frames } => self.slit.keep(topic, frames),
                Delivery::Message(message) => {
                    self.stats.received += 1;
                    return Some(Ok(Some(message)));
                }
                Delivery::Fault(fault) => return Some(Err(self.note(*fault))),
            }
        }
        let opened = self.slit.take_frame(|topic, frames| self.kind.open(topic, frames))?;
        self.stats.received += u64::from(opened.is_ok());
        Some(opened.map(Some))
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
        let found = self.look_near().or_else(|| self.look_at_inbox());
        Some(found.unwrap_or_else(|| match self.slit.take_last_loss() {
            Some(lost) => Err(self.note(RecvError::Lost(lost))),
            None => Ok(None),
        }))
    }

    fn has_ended(&self) -> bool {
        if self.inbox.is_stopped() {
            return true;
        }
        let near = self.inbox.publishers();
        let far = self.rings.as_ref().map_or(Publishers::NONE, RingSources::publishers);
        (near.seen || far.seen) && !near.open && !far.open
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
