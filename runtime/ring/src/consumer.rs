//! A reader's half of the protocol: finding frames, giving back room. No files, no waiting.

use crate::frame::{Kind, WORD, unpack};
use crate::marks::Place;
use crate::memory::Memory;
use crate::park;
use crate::shared::ReaderSlot;
use crate::slot::{JOIN_ATTEMPTS, Mode, Start, State, join};
use crate::sync::{Ordering, fence};

/// A reader's private view of the ring.
#[derive(Debug)]
pub(crate) struct Consumer {
    memory: Memory,
    /// Which slot is ours: less than the number of slots.
    slot: usize,
    /// The slot's state as long as it is ours.
    state: State,
    /// The position of the next frame, aligned, and its number.
    next: Place,
    /// Frames that were overwritten before we had read them: of a lossy reader alone.
    lost: u64,
}

/// What lies at a reader's position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing yet.
    Nothing,
    /// A frame with so many payload bytes, all within the data region.
    Frame {
        /// Bytes of its payload.
        len: u32,
    },
    /// The writer has overtaken a reader that it does not wait for.
    Lapped,
    /// Something that no writer would have put there.
    Corrupt {
        /// What was read as a commit word.
        word: u64,
    },
    /// Our slot was taken away.
    Evicted,
}

impl Consumer {
    /// Begins to read with a slot that the caller has claimed. `None` if the words of the ring make no
    /// sense, or if the frame that was asked for is not there; then the slot is free again.
    pub(crate) fn join(
        memory: Memory,
        slot: usize,
        claimed: State,
        mode: Mode,
        start: Start,
    ) -> Option<Self> {
        let joined = join(&memory, &memory.shared().slots[slot], claimed, mode, start);
        let Some((state, next)) = joined else {
            memory.shared().slots[slot].abandon(claimed);
            return None;
        };
        let mut consumer = Self { memory, slot, state, next, lost: 0 };
        if consumer.walk_to(start) {
            return Some(consumer);
        }
        consumer.leave();
        None
    }

    /// Passes over the frames between the mark at which we have joined and the start.
    fn walk_to(&mut self, start: Start) -> bool {
        // Acquire: partner is the release in `Producer::commit_quietly`. All frames up to here are there.
        let tail = self.memory.writer_words().tail.0.load(Ordering::Acquire);
        if !self.memory.geometry().is_aligned(self.next.position) {
            return false;
        }
        let capacity = self.memory.geometry().capacity;
        let mut begun = self.next.position;
        let mut laps = 0;
        loop {
            // No ring holds more than its capacity: these words lead in a circle.
            if self.next.position.wrapping_sub(begun) > capacity {
                return false;
            }
            let arrived = match start {
                Start::First if self.next == Place::default() => true,
                Start::First | Start::Newest => self.next.position >= tail,
                Start::Oldest => true,
                Start::Sequence(sequence) => self.next.sequence >= sequence,
            };
            if arrived {
                // Not before: until here we hold what we may have to look at again.
                self.publish_cursor();
                return true;
            }
            let found = if self.state.is_live() { self.peek() } else { self.watch() };
            match found {
                Found::Frame { len } => self.pass(len),
                // A lossy reader that is overtaken on its way begins later, but has lost nothing.
                Found::Lapped if matches!(start, Start::Sequence(_)) => return false,
                Found::Lapped => match self.memory.writer_words().newest_mark() {
                    Some(place) if laps < JOIN_ATTEMPTS => {
                        laps += 1;
                        begun = place.position;
                        self.next = place;
                    }
                    _ => return false,
                },
                Found::Nothing => return !matches!(start, Start::Sequence(_)),
                // The first poll tells.
                Found::Evicted => return true,
                // Who has lost its slot may have met anything.
                Found::Corrupt { .. } => return !self.holds(),
            }
        }
    }

    #[inline]
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    #[inline]
    pub(crate) fn position(&self) -> u64 {
        self.next.position
    }

    /// The number of the next frame.
    #[inline]
    pub(crate) fn sequence(&self) -> u64 {
        self.next.sequence
    }

    /// How many frames were overwritten before we had read them.
    pub(crate) fn lost(&self) -> u64 {
        self.lost
    }

    /// Whether the writer waits for us.
    pub(crate) fn is_reliable(&self) -> bool {
        self.state.is_live()
    }

    /// Looks for the next frame, past a pad if there is one.
    #[inline]
    pub(crate) fn peek(&mut self) -> Found {
        if self.slot().state() != self.state {
            return Found::Evicted;
        }
        match self.look() {
            Look::Pad { stride, .. } => {
                self.move_by(stride);
                match self.look() {
                    Look::Pad { word, .. } | Look::Other(Found::Corrupt { word }) => {
                        Found::Corrupt { word }
                    }
                    Look::Other(found) => found,
                }
            }
            Look::Other(found) => found,
        }
    }

