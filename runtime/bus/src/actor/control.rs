//! The wish of a supervisor that a child ends: a number that only grows, and whom to wake for it.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::Waker;

/// What its supervisor asks of a child.
#[derive(Debug, Default)]
pub(super) struct Control {
    order: AtomicU8,
    waker: Mutex<Option<Waker>>,
}

const DRAIN: u8 = 1;
/// The order to end now; it stays when it is followed by a lesser one.
pub(super) const ABORT: u8 = 2;

impl Control {
    /// Asks it to handle what waits, and to end.
    pub(super) fn drain(&self) {
        self.give(DRAIN);
    }

    /// Asks it to end now.
    pub(super) fn abort(&self) {
        self.give(ABORT);
    }

    fn give(&self, order: u8) {
        self.order.fetch_max(order, Ordering::AcqRel);
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The gravest order so far; 0 for none.
    pub(super) fn order(&self) -> u8 {
        self.order.load(Ordering::Acquire)
    }

    /// Wakes the task at each order from now on.
    pub(super) fn register(&self, waker: &Waker) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
    }
}
