//! The mapped file.
//!
//! # Safety
//!
//! Everything here rests on four facts. The mapping is at least as long as the layout says: its
//! length was computed from a geometry that was held against the file's size. Offsets are masked by
//! the geometry, and lengths are checked against what is left. Words that processes share are only
//! ever touched as atomics. And a payload is written by the writer alone before its commit word, and
//! read by readers after it, until they move their cursor: so references to it never meet a write.
//!
//! The last holds for peers that keep the protocol. One that does not can change bytes under a
//! reader; it cannot lead it out of the mapping.
#![allow(unsafe_code)]

use crate::copy::copy_changing;
use crate::frame::{Geometry, WORD};
use crate::layout::{
    ANNOUNCEMENTS_AT, ANNOUNCEMENTS_LEN, DATA_AT, SHARED_AT, SHARED_LEN, WRITER_WORDS_AT, file_len,
};
use crate::map::{Access, Mapping, Paging};
use crate::shared::{Shared, WriterWords};
use crate::sync::AtomicU64;
use std::io;
use std::os::fd::BorrowedFd;
use std::ptr::NonNull;

/// A ring's file in memory.
#[derive(Debug)]
pub(crate) struct Memory {
    /// The whole file; writable for the writer alone.
    whole: Mapping,
    /// The pages that readers write, mapped a second time for a reader.
    shared: Option<Mapping>,
    writable: bool,
    geometry: Geometry,
}

impl Memory {
    /// Maps the file for its writer: all of it writable.
    pub(crate) fn map_for_writer(
        file: BorrowedFd<'_>,
        geometry: Geometry,
        paging: Paging,
    ) -> io::Result<Self> {
        let whole = Mapping::new(file, 0, mapped_len(geometry)?, Access::ReadWrite, paging)?;
        Ok(Self { whole, shared: None, writable: true, geometry })
    }

    /// Maps the file for a reader: frames and the writer's words read-only.
    pub(crate) fn map_for_reader(
        file: BorrowedFd<'_>,
        geometry: Geometry,
        paging: Paging,
    ) -> io::Result<Self> {
        let whole = Mapping::new(file, 0, mapped_len(geometry)?, Access::Read, paging)?;
        let shared = Mapping::new(file, SHARED_AT as u64, SHARED_LEN, Access::ReadWrite, paging)?;
        Ok(Self { whole, shared: Some(shared), writable: false, geometry })
    }

    #[inline]
    pub(crate) fn geometry(&self) -> Geometry {
        self.geometry
    }

    #[inline]
    pub(crate) fn writer_words(&self) -> &WriterWords {
        // SAFETY: the words lie within the mapping, at an aligned offset (checked at compile time);
        // they consist of atomics, for which every bit pattern is valid.
        unsafe { self.at(WRITER_WORDS_AT).cast().as_ref() }
    }

    #[inline]
    pub(crate) fn shared(&self) -> &Shared {
        let start = match &self.shared {
            Some(mapping) => mapping.start(),
            None => self.at(SHARED_AT),
        };
        // SAFETY: as in `writer_words`; either mapping holds SHARED_LEN bytes from here.
        unsafe { start.cast().as_ref() }
    }

    /// The commit word of the frame at `position`, an aligned one. Readers may only load it.
    #[inline]
    pub(crate) fn commit_word(&self, position: u64) -> &AtomicU64 {
        let offset = self.geometry.offset(position) & !(WORD as usize - 1);
        // SAFETY: the offset is a multiple of 8 below the capacity, so the word is aligned and
        // within the data region. Bytes that become commit words are payload at other times, but
        // never at the same time: see the module's documentation.
        unsafe { self.at(DATA_AT + offset).cast().as_ref() }
    }

    /// The first `len` bytes of the payload of the committed frame at `position`.
    ///
    /// # Panics
    ///
    /// If they do not lie within the data region: callers check lengths that they read.
    #[inline]
    pub(crate) fn payload(&self, position: u64, len: usize) -> &[u8] {
        let start = self.payload_start(position, len);
        // SAFETY: `payload_start` has checked the range; it holds no writes while a reader's cursor
        // is before it.
        unsafe { std::slice::from_raw_parts(start.as_ptr(), len) }
    }

