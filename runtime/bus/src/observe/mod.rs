//! Watching what passes between processes, for tools: without a place in the topology, and at nobody's cost.
//!
//! An [`Observer`] takes frames from rings and sockets as they are, of whatever type, together with the canonical
//! text of the type where its publisher tells it. Nobody waits for it: what it is too slow for is lost to it alone,
//! and counted. It publishes nothing, is no subscriber (`wait_for_subscribers` does not count it), and leaves no
//! fault behind when it goes.
//!
//! What it sees of a ring is all that the ring's node writes there; at a socket, all that the node which listens
//! there publishes, also what otherwise stays within that process. Who may observe is told in the chapter
//! on transports.
//!
//! ```no_run
//! use mycelium::observe::{Event, Observer, ObserverOptions, Place};
//! use mycelium::topology::Topology;
//! use std::time::Duration;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let places = Place::of_topology(&Topology::load("topology.toml")?);
//! let mut observer = Observer::open(ObserverOptions::new(places).topics(["market.>"]))?;
//! while let Some(event) = observer.recv_timeout(Duration::from_secs(1)) {
//!     if let Event::Seen(batch) = event {
//!         batch.iter().for_each(|seen| println!("{} at {}", seen.channel.topic, seen.channel.place));
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod channels;
mod machine;
mod pace;
mod place;
mod ring;
mod sink;
mod socket;

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::Bytes;
use mycelium_wire::{Digest, Timestamp};
use tokio::sync::mpsc;

use self::pace::{Pace, Source};
pub use self::place::Place;
use self::sink::Sink;
pub use self::sink::takes;
use crate::topology::{CredentialError, Refused};
use crate::waiting::block_on_until;

/// What an observer watches.
#[derive(Debug, Clone)]
pub struct ObserverOptions {
    places: Vec<Place>,
    topics: Vec<String>,
    bytes_per_second: Option<u64>,
    is_unhurried: bool,
}

/// Watches places until it is dropped.
pub struct Observer {
    events: mpsc::Receiver<Event>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// What an observer has to say.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// Frames of one place, in the order in which they were published there.
    Seen(Vec<Seen>),
    /// A place is watched from now on.
    Opened(Arc<str>),
    /// A place cannot be watched, or not any more; it is looked at again and again. A reason is told once.
    Closed {
        /// The place.
        place: Arc<str>,
        /// Why, for a person.
        reason: String,
    },
    /// Frames that were published and not seen, behind the last one of a channel that has ended.
    Missed {
        /// Of which topic and place.
        channel: Arc<Channel>,
        /// How many.
        count: u64,
    },
}

/// A frame that was seen.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Seen {
    /// Where it comes from and what it is.
    pub channel: Arc<Channel>,
    /// All of it, header included.
    pub bytes: Bytes,
    /// How many frames of the channel were published before it and not seen.
    pub missed: u64,
    /// When it was seen.
    pub time: Timestamp,
}

/// What one publishing process publishes of one topic at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Channel {
    /// The place, as in `unix:/run/risk.sock`, or a ring's path.
    pub place: Arc<str>,
    /// The topic.
    pub topic: Arc<str>,
    /// Type id of its frames.
    pub type_id: u16,
    /// Digest of its type.
    pub digest: Digest,
    /// Canonical texts of the type and of all that it uses, the type's own first, where the publisher tells them.
    /// They come from outside: see [`parse`](mycelium_wire::canon::parse).
    pub text: Option<Arc<str>>,
}

/// An observer cannot begin.
#[derive(Debug)]
#[non_exhaustive]
pub enum ObserveError {
    /// The certificate, key or authority for a place cannot be used.
    Credential(CredentialError),
    /// The machine refuses what is needed.
    Refused(Refused),
}

/// Batches that wait for whoever receives, before frames are lost.
const MOST_WAITING: usize = 64;

impl ObserverOptions {
    /// All topics of these places.
    pub fn new(places: Vec<Place>) -> Self {
        Self { places, topics: vec![">".to_owned()], bytes_per_second: None, is_unhurried: false }
    }

    /// Topics, by name or pattern: `*` stands for any run of characters but `.`, and `>` at the end for all that
    /// follows. A pattern without an `@` takes what is addressed to services too.
    #[must_use]
    pub fn topics(mut self, topics: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.topics = topics.into_iter().map(Into::into).collect();
        self
    }

    /// Takes at most so many bytes a second over each socket; the others are lost to this observer, and counted. What an
    /// observer takes over a socket its node has to write, which costs it time.
    #[must_use]
    pub fn bytes_per_second(mut self, most: u64) -> Self {
        self.bytes_per_second = Some(most);
        self
    }

    /// Takes what others leave, for who looks on and needs not see everything. Of a ring that is 64 MB a second, over a socket
    /// 4 MB, unless it is said otherwise; and where no processor is free, a two-hundredth of one for this whole process,
    /// whatever it does with what it sees. More is lost to this observer, and counted. Where it has fallen behind it goes on at
    /// what is new.
    #[must_use]
    pub fn unhurried(mut self) -> Self {
        self.is_unhurried = true;
        self
    }
}

impl Observer {
    /// Begins to watch. Places that are not there yet are watched as soon as they are.
    ///
    /// # Errors
    /// Credentials cannot be used, or no thread can be started.
    pub fn open(options: ObserverOptions) -> Result<Self, ObserveError> {
        let ObserverOptions { places, topics, bytes_per_second, is_unhurried } = options;
        let (sender, events) = mpsc::channel(MOST_WAITING);
        let stop = Arc::new(AtomicBool::new(false));
        let sink = Sink { events: sender, topics: topics.into(), stop: stop.clone() };
        let (rings, sockets): (Vec<_>, Vec<_>) =
            places.into_iter().partition(|place| !matches!(place, Place::Socket { .. }));
        let mut observer = Self { events, stop, threads: Vec::new() };
        let pace = || Pace::new(Source::Socket, bytes_per_second, is_unhurried);
        observer.threads.extend(socket::watch(sockets, &sink, pace)?);
        for place in rings {
            let thread = ring::watch(place, &sink, is_unhurried);
            observer.threads.push(thread.map_err(ObserveError::no_thread)?);
        }
        Ok(observer)
    }

    /// Waits for the next event. Nothing is lost where the future is dropped before it has one.
    pub async fn recv(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Blocks the thread until the next event, at most for `timeout`.
    pub fn recv_timeout(&mut self, timeout: Duration) -> Option<Event> {
        let deadline = Instant::now().checked_add(timeout);
        // A task's budget is not for a thread that blocks.
        let next = pin!(tokio::task::unconstrained(self.events.recv()));
        block_on_until(deadline, next).flatten()
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.events.close();
        for thread in self.threads.drain(..) {
            // A panic there was reported there.
            let _ = thread.join();
        }
    }
}

impl ObserveError {
    fn no_thread(source: std::io::Error) -> Self {
        let what = "cannot start a thread".to_owned();
        let remedy = "raise the limit on threads or on open files";
        Self::Refused(Refused { what, remedy, source: Some(source) })
    }
}

impl fmt::Display for ObserveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credential(error) => error.fmt(f),
            Self::Refused(refused) => refused.fmt(f),
        }
    }
}

impl std::error::Error for ObserveError {}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
