//! A ring's memory for loom: the same words, with payloads that loom watches for races.
//!
//! Payloads are words here. Writing one also leaves its value where a commit word may later be looked
//! for, as in the real memory: so a reader that looks too early takes old bytes for a frame.

use crate::frame::{Geometry, WORD};
use crate::interests::Named;
use crate::shared::{Line, Mark, ReaderSlot, Room, Shared, WriterWords};
use crate::sync::{AtomicU32, AtomicU64, Ordering};
use loom::cell::Cell;
use loom::sync::Arc;
use std::array;

/// A ring's memory; clones are the same ring as another process maps it.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    ring: Arc<Ring>,
}

#[derive(Debug)]
struct Ring {
    geometry: Geometry,
    writer_words: WriterWords,
    shared: Shared,
    /// The data region as atomics: commit words.
    words: Vec<AtomicU64>,
    /// The data region as plain memory: payloads.
    payloads: Vec<Cell<u64>>,
}

impl Memory {
    /// A new ring, all zero.
    pub(crate) fn new(geometry: Geometry) -> Self {
        let words = geometry.capacity / WORD;
        Self {
            ring: Arc::new(Ring {
                geometry,
                writer_words: WriterWords {
                    tail: Line(AtomicU64::new(0)),
                    kept: AtomicU64::new(0),
                    closed: AtomicU32::new(0),
                    announced: AtomicU32::new(0),
                    marks: Line(array::from_fn(|_| new_mark())),
                },
                shared: Shared {
                    sleepers: Line(AtomicU32::new(0)),
                    room: Line(Room { wanted: AtomicU64::new(0), turn: AtomicU32::new(0) }),
                    slots: array::from_fn(|_| new_slot()),
                },
                words: (0..words).map(|_| AtomicU64::new(0)).collect(),
                payloads: (0..words).map(|_| Cell::new(0)).collect(),
            }),
        }
    }

    pub(crate) fn geometry(&self) -> Geometry {
        self.ring.geometry
    }

    pub(crate) fn writer_words(&self) -> &WriterWords {
        &self.ring.writer_words
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.ring.shared
    }

    pub(crate) fn commit_word(&self, position: u64) -> &AtomicU64 {
        &self.ring.words[self.index(position)]
    }

    /// Writes the payload of a frame of one word.
    pub(crate) fn write_payload(&self, position: u64, value: u64) {
        let index = self.index(position) + 1;
        self.ring.payloads[index].set(value);
        self.ring.words[index].store(value, Ordering::Relaxed);
    }

    /// Fills the room between two positions with zeros.
    pub(crate) fn clear(&mut self, from: u64, to: u64) {
        for position in (from..to).step_by(WORD as usize) {
            let index = self.index(position);
            self.ring.payloads[index].set(0);
            self.ring.words[index].store(0, Ordering::Relaxed);
        }
    }

    /// Reads the payload of a frame of one word.
    pub(crate) fn read_payload(&self, position: u64) -> u64 {
        self.ring.payloads[self.index(position) + 1].get()
    }

    /// Reads the payload of a frame of one word, while the writer may be writing over it.
    pub(crate) fn read_changing(&self, position: u64) -> u64 {
        self.ring.words[self.index(position) + 1].load(Ordering::Relaxed)
    }

    fn index(&self, position: u64) -> usize {
        self.ring.geometry.offset(position) / WORD as usize
    }
}

fn new_mark() -> Mark {
    Mark { position: AtomicU64::new(0), sequence: AtomicU64::new(0) }
}

fn new_slot() -> ReaderSlot {
    ReaderSlot {
        state: AtomicU64::new(0),
        cursor: AtomicU64::new(0),
        pid: AtomicU32::new(0),
        started: AtomicU64::new(0),
        pid_namespace: AtomicU64::new(0),
        lost: AtomicU64::new(0),
        interests: Named::new(),
    }
}
