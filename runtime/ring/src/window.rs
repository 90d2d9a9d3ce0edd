//! A second place in memory where a ring's frames are seen, for code that may keep pointers longer than it should.
//!
//! What another language was lent, an array say, may be written after its frame was published: nothing ends the pointer.
//! So such code gets pointers into a window, never into the writer's own memory. A window can be revoked: from then
//! on other memory lies there, of zeros, and what is written to it reaches nobody.
//!
//! # Safety
//!
//! No reference is made to a window's memory here, only pointers. That a pointer lies within the window was seen when it
//! was given, and the range stays mapped until the window is dropped, revoked or not.
#![allow(unsafe_code)]

use crate::frame::{Geometry, WORD};
use crate::layout::{DATA_AT, file_len};
use crate::map::{Access, Mapping, Paging};
use std::io;
use std::os::fd::BorrowedFd;
use std::ptr::NonNull;

/// A second mapping of a ring's file: see [`OwnedSlot::place_in`](crate::OwnedSlot::place_in).
#[derive(Debug)]
pub struct Window {
    mapping: Mapping,
    len: usize,
    geometry: Geometry,
    epoch: u64,
}

// SAFETY: it is a range of memory, which any thread may unmap; whoever uses pointers into it sees to how.
unsafe impl Send for Window {}
// SAFETY: shared, it only tells places, and revokes, which the kernel does at once for all threads.
unsafe impl Sync for Window {}

impl Window {
    pub(crate) fn new(file: BorrowedFd<'_>, geometry: Geometry, epoch: u64) -> io::Result<Self> {
        let len = usize::try_from(file_len(geometry)).map_err(|_| io::ErrorKind::OutOfMemory)?;
        let mapping = Mapping::new(file, 0, len, Access::ReadWrite, Paging::LAZY)?;
        Ok(Self { mapping, len, geometry, epoch })
    }

    /// Where the payload of the frame at a position lies.
    pub(crate) fn place(&self, epoch: u64, position: u64, len: usize) -> Option<NonNull<u8>> {
        let start = DATA_AT + self.geometry.offset(position) + WORD as usize;
        let is_within = start.checked_add(len).is_some_and(|end| end <= self.len);
        if self.epoch != epoch || !is_within {
            return None;
        }
        // SAFETY: it lies within the mapping.
        Some(unsafe { self.mapping.start().add(start) })
    }

    /// Takes the ring away from whoever still has pointers into the window: they find zeros, and what they write reaches
    /// nobody. The window is of no more use for the ring.
    ///
    /// # Errors
    ///
    /// If the system has no memory to put there; then nothing is known of what lies there, and the ring must not be written
    /// any more.
    pub fn revoke(&self) -> io::Result<()> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED | libc::MAP_NORESERVE;
        let start = self.mapping.start().as_ptr().cast();
        // SAFETY: the range is the mapping's own, to which no references exist; it is replaced as a whole, and unmapped
        // by the mapping as before.
        let made = unsafe { libc::mmap(start, self.len, protection, flags, -1, 0) };
        if made == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }
}
