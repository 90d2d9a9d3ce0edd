//! The bus: where publishers and subscribers come from.

use std::sync::Arc;

use mycelium_wire::Message;

use crate::error::OpenError;
use crate::frames::FrameSubscriber;
use crate::hub::Hub;
use crate::options::Options;
use crate::publisher::Publisher;
use crate::stats::BusStats;
use crate::subscriber::Subscriber;

/// Carries messages between services: within this process by `Arc`, and beyond it over whatever the
/// topology says.
///
/// A clone is another handle of the same bus. The bus lives as long as one of its handles,
/// publishers or subscribers does; then it leaves in order, as by [`shutdown`](MessageBus::shutdown).
#[derive(Clone)]
pub struct MessageBus {
    alive: Arc<Alive>,
}

impl MessageBus {
    /// A bus within this process.
    pub fn new() -> Self {
        Self::with_options(Options::default())
    }

    /// A bus within this process, with other limits than the usual ones.
    pub fn with_options(options: Options) -> Self {
        Self { alive: Arc::new(Alive { hub: Hub::new("local".to_owned(), options) }) }
    }

    /// A publisher on the topic of the type.
    ///
    /// # Errors
    /// The bus was shut down, or the topic carries another type in this process.
    pub fn publisher<T: Message + Send + Sync + 'static>(&self) -> Result<Publisher<T>, OpenError> {
        self.publisher_on(T::TOPIC)
    }

    /// A publisher on another topic than the type's own.
    ///
    /// # Errors
    /// As [`publisher`](MessageBus::publisher).
    pub fn publisher_on<T: Message + Send + Sync + 'static>(
        &self,
        topic: &str,
    ) -> Result<Publisher<T>, OpenError> {
        Publisher::open(&self.alive, self.alive.hub().topic(topic)?)
    }

    /// A subscriber to the topic of the type.
    ///
    /// # Errors
    /// The bus was shut down, or the topic carries another type in this process.
    pub fn subscriber<T: Message + Send + Sync + 'static>(
        &self,
    ) -> Result<Subscriber<T>, OpenError> {
        self.subscriber_on(T::TOPIC)
    }

    /// A subscriber to another topic than the type's own.
    ///
    /// # Errors
    /// As [`subscriber`](MessageBus::subscriber).
    pub fn subscriber_on<T: Message + Send + Sync + 'static>(
        &self,
        topic: &str,
    ) -> Result<Subscriber<T>, OpenError> {
        Subscriber::new(&self.alive, self.alive.hub().topic(topic)?)
    }

    /// A subscriber to the raw frames of several topics; `*` in a name stands for anything.
    ///
    /// # Errors
    /// The bus was shut down.
    pub fn frames(&self, topics: &[&str]) -> Result<FrameSubscriber, OpenError> {
        FrameSubscriber::new(&self.alive, topics)
    }

    /// Counts of everything that went through the bus so far.
    pub fn stats(&self) -> BusStats {
        self.alive.hub().stats()
    }

    /// Leaves in order, for every handle, publisher and subscriber of the bus: publishing is refused,
    /// peers receive what was published and a goodbye, rings and sockets are removed. Subscribers
    /// here still receive what has reached them, then end.
    ///
    /// Blocks until live peers have taken what was published, at most for
    /// [`Options::shutdown_timeout`].
    pub fn shutdown(&self) {
        self.alive.leave();
    }
}

/// While one of these lives, the bus does.
pub(crate) struct Alive {
    hub: Arc<Hub>,
}

impl Alive {
    pub(crate) fn hub(&self) -> &Hub {
        &self.hub
    }

    fn leave(&self) {
        self.hub.close();
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Default for MessageBus {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for MessageBus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MessageBus({})", self.alive.hub().node)
    }
}
