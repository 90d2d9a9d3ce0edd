//! Sleeping without losing a wake-up, and waking without a system call when nobody sleeps.
//!
//! Readers sleep on `sleepers`, one word for all. A reader writes 1, then looks for a frame once
//! more; the writer commits a frame, then looks at the word; a `SeqCst` fence stands between on
//! both sides. So at least one sees the other. A reader killed in its sleep costs the writer one
//! needless wake-up, for the word is cleared by it.
//!
//! The writer sleeps on `room`, when the ring is full. There, readers take no fence: a wake-up can
//! be lost, and the writer looks again after a short time.

use crate::shared::Shared;
use crate::sync::{Ordering, fence, futex_wait, futex_wake_all};
use std::time::Duration;

const NOBODY: u32 = 0;
const SOMEBODY: u32 = 1;

/// Says that a reader is about to sleep. It must look for a frame after this, before it sleeps.
pub(crate) fn announce_sleep(shared: &Shared) {
    shared.sleepers.0.store(SOMEBODY, Ordering::Relaxed);
    // Partner: the fence in `wake_readers`.
    fence(Ordering::SeqCst);
}

/// Sleeps until the writer wakes readers, at most for `timeout`.
pub(crate) fn sleep(shared: &Shared, timeout: Duration) {
    futex_wait(&shared.sleepers.0, SOMEBODY, timeout);
}

/// Wakes the readers that sleep, after something was published for them.
pub(crate) fn wake_readers(shared: &Shared) {
    // Partner: the fence in `announce_sleep`. It orders our commit before this look.
    fence(Ordering::SeqCst);
    if shared.sleepers.0.load(Ordering::Relaxed) != NOBODY {
        wake_sleepers(shared);
    }
}

#[cold]
fn wake_sleepers(shared: &Shared) {
    shared.sleepers.0.store(NOBODY, Ordering::Relaxed);
    futex_wake_all(&shared.sleepers.0);
}

/// Asks the reader whose cursor reaches `position` to wake the writer, which looks for room once more
/// after this, before it sleeps. Returns what [`sleep_for_room`] needs.
pub(crate) fn wish_for_room(shared: &Shared, position: u64) -> u32 {
    let turn = shared.room.0.turn.load(Ordering::Relaxed);
    shared.room.0.wanted.store(position, Ordering::Relaxed);
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
