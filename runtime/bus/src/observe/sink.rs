//! Where sources put what they have seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc;

use super::Event;
use crate::address;
use crate::selector::{fits, wish};

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
        let (base, service) = address::split(topic);
        self.topics.iter().any(|pattern| {
            fits(pattern, topic)
                || (service.is_some() && !pattern.contains('@') && fits(pattern, base))
        })
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
