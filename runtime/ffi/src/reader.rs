//! The reading end of a ring, for C.
#![allow(unsafe_code)]

use crate::fence::run;
use crate::status::{Code, Failure};
use crate::text::{borrow_mut, borrow_text, timeout};
use mycelium_ring::{Reader, ReaderOptions, Start};
use std::ffi::{c_char, c_int};
use std::mem;
use std::time::Duration;

const START_FIRST: i32 = 0;
const START_NEWEST: i32 = 1;

/// A handle of the header.
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

/// See the header.
///
/// # Safety
///
/// Pointers that are not null are valid, as the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_reader_attach(
    path: *const c_char,
    start: i32,
    reader: *mut *mut MycReader,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (path, out) = unsafe { (borrow_text(path, "path")?, borrow_mut(reader, "reader")?) };
        let mut options = ReaderOptions::default();
        options.start = match start {
            START_FIRST => Start::First,
            START_NEWEST => Start::Newest,
            other => {
                return Err(Failure::argument(format!(
                    "`start` is {other}; pass one of MYC_START_FIRST and MYC_START_NEWEST"
                )));
            }
        };
        let reader = Reader::attach(path, &options)?;
        *out = Box::into_raw(Box::new(MycReader { reader, borrowed: false }));
        Ok(Code::Ok)
    })
}

/// See the header.
///
/// # Safety
///
/// Pointers that are not null are valid, as the header says.
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

/// See the header.
///
/// # Safety
///
/// Pointers that are not null are valid, as the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_reader_release(reader: *mut MycReader) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        unsafe { borrow_mut(reader, "reader")? }.release()?;
        Ok(Code::Ok)
    })
}

/// See the header.
///
/// # Safety
///
/// Pointers that are not null are valid, as the header says.
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

/// See the header.
///
/// # Safety
///
/// Pointers that are not null are valid, as the header says.
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

/// See the header.
///
/// # Safety
///
/// Pointers that are not null are valid, as the header says.
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

/// See the header.
///
/// # Safety
///
/// `reader` is null, or was given by [`myc_reader_attach`] and not closed yet.
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
