//! What is done about an actor that has ended.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::actor::bus_context::environment_seed;
use crate::random::Random;

/// How an actor, or a group of them, is looked after.
///
/// ```
/// use mycelium::actor::{Backoff, Intensity, Policy, Restart};
/// use std::time::Duration;
///
/// let policy = Policy::default()
///     .restart(Restart::OnFailure)
///     .backoff(Backoff::from(Duration::from_millis(50)).up_to(Duration::from_secs(5)))
///     .intensity(Intensity { restarts: 5, within: Duration::from_secs(60) });
/// # let _ = policy;
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Policy {
    /// When it is started again.
    pub restart: Restart,
    /// How long it rests before.
    pub backoff: Backoff,
    /// How often it may be, before its supervisor gives up.
    pub intensity: Intensity,
    /// What becomes of its state.
    pub state: KeptState,
}

/// When an actor that has ended is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Restart {
    /// However it ended, unless its supervisor stops it.
    Always,
    /// When it has panicked or failed; one that stopped has done its work.
    #[default]
    OnFailure,
    /// Never: what fails is reported, and the others go on.
    Never,
}

/// What becomes of the state of an actor that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeptState {
    /// The actor is dropped, and its factory makes another.
    #[default]
    Remade,
    /// The same value goes on, as the handler left it. For actors whose handlers change nothing before
    /// everything that may fail is done.
    Kept,
}

/// Pauses before restarts: each twice as long as the one before, up to a longest one. After the longest
/// pause's length without a failure the first one counts again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backoff {
    /// Before the first restart.
    pub first: Duration,
    /// Longest pause.
    pub most: Duration,
    /// Share of a pause, 0 to 1, that chance may take away, so that many do not come back at once.
    pub jitter: f64,
}

/// How many restarts are allowed in how long. One more, and the failure goes up to the supervisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intensity {
    /// Restarts.
    pub restarts: u32,
    /// In so much time.
    pub within: Duration,
}

impl Policy {
    /// Says when it is started again.
    #[must_use]
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    /// Says how long it rests before.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Says how often it may be started again.
    #[must_use]
    pub fn intensity(mut self, intensity: Intensity) -> Self {
        self.intensity = intensity;
        self
    }

    /// Says what becomes of its state.
    #[must_use]
    pub fn state(mut self, state: KeptState) -> Self {
        self.state = state;
        self
    }
}

impl From<Duration> for Backoff {
    /// Starts with this pause.
    fn from(first: Duration) -> Self {
        Self { first, ..Self::default() }
    }
}

impl Backoff {
    /// Says the longest pause.
    #[must_use]
    pub fn up_to(mut self, most: Duration) -> Self {
        self.most = most;
        self
    }

    /// The pause before the restart of this number, from 0, in a row of failures.
    fn pause(&self, number: u32, random: &mut Random) -> Duration {
        let doubled = self.first.saturating_mul(1_u32.checked_shl(number).unwrap_or(u32::MAX));
        let kept = 1.0 - self.jitter.clamp(0.0, 1.0) * random.unit();
        doubled.min(self.most).mul_f64(kept)
    }
}

impl Default for Backoff {
    /// From 10 ms to 10 s, less a fifth at most.
    fn default() -> Self {
        Self { first: Duration::from_millis(10), most: Duration::from_secs(10), jitter: 0.2 }
    }
}

impl Intensity {
    /// No restart at all: every failure goes up. In a group this restarts all for one.
    pub const NONE: Self = Self { restarts: 0, within: Duration::ZERO };
}

impl Default for Intensity {
    /// Ten restarts a minute.
    fn default() -> Self {
        Self { restarts: 10, within: Duration::from_secs(60) }
    }
}

/// The restarts of one child, as its policy sees them: for whoever looks after something that is no actor.
#[derive(Debug)]
pub struct Restarts {
    backoff: Backoff,
    intensity: Intensity,
    random: Random,
    /// Those within the time of the intensity, oldest first.
    recent: VecDeque<Instant>,
    /// Failures without a long enough rest between them.
    in_a_row: u32,
    last: Option<Instant>,
}

impl Restarts {
    /// None so far.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        Self::with_random(policy, Random::seeded(environment_seed()))
    }

    pub(super) fn with_random(policy: &Policy, random: Random) -> Self {
        let (backoff, intensity) = (policy.backoff, policy.intensity);
        Self { backoff, intensity, random, recent: VecDeque::new(), in_a_row: 0, last: None }
    }

    /// When the next restart may be, or nothing if there were too many.
    pub fn next(&mut self, now: Instant) -> Option<Instant> {
        let Intensity { restarts, within } = self.intensity;
        while self.recent.front().is_some_and(|at| now.saturating_duration_since(*at) > within) {
            self.recent.pop_front();
        }
        if self.recent.len() >= restarts as usize {
            return None;
        }
        self.recent.push_back(now);
        let rested =
            self.last.is_none_or(|last| now.saturating_duration_since(last) > self.backoff.most);
        self.in_a_row = if rested { 0 } else { self.in_a_row.saturating_add(1) };
        let at = now + self.backoff.pause(self.in_a_row, &mut self.random);
        self.last = Some(at);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Intensity, Policy, Restarts};
    use crate::random::Random;
    use std::time::{Duration, Instant};

    const MS: Duration = Duration::from_millis(1);

    fn restarts(jitter: f64, intensity: Intensity) -> Restarts {
        let backoff = Backoff { first: 10 * MS, most: 100 * MS, jitter };
        let policy = Policy::default().backoff(backoff).intensity(intensity);
        Restarts::with_random(&policy, Random::seeded(1))
    }

    fn many() -> Intensity {
        Intensity { restarts: 1000, within: Duration::from_secs(3600) }
    }

    #[test]
    fn pauses_double_to_the_longest_and_begin_anew_after_a_rest() {
        let (mut restarts, mut now) = (restarts(0.0, many()), Instant::now());
        for expected in [10, 20, 40, 80, 100, 100] {
            let at = restarts.next(now).unwrap();
            assert_eq!(at - now, expected * MS);
            now = at;
        }
        now += 101 * MS;
        assert_eq!(restarts.next(now).unwrap() - now, 10 * MS);
    }

    #[test]
    fn jitter_takes_away_its_share_at_most() {
        let (mut restarts, now) = (restarts(0.5, many()), Instant::now());
        let pauses: Vec<Duration> = (0..100).map(|_| restarts.next(now).unwrap() - now).collect();
        let longest = &pauses[4..];
        assert!(longest.iter().all(|pause| (50 * MS..=100 * MS).contains(pause)), "{longest:?}");
        assert!(longest.iter().any(|pause| *pause != longest[0]));
    }

    #[test]
    fn so_many_restarts_in_so_much_time_and_no_more() {
        let intensity = Intensity { restarts: 2, within: 100 * MS };
        let (mut restarts, start) = (restarts(0.0, intensity), Instant::now());
        assert!(restarts.next(start).is_some());
        assert!(restarts.next(start + 50 * MS).is_some());
        assert!(restarts.next(start + 60 * MS).is_none());
        assert!(restarts.next(start + 101 * MS).is_some());
    }
}
