//! How a thread waits: it looks again and again, then lets others run, then sleeps.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// How a thread that blocks waits, for a message or for room.
///
/// To spin costs a core and gains the time of a wake-up, some microseconds; tens of them
/// across the cores of a virtual machine. It pays where a message is likely to come meanwhile, and cores
/// are not short.
///
/// ```
/// use std::time::Duration;
/// use mycelium::{Options, Waiting};
///
/// let mut options = Options::default();
/// options.waiting = Waiting { spin: Duration::ZERO, yields: 0 }; // sleeps at once
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How long it looks again and again first. Default: 20 µs, about what a sleep and a wake-up cost.
    pub spin: Duration,
    /// How often it then lets other threads run. Default: 1.
    pub yields: u32,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { spin: Duration::from_micros(20), yields: 1 }
    }
}

/// Wakes a thread that is parked.
pub(crate) struct Unpark(pub(crate) Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future on this thread, which sleeps while there is nothing to do.
pub(crate) fn block_on<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    loop {
        if let Some(output) = block_on_until(None, future.as_mut()) {
            return output;
        }
    }
}

/// The same, which gives up at the deadline.
pub(crate) fn block_on_until<F: Future>(
    deadline: Option<Instant>,
    mut future: Pin<&mut F>,
) -> Option<F::Output> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
        match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
            Some(Duration::ZERO) => return None,
            Some(rest) => thread::park_timeout(rest),
            None => thread::park(),
        }
    }
}

/// One wait, from the first look in vain on.
pub(crate) struct Patience {
    waiting: Waiting,
    /// When it ends at the latest.
    until: Option<Instant>,
    looks: u32,
    since: Option<Instant>,
}

/// After how many looks the clock is read.
const LOOKS: u32 = 32;

impl Patience {
    pub(crate) fn new(waiting: Waiting, until: Option<Instant>) -> Self {
        // Who does not want to spin does not.
        let looks = if waiting.spin.is_zero() { LOOKS - 1 } else { 0 };
        Self { waiting, until, looks, since: None }
    }

    /// As [`pause`](Patience::pause), for one whose look takes longer than the clock.
    pub(crate) fn pause_after_work(&mut self) -> bool {
        self.looks = self.looks.max(LOOKS - 1);
        self.pause()
    }

    /// Passes a little time before the next look; false once it is time to sleep, or the time is up.
    #[inline]
    pub(crate) fn pause(&mut self) -> bool {
        self.looks = self.looks.saturating_add(1);
        if self.looks < LOOKS {
            std::hint::spin_loop();
            return true;
        }
        self.pause_longer()
    }

    fn pause_longer(&mut self) -> bool {
        let now = Instant::now();
        if self.until.is_some_and(|until| now >= until) {
            return false;
        }
        if now - *self.since.get_or_insert(now) < self.waiting.spin {
            self.looks = 0;
            std::hint::spin_loop();
            return true;
        }
        // Beyond `LOOKS` by now: one more for each yield.
        if self.looks - LOOKS < self.waiting.yields {
            thread::yield_now();
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Patience, Waiting};

    #[test]
    fn it_spins_yields_and_then_sleeps() {
        let mut patience = Patience::new(Waiting { spin: Duration::ZERO, yields: 3 }, None);
        let pauses = (0..).take_while(|_| patience.pause()).count();
        assert_eq!(pauses, 3);
        assert!(!patience.pause());
    }

    #[test]
    fn it_ends_when_the_time_is_up() {
        for (spin, yields) in [(Duration::MAX, 0), (Duration::ZERO, u32::MAX)] {
            let until = Instant::now() + Duration::from_millis(1);
            let mut patience = Patience::new(Waiting { spin, yields }, Some(until));
            while patience.pause() {}
            assert!(Instant::now() >= until);
        }
    }
}
