//! Counts what one publisher publishes.
//!
//! Any thread may publish, so that a count is a locked instruction, and such a one waits for all stores before it: for
//! those of the message, in lines that its readers have. So the thread that counts first has a word to itself.

use std::sync::atomic::{AtomicU64, Ordering};

/// A count of which one thread has a part to itself.
#[derive(Default)]
pub(crate) struct Count {
    /// The thread that counted first; none is 0.
    owner: AtomicU64,
    /// What that thread has counted, or whoever had the count to himself.
    own: AtomicU64,
    /// What the others have.
    others: AtomicU64,
}

impl Count {
    /// Counts one more, by the thread with this number, which is the [one that runs](crate::sync::this_thread).
    #[inline]
    pub(crate) fn add_one(&self, thread: u64) {
        match self.owner.load(Ordering::Relaxed) == thread {
            true => self.add_own(),
            false => self.add_as_other(thread),
        }
    }

    /// Counts one more, for whoever has the count to himself.
    #[inline]
    pub(crate) fn add_own(&self) {
        self.own.store(self.own.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    #[inline(never)]
    fn add_as_other(&self, thread: u64) {
        let (nobody, relaxed) = (0, Ordering::Relaxed);
        match self.owner.compare_exchange(nobody, thread, relaxed, relaxed) {
            Ok(_) => self.add_own(),
            Err(_) => drop(self.others.fetch_add(1, relaxed)),
        }
    }

    /// How many were counted.
    pub(crate) fn get(&self) -> u64 {
        self.own.load(Ordering::Relaxed) + self.others.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::Count;
    use crate::sync::this_thread;

    #[test]
    fn nothing_is_lost_whoever_counts() {
        const EACH: u64 = if cfg!(miri) { 10 } else { 10_000 };
        let count = Count::default();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| (0..EACH).for_each(|_| count.add_one(this_thread())));
            }
        });
        assert_eq!(count.get(), 3 * EACH);
        (0..5).for_each(|_| count.add_own());
        assert_eq!(count.get(), 3 * EACH + 5);
    }
}
