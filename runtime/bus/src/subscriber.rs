//! The receiving end of a topic.

use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::bus::Alive;
use crate::carried::Carried;
use crate::error::{OpenError, RecvError, TryRecvError};
use crate::receiver::{Kind, Receiver};
use crate::selector::Selector;
use crate::stats::SubscriberStats;
use crate::topic::{Topic, TopicName, TopicPort};

/// Receives the messages of one topic, from publishers here and elsewhere.
///
/// - It receives what is published after it was made. It may receive in a task, in a blocked thread
///   or by polling, and change between these at any time.
/// - Messages of one publisher come in its order; those of different publishers are merged.
/// - While it does not receive, its queue fills; then its publishers wait.
/// - `Ok(None)`: at least one publisher was there, all that were there have closed, and everything
///   they sent was received. A publisher that opens later is received from again.
/// - An error concerns one peer or one frame. What comes after it can be received as before.
pub struct Subscriber<T: Carried> {
    topic: Arc<Topic<T>>,
    receiver: Receiver<Typed<T>>,
}

/// Decodes frames as messages of type `T`.
struct Typed<T>(PhantomData<fn() -> T>);

impl<T: Carried> Kind for Typed<T> {
    type Out = Arc<T>;

    #[inline]
    fn open(&self, topic: &TopicName, bytes: Bytes) -> Result<Arc<T>, RecvError> {
        self.open_borrowed(topic, &bytes)
    }

    #[inline]
    fn open_borrowed(&self, topic: &TopicName, bytes: &[u8]) -> Result<Arc<T>, RecvError> {
        match T::from_frame(bytes) {
            Ok(message) => Ok(Arc::new(message)),
            Err(source) => Err(RecvError::decode(topic, source)),
        }
    }
}

impl<T: Carried> Subscriber<T> {
    pub(crate) fn new(bus: &Arc<Alive>, topic: Arc<Topic<T>>) -> Result<Self, OpenError> {
        let selector = Selector::Typed(topic.info().clone());
        let receiver = Receiver::new(bus, Typed(PhantomData), selector)?;
        topic.add_inbox(receiver.inbox().clone());
        Ok(Self { topic, receiver })
    }

    /// The next message; `None` once all publishers have closed. Works in any async runtime.
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    /// As [`RecvError`] says. Receiving can go on.
    pub async fn recv(&mut self) -> Result<Option<Arc<T>>, RecvError> {
        std::future::poll_fn(|context| self.poll_recv(context)).await
    }

    /// What [`recv`](Subscriber::recv) polls, for streams written by hand.
    ///
    /// # Errors
    /// As [`recv`](Subscriber::recv).
    pub fn poll_recv(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<Arc<T>>, RecvError>> {
        self.receiver.poll_recv(context)
    }

    /// Blocks the thread until the next message is there; `None` once all publishers have closed.
    ///
    /// # Errors
    /// As [`recv`](Subscriber::recv).
    pub fn recv_blocking(&mut self) -> Result<Option<Arc<T>>, RecvError> {
        self.receiver.recv_blocking()
    }

    /// The next message if it is there.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if nothing is there now; else as [`recv`](Subscriber::recv).
    pub fn try_recv(&mut self) -> Result<Option<Arc<T>>, TryRecvError> {
        self.receiver.try_recv()
    }

    /// Blocks the thread until the next message is there, at most for `timeout`.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if nothing came in time; else as [`recv`](Subscriber::recv).
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Option<Arc<T>>, TryRecvError> {
        self.receiver.recv_until(Instant::now().checked_add(timeout))
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
        self.topic.remove_inbox(self.receiver.inbox());
    }
}

impl<T: Carried> std::fmt::Debug for Subscriber<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Subscriber({} on {})", T::NAME, self.topic())
    }
}
