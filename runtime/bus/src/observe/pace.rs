//! How much an observer takes over a socket: what it takes, its node has to write.

use std::time::{Duration, Instant};

/// What may be taken at once, as the time that it stands for.
const BURST: Duration = Duration::from_millis(20);

/// Longest rest: a place is not left alone for longer. The longest frame that a socket carries, 64 MiB, stands for less
/// at four megabytes a second; at a slower pace such frames pass faster than that.
const LONGEST_REST: Duration = Duration::from_secs(20);

/// So many bytes a second, or as many as there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    bytes_per_second: Option<u64>,
    /// When as much time has passed as all that was taken stands for.
    even_at: Option<Instant>,
}

impl Pace {
    pub(super) fn new(bytes_per_second: Option<u64>) -> Self {
        Self { bytes_per_second, even_at: None }
    }

    /// Takes note of bytes that were taken. Gives how long to rest before the next ones.
    pub(super) fn take(&mut self, bytes: usize, now: Instant) -> Duration {
        let Some(rate) = self.bytes_per_second else { return Duration::ZERO };
        let cost = Duration::try_from_secs_f64(bytes as f64 / rate as f64);
        let cost = cost.map_or(LONGEST_REST, |cost| cost.min(LONGEST_REST));
        // What was not taken is not kept.
        let even_at = self.even_at.map_or(now, |even_at| even_at.max(now)) + cost;
        self.even_at = Some(even_at);
        even_at.saturating_duration_since(now).saturating_sub(BURST).min(LONGEST_REST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_bytes_are_taken_in_a_second_and_few_ones_wait_for_nothing() {
        let (mut pace, start) = (Pace::new(Some(1_000_000)), Instant::now());
        // A kilobyte every ten milliseconds is less than the pace.
        let at = |millis| start + Duration::from_millis(millis);
        assert!((0..100).all(|turn| pace.take(1_000, at(turn * 10)).is_zero()));
        // As fast as it is let.
        let (mut now, mut taken) = (at(2_000), 0);
        while now < at(4_000) {
            taken += 10_000;
            now += pace.take(10_000, now);
        }
        assert!((2_000_000..2_050_000).contains(&taken), "{taken}");
    }

    #[test]
    fn the_longest_frames_keep_the_pace_too() {
        let (start, mut taken) = (Instant::now(), 0);
        let (mut pace, mut now) = (Pace::new(Some(4_000_000)), start);
        while now < start + Duration::from_secs(60) {
            taken += 64 << 20;
            now += pace.take(64 << 20, now);
        }
        // What is taken at once may be too much once.
        assert!(taken <= 4_000_000 * 60 + (64 << 20), "{taken}");
    }

    #[test]
    fn rests_have_an_end_and_without_a_pace_there_are_none() {
        let now = Instant::now();
        let mut pace = Pace::new(Some(0));
        assert!((0..100).all(|_| pace.take(usize::MAX, now) <= LONGEST_REST));
        assert!(Pace::new(None).take(usize::MAX, now).is_zero());
    }
}
