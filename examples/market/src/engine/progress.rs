//! How far the services are, for whoever listens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use market::service;

/// Counters of both services.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) market_data: Arc<Counter>,
    pub(super) execution: Arc<Counter>,
}

/// How far a service is. Relaxed throughout: nothing else hangs on these numbers.
#[derive(Default)]
pub(super) struct Counter {
    messages: AtomicU64,
    lost: AtomicU64,
}

impl Counter {
    pub(super) fn add_message(&self) {
        self.messages.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_lost(&self, count: u64) {
        self.lost.fetch_add(count, Ordering::Relaxed);
    }

    fn tell(&self, service: &str) {
        service::tell(
            service,
            self.messages.load(Ordering::Relaxed),
            self.lost.load(Ordering::Relaxed),
        );
    }
}

impl Progress {
    /// Says how far both are.
    pub(super) fn tell(&self) {
        self.market_data.tell("market-data");
        self.execution.tell("execution");
    }
}
