//! So many a second and no more.

use std::time::{Duration, Instant};

/// Lets so many pass in each second, evenly.
pub(super) struct Pace {
    step: Duration,
    /// When the next one may pass.
    next: Option<Instant>,
    skipped: u64,
}

impl Pace {
    pub(super) fn new(per_second: u32) -> Self {
        Self { step: Duration::from_secs(1) / per_second, next: None, skipped: 0 }
    }

    /// Whether one may pass now.
    pub(super) fn takes(&mut self, now: Instant) -> bool {
        let is_due = self.next.is_none_or(|next| now >= next);
        match is_due {
            // What was not used is not kept.
            true => {
                self.next =
                    Some(self.next.map_or(now, |next| next.max(now - self.step)) + self.step)
            }
            false => self.skipped += 1,
        }
        is_due
    }

    pub(super) fn skipped(&self) -> u64 {
        self.skipped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_pass_in_a_second_and_no_more() {
        let (mut pace, start) = (Pace::new(10), Instant::now());
        let at = |millis: u64| start + Duration::from_millis(millis);
        assert_eq!((0..1000).filter(|&millis| pace.takes(at(millis))).count(), 10);
        assert_eq!(pace.skipped(), 990);
        // A pause gives no right to make up for it.
        assert_eq!((5000..6000).filter(|&millis| pace.takes(at(millis))).count(), 11);
    }
}
