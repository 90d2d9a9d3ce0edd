//! The writer's half of the protocol: finding room, publishing frames. No files, no waiting.

use crate::frame::{Kind, WORD, pack};
use crate::marks::Place;
use crate::memory::Memory;
use crate::park::{self, Waker};
use crate::sync::{Ordering, fence};

/// So many bytes behind the tail the writer clears at once, where frames are short.
const LEAD: u64 = 1024;
/// It does so when this is left of them.
const LEAST_LEAD: u64 = LEAD / 4;
/// Frames up to this length are short.
const SHORT: u32 = 512;

/// The writer's private view of the ring.
#[derive(Debug)]
pub(crate) struct Producer {
    memory: Memory,
    /// The position behind the last committed frame; aligned.
    tail: u64,
    /// What we last published as `kept`. It never falls.
    kept: u64,
    /// Bytes before this position may be written. It never falls; it may be behind what readers
    /// have released since, never ahead.
    limit: u64,
    /// From the tail up to here the room was cleared, but for claims that were given up. It may be behind the tail.
    cleared: u64,
    /// The number of the next frame.
    sequence: u64,
    /// The frame that begins here, or behind, is to be marked.
    next_mark: u64,
    waker: Waker,
}

/// Where a frame would go. It stays right until the next commit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    /// The frame's position.
    pub(crate) frame: u64,
    /// Bytes of the pad before it: zero, or all up to the end of the data region.
    pad: u64,
    /// The position behind it.
    end: u64,
    /// Bytes of its payload.
    pub(crate) len: u32,
}

impl Claim {
    /// The position that every cursor must have reached before the claim has room.
    pub(crate) fn wanted_cursor(&self, capacity: u64) -> u64 {
        (self.end + WORD).saturating_sub(capacity)
    }
}

impl Producer {
    /// Begins a new ring, whose memory is all zero, before anybody else knows of it.
    pub(crate) fn new(memory: Memory) -> Self {
        park::withdraw_wish(memory.shared());
        let limit = memory.geometry().capacity;
        let next_mark = memory.geometry().part();
        Self {
            memory,
            tail: 0,
            kept: 0,
            limit,
            cleared: 0,
            sequence: 0,
            next_mark,
            waker: Waker::new(),
        }
    }

