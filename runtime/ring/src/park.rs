//! Sleeping without losing a wake-up, and waking without a system call when nobody sleeps.
//!
//! Readers sleep on `sleepers`, one word for all. It is odd while somebody sleeps or is about to. A reader
//! makes it odd, looks for a frame once more, and sleeps while the word stays as it is. The writer publishes,
//! and looks at the word; if it is odd, it counts it up to the next even number, and wakes all. Between the
//! two steps of either side stands a fence. So one of them is seen: the writer finds the word odd, or the
//! reader finds the frame. A reader that is woken before it has fallen asleep finds the word changed, also if
//! another reader has made it odd again. One that is killed in its sleep costs the writer one needless
//! wake-up.
//!
//! The writer's fence would be the dearest part of every frame, for it waits until the other processor has
//! given up the frame's lines. So where the system can, the reader pays for both, when it goes to sleep: it
//! has the system put a fence into all running threads of processes that have asked for that
//! ([`crate::sync::let_others_fence`]), which a writer's has. Then the writer's own fence is one for the
//! compiler alone ([`Waker`]). A reader that may not do so sleeps for a millisecond at most.
//!
//! The writer sleeps on `room`, when the ring is full. There, readers take no fence: a wake-up can
//! be lost, and the writer looks again after a short time.

use crate::shared::Shared;
use crate::sync::{
    Ordering, compiler_fence, fence, fence_others, futex_wait, futex_wake_all, let_others_fence,
};
use std::time::Duration;

/// The bit of `sleepers` that says that somebody sleeps.
const SLEEPING: u32 = 1;
/// How long a reader sleeps at most that could not fence the writer.
const UNSURE_SLEEP: Duration = Duration::from_millis(1);

/// A reader's intention to sleep.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intention {
    /// What `sleepers` holds as long as nobody was woken.
    pub(crate) word: u32,
    /// Whether every frame after this will wake.
    pub(crate) is_sure: bool,
}

impl Intention {
    /// How long to sleep at most.
    pub(crate) fn limit(self, timeout: Duration) -> Duration {
        if self.is_sure { timeout } else { timeout.min(UNSURE_SLEEP) }
    }
}

/// Says that a reader is about to sleep. It must look for a frame after this, before it sleeps.
pub(crate) fn announce_sleep(shared: &Shared) -> Intention {
    // Acquire: partner is the release in `wake_sleepers`.
    let word = shared.sleepers.0.fetch_or(SLEEPING, Ordering::Acquire) | SLEEPING;
    // Partner: the fence in `Waker::wake_readers`, or this one on the writer's processor.
    fence(Ordering::SeqCst);
    Intention { word, is_sure: fence_others() }
}

/// Sleeps until the writer publishes something after `announce_sleep`, at most for `timeout`.
pub(crate) fn sleep(shared: &Shared, intention: Intention, timeout: Duration) {
    futex_wait(&shared.sleepers.0, intention.word, intention.limit(timeout));
}

/// The writer's way of looking for sleepers.
#[derive(Debug)]
pub(crate) struct Waker {
    /// Readers that go to sleep fence this process.
    is_fenced: bool,
}

impl Waker {
    pub(crate) fn new() -> Self {
        Self { is_fenced: let_others_fence() }
    }

    /// Wakes the readers that sleep, after something was published for them.
    #[inline]
    pub(crate) fn wake_readers(&self, shared: &Shared) {
        // Partner: the fence in `announce_sleep`.
        match self.is_fenced {
            true => compiler_fence(Ordering::SeqCst),
            false => fence(Ordering::SeqCst),
        }
        if shared.sleepers.0.load(Ordering::Relaxed) & SLEEPING != 0 {
            wake_sleepers(shared);
        }
    }
}

#[cold]
fn wake_sleepers(shared: &Shared) {
    // From odd to the next even number. Who has announced itself since falls asleep on no other word than
    // this one, and is woken with the others.
    shared.sleepers.0.fetch_add(SLEEPING, Ordering::Release);
    futex_wake_all(&shared.sleepers.0);
}

/// Asks the reader whose cursor reaches `position` to wake the writer, which looks for room once more
/// after this, before it sleeps. Returns what [`sleep_for_room`] needs.
pub(crate) fn wish_for_room(shared: &Shared, position: u64) -> u32 {
    let turn = shared.room.0.turn.load(Ordering::Relaxed);
    shared.room.0.wanted.store(position, Ordering::Relaxed);
    // Our look at the cursors comes after the wish. Readers have no fence to match it; what they miss, the
    // clock ends.
    fence(Ordering::SeqCst);
    turn
}

/// Sleeps until a reader made room after the wish, at most for `timeout`.
pub(crate) fn sleep_for_room(shared: &Shared, turn: u32, timeout: Duration) {
    futex_wait(&shared.room.0.turn, turn, timeout);
}

/// Takes the wish back.
pub(crate) fn withdraw_wish(shared: &Shared) {
    shared.room.0.wanted.store(u64::MAX, Ordering::Relaxed);
}

/// Wakes the writer if it waits for a position that `cursor` has reached.
#[inline]
pub(crate) fn offer_room(shared: &Shared, cursor: u64) {
    if cursor >= shared.room.0.wanted.load(Ordering::Relaxed) {
        wake_writer(shared);
    }
}

#[cold]
fn wake_writer(shared: &Shared) {
    shared.room.0.wanted.store(u64::MAX, Ordering::Relaxed);
    shared.room.0.turn.fetch_add(1, Ordering::Relaxed);
    futex_wake_all(&shared.room.0.turn);
}
