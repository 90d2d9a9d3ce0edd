//! Sleeping without losing a wake-up, and waking without a system call when nobody sleeps.
//!
//! Readers sleep on `sleepers`, one word for all. It is odd while somebody sleeps or is about to, and the
//! writer changes it with every frame. Both sides change it by read-modify-write, and of two such changes
//! one is the earlier: if the reader's is, the writer finds the word odd, and wakes; if the writer's is,
//! the reader synchronizes with it, and finds the frame when it looks once more. Should the frame come
//! after that look, the word is another one, and the reader does not fall asleep. A reader killed in its
//! sleep costs the writer one needless wake-up.
//!
//! (A mere flag would not do: a second reader could raise it again between the wake-up of a first and
//! its falling asleep.)
//!
//! The writer sleeps on `room`, when the ring is full. There, readers take no fence: a wake-up can
//! be lost, and the writer looks again after a short time.

use crate::shared::Shared;
use crate::sync::{Ordering, fence, futex_wait, futex_wake_all};
use std::time::Duration;

/// The bit of `sleepers` that says that somebody sleeps.
const SLEEPING: u32 = 1;
/// What the writer adds with every frame: it leaves the bit alone.
const FRAME: u32 = 2;

/// Says that a reader is about to sleep. It must look for a frame after this, before it sleeps. Returns
/// what [`sleep`] needs.
pub(crate) fn announce_sleep(shared: &Shared) -> u32 {
    // Acquire: partner is the release in `wake_readers`.
    shared.sleepers.0.fetch_or(SLEEPING, Ordering::Acquire) | SLEEPING
}

/// Sleeps until the writer publishes something after `announce_sleep`, at most for `timeout`.
pub(crate) fn sleep(shared: &Shared, ticket: u32, timeout: Duration) {
    futex_wait(&shared.sleepers.0, ticket, timeout);
}

/// Wakes the readers that sleep, after something was published for them.
#[inline]
pub(crate) fn wake_readers(shared: &Shared) {
    // Release: partner is the acquire in `announce_sleep`.
    let before = shared.sleepers.0.fetch_add(FRAME, Ordering::Release);
    if before & SLEEPING != 0 {
        wake_sleepers(shared);
    }
}

#[cold]
fn wake_sleepers(shared: &Shared) {
    // Who has announced itself since falls asleep on no other word than this one, and is woken with
    // the others.
    shared.sleepers.0.fetch_and(!SLEEPING, Ordering::Relaxed);
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
