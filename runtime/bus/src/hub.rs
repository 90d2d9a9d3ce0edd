//! Who publishes, who subscribes and which links there are, in one process.
//!
//! Nothing here is touched by a message. The hub brings together what appears and disappears:
//! a topic that gets its first publisher is offered to every link; a link that appears, or learns
//! that its peer wants more, is offered every topic; a subscriber that appears is shown to every
//! link, so that it is asked for at the other end.
//!
//! # Where transports plug in
//!
//! A transport knows four things of the bus, and the bus nothing of a transport:
//!
//! - *out*: it is a [`Link`], which the hub offers every topic that has publishers
//!   ([`Hub::add_link`], [`Hub::offer`], [`Hub::remove_link`]), and answers with a [`Lane`] through its
//!   `FrameSink`, or with nothing;
//! - *in, pushed* as by sockets: it asks the hub who receives ([`Hub::receivers`],
//!   [`Hub::watch_receivers`]), judges by [`Selector`], and puts frames, faults and the coming
//!   and going of publishers into each [`FrameInbox`];
//! - *in, pulled* as from rings: subscribers have a `RingSources`, which makes messages of frames by
//!   `Kind` where they lie, and rings the inbox's bell when there may be something;
//! - *beside*: [`Hub::counters`] and [`Hub::note`], for what was counted and what stands in the way.
//!
//! Messages between threads of this process pass none of it.
//!
//! Locks: the hub's own first, then a topic's, then a sink's. Nobody waits for a peer while holding
//! the hub's lock; therefore lanes are closed after it is released.

use std::any::Any;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::address::Home;
use crate::carried::Carried;
use crate::error::OpenError;
use crate::inbox::FrameInbox;
use crate::loan;
use crate::options::Options;
use crate::selector::Selector;
use crate::start::Start;
use crate::stats::{BusStats, RouteCounters};
use crate::topic::{Topic, TopicInfo, TopicName, TopicPort};
use crate::transport::driver::Driver;
use crate::transport::{Lane, Link, LinkId, RingWatch};

/// The meeting point of one bus.
pub(crate) struct Hub {
    /// Name of this node, for peers.
    pub(crate) node: String,
    pub(crate) options: Options,
    /// Whose messages subscribers here take.
    home: Home,
    /// All services that there are, by a topology.
    services: Vec<String>,
    plane: Mutex<Plane>,
    /// Raised with every change of the receivers; connections watch it.
    receivers_changed: watch::Sender<u64>,
    counters: Mutex<BTreeMap<(String, String), Arc<RouteCounters>>>,
    /// Looks after the rings that this node reads, if it reads any.
    ring_watch: OnceLock<Arc<RingWatch>>,
    /// Drives what talks over sockets, if anything does.
    driver: OnceLock<Arc<Driver>>,
    /// By route and topic, what was received before the connection was lost.
    progress: Mutex<HashMap<String, Vec<(TopicName, Progress)>>>,
    /// When the bus was shut down.
    closed_at: OnceLock<Instant>,
    /// By route, what stands in its way.
    faults: Mutex<BTreeMap<String, String>>,
}

/// What changes together.
struct Plane {
    topics: HashMap<TopicName, Arc<dyn TopicPort>>,
    /// Publishers of raw frames, each a topic by itself.
    raw: Vec<Arc<dyn TopicPort>>,
    links: Vec<Arc<dyn Link>>,
    receivers: Vec<Arc<Receiving>>,
    closed: bool,
}

/// Most streams of one route whose progress is kept: as many as a peer may have channels.
const MOST_STREAMS: usize = 4096;

/// How much was received of a stream over a connection that was lost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    pub(crate) stream: u64,
    pub(crate) received: u64,
}

/// A subscriber as links see it.
pub(crate) struct Receiving {
    pub(crate) selector: Selector,
    /// Where it begins in what a server keeps.
    #[cfg_attr(not(feature = "nats"), expect(dead_code, reason = "nobody keeps anything"))]
    pub(crate) start: Start,
    pub(crate) inbox: Arc<dyn FrameInbox>,
}

impl Hub {
    /// The hub of a bus without a topology.
    pub(crate) fn new(node: String, options: Options) -> Arc<Self> {
        Self::of_topology(node, Home::All, Vec::new(), options)
    }

