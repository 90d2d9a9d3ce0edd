//! Where publishers wait for room, as threads or as tasks; costs no system call when nobody does.
//!
//! Who waits announces it, looks once more, then sleeps. Who makes room does so first, then looks for
//! those who wait. A `SeqCst` fence stands between on both sides, so at least one sees the other.
//!
//! Room is made with every message, and hardly ever waited for. So whoever makes it spares the fence until
//! somebody waits for the first time, who then has the system make one in all threads, and says that from now on
//! fences are wanted.

use std::sync::PoisonError;
use std::task::Waker;

use crate::sync::{
    AtomicU32, Mutex, Ordering, full_fence, futex_wait, futex_wake_all, has_heavy_fence,
    heavy_fence, light_fence, swap_and_fence,
};

/// Whoever makes room spares the fence.
const SPARED: u32 = 0;
/// Fences are wanted, and not everybody may know it.
const ASKED_FOR: u32 = 1;
/// Everybody knows.
const KNOWN: u32 = 2;

/// The waiting room of one ring.
pub(crate) struct Room {
    /// Whether somebody may be waiting.
    waiting: AtomicU32,
    /// Whether whoever makes room is to fence: [`SPARED`], [`ASKED_FOR`], [`KNOWN`].
    fences: AtomicU32,
    /// Changes with every wake-up; the futex of the threads that wait.
    turn: AtomicU32,
    /// The tasks that wait.
    wakers: Mutex<Vec<Waker>>,
}

/// The turn in which one began to wait.
#[derive(Clone, Copy)]
pub(crate) struct Turn(u32);

impl Default for Room {
    fn default() -> Self {
        let fences = AtomicU32::new(if has_heavy_fence() { SPARED } else { KNOWN });
        let (waiting, turn) = (AtomicU32::new(0), AtomicU32::new(0));
        Self { waiting, fences, turn, wakers: Mutex::default() }
    }
}

impl Room {
    /// Says that room was made.
    #[inline]
    pub(crate) fn notify(&self) {
        // Either is the partner of the one in `announce`.
        match self.fences.load(Ordering::Relaxed) {
            SPARED => light_fence(),
            _ => full_fence(),
        }
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
        // Acquire: partner is the release in `ask_for_fences`.
        if self.fences.load(Ordering::Acquire) != KNOWN && !self.ask_for_fences() {
            // Nobody may find the announcement: so the caller looks again and again.
            self.wake();
        }
        turn
    }

    /// Has a fence made in every thread, before which room was made that the caller sees, and behind which its
    /// announcement is seen, and also that fences are wanted. False where the system refuses.
    #[cold]
    fn ask_for_fences(&self) -> bool {
        self.fences.fetch_max(ASKED_FOR, Ordering::Relaxed);
        let is_fenced = heavy_fence();
        if is_fenced {
            // Release: who finds this knows that all have passed the fence.
            self.fences.store(KNOWN, Ordering::Release);
        }
        is_fenced
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
