//! A piece of a file in memory.

use crate::fault::Watched;
use memmap2::{Advice, MmapOptions, MmapRaw};
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
    /// Before the range: it must not be watched any more when it is unmapped.
    watched: Watched,
    range: MmapRaw,
}

/// What a mapping shall be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paging {
    /// All pages are resident at once, so that no access faults later.
    pub(crate) prefault: bool,
    /// Huge pages, where the system has some for files.
    pub(crate) huge_pages: bool,
}

impl Paging {
    pub(crate) const LAZY: Self = Self { prefault: false, huge_pages: false };
}

impl Mapping {
    /// Maps `len` bytes of `file` from `offset`, a multiple of the page size.
    pub(crate) fn new(
        file: BorrowedFd<'_>,
        offset: u64,
        len: usize,
        access: Access,
        paging: Paging,
    ) -> io::Result<Self> {
        let mut options = MmapOptions::new();
        options.offset(offset).len(len);
        // Huge pages must be asked for before the pages are there.
        if paging.prefault && !paging.huge_pages {
            options.populate();
        }
        let range = match access {
            Access::Read => options.map_raw_read_only(&file)?,
            Access::ReadWrite => options.map_raw(&file)?,
        };
        if paging.huge_pages {
            // In vain where the system has none for files; then the pages are small.
            let _ = range.advise(Advice::HugePage);
            if paging.prefault {
                let populate = match access {
                    Access::Read => Advice::PopulateRead,
                    Access::ReadWrite => Advice::PopulateWrite,
                };
                // Older kernels cannot; then the pages come as they are touched.
                let _ = range.advise(populate);
            }
        }
        Ok(Self { watched: Watched::new(first_byte(&range), len)?, range })
    }

    /// Whether the file was truncated so that some of the mapping is gone, which somebody has noticed by
    /// touching it. Zeros are there now.
    #[inline]
    pub(crate) fn is_truncated(&self) -> bool {
        self.watched.is_hit()
    }

    /// The first byte. Page-aligned.
    #[inline]
    pub(crate) fn start(&self) -> NonNull<u8> {
        first_byte(&self.range)
    }
}

#[inline]
fn first_byte(range: &MmapRaw) -> NonNull<u8> {
    let start = NonNull::new(range.as_mut_ptr());
    start.unwrap_or_else(|| unreachable!("the kernel maps nothing at address zero unasked"))
}
