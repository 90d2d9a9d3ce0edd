//! The bus: where publishers and subscribers come from.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use mycelium_wire::Digest;

use crate::carried::Carried;
use crate::error::OpenError;
use crate::frame_publisher::FramePublisher;
use crate::frame_type::FrameType;
use crate::frames::FrameSubscriber;
use crate::hub::Hub;
use crate::options::Options;
use crate::publisher::Publisher;
use crate::publisher_to::PublisherTo;
use crate::route::{self, Routes};
use crate::start::Start;
use crate::stats::BusStats;
use crate::subscriber::Subscriber;
use crate::topology::TopologyError;
use crate::transport::guest::Guest;
use crate::views::ViewSubscriber;
use crate::waiting;

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
        let hub = Hub::new("local".to_owned(), options);
        Self { alive: Arc::new(Alive::new(hub, Routes::default())) }
    }

    /// The bus of the node that holds `service`, with the routes that the topology file gives it.
    ///
    /// The services of a node share one bus: while it lives, asking for it again gives another handle
    /// of it.
    ///
    /// # Errors
    /// The file cannot be read or does not hold together, it does not hold the service, or the
    /// machine refuses an endpoint.
    pub fn from_topology(path: impl AsRef<Path>, service: &str) -> Result<Self, TopologyError> {
        Self::from_topology_with(path, service, Options::default())
    }

    /// As [`from_topology`](MessageBus::from_topology), with other limits than the usual ones. They hold
    /// for a bus that is made now; one that the node has open already keeps its own.
    ///
    /// # Errors
    /// As [`from_topology`](MessageBus::from_topology).
    pub fn from_topology_with(
        path: impl AsRef<Path>,
        service: &str,
        options: Options,
    ) -> Result<Self, TopologyError> {
        route::open(path.as_ref(), service, options).map(|alive| Self { alive })
    }

    /// A publisher on the topic of the type.
    ///
    /// # Errors
    /// The bus was shut down, or the topic carries another type in this process.
    pub fn publisher<T: Carried>(&self) -> Result<Publisher<T>, OpenError> {
        self.publisher_on(T::TOPIC)
    }

    /// A publisher on another topic than the type's own.
    ///
    /// # Errors
    /// As [`publisher`](MessageBus::publisher).
    pub fn publisher_on<T: Carried>(&self, topic: &str) -> Result<Publisher<T>, OpenError> {
        Publisher::open(&self.alive, self.alive.hub().topic(topic)?)
    }

    /// A publisher on the topic of the type whose messages only one service receives: the subscribers of
    /// the type on that service's bus, in this process or elsewhere.
    ///
    /// # Errors
    /// As [`publisher`](MessageBus::publisher), and where the topology holds no such service.
    pub fn publisher_to<T: Carried>(&self, service: &str) -> Result<PublisherTo<T>, OpenError> {
        PublisherTo::open(&self.alive, T::TOPIC, service)
    }

    /// A subscriber to the topic of the type.
    ///
    /// # Errors
    /// The bus was shut down, or the topic carries another type in this process.
    pub fn subscriber<T: Carried>(&self) -> Result<Subscriber<T>, OpenError> {
        self.subscriber_on(T::TOPIC)
    }

    /// A subscriber to another topic than the type's own.
    ///
    /// # Errors
    /// As [`subscriber`](MessageBus::subscriber).
    pub fn subscriber_on<T: Carried>(&self, topic: &str) -> Result<Subscriber<T>, OpenError> {
        Subscriber::new(&self.alive, self.alive.hub().topic(topic)?, Start::Newest)
    }

    /// A subscriber to the topic of the type that begins elsewhere than at the newest message: in what a server
    /// keeps of a durable topic.
    ///
    /// # Errors
    /// As [`subscriber`](MessageBus::subscriber), and where the topology does not say that the topic is durable.
    pub fn subscriber_from<T: Carried>(&self, start: Start) -> Result<Subscriber<T>, OpenError> {
        self.subscriber_on_from(T::TOPIC, start)
    }

    /// The same of another topic than the type's own.
    ///
    /// # Errors
    /// As [`subscriber_from`](MessageBus::subscriber_from).
    pub fn subscriber_on_from<T: Carried>(
        &self,
        topic: &str,
        start: Start,
    ) -> Result<Subscriber<T>, OpenError> {
        Subscriber::new(&self.alive, self.alive.hub().topic(topic)?, start)
    }

    /// A subscriber to the topic of the type that is shown its messages where they lie; it hands out what `look` makes
    /// of them.
    ///
    /// # Errors
    /// The bus was shut down.
    pub fn views<T: Carried, R: Send + 'static>(
        &self,
        look: impl FnMut(T::View<'_>) -> R + Send + 'static,
    ) -> Result<ViewSubscriber<R>, OpenError> {
        self.views_on::<T, R>(T::TOPIC, look)
    }

    /// The same of another topic than the type's own.
    ///
    /// # Errors
    /// As [`views`](MessageBus::views).
    pub fn views_on<T: Carried, R: Send + 'static>(
        &self,
        topic: &str,
        look: impl FnMut(T::View<'_>) -> R + Send + 'static,
    ) -> Result<ViewSubscriber<R>, OpenError> {
        ViewSubscriber::new::<T>(&self.alive, topic, look)
    }

    /// A publisher of raw frames, of a type that is known by its id and digest.
    ///
    /// # Errors
    /// The bus was shut down, or the topic carries another type in this process.
    pub fn frame_publisher(
        &self,
        topic: &str,
        type_id: u16,
        digest: Digest,
    ) -> Result<FramePublisher, OpenError> {
        self.frame_publisher_of(&FrameType::new(topic, type_id, digest))
    }

    /// As [`frame_publisher`](MessageBus::frame_publisher), where more is known of the type.
    ///
    /// # Errors
    /// As [`frame_publisher`](MessageBus::frame_publisher).
    pub fn frame_publisher_of(&self, of: &FrameType) -> Result<FramePublisher, OpenError> {
        FramePublisher::of(&self.alive, of.info())
    }

    /// A subscriber to the raw frames of several topics, each a name or a pattern: `*` stands for any run
    /// of characters but `.`, and `>` at the end for all that follows. So `market.*` takes
    /// `market.trades`, and `market.>` also `market.eu.trades`.
    ///
    /// # Errors
    /// The bus was shut down.
    pub fn frames(&self, topics: &[&str]) -> Result<FrameSubscriber, OpenError> {
        FrameSubscriber::to_patterns(&self.alive, topics)
    }

    /// A subscriber to the frames of certain types, each on its topic, as one stream: for a program that
    /// decodes them in another language. It is to its publishers what a [`Subscriber`] is: a peer is asked for
    /// these types, and one that has another version of one is a
    /// [`RecvError::DigestMismatch`](crate::RecvError::DigestMismatch).
    ///
    /// `capacity` messages wait for it, or as many as the topology or the [`Options`] say of the topic. What
    /// happens then is what they say of it, too; nothing is lost where it takes several topics of which they
    /// say different things. As the keys of the types are not known, what they say to conflate loses the oldest
    /// message.
    ///
    /// # Errors
    /// The bus was shut down.
    pub fn frames_of(
        &self,
        types: &[FrameType],
        capacity: usize,
    ) -> Result<FrameSubscriber, OpenError> {
        FrameSubscriber::to_types(&self.alive, types, capacity)
    }

    /// Whether it was [shut down](MessageBus::shutdown), by any of its handles.
    pub fn is_shut_down(&self) -> bool {
        self.alive.hub().is_closed()
    }

    /// Whether both are handles of one bus.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.alive, &other.alive)
    }

    pub(crate) fn hub(&self) -> &Arc<Hub> {
        self.alive.hub()
    }

    /// Runs a future on this thread until it is done. While it waits, the thread serves the bus's sockets.
    ///
    /// A task of a runtime is woken, for what came over a socket, by the bus's own thread, which the kernel has woken. Here
    /// the kernel wakes the one that runs the future, as it does with threads that block for a message.
    ///
    /// Any future will do that needs no particular runtime, as those of the bus need none. One that needs tokio's timers
    /// or sockets belongs in a runtime of tokio; from within such a one this function serves no sockets.
    ///
    /// ```
    /// # use mycelium::prelude::*;
    /// # #[derive(Message, Clone, PartialEq, Debug)]
    /// # #[myc(package = "doc", id = 1)]
    /// # struct Trade { price: f64 }
    /// let bus = MessageBus::new();
    /// let mut trades = bus.subscriber::<Trade>()?;
    /// bus.publisher()?.publish(Trade { price: 100.5 })?;
    /// let trade = bus.block_on(async { trades.recv().await })?;
    /// assert_eq!(trade.map(|trade| trade.price), Some(100.5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        let driver = self.hub().driver().filter(|_| Guest::is_welcome());
        let driven = driver.cloned().and_then(|driver| Guest::new(driver).run(future.as_mut()));
        driven.unwrap_or_else(|| waiting::block_on(future))
    }

    /// Counts of everything that went through the bus so far.
    pub fn stats(&self) -> BusStats {
        self.alive.hub().stats()
    }

    /// Sets the metrics of the bus, for the recorder that the program has installed, to what was counted
    /// so far: `mycelium_published`, `mycelium_lost`, `mycelium_conflated`, `mycelium_waiting`,
    /// `mycelium_publishers` and `mycelium_subscribers` by topic; `mycelium_route_sent`,
    /// `mycelium_route_received`, `mycelium_route_lost`, `mycelium_route_dropped` and
    /// `mycelium_route_conflated` by route and topic; `mycelium_faults`. To be
    /// called as often as they are read: before each answer to a scraper, for instance.
    #[cfg(feature = "metrics")]
    pub fn record_metrics(&self) {
        crate::metrics::record(&self.stats());
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
    /// What is left to be closed; nothing once the bus has left.
    routes: Mutex<Option<Routes>>,
}

impl Alive {
    pub(crate) fn new(hub: Arc<Hub>, routes: Routes) -> Self {
        Self { hub, routes: Mutex::new(Some(routes)) }
    }

    pub(crate) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    fn leave(&self) {
        #[cfg(feature = "tracing")]
        let _span = tracing::info_span!("mycelium::leave", node = %self.hub.node).entered();
        // Held until all is closed, so that whoever leaves second finds it closed.
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        self.hub.close();
        if let Some(routes) = routes.take() {
            routes.close();
        }
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