    #[inline]
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    #[inline]
    pub(crate) fn memory_mut(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// The claim's payload.
    #[cfg(not(loom))]
    #[inline]
    pub(crate) fn payload(&self, claim: &Claim) -> &[u8] {
        self.memory.payload(claim.frame, claim.len as usize)
    }

    /// The claim's payload, to be written.
    #[cfg(not(loom))]
    #[inline]
    pub(crate) fn payload_mut(&mut self, claim: &Claim) -> &mut [u8] {
        self.memory.payload_mut(claim.frame, claim.len as usize)
    }

    /// The position behind the last committed frame.
    pub(crate) fn tail(&self) -> u64 {
        self.tail
    }

    /// The number of the next frame.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Where a frame with `len` payload bytes goes next. `len` is at most the geometry's `max_len`.
    #[inline]
    pub(crate) fn claim(&self, len: u32) -> Claim {
        let geometry = self.memory.geometry();
        let stride = geometry.stride(u64::from(len));
        let to_wrap = geometry.to_wrap(self.tail);
        let pad = if stride > to_wrap { to_wrap } else { 0 };
        let frame = self.tail + pad;
        Claim { frame, pad, end: frame + stride, len }
    }

    /// Whether the claim, and the commit word behind it, may be written.
    #[inline]
    pub(crate) fn has_room(&self, claim: &Claim) -> bool {
        claim.end + WORD <= self.limit
    }

    /// Looks at the cursors anew, to make room for the claim. They are in lines that readers write, so this
    /// is done only when the known room is used up; and then some more room is made than is needed, for
    /// late and lossy readers read `kept`.
    pub(crate) fn find_room(&mut self, claim: &Claim) {
        let capacity = self.memory.geometry().capacity;
        let wanted = claim.wanted_cursor(capacity) + capacity / 8;
        self.kept = self.kept.max(self.lowest_cursor().min(wanted));
        // Release: who finds that it is too late then sees marks at least as far as this.
        self.memory.writer_words().kept.store(self.kept, Ordering::Release);
        // Partner: the fence in `slot::join`. A reader that joins either sees the new `kept`, or is
        // seen by the second look. It is also the partner of the fence in `Consumer::is_intact`: who has
        // read what we write from here on sees the new `kept`.
        fence(Ordering::SeqCst);
        let lowest = self.lowest_cursor().min(self.kept);
        self.limit = self.limit.max(lowest + capacity);
    }

    /// Publishes the claim, whose payload has been written, and wakes readers that sleep.
    #[inline]
    pub(crate) fn commit(&mut self, claim: Claim) {
        self.commit_quietly(claim);
        self.waker.wake_readers(self.memory.shared());
    }

    /// Wakes readers that sleep, after quiet commits.
    pub(crate) fn wake_readers(&self) {
        self.waker.wake_readers(self.memory.shared());
    }

    /// Publishes the claim, whose payload has been written. Only readers that do not sleep see it.
    #[inline]
    pub(crate) fn commit_quietly(&mut self, claim: Claim) {
        // Old bytes in the next frame's place must not look like a commit word. Relaxed: the release
        // below orders it before the frame, and nobody looks there without the frame.
        self.memory.commit_word(claim.end).store(0, Ordering::Relaxed);
        let word = pack(Kind::Data, claim.len, claim.frame);
        // Release: partner is the acquire in `Consumer::peek`; with the word, the payload is seen.
        self.memory.commit_word(claim.frame).store(word, Ordering::Release);
        if claim.pad > 0 {
            let pad = pack(Kind::Pad, (claim.pad - WORD) as u32, self.tail);
            // Release, and last: who follows the pad finds the frame behind it.
            self.memory.commit_word(self.tail).store(pad, Ordering::Release);
        }
        self.tail = claim.end;
        self.sequence += 1;
        if self.tail >= self.next_mark {
            self.mark();
        }
        // Release: partner is the acquire in `Consumer::join`. Who walks up to here finds the frames.
        self.memory.writer_words().tail.0.store(self.tail, Ordering::Release);
        if self.cleared < self.tail + LEAST_LEAD && claim.len <= SHORT {
            self.clear_ahead();
        }
    }

    /// Clears some of the room behind the tail, so that frames that come to lie there find its lines in this processor's
    /// cache. They are in those of readers, from the lap before: and stores wait for one after the other where a short frame
    /// is written at a time, but for many at once where a thousand bytes are. No hint to the processor does the same.
    ///
    /// The word at the tail is left alone, for it is zero, and readers look at it.
    #[inline(never)]
    fn clear_ahead(&mut self) {
        let from = self.cleared.max(self.tail + WORD);
        let wrap = from + self.memory.geometry().to_wrap(from);
        let end = (self.tail + LEAD).min(self.limit).min(wrap);
        if from < end {
            self.memory.clear(from, end);
            self.cleared = end;
        }
    }

    /// Marks the tail for every part of the ring that begins at or before it.
    #[cold]
    fn mark(&mut self) {
        let part = self.memory.geometry().part();
        let place = Place { position: self.tail, sequence: self.sequence };
        while self.next_mark <= self.tail {
            self.memory.writer_words().set_mark(self.next_mark / part, place);
            self.next_mark += part;
        }
    }

    /// Says that no frame will follow.
    pub(crate) fn close(&self) {
        // Release: who sees it sees all frames before it.
        self.memory.writer_words().closed.store(1, Ordering::Release);
        self.waker.wake_readers(self.memory.shared());
    }

    /// The lowest cursor of a live reader; the tail if there is none.
    fn lowest_cursor(&self) -> u64 {
        let slots = self.memory.shared().slots.iter();
        slots
            .filter(|slot| slot.state().is_live())
            // Acquire: partner is the release in `Consumer::release`. What the reader did with the
            // frames before its cursor is done before we write over them.
            .map(|slot| slot.cursor.load(Ordering::Acquire))
            .fold(self.tail, u64::min)
    }
}
