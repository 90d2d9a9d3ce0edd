//! How fast a feed is replayed.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// Times the speed of the market, or as fast as the subscribers follow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// No waiting at all.
    Max,
    /// Market time divided by this, above 0.
    Times(f64),
}

/// `max`, or a factor and `x`.
impl FromStr for Speed {
    type Err = SpeedError;

    fn from_str(text: &str) -> Result<Self, SpeedError> {
        if text == "max" {
            return Ok(Self::Max);
        }
        let factor = text.strip_suffix('x').and_then(|factor| factor.parse::<f64>().ok());
        match factor {
            Some(factor) if factor.is_finite() && factor > 0.0 => Ok(Self::Times(factor)),
            _ => Err(SpeedError),
        }
    }
}

/// Text that names no speed.
#[derive(Debug, PartialEq)]
pub struct SpeedError;

impl fmt::Display for SpeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected `max`, or a factor above 0 such as `1x` or `10x`")
    }
}

impl std::error::Error for SpeedError {}

/// Holds each event back until its time has come.
pub struct Pace {
    speed: Speed,
    /// When the first event went out, and its receive time.
    start: Option<(Instant, i64)>,
}

impl Pace {
    /// Starts with the first event.
    pub fn new(speed: Speed) -> Self {
        Self { speed, start: None }
    }

    /// How long an event that was received then still has to wait.
    pub fn wait_for(&mut self, received_ns: i64) -> Duration {
        let Speed::Times(factor) = self.speed else { return Duration::ZERO };
        let (started, first_ns) = *self.start.get_or_insert((Instant::now(), received_ns));
        let market_ns = received_ns.saturating_sub(first_ns).max(0);
        let due = Duration::from_nanos((market_ns as f64 / factor) as u64);
        due.saturating_sub(started.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::{Speed, SpeedError};

    #[test]
    fn speeds_are_read() {
        assert_eq!("max".parse(), Ok(Speed::Max));
        assert_eq!("10x".parse(), Ok(Speed::Times(10.0)));
        assert_eq!("0.5x".parse(), Ok(Speed::Times(0.5)));
        for wrong in ["", "10", "0x", "-1x", "NaNx", "fast"] {
            assert_eq!(wrong.parse::<Speed>(), Err(SpeedError), "{wrong}");
        }
    }
}
