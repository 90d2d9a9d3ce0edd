//! The receiving end of a topic.

mod each;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::bus::Alive;
use crate::carried::Carried;
use crate::error::{OpenError, RecvError, TryRecvError};
use crate::inbox::{Inbox, Run};
use crate::key::write_key;
use crate::received::Received;
use crate::receiver::{Kind, Receiver};
use crate::recycle::Bin;
use crate::selector::Selector;
use crate::start::Start;
use crate::stats::SubscriberStats;
use crate::stream::StreamReader;
use crate::topic::{Topic, TopicName, TopicPort};

/// Receives the messages of one topic, from publishers here and elsewhere.
///
/// - It receives what is published after it was made, and the topic's history before. It may receive in a task, in a blocked thread
///   or by polling, and change between these at any time.
/// - Messages of one publisher come in its order; those of different publishers are merged.
/// - While it does not receive, messages wait for it; when they fill the topic's capacity its publishers
///   wait, unless the topic's [`Qos`](crate::Qos) says something else.
/// - `Ok(None)`: at least one publisher was there, all that were there have closed, and everything
///   they sent was received. A publisher that opens later is received from again.
/// - An error concerns one peer or one frame. What comes after it can be received as before.
pub struct Subscriber<T: Carried> {
    topic: Arc<Topic<T>>,
    receiver: Receiver<Typed<T>>,
}

/// Reads the topic's ring, and decodes frames as messages of type `T`.
struct Typed<T: Carried> {
    /// Where memory for messages is found.
    bin: &'static Bin<T>,
    /// What was published before, and is received first.
    past: VecDeque<Received<T>>,
    /// Nothing where messages of this process come into the inbox.
    reader: Option<StreamReader<T>>,
}

impl<T: Carried> Kind for Typed<T> {
    type Out = Received<T>;

    #[inline]
    fn open(&self, topic: &TopicName, frames: &mut Run) -> Option<Result<Received<T>, RecvError>> {
        let opened = self.open_borrowed(topic, frames.first()?);
        frames.pass();
        Some(opened)
    }

    #[inline]
    fn open_borrowed(&self, topic: &TopicName, bytes: &[u8]) -> Result<Received<T>, RecvError> {
        match T::from_frame(bytes) {
            Ok(message) => Ok(Received::new(message, self.bin)),
            Err(source) => Err(RecvError::decode(topic, source)),
        }
    }

    #[inline]
    fn take_local(&mut self) -> Option<Received<T>> {
        if !self.past.is_empty() {
            return self.past.pop_front();
        }
        self.reader.as_mut()?.take()
    }

    fn has_local(&self) -> bool {
        self.reader.as_ref().is_some_and(StreamReader::has_next)
    }

    fn is_past(&self) -> bool {
        !self.past.is_empty()
    }

    fn announce_local(&self) -> bool {
        self.reader.as_ref().map(StreamReader::announce).is_some()
    }
}

impl<T: Carried> Subscriber<T> {
    pub(crate) fn new(
        bus: &Arc<Alive>,
        topic: Arc<Topic<T>>,
        start: Start,
    ) -> Result<Self, OpenError> {
        bus.hub().check_start(&topic.info().name, start)?;
        let selector = Selector::typed(vec![topic.info().clone()], bus.hub().home());
        let inbox = Inbox::new(topic.qos, write_key::<T>);
        let bin = Bin::of_type();
        let kind = Typed { bin, past: VecDeque::new(), reader: None };
        let mut receiver = Receiver::starting(bus, kind, inbox, selector, start)?;
        let joined = topic.add_subscriber(receiver.inbox())?;
        *receiver.kind_mut() = Typed { bin, past: joined.past, reader: joined.reader };
        Ok(Self { topic, receiver })
    }

    /// The next message; `None` once all publishers have closed. Works in any async runtime.
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    /// As [`RecvError`] says. Receiving can go on.
    pub async fn recv(&mut self) -> Result<Option<Received<T>>, RecvError> {
        std::future::poll_fn(|context| self.poll_recv(context)).await
    }

