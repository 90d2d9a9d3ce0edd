//! Wakes the one who waits at an inbox, and costs no system call when nobody does.
//!
//! The waiter arms the bell, then looks at the inbox once more, then sleeps. Whoever delivers puts
//! the message in first, then looks at the bell. A `SeqCst` fence stands between on both sides, so
//! at least one sees the other: no wake-up is lost. The waiter's is made once for all that it tells
//! of its sleep, behind [`Bell::arm`].

use std::sync::PoisonError;
use std::task::Waker;
use std::time::Duration;

use crate::sync::{AtomicU32, Mutex, Ordering, full_fence, futex_wait, futex_wake_all};

const SILENT: u32 = 0;
const ARMED: u32 = 1;

/// The bell of one inbox. One party at a time waits for it; anybody rings it.
#[derive(Default)]
pub(crate) struct Bell {
    /// [`ARMED`] while somebody sleeps or is about to; the futex of a blocked thread.
    state: AtomicU32,
    /// The task that waits, if it is one.
    waker: Mutex<Option<Waker>>,
}

/// Who waits at a bell.
pub(crate) enum Waiter {
    Task(Waker),
    Thread,
}

impl Bell {
    /// Wakes whoever waits. What it is to find must have been put there before.
    pub(crate) fn ring(&self) {
        // Partner: the fence behind `arm`.
        full_fence();
        if let Some(waiter) = self.answer() {
            self.wake(waiter);
        }
    }

    /// As [`ring`](Bell::ring), for a caller that has made the fence, and wakes the waiter itself.
    #[inline]
    pub(crate) fn answer(&self) -> Option<Waiter> {
        if self.state.load(Ordering::Relaxed) != ARMED {
            return None;
        }
        self.state.store(SILENT, Ordering::Relaxed);
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner).take();
        Some(waker.map_or(Waiter::Thread, Waiter::Task))
    }

    /// Wakes whoever the bell has answered with.
    pub(crate) fn wake(&self, waiter: Waiter) {
        match waiter {
            Waiter::Task(waker) => waker.wake(),
            Waiter::Thread => futex_wake_all(&self.state),
        }
    }

    /// Says that the caller is about to sleep. A full fence must follow, and one more look, before it does.
    pub(crate) fn arm(&self, waker: Option<&Waker>) {
        let mut slot = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        // A thread that blocks forgets the task that waited before, whose future was dropped.
        match (slot.as_mut(), waker) {
            (Some(known), Some(waker)) => known.clone_from(waker),
            (_, waker) => *slot = waker.cloned(),
        }
        drop(slot);
        self.state.store(ARMED, Ordering::Relaxed);
    }

    /// Says that the caller found something after all.
    pub(crate) fn disarm(&self) {
        self.state.store(SILENT, Ordering::Relaxed);
    }

    /// Blocks until the bell rings, at most for `timeout`; may return early.
    pub(crate) fn sleep(&self, timeout: Option<Duration>) {
        futex_wait(&self.state, ARMED, timeout);
    }

    /// The futex word and its value while armed, for sleeping on several words at once.
    pub(crate) fn word(&self) -> (&AtomicU32, u32) {
        (&self.state, ARMED)
    }
}
