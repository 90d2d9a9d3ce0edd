//! The words that processes share beside the frames, as they lie in the file.
//!
//! [`WriterWords`] are written by the writer alone, and readers map them read-only. [`Shared`] is
//! written by all. Whatever is found in either is checked before use.

use crate::interests::Named;
use crate::sync::{AtomicU32, AtomicU64};

/// How many readers a ring has room for.
#[cfg(not(loom))]
pub(crate) const SLOTS: usize = 64;
/// The models look at two: enough for every interplay of a reader, another and the writer.
#[cfg(loom)]
pub(crate) const SLOTS: usize = 2;

/// In how many parts of the ring a frame is marked: see [`crate::marks`].
#[cfg(not(loom))]
pub(crate) const MARKS: usize = 64;
/// The models' rings have room for few frames.
#[cfg(loom)]
pub(crate) const MARKS: usize = 2;

/// What the writer tells everybody. The first line changes with every frame and is read only by
/// those who attach; the second changes rarely and is read by whoever finds no frame.
#[repr(C, align(128))]
#[derive(Debug)]
pub(crate) struct WriterWords {
    /// The position behind the last committed frame.
    pub(crate) tail: Line<AtomicU64>,
    /// Frames before this position may be overwritten. It never falls.
    pub(crate) kept: AtomicU64,
    /// Nonzero once the writer has closed the ring in good order.
    pub(crate) closed: AtomicU32,
    /// Bytes of the announcement area that are in force. It never falls.
    pub(crate) announced: AtomicU32,
    /// Places from which frames can be counted.
    pub(crate) marks: Line<[Mark; MARKS]>,
}

/// One of them: see [`crate::marks`].
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Mark {
    /// Where a frame begins, or will; [`u64::MAX`] while the mark is changed.
    pub(crate) position: AtomicU64,
    /// The frame's number.
    pub(crate) sequence: AtomicU64,
}

/// What readers write: their slots, and the two words on which either side sleeps.
#[repr(C, align(128))]
#[derive(Debug)]
pub(crate) struct Shared {
    /// Odd while some reader sleeps, or is about to: see [`crate::park`].
    pub(crate) sleepers: Line<AtomicU32>,
    /// A writer that waits for room sleeps on it.
    pub(crate) room: Line<Room>,
    /// One for each reader.
    pub(crate) slots: [ReaderSlot; SLOTS],
}

/// How readers wake a writer that found the ring full.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Room {
    /// A reader whose cursor reaches this position wakes the writer; [`u64::MAX`] when it does not
    /// wait.
    pub(crate) wanted: AtomicU64,
    /// Counts wake-ups; the futex.
    pub(crate) turn: AtomicU32,
}

/// One reader's place: its cursor, and who it is.
#[repr(C, align(128))]
#[derive(Debug)]
pub(crate) struct ReaderSlot {
    /// A [`crate::slot::State`].
    pub(crate) state: AtomicU64,
    /// The position of the next frame that the reader has not released, or that a lossy one has not read.
    pub(crate) cursor: AtomicU64,
    /// The reader's process id, in its own pid namespace.
    pub(crate) pid: AtomicU32,
    /// When that process started, in clock ticks since boot.
    pub(crate) started: AtomicU64,
    /// The inode of its pid namespace.
    pub(crate) pid_namespace: AtomicU64,
    /// Frames that a lossy reader has lost; for those who inspect the ring.
    pub(crate) lost: AtomicU64,
    /// What it is after, as it says.
    pub(crate) interests: Named,
}

/// A value alone on its pair of cache lines: processors fetch lines in pairs.
#[repr(C, align(128))]
#[derive(Debug)]
pub(crate) struct Line<T>(pub(crate) T);

#[cfg(not(loom))]
const _: () = {
    assert!(size_of::<ReaderSlot>() == 128);
    assert!(size_of::<WriterWords>() == 256 + MARKS * 16);
    assert!(size_of::<Shared>() == 256 + SLOTS * 128);
};