    /// Copies the payload of the frame at `position`, which may be written over meanwhile.
    ///
    /// # Panics
    ///
    /// As [`Memory::payload`].
    pub(crate) fn copy_payload(&self, position: u64, len: usize, into: &mut Vec<u64>) {
        let words = len.div_ceil(WORD as usize);
        let start = self.payload_start(position, words * WORD as usize);
        // SAFETY: `payload_start` has checked the range; frames begin at multiples of 8.
        unsafe { copy_changing(start.cast(), words, into) };
    }

    /// Whether the file was truncated under the mapping, as far as anybody has noticed.
    #[inline]
    pub(crate) fn is_truncated(&self) -> bool {
        self.whole.is_truncated() || self.shared.as_ref().is_some_and(Mapping::is_truncated)
    }

    /// The payload of the frame at `position`, which the writer has not committed yet.
    ///
    /// # Panics
    ///
    /// If it does not lie within the data region, or if this is a reader's mapping.
    #[inline]
    pub(crate) fn payload_mut(&mut self, position: u64, len: usize) -> &mut [u8] {
        assert!(self.writable, "a reader never writes payloads");
        let start = self.payload_start(position, len);
        // SAFETY: `payload_start` has checked the range, which is mapped writable; no reader looks
        // at it before it is committed, and `&mut self` keeps this process away from it.
        unsafe { std::slice::from_raw_parts_mut(start.as_ptr(), len) }
    }

    /// Fills the room between two positions, where no claimed frame lies, with zeros.
    ///
    /// # Panics
    ///
    /// If it goes past the end of the data region, or if this is a reader's mapping.
    pub(crate) fn clear(&mut self, from: u64, to: u64) {
        assert!(self.writable, "a reader never clears");
        let len = to.saturating_sub(from);
        assert!(len <= self.geometry.to_wrap(from), "cleared in bounds");
        let start = self.at(DATA_AT + self.geometry.offset(from));
        // SAFETY: the range lies within the data region, which is mapped writable. It is room: readers for which the writer
        // waits are past it, and look at no word in it before the frame in front of that is committed; others copy
        // what may change under them.
        unsafe { start.as_ptr().write_bytes(0, len as usize) };
    }

    /// The first `len` bytes of the announcement area, which are in force. At most all of it.
    pub(crate) fn announcements(&self, len: usize) -> &[u8] {
        let start = self.at(ANNOUNCEMENTS_AT);
        // SAFETY: the area lies within the mapping, and what is in force is not written again.
        unsafe { std::slice::from_raw_parts(start.as_ptr(), len.min(ANNOUNCEMENTS_LEN)) }
    }

    /// The rest of the announcement area behind the `len` bytes that are in force.
    pub(crate) fn announcements_mut(&mut self, len: usize) -> &mut [u8] {
        assert!(self.writable, "a reader never announces");
        let len = len.min(ANNOUNCEMENTS_LEN);
        let start = self.at(ANNOUNCEMENTS_AT + len);
        // SAFETY: the rest of the area lies within the mapping, and nobody reads it yet.
        unsafe { std::slice::from_raw_parts_mut(start.as_ptr(), ANNOUNCEMENTS_LEN - len) }
    }

    #[inline]
    fn payload_start(&self, position: u64, len: usize) -> NonNull<u8> {
        let offset = self.geometry.offset(position) + WORD as usize;
        let end = offset.checked_add(len);
        assert!(end.is_some_and(|end| end as u64 <= self.geometry.capacity), "payload in bounds");
        self.at(DATA_AT + offset)
    }

    /// The byte at `offset` of the file; callers stay within it.
    #[inline]
    fn at(&self, offset: usize) -> NonNull<u8> {
        // SAFETY: every offset passed is within the layout, hence within the mapping.
        unsafe { self.whole.start().add(offset) }
    }
}

fn mapped_len(geometry: Geometry) -> io::Result<usize> {
    usize::try_from(file_len(geometry)).map_err(|_| io::ErrorKind::OutOfMemory.into())
}