    /// The hub of a node: its own services, and all that there are.
    pub(crate) fn of_topology(
        node: String,
        home: Home,
        services: Vec<String>,
        options: Options,
    ) -> Arc<Self> {
        let plane = Plane {
            topics: HashMap::new(),
            raw: Vec::new(),
            links: Vec::new(),
            receivers: Vec::new(),
            closed: false,
        };
        Arc::new(Self {
            node,
            options,
            home,
            services,
            plane: Mutex::new(plane),
            receivers_changed: watch::Sender::new(0),
            counters: Mutex::default(),
            progress: Mutex::default(),
            ring_watch: OnceLock::new(),
            driver: OnceLock::new(),
            closed_at: OnceLock::new(),
            faults: Mutex::default(),
        })
    }

    /// Whose messages subscribers here take.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// Refuses a service that the topology does not hold.
    pub(crate) fn check_service(&self, service: &str) -> Result<(), OpenError> {
        if self.home.holds(service) || self.services.iter().any(|known| known == service) {
            return Ok(());
        }
        let (service, known) = (service.to_owned(), self.services.clone());
        Err(OpenError::UnknownService { service, known })
    }

    /// Refuses to begin a topic anywhere but at its newest message where nobody keeps it.
    pub(crate) fn check_start(&self, topic: &str, start: Start) -> Result<(), OpenError> {
        if start == Start::Newest || self.options.keep_of(topic).is_some() {
            return Ok(());
        }
        Err(OpenError::NotKept { topic: topic.to_owned() })
    }

    /// The topic of that name, which carries `T`.
    pub(crate) fn topic<T: Carried>(&self, name: &str) -> Result<Arc<Topic<T>>, OpenError> {
        let mut plane = self.plane();
        if plane.closed {
            return Err(OpenError::Closed);
        }
        if let Some(port) = plane.topics.get(name) {
            let theirs = port.info().message;
            let any: Arc<dyn Any + Send + Sync> = port.clone();
            let other = |_| OpenError::OtherType { topic: name.into(), ours: T::NAME, theirs };
            return any.downcast().map_err(other);
        }
        let known = plane.raw.iter().find(|port| *port.info().name == *name);
        let ours = TopicInfo::of::<T>(name.into());
        if let Some(port) = known.filter(|port| !ours.reads(&port.info().digest)) {
            let (ours, theirs) = (T::DIGEST, port.info().digest);
            return Err(OpenError::OtherDigest { topic: name.into(), ours, theirs });
        }
        let topic = Arc::new(Topic::<T>::new(name.into(), self.options.qos_of(name)));
        plane.topics.insert(name.into(), topic.clone());
        Ok(topic)
    }

    /// Opens a publisher; offers the topic to every link if it is the first.
    pub(crate) fn open_publisher<R>(
        &self,
        topic: &dyn TopicPort,
        open: impl FnOnce() -> R,
    ) -> Result<R, OpenError> {
        loan::assert_none();
        let mut plane = self.plane();
        if plane.closed {
            return Err(OpenError::Closed);
        }
        if !topic.has_publishers() {
            plane = connect_all(plane, topic)?;
        }
        let opened = open();
        drop(plane);
        Ok(opened)
    }

    /// Closes a publisher; closes the topic's lanes if it was the last, as `close` says.
    pub(crate) fn close_publisher(&self, topic: &dyn TopicPort, close: impl FnOnce() -> bool) {
        let plane = self.plane();
        let lanes = if close() { topic.take_lanes(&|_| true) } else { Vec::new() };
        close_lanes(lanes, plane);
    }

    /// Adds a publisher of raw frames, and offers it to every link.
    pub(crate) fn open_raw(&self, port: Arc<dyn TopicPort>) -> Result<(), OpenError> {
        loan::assert_none();
        let plane = self.plane();
        if plane.closed {
            return Err(OpenError::Closed);
        }
        let (name, ours) = (&port.info().name, port.info().digest);
        let known = plane
            .topics
            .get(name)
            .or_else(|| plane.raw.iter().find(|known| known.info().name == *name));
        if let Some(known) = known.filter(|known| !known.info().reads(&ours)) {
            let theirs = known.info().digest;
            return Err(OpenError::OtherDigest { topic: name.to_string(), ours, theirs });
        }
        connect_all(plane, &*port)?.raw.push(port);
        Ok(())
    }

    /// Removes a publisher of raw frames, and closes its lanes.
    pub(crate) fn close_raw(&self, port: &Arc<dyn TopicPort>) {
        let mut plane = self.plane();
        plane.raw.retain(|known| !Arc::ptr_eq(known, port));
        close_lanes(port.take_lanes(&|_| true), plane);
    }

    /// Adds a link and offers it every topic that has publishers.
    pub(crate) fn add_link(&self, link: Arc<dyn Link>) -> Result<(), OpenError> {
        loan::assert_none();
        let mut plane = self.plane();
        if plane.closed {
            return Err(OpenError::Closed);
        }
        plane.links.push(link.clone());
        offer(&*link, plane.ports())
    }

