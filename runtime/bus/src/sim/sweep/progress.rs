//! A bar that says how far a sweep is.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

const WIDTH: usize = 30;
const EVERY: Duration = Duration::from_millis(100);

/// Drawn to standard error while that is a terminal; one line, which is rewritten.
pub(super) struct Progress {
    total: usize,
    started: Instant,
    next: Instant,
    is_shown: bool,
}

impl Progress {
    pub(super) fn new(total: usize, is_wanted: bool) -> Self {
        let started = Instant::now();
        let is_shown = is_wanted && std::io::stderr().is_terminal();
        Self { total, started, next: started + EVERY, is_shown }
    }

    pub(super) fn show(&mut self, done: usize) {
        let now = Instant::now();
        if self.is_shown && (now >= self.next || done == self.total) {
            self.next = now + EVERY;
            // A terminal that does not take it is no reason to stop.
            let _ = write!(std::io::stderr(), "\r{}", line(done, self.total, now - self.started));
        }
    }

    pub(super) fn finish(&self) {
        if self.is_shown {
            let _ = writeln!(std::io::stderr());
        }
    }
}

fn line(done: usize, total: usize, took: Duration) -> String {
    let filled = done * WIDTH / total.max(1);
    let rate = done as f64 / took.as_secs_f64().max(1e-9);
    let left = (total - done) as f64 / rate.max(1e-9);
    let bar = "█".repeat(filled) + &"░".repeat(WIDTH - filled);
    let left = if done == 0 { "-".to_owned() } else { format!("{left:.0} s") };
    format!("{bar} {done}/{total}  {rate:.0}/s  {left} left  ")
}

#[cfg(test)]
mod tests {
    use super::line;
    use std::time::Duration;

    #[test]
    fn the_bar_fills_and_says_what_is_left() {
        let half = line(50, 100, Duration::from_secs(5));
        assert_eq!(half.matches('█').count(), 15);
        assert!(half.ends_with(" 50/100  10/s  5 s left  "), "{half}");
        assert!(line(0, 0, Duration::ZERO).contains("0/0"));
    }
}
