//! The life of a reader's slot, as one word that changes by compare-and-swap.
//!
//! ```text
//!   free ──claim──▶ claimed ──join──▶ live ──release or reap──▶ free, in the next epoch
//! ```
//!
//! Every change of owner raises the epoch, so that a change prepared against an old owner fails and
//! a reader that lost its slot finds out. Only live slots hold the writer back.
//!
//! Which process owns a slot is settled by a file lock (see [`crate::lock`]): a claim is tried only
//! by who holds the slot's lock, and a reap only by who has seen it free *after* reading the state.
//! Therefore a claim may also take over a slot that a dead reader left behind.

use crate::memory::Memory;
use crate::shared::ReaderSlot;
use crate::sync::{Ordering, fence};

/// A slot's state word: what it is in the lowest two bits, the epoch above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State(u64);

const PHASE: u64 = 0b11;
const FREE: u64 = 0;
const CLAIMED: u64 = 1;
const LIVE: u64 = 2;
const EPOCH: u64 = 4;

impl State {
    /// Whether the slot holds the writer back.
    pub(crate) fn is_live(self) -> bool {
        self.0 & PHASE == LIVE
    }

    /// Whether nobody uses the slot.
    pub(crate) fn is_free(self) -> bool {
        self.0 & PHASE == FREE
    }

    fn next(self, phase: u64) -> Self {
        Self((self.0 & !PHASE).wrapping_add(EPOCH) | phase)
    }

    fn same(self, phase: u64) -> Self {
        Self((self.0 & !PHASE) | phase)
    }
}

impl ReaderSlot {
    /// Reads the state. Acquire: pairs with the release of [`ReaderSlot::change`], so that the
    /// cursor of a live slot is at least the one with which it joined.
    #[inline]
    pub(crate) fn state(&self) -> State {
        State(self.state.load(Ordering::Acquire))
    }

    /// Takes the slot for the caller, who holds its lock. `None` if it changed meanwhile.
    pub(crate) fn claim(&self, seen: State) -> Option<State> {
        self.change(seen, seen.next(CLAIMED))
    }

    /// Frees the slot of a reader that leaves or is gone. False if it has another owner by now.
    pub(crate) fn vacate(&self, seen: State) -> bool {
        self.change(seen, seen.next(FREE)).is_some()
    }

    fn change(&self, seen: State, new: State) -> Option<State> {
        self.state
            .compare_exchange(seen.0, new.0, Ordering::AcqRel, Ordering::Relaxed)
            .ok()
            .map(|_| new)
    }
}

/// Where a new reader begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Start {
    /// At the very first frame, if the writer has not given up its room yet; else as `Newest`.
    #[default]
    First,
    /// Behind the newest frame: only what is written from now on.
    Newest,
}

/// How often a reader tries to join. A writer that overtakes it once has written a whole ring meanwhile,
/// so a healthy ring takes a few attempts at most.
const JOIN_ATTEMPTS: u32 = 10_000;

/// Makes a claimed slot live, at a position that the writer is bound to keep. Returns both, or `None` if
/// the words of the ring make no sense.
///
/// The writer raises `kept` before it looks at the slots; we set our slot before we look at
/// `kept`; a `SeqCst` fence stands between on both sides (its partner is in
/// [`crate::producer::Producer::find_room`]). So at least one sees the other: either the writer
/// respects our cursor, or we see that it may have moved on, and try again further ahead.
pub(crate) fn join(
    memory: &Memory,
    slot: &ReaderSlot,
    claimed: State,
    start: Start,
) -> Option<(State, u64)> {
    let words = memory.writer_words();
    let mut state = claimed;
    for _ in 0..JOIN_ATTEMPTS {
        let position = match start {
            Start::First if words.kept.load(Ordering::Relaxed) == 0 => 0,
            _ => words.tail.0.load(Ordering::Relaxed),
        };
        slot.cursor.store(position, Ordering::Relaxed);
        if !state.is_live() {
            state = slot.change(state, state.same(LIVE))?;
        }
        // It also acquires what the writer released with the tail that we have loaded: above all the
        // zeroing of the commit word that we are going to look at.
        fence(Ordering::SeqCst);
        // Acquire: if the writer has moved on, the next attempt sees how far.
        if words.kept.load(Ordering::Acquire) <= position {
            return Some((state, position));
        }
    }
    None
}