    /// Offers a link some topics again: its peer wants more than before.
    pub(crate) fn offer(
        &self,
        link: &dyn Link,
        fits: impl Fn(&str) -> bool,
    ) -> Result<(), OpenError> {
        offer(link, self.plane().ports().filter(|port| fits(&port.info().name)))
    }

    /// Removes a link whose other side is gone for good, with its lanes and those that earlier links by its route
    /// left when they were lost. Others who talk by that route, in whoever's name, keep theirs. A link that is
    /// not found again has no route.
    pub(crate) fn remove_link(&self, link: LinkId, route: &str) {
        let mut plane = self.plane();
        plane.links.retain(|known| known.id() != link);
        let is_lost = |lane: &Lane| plane.links.iter().all(|known| known.id() != lane.link);
        for topic in plane.ports() {
            topic.take_lanes(&|lane| lane.link == link || lane.leads_to(route) && is_lost(lane));
        }
        drop(plane);
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).remove(route);
    }

    /// Closes lanes of a link of which its other side wants nothing any more.
    #[cfg(feature = "nats")]
    pub(crate) fn withdraw(&self, link: &dyn Link, is_meant: impl Fn(&Lane) -> bool) {
        let plane = self.plane();
        let is_meant = |lane: &Lane| lane.link == link.id() && is_meant(lane);
        let lanes: Vec<_> = plane.ports().flat_map(|port| port.take_lanes(&is_meant)).collect();
        drop(plane);
        lanes.iter().for_each(|lane| link.close(lane));
    }

    /// Forgets a link whose other side has vanished. Its lanes stay, and count what is not sent.
    pub(crate) fn suspend_link(&self, link: LinkId) {
        self.plane().links.retain(|known| known.id() != link);
    }

    /// Keeps how much was received of the streams of a connection, of which a topic may have several, until
    /// its peer is there again.
    pub(crate) fn keep_progress(&self, route: &str, reached: Vec<(TopicName, Progress)>) {
        let mut kept = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.entry(route.to_owned()).or_default();
        // Of a topic that came again, what was kept before is over.
        let came: HashSet<&TopicName> = reached.iter().map(|(topic, _)| topic).collect();
        kept.retain(|(topic, _)| !came.contains(topic));
        kept.extend(reached);
        // A peer names its topics as it likes; the newest count.
        kept.drain(..kept.len().saturating_sub(MOST_STREAMS));
    }

    /// What was kept of the streams that came by a route.
    pub(crate) fn progress(&self, route: &str) -> Vec<Progress> {
        let kept = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(route).into_iter().flatten().map(|(_, progress)| *progress).collect()
    }

    /// Shows a subscriber to every link.
    pub(crate) fn add_receiver(&self, receiver: Arc<Receiving>) -> Result<(), OpenError> {
        loan::assert_none();
        let mut plane = self.plane();
        if plane.closed {
            return Err(OpenError::Closed);
        }
        plane.raw.iter().for_each(|port| port.show(&receiver));
        plane.receivers.push(receiver);
        drop(plane);
        self.receivers_changed.send_modify(|version| *version += 1);
        Ok(())
    }

    pub(crate) fn remove_receiver(&self, receiver: &Arc<Receiving>) {
        let mut plane = self.plane();
        plane.receivers.retain(|known| !Arc::ptr_eq(known, receiver));
        plane.raw.iter().for_each(|port| port.hide(receiver));
        drop(plane);
        self.receivers_changed.send_modify(|version| *version += 1);
    }

    /// All subscribers.
    pub(crate) fn receivers(&self) -> Vec<Arc<Receiving>> {
        self.plane().receivers.clone()
    }

    /// Tells whenever subscribers come or go.
    pub(crate) fn watch_receivers(&self) -> watch::Receiver<u64> {
        self.receivers_changed.subscribe()
    }

    /// Nothing is published or delivered from now on; every link says goodbye.
    pub(crate) fn close(&self) {
        let mut plane = self.plane();
        if std::mem::replace(&mut plane.closed, true) {
            return;
        }
        // The first time, as the flag says.
        let _ = self.closed_at.set(Instant::now());
        let links = std::mem::take(&mut plane.links);
        let topics: Vec<_> = plane.ports().cloned().collect();
        let receivers = std::mem::take(&mut plane.receivers);
        drop(plane);
        topics.iter().for_each(|topic| topic.close());
        receivers.iter().for_each(|receiver| receiver.inbox.stop());
        for topic in &topics {
            let lanes = with_links(topic.take_lanes(&|_| true), &links);
            lanes.iter().for_each(|(lane, link)| link.close(lane));
        }
        links.iter().for_each(|link| link.leave());
    }

    pub(crate) fn ring_watch(&self) -> Option<&Arc<RingWatch>> {
        self.ring_watch.get()
    }

    /// Said once, before there are subscribers.
    pub(crate) fn set_ring_watch(&self, watch: Arc<RingWatch>) {
        // A second one would be ignored; there is none.
        let _ = self.ring_watch.set(watch);
    }

    pub(crate) fn driver(&self) -> Option<&Arc<Driver>> {
        self.driver.get()
    }

    /// Said once, before there are subscribers.
    pub(crate) fn set_driver(&self, driver: Arc<Driver>) {
        // As for the watch.
        let _ = self.driver.set(driver);
    }

    /// Whether the bus was shut down.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed_at.get().is_some()
    }

    /// How long ago the bus was shut down; zero if it was not.
    pub(crate) fn closed_for(&self) -> Duration {
        self.closed_at.get().map_or(Duration::ZERO, Instant::elapsed)
    }

    /// The running counts of one topic on one route.
    pub(crate) fn counters(&self, route: &str, topic: &str) -> Arc<RouteCounters> {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        counters.entry((route.to_owned(), topic.to_owned())).or_default().clone()
    }

    pub(crate) fn stats(&self) -> BusStats {
        loan::assert_none();
        let mut topics: Vec<_> = self.plane().ports().map(|topic| topic.stats()).collect();
        // In each name's turn the typed topic comes first, if there is one; then its raw publishers.
        topics.sort_by(|a, b| a.topic.cmp(&b.topic));
        topics.dedup_by(|next, first| {
            let is_same = next.topic == first.topic;
            if is_same {
                first.add(next);
            }
            is_same
        });
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let routes =
            counters.iter().map(|((route, topic), counters)| counters.snapshot(route, topic));
        BusStats { topics, routes: routes.collect(), faults: self.faults() }
    }

    /// Notes what stands in the way of a route, or that nothing does any more.
    pub(crate) fn note(&self, route: &str, fault: Option<String>) {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        match fault {
            Some(fault) => faults.insert(route.to_owned(), fault),
            None => faults.remove(route),
        };
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.iter().map(|(route, fault)| format!("{route}: {fault}")).collect()
    }

    fn plane(&self) -> MutexGuard<'_, Plane> {
        self.plane.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plane {
    /// Everything that may have publishers.
    fn ports(&self) -> impl Iterator<Item = &Arc<dyn TopicPort>> {
        self.topics.values().chain(&self.raw)
    }
}

