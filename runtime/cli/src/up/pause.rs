//! When a node that has ended is started again: pauses that double, and a limit.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

const LONGEST: Duration = Duration::from_secs(30);

/// The restarts of one node.
pub(super) struct Restarts {
    first: Duration,
    most: usize,
    window: Duration,
    /// When it was started again, within the window.
    recent: VecDeque<Instant>,
}

impl Restarts {
    pub(super) fn new(first: Duration, most: usize, window: Duration) -> Self {
        Self { first, most, window, recent: VecDeque::new() }
    }

    /// How long to wait before the next start; none where there were too many.
    pub(super) fn next(&mut self, now: Instant) -> Option<Duration> {
        while self.recent.front().is_some_and(|&at| now.duration_since(at) > self.window) {
            self.recent.pop_front();
        }
        if self.recent.len() >= self.most {
            return None;
        }
        let doubled = self.first.saturating_mul(1 << self.recent.len().min(16));
        self.recent.push_back(now);
        Some(doubled.min(LONGEST).mul_f64(jitter()))
    }

    /// Restarts within the window.
    pub(super) fn count(&self) -> usize {
        self.recent.len()
    }
}

/// From 0.75 to 1.25, so that nodes that fail together do not start together.
fn jitter() -> f64 {
    let random = RandomState::new().hash_one(());
    0.75 + (random >> 11) as f64 / (1u64 << 53) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_until_there_were_too_many() {
        let mut restarts = Restarts::new(Duration::from_secs(1), 3, Duration::from_secs(60));
        let start = Instant::now();
        for (second, around) in [(0, 1.0), (1, 2.0), (2, 4.0)] {
            let pause = restarts.next(start + Duration::from_secs(second)).expect("allowed");
            assert!((around * 0.75..=around * 1.25).contains(&pause.as_secs_f64()), "{pause:?}");
        }
        assert_eq!(restarts.next(start + Duration::from_secs(3)), None);
        // The first of them no longer counts.
        assert!(restarts.next(start + Duration::from_secs(61)).is_some());
        assert_eq!(restarts.count(), 3);
    }
}
