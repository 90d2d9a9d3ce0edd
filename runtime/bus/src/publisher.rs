//! The sending end of a topic.

mod lending;

pub use self::lending::Loan;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use event_listener::Listener;

use crate::bus::Alive;
use crate::carried::Carried;
use crate::count::Count;
use crate::error::{OpenError, PublishError, TryPublishError, WaitError};
use crate::inbox::Delivery;
use crate::loan;
use crate::outgoing::{Outgoing, check_room};
use crate::qos::WhenFull;
use crate::received::Received;
use crate::recycle::Bin;
use crate::stream::Stream;
use crate::sync::this_thread;
use crate::topic::{Fanout, Outside, Topic, TopicPort};
use crate::waiting::Patience;

/// Publishes messages of type `T` on one topic.
///
/// Subscribers in this process share the message; for those elsewhere it is encoded straight into the
/// route's buffer. The messages of one publisher arrive in the order in which they were published, also
/// when several threads share it. Those of all publishers here come in one order to all subscribers
/// here, unless the topic loses messages. A clone is a publisher of its own.
///
/// - A subscriber is full: what the topic's [`Qos`](crate::Qos) says; usually, `publish` waits.
/// - A route is full: the same; where the topic says nothing, what its endpoint says.
/// - Nobody subscribes: `publish` succeeds, and the message is gone.
/// - A subscriber that leaves, or a peer that vanishes, is forgotten.
/// - The last publisher of a topic that is dropped ends the topic's subscribers, once they have
///   received what was published.
pub struct Publisher<T: Carried> {
    topic: Arc<Topic<T>>,
    stream: Stream<T>,
    /// Where memory for messages is found.
    bin: &'static Bin<T>,
    bus: Arc<Alive>,
    /// Messages published.
    published: Arc<Count>,
    /// Locked only where messages go elsewhere than through the stream.
    outgoing: Mutex<Outgoing<T>>,
}

/// How often rings are asked for their readers, who come and go without a sound.
pub(crate) const READERS_LOOK: Duration = Duration::from_millis(2);

/// Why a message was not taken.
enum Untaken<T: Carried> {
    /// There is no room now.
    Full(Received<T>),
    Failed(PublishError),
}

impl<T: Carried> Publisher<T> {
    pub(crate) fn open(bus: &Arc<Alive>, topic: Arc<Topic<T>>) -> Result<Self, OpenError> {
        let published = bus.hub().open_publisher(&*topic, || topic.open_publisher())?;
        Ok(Self::new(bus.clone(), topic, published))
    }

    fn new(bus: Arc<Alive>, topic: Arc<Topic<T>>, published: Arc<Count>) -> Self {
        let stream = topic.stream().clone();
        Self { topic, stream, bin: Bin::of_type(), bus, published, outgoing: Mutex::default() }
    }

    /// Publishes a message. Waits while a route is full, and while a subscriber is, unless the topic's
    /// [`Qos`](crate::Qos) says something else.
    ///
    /// # Errors
    /// The bus was shut down, the message does not keep what its schema holds it to, it is too long
    /// for a route, or the topic is full and says so; then nobody receives it.
    #[inline]
    pub fn publish(&self, message: T) -> Result<(), PublishError> {
        message.validate()?;
        // No memory is taken for what nobody receives.
        if !Received::<T>::BY_VALUE && self.has_nobody() {
            self.count();
            return Ok(());
        }
        self.publish_received(Received::new(message, self.bin))
    }

    /// Publishes a message that is shared already.
    ///
    /// # Errors
    /// As [`publish`](Publisher::publish).
    #[inline]
    pub fn publish_arc(&self, message: Arc<T>) -> Result<(), PublishError> {
        message.validate()?;
        self.publish_received(Received::from_arc(message, Some(self.bin)))
    }

    /// Passes on a message that was received, without a copy.
    ///
    /// # Errors
    /// As [`publish`](Publisher::publish).
    #[inline]
    pub fn forward(&self, message: Received<T>) -> Result<(), PublishError> {
        message.validate()?;
        self.publish_received(message)
    }

    /// Publishes a message that is a frame already, header included. It is checked, and decoded only if
    /// somebody in this process receives it: then once for all.
    ///
    /// # Errors
    /// [`PublishError::Malformed`] if the bytes are not one frame of the type; else as
    /// [`publish`](Publisher::publish).
    pub fn publish_bytes(&self, frame: &[u8]) -> Result<(), PublishError> {
        let Some(fanout) = self.lanes_only()? else {
            return self.publish_received(Received::new(T::from_frame(frame)?, self.bin));
        };
        T::view(frame)?;
        check_room(&fanout.lanes, frame.len())?;
        loan::assert_none();
        // Held, so that frames and messages keep their order.
        let _outgoing = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
        for lane in fanout.lanes.iter().filter(|lane| !lane.passes_over()) {
            // As for messages.
            let _ = lane.send_copy(frame, None);
        }
        self.count();
        Ok(())
    }

