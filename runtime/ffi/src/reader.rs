//! The reading end of a ring, for C.
#![allow(unsafe_code)]

use crate::fence::run;
use crate::status::{Code, Failure};
use crate::text::{borrow_mut, borrow_text, borrow_texts, timeout};
use mycelium_ring::{Interests, Reader, ReaderOptions, Start};
use std::ffi::{c_char, c_int};
use std::time::Duration;
use std::{mem, ptr};

/// Where a reader begins: at the very first frame if the writer still keeps it, else behind the newest.
pub const MYC_START_FIRST: i32 = 0;
/// Where a reader begins: behind the newest frame.
pub const MYC_START_NEWEST: i32 = 1;

/// One reader of a ring.
#[derive(Debug)]
pub struct MycReader {
    reader: Reader,
    /// The caller has a frame that the ring counts as not released.
    borrowed: bool,
}

impl MycReader {
    /// Gives the caller's frame back: a frame whose guard was forgotten comes again, and is dropped now.
    fn release(&mut self) -> Result<(), Failure> {
        if mem::take(&mut self.borrowed) {
            drop(self.reader.poll()?);
        }
        Ok(())
    }
}

/// Attaches to the ring at `path`. `start` is one of MYC_START_.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_reader_attach(
    path: *const c_char,
    start: i32,
    reader: *mut *mut MycReader,
) -> c_int {
    // SAFETY: by this function's contract.
    unsafe { myc_reader_attach_for(path, start, ptr::null(), 0, reader) }
}

/// As myc_reader_attach, for a reader that is after frames of `count` kinds, each by a name of which readers and writer
/// have agreed, as of a topic: see myc_writer_readers_of. It gets all frames. Without names, and with more than eight, it
/// is after all.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_reader_attach_for(
    path: *const c_char,
    start: i32,
    names: *const *const c_char,
    count: usize,
    reader: *mut *mut MycReader,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (path, names, out) = unsafe {
            (
                borrow_text(path, "path")?,
                borrow_texts(names, count, "names")?,
                borrow_mut(reader, "reader")?,
            )
        };
        let mut options = ReaderOptions::starting_at(match start {
            MYC_START_FIRST => Start::First,
            MYC_START_NEWEST => Start::Newest,
            other => {
                return Err(Failure::argument(format!(
                    "`start` is {other}; pass one of MYC_START_FIRST and MYC_START_NEWEST"
                )));
            }
        });
        options.interests = Interests::named(names);
        let reader = Reader::attach(path, &options)?;
        *out = Box::into_raw(Box::new(MycReader { reader, borrowed: false }));
        Ok(Code::Ok)
    })
}

/// Borrows the next frame in place, until the next call of poll, wait, release or close with this reader.
/// The one borrowed before is released. The place begins at a multiple of 8. MYC_NONE: no frame yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_reader_poll(
    reader: *mut MycReader,
    frame: *mut *const u8,
    len: *mut usize,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, frame_out, len_out) = unsafe {
            (borrow_mut(reader, "reader")?, borrow_mut(frame, "frame")?, borrow_mut(len, "len")?)
        };
        handle.release()?;
        let Some(frame) = handle.reader.poll()? else { return Ok(Code::None) };
        (*frame_out, *len_out) = (frame.as_ptr(), frame.len());
        // The frame stays the caller's until `release`.
        mem::forget(frame);
        handle.borrowed = true;
        Ok(Code::Ok)
    })
}

/// Gives the borrowed frame back to the writer, if there is one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_reader_release(reader: *mut MycReader) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        unsafe { borrow_mut(reader, "reader")? }.release()?;
        Ok(Code::Ok)
    })
}

/// Waits for the next frame, after giving back the borrowed one. MYC_OK: poll has one. MYC_NONE: the
/// timeout passed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_reader_wait(reader: *mut MycReader, timeout_ns: i64) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let handle = unsafe { borrow_mut(reader, "reader")? };
        handle.release()?;
        match handle.reader.wait(timeout(timeout_ns).unwrap_or(Duration::MAX))? {
            true => Ok(Code::Ok),
            false => Ok(Code::None),
        }
    })
}

/// Everything that the writer has announced so far; it only grows. The place stays valid, and its
/// bytes the same, until the reader is closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_reader_announcements(
    reader: *mut MycReader,
    bytes: *mut *const u8,
    len: *mut usize,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, bytes_out, len_out) = unsafe {
            (borrow_mut(reader, "reader")?, borrow_mut(bytes, "bytes")?, borrow_mut(len, "len")?)
        };
        let announcements = handle.reader.announcements();
        (*bytes_out, *len_out) = (announcements.as_ptr(), announcements.len());
        Ok(Code::Ok)
    })
}

/// A number that differs from ring to ring, also between two at the same path.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_reader_epoch(reader: *const MycReader, epoch: *mut u64) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, out) =
            unsafe { (borrow_mut(reader.cast_mut(), "reader")?, borrow_mut(epoch, "epoch")?) };
        *out = handle.reader.epoch();
        Ok(Code::Ok)
    })
}

/// Detaches and frees the handle. Null is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_reader_close(reader: *mut MycReader) -> c_int {
    run(|| {
        if !reader.is_null() {
            // SAFETY: by this function's contract, it comes from `Box::into_raw`.
            drop(unsafe { Box::from_raw(reader) });
        }
        Ok(Code::Ok)
    })
}