    /// What [`recv`](Subscriber::recv) polls, for streams written by hand.
    ///
    /// # Errors
    /// As [`recv`](Subscriber::recv).
    pub fn poll_recv(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<Received<T>>, RecvError>> {
        self.receiver.poll_recv(context)
    }

    /// The next message of this process, as long as nothing [may be there](Subscriber::may_have_more) beside them.
    #[inline]
    pub(crate) fn take_near(&mut self) -> Option<Received<T>> {
        self.receiver.take_near()
    }

    #[inline]
    pub(crate) fn may_have_more(&self) -> bool {
        self.receiver.may_have_more()
    }

    /// As [`poll_recv`](Subscriber::poll_recv), for whoever has just looked in vain.
    #[inline]
    pub(crate) fn poll_armed(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<Received<T>>, RecvError>> {
        self.receiver.poll_armed(context)
    }

    /// Blocks the thread until the next message is there; `None` once all publishers have closed.
    ///
    /// # Errors
    /// As [`recv`](Subscriber::recv).
    pub fn recv_blocking(&mut self) -> Result<Option<Received<T>>, RecvError> {
        self.receiver.recv_blocking()
    }

    /// The next message if it is there.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if nothing is there now; else as [`recv`](Subscriber::recv).
    pub fn try_recv(&mut self) -> Result<Option<Received<T>>, TryRecvError> {
        self.receiver.try_recv()
    }

    /// Blocks the thread until the next message is there, at most for `timeout`.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if nothing came in time; else as [`recv`](Subscriber::recv).
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Option<Received<T>>, TryRecvError> {
        self.receiver.recv_until(Instant::now().checked_add(timeout))
    }

    /// Appends the next messages to `into`: waits for one, and takes what else is there, `most` in all;
    /// one where `most` is 0. Gives how many; 0 once all publishers have closed. Works in any async
    /// runtime.
    ///
    /// # Errors
    /// As [`recv`](Subscriber::recv). What was taken before a fault is handed out first.
    pub async fn recv_batch(
        &mut self,
        into: &mut Vec<Received<T>>,
        most: usize,
    ) -> Result<usize, RecvError> {
        let first = self.recv().await?;
        Ok(self.take_batch(first, into, most))
    }

    /// As [`recv_batch`](Subscriber::recv_batch), but blocks the thread.
    ///
    /// ```
    /// # use mycelium::prelude::*;
    /// # #[derive(Message, Debug, PartialEq)]
    /// # #[myc(package = "weather", id = 1)]
    /// # struct Reading { celsius: f64 }
    /// let bus = MessageBus::new();
    /// let mut readings = bus.subscriber::<Reading>()?;
    /// let publisher = bus.publisher::<Reading>()?;
    /// for celsius in [1.0, 2.0, 3.0] {
    ///     publisher.publish(Reading { celsius })?;
    /// }
    /// drop(publisher);
    ///
    /// let mut batch = Vec::new();
    /// while readings.recv_batch_blocking(&mut batch, 2)? > 0 {
    ///     assert!(batch.len() <= 2);
    ///     batch.clear();
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`recv_batch`](Subscriber::recv_batch).
    pub fn recv_batch_blocking(
        &mut self,
        into: &mut Vec<Received<T>>,
        most: usize,
    ) -> Result<usize, RecvError> {
        let first = self.recv_blocking()?;
        Ok(self.take_batch(first, into, most))
    }

    /// Receives by blocking until all publishers have closed. A fault is an item; what comes after it
    /// can be received as before.
    pub fn iter(&mut self) -> Iter<'_, T> {
        Iter { subscriber: self }
    }

    fn take_batch(
        &mut self,
        first: Option<Received<T>>,
        into: &mut Vec<Received<T>>,
        most: usize,
    ) -> usize {
        let before = into.len();
        if let Some(first) = first {
            into.push(first);
            self.receiver.take_more(most.saturating_sub(1), |message| into.push(message));
        }
        into.len() - before
    }

    /// The topic that it receives from.
    pub fn topic(&self) -> &str {
        &self.topic.info().name
    }

    /// What it has received and lost so far.
    pub fn stats(&self) -> SubscriberStats {
        self.receiver.stats()
    }
}

impl<T: Carried> Drop for Subscriber<T> {
    fn drop(&mut self) {
        self.topic.remove_subscriber(self.receiver.inbox());
    }
}

impl<T: Carried> std::fmt::Debug for Subscriber<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Subscriber({} on {})", T::NAME, self.topic())
    }
}

/// The messages of a subscriber, one after the other; see [`Subscriber::iter`].
#[derive(Debug)]
pub struct Iter<'s, T: Carried> {
    subscriber: &'s mut Subscriber<T>,
}

impl<T: Carried> Iterator for Iter<'_, T> {
    type Item = Result<Received<T>, RecvError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.subscriber.recv_blocking().transpose()
    }
}

impl<'s, T: Carried> IntoIterator for &'s mut Subscriber<T> {
    type Item = Result<Received<T>, RecvError>;
    type IntoIter = Iter<'s, T>;

    fn into_iter(self) -> Iter<'s, T> {
        self.iter()
    }
}

/// Ends once all publishers have closed, as [`recv`](Subscriber::recv) does.
impl<T: Carried> futures_core::Stream for Subscriber<T> {
    type Item = Result<Received<T>, RecvError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_recv(context).map(Result::transpose)
    }
}