    /// Publishes a message if no typed subscriber of this process makes it wait. A route that is full,
    /// and a [`FrameSubscriber`](crate::FrameSubscriber), is waited for all the same.
    ///
    /// # Errors
    /// [`TryPublishError::Full`], with the message, if it would have to wait; else as
    /// [`publish`](Publisher::publish).
    #[inline]
    pub fn try_publish(&self, message: T) -> Result<(), TryPublishError<T>> {
        self.try_received(Received::new(message, self.bin)).map_err(Self::give_back)
    }

    /// What was not taken, as it was given.
    #[inline(never)]
    fn give_back(untaken: TryPublishError<Received<T>>) -> TryPublishError<T> {
        match untaken {
            TryPublishError::Full(message) => TryPublishError::Full(message.into_sole()),
            TryPublishError::Failed(fault) => TryPublishError::Failed(fault),
        }
    }

    /// The same for a message that is shared already.
    ///
    /// # Errors
    /// As [`try_publish`](Publisher::try_publish).
    pub fn try_publish_arc(&self, message: Arc<T>) -> Result<(), TryPublishError<Arc<T>>> {
        self.try_received(Received::from_arc(message, Some(self.bin))).map_err(
            |error| match error {
                TryPublishError::Full(message) => TryPublishError::Full(message.into_arc()),
                TryPublishError::Failed(fault) => TryPublishError::Failed(fault),
            },
        )
    }

    /// Publishes a message; a task waits where [`publish`](Publisher::publish) blocks for a subscriber
    /// of this process. Works in any async runtime. Dropping the future before it is done publishes
    /// nothing.
    ///
    /// # Errors
    /// As [`publish`](Publisher::publish).
    pub async fn publish_async(&self, message: T) -> Result<(), PublishError> {
        message.validate()?;
        let mut waiting = Some(Received::new(message, self.bin));
        std::future::poll_fn(|context| self.poll_send(&mut waiting, context)).await
    }

    /// Waits until at least `count` subscribers take what is published: here, at the other end of
    /// connections, and reading the rings that this process writes.
    ///
    /// One connection counts once however many subscribers are behind it. Of a ring's readers those count that are after
    /// this topic, and those that are after patterns or more than eight topics, whatever these are.
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
            let is_closed = self.topic.is_closed();
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

    /// How many subscribers take what is published, as [`wait_for_subscribers`](Publisher::wait_for_subscribers)
    /// counts them.
    pub fn subscribers(&self) -> usize {
        self.topic.subscribers()
    }

    /// The topic that it publishes on.
    pub fn topic(&self) -> &str {
        &self.topic.info().name
    }

    /// How many messages it has published.
    pub fn published(&self) -> u64 {
        self.published.get()
    }

    /// Whether a message would be gone at once.
    #[inline]
    fn has_nobody(&self) -> bool {
        self.topic.outside() == Outside::NOTHING && !self.stream.has_readers()
    }

    #[inline(always)]
    fn try_received(&self, message: Received<T>) -> Result<(), TryPublishError<Received<T>>> {
        if let Err(fault) = message.validate() {
            return Err(TryPublishError::Failed(fault.into()));
        }
        self.send(message).map_err(|untaken| match untaken {
            Untaken::Full(message) => TryPublishError::Full(message),
            Untaken::Failed(fault) => TryPublishError::Failed(fault),
        })
    }

    /// The ways out, if nobody here receives.
    fn lanes_only(&self) -> Result<Option<Arc<Fanout<T>>>, PublishError> {
        let (_, fanout) = self.topic.fanout().ok_or(PublishError::Closed)?;
        Ok(self.only_leads_out(&fanout).then_some(fanout))
    }

    /// Whether nobody here receives.
    fn only_leads_out(&self, fanout: &Fanout<T>) -> bool {
        let takes = self.stream.has_readers() || self.topic.qos.history > 0;
        !takes && fanout.queues.is_empty()
    }

    #[inline(always)]
    fn publish_received(&self, message: Received<T>) -> Result<(), PublishError> {
        match self.send(message) {
            Ok(()) => Ok(()),
            Err(Untaken::Full(message)) => self.send_later(message),
            Err(Untaken::Failed(fault)) => Err(fault),
        }
    }

