//! A reader's half of the protocol: finding frames, giving back room. No files, no waiting.

use crate::frame::{Kind, WORD, unpack};
use crate::memory::Memory;
use crate::park;
use crate::shared::ReaderSlot;
use crate::slot::{Start, State, join};
use crate::sync::Ordering;

/// A reader's private view of the ring.
#[derive(Debug)]
pub(crate) struct Consumer {
    memory: Memory,
    /// Which slot is ours: less than the number of slots.
    slot: usize,
    /// The slot's state as long as it is ours.
    state: State,
    /// The position of the next frame; aligned.
    position: u64,
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
    /// sense.
    pub(crate) fn join(memory: Memory, slot: usize, claimed: State, start: Start) -> Option<Self> {
        let (state, position) = join(&memory, &memory.shared().slots[slot], claimed, start)?;
        Some(Self { memory, slot, state, position })
    }

    #[inline]
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    #[inline]
    pub(crate) fn position(&self) -> u64 {
        self.position
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

    /// Gives back the frame that `peek` found.
    #[inline]
    pub(crate) fn release(&mut self, len: u32) {
        self.move_by(self.memory.geometry().stride(u64::from(len)));
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
        // Wrapping: a corrupted tail may have sent us to any position.
        self.position = self.position.wrapping_add(stride);
        // A slot that was taken from us may be another reader's by now.
        if self.slot().state() != self.state {
            return;
        }
        // Release: partner is the acquire in `Producer::lowest_cursor`. We are done with the bytes
        // before the new cursor.
        self.slot().cursor.store(self.position, Ordering::Release);
        park::offer_room(self.memory.shared(), self.position);
    }

    #[inline]
    fn look(&self) -> Look {
        // Acquire: partner is the release in `Producer::commit`.
        let word = self.memory.commit_word(self.position).load(Ordering::Acquire);
        if word == 0 {
            return Look::Other(Found::Nothing);
        }
        let geometry = self.memory.geometry();
        let to_wrap = geometry.to_wrap(self.position);
        match unpack(word, self.position) {
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
