//! Places in the ring of which both the position and the number of the frame there are known.
//!
//! Frames do not carry numbers: readers count them. Who joins late, or was overtaken, needs one place to
//! count from. The writer marks the first frame that begins in each of [`MARKS`] equal parts of the
//! ring; a mark is written over one lap later. That costs nothing with each frame but a comparison.
//!
//! A mark is a seqlock whose version is its position: positions only grow, so the same position before and
//! after means the same number in between. While it is changed, its position is [`CHANGING`]; the mark of
//! a writer that died there is passed over. In a new ring all marks are zero, which is true: frame 0 is at
//! position 0.

use crate::shared::{MARKS, Mark, WriterWords};
use crate::sync::{Ordering, fence};

/// Stands for a position while a mark is changed.
const CHANGING: u64 = u64::MAX;

/// A place in the ring at which a frame begins, or will.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// In bytes since the ring began.
    pub(crate) position: u64,
    /// The frame's number.
    pub(crate) sequence: u64,
}

impl Mark {
    fn set(&self, place: Place) {
        self.position.store(CHANGING, Ordering::Relaxed);
        // Release: partner is the fence in `read`. Who sees the new number sees that the position changes.
        fence(Ordering::Release);
        self.sequence.store(place.sequence, Ordering::Relaxed);
        // Release: who starts here sees the commit word here, and the number.
        self.position.store(place.position, Ordering::Release);
    }

    fn read(&self) -> Option<Place> {
        // Acquire: partner is the release that ends `set`.
        let position = self.position.load(Ordering::Acquire);
        let sequence = self.sequence.load(Ordering::Relaxed);
        // Acquire: partner is the fence in `set`.
        fence(Ordering::Acquire);
        let unchanged = position == self.position.load(Ordering::Relaxed);
        (unchanged && position != CHANGING).then_some(Place { position, sequence })
    }
}

impl WriterWords {
    /// Marks the frame that begins where the ring's part number `part` does, or behind that.
    pub(crate) fn set_mark(&self, part: u64, place: Place) {
        self.marks.0[(part % MARKS as u64) as usize].set(place);
    }

    /// The oldest marked place from `position` on.
    pub(crate) fn first_mark_from(&self, position: u64) -> Option<Place> {
        let kept = self.marks().filter(|place| place.position >= position);
        kept.min_by_key(|place| place.position)
    }

    /// The newest marked place.
    pub(crate) fn newest_mark(&self) -> Option<Place> {
        self.marks().max_by_key(|place| place.position)
    }

    /// The newest marked place, from `position` on, that is not behind the frame with this number.
    pub(crate) fn last_mark_before(&self, sequence: u64, position: u64) -> Option<Place> {
        let before = |place: &Place| place.position >= position && place.sequence <= sequence;
        self.marks().filter(before).max_by_key(|place| place.position)
    }

    fn marks(&self) -> impl Iterator<Item = Place> {
        self.marks.0.iter().filter_map(Mark::read)
    }
}
