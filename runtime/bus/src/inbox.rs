//! The inbox of one subscriber: what comes to it alone.
//!
//! That is frames and faults from transports, and the messages of this process on topics that may lose
//! some: what is lost differs from subscriber to subscriber. Messages of other topics lie in
//! the topic's [ring](crate::local), and the inbox is looked at only when there is something in it.
//!
//! - Full: as [`WhenFull`] says. Where nothing may be lost, whoever delivers waits until there is room;
//!   so does one who delivers faults, where there are many.
//! - Subscriber gone: deliveries are refused, and those who wait for room stop waiting.
//! - Publishers gone: the inbox *ends* once at least one publisher was there, all that were there
//!   have closed, and what they sent has been taken out.

mod backlog;
mod queue;
mod run;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use event_listener::{Event, Listener};

pub(crate) use self::backlog::{Backlog, WriteFrameKey};
pub(crate) use self::queue::Losses;
use self::queue::Queue;
pub(crate) use self::run::Run;
use crate::error::RecvError;
use crate::local::bell::Bell;
use crate::qos::Qos;
use crate::topic::TopicName;

/// How long one who waits for room sleeps before it looks by itself. Whoever takes a message out
/// does not pay for a fence, so a wake-up can be missed.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// How often a full inbox is tried before the publisher sleeps.
const TRIES: u32 = 200;

/// What lies in an inbox.
pub(crate) enum Delivery<M> {
    /// A message from this process.
    Message(M),
    /// Frames from another process, not yet decoded; one, where messages may be lost.
    Frames {
        /// Their topic.
        topic: TopicName,
        /// At least one.
        frames: Run,
    },
    /// Something that the subscriber must know, in order with what it received before.
    Fault(Box<RecvError>),
}

impl<M> Delivery<M> {
    /// How many messages were lost, if that is what it says.
    fn lost(&self) -> Option<u64> {
        match self {
            Self::Fault(fault) => match **fault {
                RecvError::Lost(count) => Some(count),
                _ => None,
            },
            Self::Message(_) | Self::Frames { .. } => None,
        }
    }

    /// How many messages and faults it is.
    fn count(&self) -> usize {
        match self {
            Self::Message(_) | Self::Fault(_) => 1,
            Self::Frames { frames, .. } => frames.count(),
        }
    }
}

/// Writes what names the instance that a delivery is about into the second, which is empty; the first is
/// memory to work in.
pub(crate) type WriteKey<M> = fn(&Delivery<M>, &mut Vec<u8>, &mut Vec<u8>);

/// The inbox of one subscriber to messages that arrive, within this process, as `M`.
pub(crate) struct Inbox<M> {
    queue: Mutex<Queue<M>>,
    /// How much is in the queue; written under its lock.
    len: AtomicUsize,
    /// How much the subscriber has taken out of the queue and not handed out yet, which still takes room.
    lent: AtomicUsize,
    /// Whether messages may be lost.
    may_lose: bool,
    /// With no more than this waiting, whoever waits for room is told.
    few: usize,
    /// Set with everything that the subscriber must look at beside the topic's ring, and left so while
    /// there is something.
    news: AtomicBool,
    /// Rung after every delivery; by the topic's ring too.
    pub(crate) bell: Arc<Bell>,
    /// Notified after messages were taken out.
    room: Event,
    /// Set once the subscriber is gone.
    closed: AtomicBool,
    /// Publishers that are open: handles in this process and channels of connections.
    open: AtomicUsize,
    /// Whether there ever was a publisher.
    seen: AtomicBool,
    /// Whether there ever was one that sends over a socket.
    is_far: AtomicBool,
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
    pub(crate) fn new(qos: Qos, write_key: WriteKey<M>) -> (Arc<Self>, Slit<M>) {
        let inbox = Arc::new(Self {
            queue: Mutex::new(Queue::new(qos, write_key)),
            len: AtomicUsize::new(0),
            lent: AtomicUsize::new(0),
            may_lose: !qos.when_full.is_lossless(),
            few: qos.capacity / 2,
            news: AtomicBool::new(false),
            bell: Arc::default(),
            room: Event::new(),
            closed: AtomicBool::new(false),
            open: AtomicUsize::new(0),
            seen: AtomicBool::new(false),
            is_far: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        });
        (inbox.clone(), Slit { inbox, frames: None })
    }

