//! When a peer has been silent for too long.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// How long nothing has come from the other side. The clock runs on from one wait to the next: to wind it up for each
/// message takes longer than to read one.
pub(super) struct Silence {
    limit: Duration,
    since: Instant,
    clock: Pin<Box<Sleep>>,
}

impl Silence {
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, since: Instant::now(), clock: Box::pin(sleep(limit)) }
    }

    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// It begins now: until then there was something to read, or it was not read.
    pub(super) fn begin(&mut self) {
        self.since = Instant::now();
    }

    /// Waits until it has lasted too long. Dropping the future loses nothing.
    pub(super) async fn is_too_long(&mut self) {
        loop {
            self.clock.as_mut().await;
            let end = self.since + self.limit;
            if Instant::now() >= end {
                return;
            }
            self.clock.as_mut().reset(end);
        }
    }
}