    /// Looks for the next frame of a reader that the writer does not wait for. What is found may be
    /// overwritten at once: see [`Consumer::is_intact`].
    #[inline]
    pub(crate) fn watch(&mut self) -> Found {
        if self.slot().state() != self.state {
            return Found::Evicted;
        }
        for _ in 0..2 {
            let look = self.look();
            // Before anything that was found is believed.
            if !self.is_intact() {
                return Found::Lapped;
            }
            match look {
                Look::Pad { stride, .. } => self.move_by(stride),
                Look::Other(found) => return found,
            }
        }
        Found::Corrupt { word: 0 }
    }

    /// Whether nothing that was read at our position, before this, had been written over.
    #[inline]
    pub(crate) fn is_intact(&self) -> bool {
        // Acquire: partner is the fence in `Producer::find_room`. Whoever has read anything that the writer
        // has put in the place of our frame sees that it is not kept any more.
        fence(Ordering::Acquire);
        self.memory.writer_words().kept.load(Ordering::Relaxed) <= self.next.position
    }

    /// Goes on where the ring is kept, after we were overtaken, and counts what is lost by that. With
    /// `far`, as far ahead as there is a mark. False if there is no place to go on.
    pub(crate) fn catch_up(&mut self, far: bool) -> bool {
        let words = self.memory.writer_words();
        // Acquire: partner is the release in `Producer::find_room`. The marks are as new as this.
        let kept = words.kept.load(Ordering::Acquire);
        let place = if far { words.newest_mark() } else { words.first_mark_from(kept) };
        let is_ahead = |place: &Place| {
            place.position > self.next.position
                && place.sequence > self.next.sequence
                && self.memory.geometry().is_aligned(place.position)
        };
        let Some(place) = place.filter(is_ahead) else { return false };
        // Saturating: the numbers are the file's, and may be any.
        self.lost = self.lost.saturating_add(place.sequence - self.next.sequence);
        self.next = place;
        self.slot().lost.store(self.lost, Ordering::Relaxed);
        self.publish_cursor();
        true
    }

    /// Whether our slot is still ours, so that the writer has held what was read before this.
    #[inline]
    pub(crate) fn holds(&self) -> bool {
        // Acquire: partner is the fence in `Producer::find_room`, which follows an eviction and precedes
        // what is written then.
        fence(Ordering::Acquire);
        self.slot().state() == self.state
    }

    /// Gives back the frame that `peek` found.
    #[inline]
    pub(crate) fn release(&mut self, len: u32) {
        self.pass(len);
        self.publish_cursor();
    }

    /// Goes past the frame that `peek` found, and gives it back later.
    #[inline]
    pub(crate) fn pass(&mut self, len: u32) {
        let stride = self.memory.geometry().stride(u64::from(len));
        // Wrapping: a corrupted mark may have sent us to any position.
        self.next.position = self.next.position.wrapping_add(stride);
        self.next.sequence = self.next.sequence.wrapping_add(1);
    }

    /// Gives back everything that was passed.
    #[inline]
    pub(crate) fn publish_cursor(&self) {
        // A slot that was taken from us may be another reader's by now. (Not while we have its lock: so
        // what is stored after this look hurts nobody.)
        if self.slot().state() != self.state {
            return;
        }
        // Release: partner is the acquire in `Producer::lowest_cursor`. We are done with the bytes
        // before the new cursor.
        self.slot().cursor.store(self.next.position, Ordering::Release);
        if self.is_reliable() {
            park::offer_room(self.memory.shared(), self.next.position);
        }
    }

    /// Whether the writer has closed the ring. Frames committed before that are to be seen after it.
    pub(crate) fn is_closed(&self) -> bool {
        // Acquire: partner is the release in `Producer::close`.
        self.memory.writer_words().closed.load(Ordering::Acquire) != 0
    }

    /// Frees our slot.
    pub(crate) fn leave(&self) {
        if self.slot().vacate(self.state) {
            // A cursor beyond every wish: all that we held is free.
            park::offer_room(self.memory.shared(), u64::MAX - 1);
        }
    }

    #[inline]
    fn slot(&self) -> &ReaderSlot {
        &self.memory.shared().slots[self.slot]
    }

    #[inline]
    fn move_by(&mut self, stride: u64) {
        self.next.position = self.next.position.wrapping_add(stride);
        self.publish_cursor();
    }

    #[inline]
    fn look(&self) -> Look {
        // Acquire: partner is the release in `Producer::commit`.
        let word = self.memory.commit_word(self.next.position).load(Ordering::Acquire);
        if word == 0 {
            return Look::Other(Found::Nothing);
        }
        let geometry = self.memory.geometry();
        let to_wrap = geometry.to_wrap(self.next.position);
        match unpack(word, self.next.position) {
            Some((Kind::Data, len))
                if u64::from(len) <= geometry.max_len()
                    && geometry.stride(u64::from(len)) <= to_wrap =>
            {
                Look::Other(Found::Frame { len })
            }
            Some((Kind::Pad, len)) if u64::from(len) + WORD == to_wrap => {
                Look::Pad { stride: to_wrap, word }
            }
            _ => Look::Other(Found::Corrupt { word }),
        }
    }
}

/// What one commit word says.
enum Look {
    Pad { stride: u64, word: u64 },
    Other(Found),
}