    /// Delivers if there is room, or room can be made. Of several frames it may take a part, and give back the
    /// others.
    pub(crate) fn offer(&self, delivery: Delivery<M>) -> Result<(), Refused<Delivery<M>>> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(Refused::Closed);
        }
        let mut queue = self.queue();
        let before = queue.len();
        let (result, dropped) = queue.push(delivery, self.lent.load(Ordering::Relaxed));
        let is_more = queue.len() > before;
        // Release: partner is the acquire in `take`.
        self.len.store(queue.len(), Ordering::Release);
        drop(queue);
        // Whatever it does when it is dropped, it does without the lock.
        drop(dropped);
        if is_more || result.is_ok() {
            self.announce();
        }
        result.map_err(Refused::Full)
    }

    /// How much waits to be handed out.
    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed) + self.lent.load(Ordering::Relaxed)
    }

    /// What the subscriber has lost so far.
    pub(crate) fn losses(&self) -> Losses {
        self.queue().losses()
    }

    /// Whether a publisher was there and none is left. What the last one sent may still lie here.
    pub(crate) fn publishers(&self) -> Publishers {
        // Acquire: pairs with the release in `publisher_closed`, so that what the publisher sent
        // before is found by a `take` after this.
        let open = self.open.load(Ordering::Acquire);
        Publishers { seen: self.seen.load(Ordering::Relaxed), open: open > 0 }
    }
}

/// The bus was shut down while one waited for room.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopped;

/// Delivers to an inbox by `offer`; blocks the thread while there is no room. A subscriber that is gone
/// receives nothing.
pub(crate) fn deliver<I: FrameInbox + ?Sized, D>(
    inbox: &I,
    delivery: D,
    offer: impl Fn(D) -> Result<(), Refused<D>>,
) -> Result<(), Stopped> {
    let mut delivery = delivery;
    let mut tries = 0;
    loop {
        let listener = (tries >= TRIES).then(|| inbox.room().listen());
        match offer(delivery) {
            Err(Refused::Full(back)) => delivery = back,
            Ok(()) | Err(Refused::Closed) => return Ok(()),
        }
        if inbox.is_stopped() {
            return Err(Stopped);
        }
        match listener {
            Some(listener) => drop(listener.wait_timeout(LOOK_AGAIN)),
            None => {
                tries += 1;
                std::hint::spin_loop();
            }
        }
    }
}

impl<M> Inbox<M> {
    /// Whether there may be something in the inbox, or the end.
    #[inline]
    pub(crate) fn has_news(&self) -> bool {
        // Acquire: partner is the release in `announce`.
        self.news.load(Ordering::Acquire)
    }

    /// Whether anything may come over a socket.
    #[inline]
    pub(crate) fn is_far(&self) -> bool {
        self.is_far.load(Ordering::Relaxed)
    }

    /// Says that the news are about to be looked at. If it finds something, it says so by
    /// [`keep_news`](Inbox::keep_news).
    pub(crate) fn take_news(&self) {
        // Acquire: what was said by whoever set it is found now, or it is set again.
        self.news.swap(false, Ordering::AcqRel);
    }

    pub(crate) fn keep_news(&self) {
        self.news.store(true, Ordering::Relaxed);
    }

    /// Wakes whoever waits for room, once it is worth it: one who fills a place as soon as it is free is woken
    /// for each message.
    #[inline]
    fn tell_of_room(&self) {
        let waiting = self.len.load(Ordering::Relaxed) + self.lent.load(Ordering::Relaxed);
        if waiting <= self.few {
            self.room.notify(event_listener::IntoNotification::relaxed(usize::MAX));
        }
    }

    /// Tells the subscriber of what was done before.
    fn announce(&self) {
        self.news.store(true, Ordering::Release);
        self.bell.ring();
    }

    fn queue(&self) -> MutexGuard<'_, Queue<M>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of an inbox from which its subscriber takes; dropping it closes the inbox.
pub(crate) struct Slit<M> {
    inbox: Arc<Inbox<M>>,
    /// What was taken out together, and is handed out one by one.
    frames: Option<(TopicName, Run)>,
}

impl<M> Slit<M> {
    /// Whether there are frames that go before all else.
    #[inline]
    pub(crate) fn has_frames(&self) -> bool {
        self.frames.is_some()
    }

