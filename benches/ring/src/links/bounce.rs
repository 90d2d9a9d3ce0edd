//! One cache line in shared memory that goes from processor to processor: what nothing can be faster than.
//!
//! A word says how many messages there were; the payload follows in the same line. There is room for one
//! message, so it serves for ping-pong alone.
#![allow(unsafe_code)]

use crate::Outcome;
use crate::link::{self, Plan};
use memmap2::MmapRaw;
use std::fs::File;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Bytes of payload beside the counter in a line.
const ROOM: usize = 56;

/// A page that both processes map; its first line is used.
pub(super) struct Page(MmapRaw);

impl Page {
    pub(super) fn open(plan: &Plan, name: &str) -> Outcome<Self> {
        let path = plan.folder.join(name);
        let file =
            File::options().read(true).write(true).create(true).truncate(false).open(path)?;
        file.set_len(4096)?;
        Ok(Self(MmapRaw::map_raw(&file)?))
    }

    /// The words of the line.
    pub(super) fn words(&self) -> &[AtomicU64; 8] {
        // SAFETY: the mapping has a page, whose beginning is aligned, and every bit pattern is valid for
        // atomics.
        unsafe { &*self.0.as_ptr().cast() }
    }

    /// Four bytes of the first word, as a futex wants them.
    pub(super) fn low_half(&self) -> &AtomicU32 {
        // SAFETY: as in `words`.
        unsafe { &*self.0.as_ptr().cast() }
    }
}

pub(crate) struct Sender {
    page: Page,
    count: u64,
}

impl link::Sender for Sender {
    fn create(plan: &Plan, name: &str) -> Outcome<Self> {
        Ok(Self { page: Page::open(plan, name)?, count: 0 })
    }

    #[inline]
    fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        let words = self.page.words();
        for (word, bytes) in words[1..].iter().zip(bytes[..bytes.len().min(ROOM)].chunks_exact(8)) {
            word.store(link::first_word(bytes), Ordering::Relaxed);
        }
        self.count += 1;
        words[0].store(self.count, Ordering::Release);
        Ok(())
    }
}

pub(crate) struct Receiver {
    page: Page,
    count: u64,
}

impl link::Receiver for Receiver {
    fn attach(plan: &Plan, name: &str) -> Outcome<Self> {
        Ok(Self { page: Page::open(plan, name)?, count: 0 })
    }

    #[inline]
    fn try_receive(&mut self, mut take: impl FnMut(&[u8])) -> Outcome<bool> {
        let words = self.page.words();
        if words[0].load(Ordering::Acquire) == self.count {
            return Ok(false);
        }
        self.count += 1;
        take(&words[1].load(Ordering::Relaxed).to_le_bytes());
        Ok(true)
    }
}
