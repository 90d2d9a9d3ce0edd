//! How long messages take from one actor to another, and how many get lost.

use mycelium_wire::Duration;

use crate::random::Random;

/// The way from one actor to another.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Link {
    /// How long a message takes.
    pub latency: Latency,
    /// Probability that a message is lost, 0 to 1.
    pub loss: f64,
}

/// How long messages take. What is drawn below zero counts as zero.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Latency {
    /// Always as long.
    Constant(Duration),
    /// Evenly between two times, both included.
    Uniform(Duration, Duration),
    /// A shortest time, and a rest of this mean that is exponentially distributed.
    Exponential {
        /// Shortest time.
        least: Duration,
        /// Mean of what is added.
        mean: Duration,
    },
    /// Normally distributed.
    Normal {
        /// Mean.
        mean: Duration,
        /// Standard deviation.
        deviation: Duration,
    },
}

impl Link {
    /// A link that loses nothing.
    #[must_use]
    pub fn of(latency: Latency) -> Self {
        Self { latency, loss: 0.0 }
    }

    /// Says how probable it is that a message is lost.
    #[must_use]
    pub fn losing(mut self, probability: f64) -> Self {
        self.loss = probability;
        self
    }
}

impl Default for Link {
    /// At once, and without loss.
    fn default() -> Self {
        Self::of(Latency::Constant(Duration(0)))
    }
}

impl Latency {
    fn draw_ns(&self, random: &mut Random) -> i64 {
        let ns = match *self {
            Self::Constant(time) => time.0,
            Self::Uniform(from, to) => {
                let span = to.0.saturating_sub(from.0).max(0) as u64;
                from.0.saturating_add(random.below(span.saturating_add(1)) as i64)
            }
            Self::Exponential { least, mean } => {
                least.0.saturating_add((random.exponential() * mean.0 as f64) as i64)
            }
            Self::Normal { mean, deviation } => {
                mean.0.saturating_add((random.normal() * deviation.0 as f64) as i64)
            }
        };
        ns.max(0)
    }
}

/// A link in use.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Way {
    link: Link,
    /// When its last message arrives: the next one does not overtake it.
    last_ns: i64,
}

impl Way {
    pub(super) fn new(link: Link) -> Self {
        Self { link, last_ns: i64::MIN }
    }

    /// From now on messages take as long as this; those under way are not overtaken.
    pub(super) fn set_link(&mut self, link: Link) {
        self.link = link;
    }

    /// When a message that leaves now arrives; never, where it is lost.
    pub(super) fn send(&mut self, now_ns: i64, random: &mut Random) -> Option<i64> {
        if self.link.loss > 0.0 && random.chance(self.link.loss) {
            return None;
        }
        let arrives = now_ns.saturating_add(self.link.latency.draw_ns(random));
        self.last_ns = self.last_ns.max(arrives);
        Some(self.last_ns)
    }
}
