//! The life of a reader's slot, as one word that changes by compare-and-swap.
//!
//! ```text
//!   free ──claim──▶ claimed ──join──▶ live or watching ──leave, reap or evict──▶ free, in the next epoch
//! ```
//!
//! Every change of owner raises the epoch, so that a change prepared against an old owner fails and
//! a reader that lost its slot finds out. Only live slots hold the writer back; those of lossy readers are
//! *watching*.
//!
//! Which process owns a slot is settled by a file lock (see [`crate::lock`]): a claim is tried only
//! by who holds the slot's lock, and a reap only by who has seen it free *after* reading the state.
//! Therefore a claim may also take over a slot that a dead reader left behind.

use crate::marks::Place;
use crate::memory::Memory;
use crate::shared::ReaderSlot;
use crate::sync::{Ordering, fence, thread};

/// A slot's state word: what it is in the lowest two bits, the epoch above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State(u64);

const PHASE: u64 = 0b11;
const FREE: u64 = 0;
const CLAIMED: u64 = 1;
const LIVE: u64 = 2;
const WATCHING: u64 = 3;
const EPOCH: u64 = 4;

impl State {
    /// Whether the slot holds the writer back.
    pub(crate) fn is_live(self) -> bool {
        self.0 & PHASE == LIVE
    }

    /// Whether a reader has joined with it, whether or not it holds the writer back.
    pub(crate) fn is_attached(self) -> bool {
        self.mode().is_some()
    }

    /// The state that a slot's word says; any is possible.
    #[cfg(not(loom))]
    pub(crate) fn from_word(word: u64) -> Self {
        Self(word)
    }

    /// What the slot's reader is to the writer, once it has joined.
    pub(crate) fn mode(self) -> Option<Mode> {
        match self.0 & PHASE {
            LIVE => Some(Mode::Reliable),
            WATCHING => Some(Mode::Lossy),
            _ => None,
        }
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

/// What a reader is to the writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The writer waits for it.
    Reliable,
    /// The writer does not.
    Lossy,
}

impl Mode {
    fn phase(self) -> u64 {
        match self {
            Self::Reliable => LIVE,
            Self::Lossy => WATCHING,
        }
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

    /// Frees the slot of a reader that has claimed it and did not get to read.
    pub(crate) fn abandon(&self, claimed: State) {
        let attached = [LIVE, WATCHING].map(|phase| claimed.same(phase));
        let _ = self.vacate(claimed) || attached.into_iter().any(|state| self.vacate(state));
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
    /// At the oldest frame that the ring still keeps and that is marked: there are 64 marks, so at most
    /// a 64th of the ring is passed over.
    Oldest,
    /// Behind the newest frame: only what is written from now on.
    Newest,
    /// At the frame with this number. The first frame of a ring has number 0.
    Sequence(u64),
}

/// How often a reader tries to join. A writer that overtakes it once has written a part of the ring
/// meanwhile, so a healthy ring takes a few attempts at most.
pub(crate) const JOIN_ATTEMPTS: u32 = 10_000;

/// How often it looks for a mark, which may just be changed.
#[cfg(not(loom))]
const MARK_ATTEMPTS: u32 = 64;
#[cfg(loom)]
const MARK_ATTEMPTS: u32 = 1;

/// Makes a claimed slot live, at a marked place that the writer is bound to keep. Returns both, or `None`
/// if there is no such place, or if the words of the ring make no sense.
///
/// The writer raises `kept` before it looks at the slots; we set our slot before we look at
/// `kept`; a `SeqCst` fence stands between on both sides (its partner is in
/// [`crate::producer::Producer::find_room`]). So at least one sees the other: either the writer
/// respects our cursor, or we see that it may have moved on, and try again further ahead.
pub(crate) fn join(
    memory: &Memory,
    slot: &ReaderSlot,
    claimed: State,
    mode: Mode,
    start: Start,
) -> Option<(State, Place)> {
    let words = memory.writer_words();
    let mut state = claimed;
    for attempt in 0..JOIN_ATTEMPTS {
        // Acquire: partner is the release in `find_room`. The marks that we find are as new as this.
        let kept = words.kept.load(Ordering::Acquire);
        let place = match start {
            Start::First if kept == 0 => Some(Place::default()),
            Start::First | Start::Newest => words.newest_mark(),
            Start::Oldest => words.first_mark_from(kept),
            Start::Sequence(sequence) => words.last_mark_before(sequence, kept),
        };
        let Some(place) = place else {
            // Either there is none, or the writer changes just this mark.
            if attempt >= MARK_ATTEMPTS {
                return None;
            }
            thread::yield_now();
            continue;
        };
        slot.cursor.store(place.position, Ordering::Relaxed);
        if state == claimed {
            state = slot.change(state, state.same(mode.phase()))?;
        }
        fence(Ordering::SeqCst);
        // Acquire: if the writer has moved on, the next attempt sees how far.
        if words.kept.load(Ordering::Acquire) <= place.position {
            return Some((state, place));
        }
    }
    None
}
