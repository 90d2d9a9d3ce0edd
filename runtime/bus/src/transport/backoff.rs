//! How long to wait before the next attempt to connect.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(500);

/// Waits that double, each shortened by up to half so that many who lost one peer do not come back
/// at the same moment.
pub(crate) struct Backoff {
    attempt: u64,
    wait: Duration,
    jitter: RandomState,
}

impl Backoff {
    pub(crate) fn new() -> Self {
        Self { attempt: 0, wait: SHORTEST, jitter: RandomState::new() }
    }

    /// The next wait.
    pub(crate) fn next(&mut self) -> Duration {
        self.attempt += 1;
        let per_mille = 500 + self.jitter.hash_one(self.attempt) % 501;
        let wait = self.wait.mul_f64(per_mille as f64 / 1000.0);
        self.wait = (self.wait * 2).min(LONGEST);
        wait
    }

    /// It worked: the next wait is a short one again.
    pub(crate) fn reset(&mut self) {
        self.wait = SHORTEST;
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, LONGEST, SHORTEST};

    #[test]
    fn waits_grow_to_a_limit_and_start_again() {
        let mut backoff = Backoff::new();
        assert!(backoff.next() <= SHORTEST);
        let later: Vec<_> = (0..20).map(|_| backoff.next()).collect();
        assert!(later.iter().all(|wait| *wait <= LONGEST));
        assert!(*later.last().unwrap() >= LONGEST / 2);
        backoff.reset();
        assert!(backoff.next() <= SHORTEST);
    }
}
