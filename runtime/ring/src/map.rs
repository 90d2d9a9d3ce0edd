//! A piece of a file in memory.

use memmap2::{MmapOptions, MmapRaw};
use std::io;
use std::os::fd::BorrowedFd;
use std::ptr::NonNull;

/// Whether a mapping may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    ReadWrite,
}

/// A shared mapping of a file, unmapped on drop. It hands out a bare pointer: what lies there, and
/// who may touch it when, is for [`crate::memory`] to know.
#[derive(Debug)]
pub(crate) struct Mapping {
    range: MmapRaw,
}

impl Mapping {
    /// Maps `len` bytes of `file` from `offset`, a multiple of the page size; with `prefault`, also
    /// makes them resident, so that no access faults later.
    pub(crate) fn new(
        file: BorrowedFd<'_>,
        offset: u64,
        len: usize,
        access: Access,
        prefault: bool,
    ) -> io::Result<Self> {
        let mut options = MmapOptions::new();
        options.offset(offset).len(len);
        if prefault {
            options.populate();
        }
        let range = match access {
            Access::Read => options.map_raw_read_only(&file)?,
            Access::ReadWrite => options.map_raw(&file)?,
        };
        Ok(Self { range })
    }

    /// The first byte. Page-aligned.
    pub(crate) fn start(&self) -> NonNull<u8> {
        let start = NonNull::new(self.range.as_mut_ptr());
        start.unwrap_or_else(|| unreachable!("the kernel maps nothing at address zero unasked"))
    }
}
