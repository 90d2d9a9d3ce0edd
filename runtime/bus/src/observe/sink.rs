//! Where sources put what they have seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc;

use super::Event;
use crate::address;
use crate::selector::{fits, wish};

/// Whether one of the patterns takes a topic: `*` stands for any run of characters but `.`, and `>` at the end for all
/// that follows. A pattern without an `@` takes what is addressed to services too.
///
/// ```
/// use mycelium::observe::takes;
/// let patterns = ["market.>".to_owned()];
/// assert!(takes(&patterns, "market.trades") && takes(&patterns, "market.cancel@execution"));
/// assert!(!takes(&patterns, "risk.verdicts"));
/// ```
pub fn takes(patterns: &[String], topic: &str) -> bool {
    let (base, service) = address::split(topic);
    patterns.iter().any(|pattern| {
        let takes_base = service.is_some() && !pattern.contains('@') && fits(pattern, base);
        takes_base || fits(pattern, topic)
    })
}

/// Where sources put what they have seen. A clone is another handle.
#[derive(Clone)]
pub(super) struct Sink {
    pub(super) events: mpsc::Sender<Event>,
    /// Patterns.
    pub(super) topics: Arc<[String]>,
    pub(super) stop: Arc<AtomicBool>,
}

/// The observer is gone.
pub(super) struct Stopped;

impl Sink {
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Whether a topic is wanted.
    pub(super) fn takes(&self, topic: &str) -> bool {
        takes(&self.topics, topic)
    }

    /// What peers are asked for.
    pub(super) fn wishes(&self) -> impl Iterator<Item = String> {
        self.topics.iter().flat_map(|pattern| {
            let plain = wish(pattern);
            let addressed = (!pattern.contains('@')).then(|| format!("{plain}@*"));
            std::iter::once(plain).chain(addressed)
        })
    }

    /// Hands an event on; waits for room.
    pub(super) fn put(&self, event: Event) -> Result<(), Stopped> {
        self.events.blocking_send(event).map_err(|_| Stopped)
    }

    /// The same for a task.
    pub(super) async fn put_async(&self, event: Event) -> Result<(), Stopped> {
        self.events.send(event).await.map_err(|_| Stopped)
    }
}
