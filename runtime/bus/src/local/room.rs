//! Where publishers wait for room, as threads or as tasks; costs no system call when nobody does.
//!
//! Who waits announces it, looks once more, then sleeps. Who makes room does so first, then looks for
//! those who wait. A `SeqCst` fence stands between on both sides, so at least one sees the other.

use std::sync::PoisonError;
use std::task::Waker;

use crate::sync::{
    AtomicU32, Mutex, Ordering, full_fence, futex_wait, futex_wake_all, swap_and_fence,
};

/// The waiting room of one ring.
#[derive(Default)]
pub(crate) struct Room {
    /// Whether somebody may be waiting.
    waiting: AtomicU32,
    /// Changes with every wake-up; the futex of the threads that wait.
    turn: AtomicU32,
    /// The tasks that wait.
    wakers: Mutex<Vec<Waker>>,
}

/// The turn in which one began to wait.
#[derive(Clone, Copy)]
pub(crate) struct Turn(u32);

impl Room {
    /// Says that room was made, with a fence behind; its partner is the one in `announce`.
    #[inline]
    pub(crate) fn notify(&self) {
        if self.waiting.load(Ordering::SeqCst) != 0 {
            self.wake();
        }
    }

    /// Says that the caller, a thread or a task, is about to wait. It must look once more before it does.
    pub(crate) fn announce(&self, waker: Option<&Waker>) -> Turn {
        let turn = Turn(self.turn.load(Ordering::Relaxed));
        if let Some(waker) = waker {
            let mut wakers = self.wakers.lock().unwrap_or_else(PoisonError::into_inner);
            if !wakers.iter().any(|known| known.will_wake(waker)) {
                wakers.push(waker.clone());
            }
        }
        // Release: whoever resets it finds the waker above. Fence: partner is that of whoever makes room.
        swap_and_fence(&self.waiting, 1);
        turn
    }

    /// Blocks the thread until room was made after `turn`; may return early.
    pub(crate) fn sleep(&self, turn: Turn) {
        futex_wait(&self.turn, turn.0, None);
    }

    /// Wakes everybody, whether or not there is room, to find what was said before.
    pub(crate) fn wake_everybody(&self) {
        // Partner: the fence in `announce`.
        full_fence();
        self.wake();
    }

    #[cold]
    fn wake(&self) {
        // Acquire: partner is the release in `announce`, of everybody whose mark is reset here.
        self.waiting.swap(0, Ordering::Acquire);
        self.turn.fetch_add(1, Ordering::Relaxed);
        futex_wake_all(&self.turn);
        let mut wakers = self.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        let woken = std::mem::take(&mut *wakers);
        drop(wakers);
        woken.into_iter().for_each(Waker::wake);
    }
}