    /// Lets `open` take the next of the frames that were taken out together.
    #[inline]
    pub(crate) fn take_frame<O>(
        &mut self,
        open: impl FnOnce(&TopicName, &mut Run) -> Option<O>,
    ) -> Option<O> {
        let (topic, frames) = self.frames.as_mut()?;
        let opened = open(topic, frames);
        let left = frames.count();
        if left == 0 {
            self.frames = None;
        }
        self.inbox.lent.store(left, Ordering::Relaxed);
        self.inbox.tell_of_room();
        opened
    }

    /// Keeps frames that were taken out, to hand them out one by one.
    pub(crate) fn keep(&mut self, topic: TopicName, frames: Run) {
        self.frames = Some((topic, frames));
    }

    /// Takes the next delivery out.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<Delivery<M>> {
        // Acquire: partner is the release in `offer`.
        if self.inbox.len.load(Ordering::Acquire) == 0 {
            return None;
        }
        self.take_out()
    }

    /// What was lost behind the last message that was taken out.
    pub(crate) fn take_last_loss(&mut self) -> Option<u64> {
        self.inbox.queue().take_last_loss()
    }

    fn take_out(&mut self) -> Option<Delivery<M>> {
        let mut queue = self.inbox.queue();
        let delivery = queue.pop()?;
        self.inbox.len.store(queue.len(), Ordering::Relaxed);
        if let Delivery::Frames { frames, .. } = &delivery
            && frames.count() > 1
        {
            // Seen together with the other by whoever delivers, who holds the lock.
            self.inbox.lent.store(frames.count(), Ordering::Relaxed);
        }
        drop(queue);
        self.inbox.tell_of_room();
        Some(delivery)
    }
}

impl<M> Drop for Slit<M> {
    fn drop(&mut self) {
        self.inbox.closed.store(true, Ordering::SeqCst);
        // Whoever waits for room finds that nobody needs it.
        self.inbox.room.notify(usize::MAX);
        while self.take_out().is_some() {}
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
    /// Delivers frames as far as there is room; leaves the others.
    fn offer_frames(&self, topic: &TopicName, frames: &mut Run) -> Result<(), Refused<()>>;
    /// Delivers a fault if there is room.
    fn offer_fault(&self, fault: &RecvError) -> Result<(), Refused<()>>;
    /// Notified when room was made; look again after [`LOOK_AGAIN`] all the same.
    fn room(&self) -> &Event;
    /// A publisher opened.
    fn publisher_opened(&self);
    /// The same of one that sends over a socket.
    fn publisher_opened_afar(&self);
    /// A publisher closed; everything that it sent was delivered before.
    fn publisher_closed(&self);
    /// The bus is shut down.
    fn stop(&self);
    /// Whether the bus was shut down.
    fn is_stopped(&self) -> bool;
}

impl<M: Send> FrameInbox for Inbox<M> {
    fn offer_frames(&self, topic: &TopicName, frames: &mut Run) -> Result<(), Refused<()>> {
        // Messages are lost one by one.
        let most = if self.may_lose { 1 } else { usize::MAX };
        while frames.count() > 0 {
            let delivery = Delivery::Frames { topic: topic.clone(), frames: frames.split(most) };
            match self.offer(delivery) {
                Ok(()) => {}
                Err(Refused::Closed) => return Err(Refused::Closed),
                Err(Refused::Full(rest)) => {
                    // Given back only where all were offered.
                    if let Delivery::Frames { frames: rest, .. } = rest {
                        *frames = rest;
                    }
                    return Err(Refused::Full(()));
                }
            }
        }
        Ok(())
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

    fn publisher_opened_afar(&self) {
        self.is_far.store(true, Ordering::Relaxed);
        self.publisher_opened();
    }

    fn publisher_closed(&self) {
        if self.open.fetch_sub(1, Ordering::Release) == 1 {
            self.announce();
        }
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.room.notify(usize::MAX);
        self.announce();
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