fn offer<'a>(
    link: &dyn Link,
    topics: impl Iterator<Item = &'a Arc<dyn TopicPort>>,
) -> Result<(), OpenError> {
    topics.filter(|topic| topic.has_publishers()).try_for_each(|topic| connect(link, &**topic))
}

/// Gives the topic a lane through the link, unless it has one or the other side does not want it.
fn connect(link: &dyn Link, topic: &dyn TopicPort) -> Result<(), OpenError> {
    if topic.has_lane_of(link.id()) {
        return Ok(());
    }
    if let Some(lane) = link.open(topic)? {
        topic.add_lane(lane);
    }
    Ok(())
}

/// Gives a topic that gets its first publisher a lane through every link. Where one refuses, those that
/// were taken are closed again: nothing would ever come through them.
fn connect_all<'a>(
    plane: MutexGuard<'a, Plane>,
    topic: &dyn TopicPort,
) -> Result<MutexGuard<'a, Plane>, OpenError> {
    match plane.links.iter().try_for_each(|link| connect(&**link, topic)) {
        Ok(()) => Ok(plane),
        Err(refused) => {
            close_lanes(topic.take_lanes(&|_| true), plane);
            Err(refused)
        }
    }
}

/// Closes lanes that were taken from a topic, which may wait for peers: without the lock.
fn close_lanes(lanes: Vec<Arc<Lane>>, plane: MutexGuard<'_, Plane>) {
    let closing = with_links(lanes, &plane.links);
    drop(plane);
    closing.iter().for_each(|(lane, link)| link.close(lane));
}

fn with_links(lanes: Vec<Arc<Lane>>, links: &[Arc<dyn Link>]) -> Vec<(Arc<Lane>, Arc<dyn Link>)> {
    let link_of = |lane: &Arc<Lane>| links.iter().find(|link| link.id() == lane.link).cloned();
    lanes.into_iter().filter_map(|lane| link_of(&lane).map(|link| (lane, link))).collect()
}