    /// Sends the message wherever it goes, or gives it back if a subscriber here has no room.
    #[inline(always)]
    fn send(&self, message: Received<T>) -> Result<(), Untaken<T>> {
        let outside = self.topic.outside();
        if outside != Outside::NOTHING {
            return self.send_outside(outside, message);
        }
        let thread = this_thread();
        self.stream.offer(message, thread).map_err(Untaken::Full)?;
        self.published.add_one(thread);
        Ok(())
    }

    /// Waits for room, unless the topic says that publishing fails.
    #[cold]
    fn send_later(&self, mut message: Received<T>) -> Result<(), PublishError> {
        if self.topic.qos.when_full == WhenFull::Error {
            let (topic, capacity) = (self.topic().to_owned(), self.topic.qos.capacity);
            return Err(PublishError::Full { topic, capacity });
        }
        let mut patience = Patience::new(self.bus.hub().options.waiting, None);
        loop {
            let turn = (!patience.pause()).then(|| self.stream.announce_wait(None));
            match self.send(message) {
                Ok(()) => return Ok(()),
                Err(Untaken::Failed(fault)) => return Err(fault),
                Err(Untaken::Full(back)) => message = back,
            }
            if let Some(turn) = turn {
                self.stream.wait(turn);
                patience = Patience::new(self.bus.hub().options.waiting, None);
            }
        }
    }

    /// Takes a message in, to be sent later.
    #[inline]
    pub(crate) fn wrap(&self, message: T) -> Received<T> {
        Received::new(message, self.bin)
    }

    /// As [`try_publish`](Publisher::try_publish), but the message comes back as it would be sent again. For whoever
    /// has this publisher to himself: its count has one writer then.
    #[inline]
    pub(crate) fn offer(&mut self, message: T) -> Result<(), TryPublishError<Received<T>>> {
        if self.topic.outside() != Outside::NOTHING {
            return self.try_received(self.wrap(message));
        }
        message.validate().map_err(|fault| TryPublishError::Failed(fault.into()))?;
        self.stream.offer(self.wrap(message), this_thread()).map_err(TryPublishError::Full)?;
        self.published.add_own();
        Ok(())
    }

    /// Sends what is in `waiting`, or leaves it there and wakes the task when there is room.
    pub(crate) fn poll_send(
        &self,
        waiting: &mut Option<Received<T>>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), PublishError>> {
        for is_announced in [false, true] {
            let Some(message) = waiting.take() else { return Poll::Ready(Ok(())) };
            match self.send(message) {
                Ok(()) => return Poll::Ready(Ok(())),
                Err(Untaken::Failed(fault)) => return Poll::Ready(Err(fault)),
                Err(Untaken::Full(message)) if self.topic.qos.when_full == WhenFull::Error => {
                    return Poll::Ready(self.send_later(message));
                }
                Err(Untaken::Full(message)) => *waiting = Some(message),
            }
            if !is_announced {
                self.stream.announce_wait(Some(context.waker()));
            }
        }
        Poll::Pending
    }

    /// Sends a message of a topic that has lanes, queues or a history, or whose bus was shut down.
    #[inline(never)]
    fn send_outside(&self, outside: Outside, message: Received<T>) -> Result<(), Untaken<T>> {
        if outside == Outside::CLOSED {
            return Err(Untaken::Failed(PublishError::Closed));
        }
        loan::assert_none();
        let mut outgoing = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
        outgoing.keep_up(&self.topic, outside).map_err(Untaken::Failed)?;
        let len = outgoing.frame_len(&message).map_err(Untaken::Failed)?;
        self.deliver(&outgoing.fanout, message.clone())
            .map_err(|_| Untaken::Full(message.clone()))?;
        self.count();
        if let Some(len) = len {
            outgoing.send_by_lanes(&message, len);
        }
        Ok(())
    }

    /// Hands the message to the subscribers here, if those that may not lose it have room.
    fn deliver(&self, fanout: &Fanout<T>, message: Received<T>) -> Result<(), Received<T>> {
        let history = self.topic.qos.history;
        let past: Option<MutexGuard<'_, _>> = (history > 0).then(|| self.topic.history());
        self.stream.offer(message.clone(), this_thread())?;
        for queue in &fanout.queues {
            // Room is made in the queue of a topic that loses messages; one who is gone gets none.
            let _ = queue.offer(Delivery::Message(message.clone()));
        }
        let Some(mut past) = past else { return Ok(()) };
        let oldest = if past.len() >= history { past.pop_front() } else { None };
        past.push_back(message);
        // Whatever it does when it is dropped, it does without the lock.
        drop(past);
        drop(oldest);
        Ok(())
    }

    #[inline]
    fn count(&self) {
        self.published.add_one(this_thread());
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
