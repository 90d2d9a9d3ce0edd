//! Messages that are looked at where they lie.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use mycelium_wire::DecodeError;

use crate::bus::Alive;
use crate::carried::Carried;
use crate::error::{OpenError, RecvError, TryRecvError};
use crate::inbox::{Inbox, Run};
use crate::qos::WhenFull;
use crate::receiver::{Kind, Receiver};
use crate::selector::Selector;
use crate::stats::SubscriberStats;
use crate::topic::{TopicInfo, TopicName};
use crate::transport::{LinkId, TapLink};

/// Receives what a function makes of each message of a topic, which it is shown where the message lies: in the ring of
/// the process that published it, or in the buffer that it came in. Nothing is decoded and nothing copied that the
/// function does not ask for.
///
/// It behaves as a [`Subscriber`](crate::Subscriber) does. Messages that are published as values in this process are
/// encoded for it; what the topic says to conflate loses the oldest message.
///
/// ```
/// use mycelium::{Message, MessageBus};
///
/// #[derive(Message, Clone, Debug)]
/// #[myc(package = "camera", id = 1)]
/// struct Image {
///     number: u64,
///     pixels: [u8; 64],
/// }
///
/// let bus = MessageBus::new();
/// let images = bus.publisher::<Image>()?;
/// let mut brightest = bus.views::<Image, _>(|image| image.pixels().iter().max())?;
/// images.publish(Image { number: 1, pixels: [7; 64] })?;
/// assert_eq!(brightest.try_recv()?, Some(Some(7)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ViewSubscriber<R: Send + 'static> {
    receiver: Receiver<Looking<R>>,
    tap: LinkId,
}

/// Shows frames to the function.
struct Looking<R> {
    look: RefCell<Look<R>>,
}

type Look<R> = Box<dyn FnMut(&[u8]) -> Result<R, DecodeError> + Send>;

impl<R: Send + 'static> Kind for Looking<R> {
    type Out = R;

    fn open(&self, topic: &TopicName, frames: &mut Run) -> Option<Result<R, RecvError>> {
        let opened = self.open_borrowed(topic, frames.first()?);
        frames.pass();
        Some(opened)
    }

    #[inline]
    fn open_borrowed(&self, topic: &TopicName, bytes: &[u8]) -> Result<R, RecvError> {
        let look = &mut *self.look.borrow_mut();
        look(bytes).map_err(|source| RecvError::decode(topic, source))
    }
}

impl<R: Send + 'static> ViewSubscriber<R> {
    pub(crate) fn new<T: Carried>(
        bus: &Arc<Alive>,
        topic: &str,
        mut look: impl FnMut(T::View<'_>) -> R + Send + 'static,
    ) -> Result<Self, OpenError> {
        let selector = Selector::typed(vec![TopicInfo::of::<T>(topic.into())], bus.hub().home());
        let said = bus.hub().options.qos_of(topic);
        let qos = match said.when_full {
            WhenFull::Conflate => said.when_full(WhenFull::DropOldest),
            _ => said,
        };
        let look: Look<R> = Box::new(move |bytes| T::view(bytes).map(&mut look));
        let kind = Looking { look: RefCell::new(look) };
        let inbox = Inbox::new(qos, |_, _, _| {});
        let receiver = Receiver::new(bus, kind, inbox, selector.clone())?;
        let tap = TapLink::new(selector, receiver.inbox().clone());
        let id = LinkId::clone(&tap.id);
        bus.hub().add_link(tap)?;
        Ok(Self { receiver, tap: id })
    }

    /// What the function makes of the next message; `None` once all publishers have closed. Works in any async
    /// runtime.
    ///
    /// # Errors
    /// As [`RecvError`] says. Receiving can go on.
    pub async fn recv(&mut self) -> Result<Option<R>, RecvError> {
        std::future::poll_fn(|context| self.poll_recv(context)).await
    }

    /// What [`recv`](ViewSubscriber::recv) polls.
    ///
    /// # Errors
    /// As [`recv`](ViewSubscriber::recv).
    pub fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<R>, RecvError>> {
        self.receiver.poll_recv(context)
    }

    /// Blocks the thread until the next message is there; `None` once all publishers have closed.
    ///
    /// # Errors
    /// As [`recv`](ViewSubscriber::recv).
    pub fn recv_blocking(&mut self) -> Result<Option<R>, RecvError> {
        self.receiver.recv_blocking()
    }

    /// Looks at the next message if it is there.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if nothing is there now; else as [`recv`](ViewSubscriber::recv).
    pub fn try_recv(&mut self) -> Result<Option<R>, TryRecvError> {
        self.receiver.try_recv()
    }

    /// Blocks the thread until the next message is there, at most for `timeout`.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if nothing came in time; else as [`recv`](ViewSubscriber::recv).
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Option<R>, TryRecvError> {
        self.receiver.recv_until(Instant::now().checked_add(timeout))
    }

    /// What it has received and lost so far.
    pub fn stats(&self) -> SubscriberStats {
        self.receiver.stats()
    }
}

impl<R: Send + 'static> Drop for ViewSubscriber<R> {
    fn drop(&mut self) {
        self.receiver.bus().hub().remove_link(self.tap, "");
    }
}

impl<R: Send + 'static> fmt::Debug for ViewSubscriber<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ViewSubscriber")
    }
}
