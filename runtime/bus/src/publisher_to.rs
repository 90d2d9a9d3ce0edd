//! The sending end of a topic for one service.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::address;
use crate::bus::Alive;
use crate::carried::Carried;
use crate::error::{CLOSED, OpenError, PublishError, WaitError};
use crate::frame_publisher::FramePublisher;
use crate::publisher::READERS_LOOK;
use crate::topic::TopicInfo;

/// Publishes messages of type `T` that only one service receives, wherever it runs.
///
/// Its messages travel on a topic of their own, `TOPIC@SERVICE`. The subscribers of `T` on the bus of
/// that service take them together with what is published for all, each publisher's in its order.
/// Services of one node share a bus, so they share these messages too. Every message is encoded, also
/// for a service of this process.
///
/// What is promised for `TOPIC` holds for them as well. A route or a subscriber that is full is waited
/// for, unless the topic's [`Qos`](crate::Qos) says something else.
///
/// ```
/// use mycelium::prelude::*;
///
/// #[derive(Message, Debug, PartialEq)]
/// #[myc(package = "market", id = 7)]
/// struct Cancel { order: u64 }
///
/// let bus = MessageBus::new(); // with no topology every service is here
/// let mut cancels = bus.subscriber::<Cancel>()?;
/// let to_execution = bus.publisher_to::<Cancel>("execution")?;
/// to_execution.publish(&Cancel { order: 7 })?;
/// assert_eq!(cancels.recv_blocking()?.unwrap().order, 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PublisherTo<T: Carried> {
    frames: FramePublisher,
    bus: Arc<Alive>,
    /// Where messages are encoded; held while one goes out.
    scratch: Mutex<Vec<u8>>,
    message: PhantomData<fn(T)>,
}

impl<T: Carried> PublisherTo<T> {
    pub(crate) fn open(bus: &Arc<Alive>, topic: &str, service: &str) -> Result<Self, OpenError> {
        bus.hub().check_service(service)?;
        let info = TopicInfo::of::<T>(address::join(topic, service).into());
        let frames = FramePublisher::of(bus, info)?;
        Ok(Self { frames, bus: bus.clone(), scratch: Mutex::default(), message: PhantomData })
    }

    /// Publishes a message for the service. Waits while a route is full, and while a subscriber is,
    /// unless the topic's [`Qos`](crate::Qos) says something else.
    ///
    /// # Errors
    /// The bus was shut down, the message does not keep what its schema holds it to, it is too long for a
    /// route, or one is full and the topic's [`Qos`](crate::Qos) says that this is an error.
    pub fn publish(&self, message: &T) -> Result<(), PublishError> {
        message.validate()?;
        let len = message.frame_len()?;
        let mut scratch = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        scratch.resize(len, 0);
        message.encode_frame(0, 0, &mut scratch);
        self.frames.publish(&scratch)
    }

    /// Waits until at least `count` subscribers take what is published: here, at the other end of
    /// connections, and reading the rings that this process writes.
    ///
    /// # Errors
    /// They did not come in time, or the bus was shut down before they did. The error says what is
    /// known to stand in the way.
    pub fn wait_for_subscribers(&self, count: usize, timeout: Duration) -> Result<(), WaitError> {
        let started = Instant::now();
        loop {
            let (found, waited) = (self.subscribers(), started.elapsed());
            if found >= count {
                return Ok(());
            }
            let is_closed = self.bus.hub().is_closed();
            if is_closed || waited >= timeout {
                let (topic, mut faults) = (self.topic().to_owned(), self.bus.hub().faults());
                faults.extend(is_closed.then(|| CLOSED.to_owned()));
                return Err(WaitError { topic, wanted: count, found, waited, faults });
            }
            std::thread::sleep(READERS_LOOK.min(timeout - waited));
        }
    }

    /// The name that its messages travel under, `TOPIC@SERVICE`.
    pub fn topic(&self) -> &str {
        self.frames.topic()
    }

    /// How many messages it has published.
    pub fn published(&self) -> u64 {
        self.frames.published()
    }

    /// How many subscribers take what it publishes: here and, as far as their routes tell, elsewhere.
    pub fn subscribers(&self) -> usize {
        self.frames.subscribers()
    }
}

impl<T: Carried> fmt::Debug for PublisherTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublisherTo({})", self.topic())
    }
}
