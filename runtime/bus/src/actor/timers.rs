//! Timers of one actor at the clock of the system.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

/// A timer that an actor has set. To know several apart, an actor keeps what
/// [`set_timer`](crate::actor::Context::set_timer) gave and compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timer(pub(crate) u64);

/// What is to come, earliest first, in the order of setting where it is due at once.
#[derive(Debug, Default)]
pub(super) struct Timers {
    due: BinaryHeap<Reverse<(Instant, Timer)>>,
    /// Of all that were ever set.
    count: u64,
}

/// A century from now: later than anybody waits, and never past the clock's end.
const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

impl Timers {
    pub(super) fn set(&mut self, now: Instant, after: Duration) -> Timer {
        let timer = Timer(self.count);
        self.count += 1;
        self.due.push(Reverse((now + after.min(FAR), timer)));
        timer
    }

    /// Timers are few: looking through them costs less than a table beside them.
    pub(super) fn cancel(&mut self, timer: Timer) {
        self.due.retain(|Reverse((_, set))| *set != timer);
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.due.peek().map(|Reverse((at, _))| *at)
    }

    pub(super) fn take_due(&mut self, now: Instant) -> Option<Timer> {
        (self.next()? <= now).then(|| self.due.pop().map(|Reverse((_, timer))| timer))?
    }

    /// A restarted actor has set none.
    pub(super) fn clear(&mut self) {
        self.due.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Timers;
    use std::time::{Duration, Instant};

    #[test]
    fn timers_are_due_in_order_of_time_and_then_of_setting() {
        let (start, mut timers) = (Instant::now(), Timers::default());
        let ms = Duration::from_millis;
        let late = timers.set(start, ms(9));
        let [first, second, cancelled] = [5, 5, 5].map(|after| timers.set(start, ms(after)));
        timers.cancel(cancelled);
        timers.set(start, Duration::MAX);
        assert_eq!(timers.take_due(start + ms(4)), None);
        assert_eq!(timers.next(), Some(start + ms(5)));
        let mut due = || timers.take_due(start + ms(10));
        assert_eq!([due(), due(), due(), due()], [Some(first), Some(second), Some(late), None]);
    }
}
