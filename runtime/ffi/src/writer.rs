//! The writing end of a ring, for C.
#![allow(unsafe_code)]

use crate::fence::run;
use crate::status::{Code, Failure, full_is_none};
use crate::text::{borrow_bytes, borrow_mut, borrow_text, timeout};
use mycelium_ring::{ReserveError, Slot, Writer, WriterOptions};
use std::ffi::{c_char, c_int};

/// The one writer of a ring.
#[derive(Debug)]
pub struct MycWriter {
    writer: Writer,
    /// Bytes of the frame that was claimed and not committed.
    claimed: Option<usize>,
}

/// Makes a ring at `path`, with room for `capacity_bytes` bytes of frames (rounded up to a power of
/// two; 0 means 16 MiB), in place of one whose writer is dead.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_writer_create(
    path: *const c_char,
    capacity_bytes: u64,
    writer: *mut *mut MycWriter,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (path, out) = unsafe { (borrow_text(path, "path")?, borrow_mut(writer, "writer")?) };
        let options = match capacity_bytes {
            0 => WriterOptions::default(),
            _ => WriterOptions::with_capacity(capacity_bytes),
        };
        let writer = Writer::create(path, &options)?;
        *out = Box::into_raw(Box::new(MycWriter { writer, claimed: None }));
        Ok(Code::Ok)
    })
}

/// Appends to the ring's announcement area (64 KiB in all), which every reader sees.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_writer_announce(
    writer: *mut MycWriter,
    bytes: *const u8,
    len: usize,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, bytes) =
            unsafe { (borrow_mut(writer, "writer")?, borrow_bytes(bytes, len, "bytes")?) };
        handle.writer.announce(bytes)?;
        Ok(Code::Ok)
    })
}

/// Claims room for one frame and gives its place, which begins at a multiple of 8 and holds whatever was
/// there before. Write all `len` bytes, then commit. A claim that is not committed is dropped by the next
/// one. MYC_NONE: the ring stayed full.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_writer_reserve(
    writer: *mut MycWriter,
    len: usize,
    timeout_ns: i64,
    place: *mut *mut u8,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, out) = unsafe { (borrow_mut(writer, "writer")?, borrow_mut(place, "place")?) };
        handle.claimed = None;
        match reserve(&mut handle.writer, len, timeout_ns) {
            // The slot is dropped, but the ring gives the same place for the same length until the
            // next commit.
            Ok(mut slot) => *out = slot.as_mut_ptr(),
            Err(error) => return full_is_none(error),
        }
        handle.claimed = Some(len);
        Ok(Code::Ok)
    })
}

/// Publishes the frame that was claimed last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_writer_commit(writer: *mut MycWriter) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let handle = unsafe { borrow_mut(writer, "writer")? };
        let claimed = handle.claimed.take();
        let len = claimed.ok_or_else(|| Failure::argument("there is no claim; reserve first"))?;
        match handle.writer.try_reserve(len) {
            Ok(slot) => slot.commit(),
            Err(error) => return full_is_none(error),
        }
        Ok(Code::Ok)
    })
}

/// Publishes a copy of one frame. MYC_NONE: the ring stayed full.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_writer_write(
    writer: *mut MycWriter,
    bytes: *const u8,
    len: usize,
    timeout_ns: i64,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, bytes) =
            unsafe { (borrow_mut(writer, "writer")?, borrow_bytes(bytes, len, "bytes")?) };
        handle.claimed = None;
        match reserve(&mut handle.writer, len, timeout_ns) {
            Ok(mut slot) => {
                slot.copy_from_slice(bytes);
                slot.commit();
            }
            Err(error) => return full_is_none(error),
        }
        Ok(Code::Ok)
    })
}

/// Counts the readers that are attached and alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_writer_live_readers(
    writer: *mut MycWriter,
    count: *mut usize,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, out) = unsafe { (borrow_mut(writer, "writer")?, borrow_mut(count, "count")?) };
        *out = handle.writer.live_readers();
        Ok(Code::Ok)
    })
}

/// Counts the readers that are attached and alive, and after frames of the kind with this name, or of all: see
/// myc_reader_attach_for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_writer_readers_of(
    writer: *mut MycWriter,
    name: *const c_char,
    count: *mut usize,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, name, out) = unsafe {
            (borrow_mut(writer, "writer")?, borrow_text(name, "name")?, borrow_mut(count, "count")?)
        };
        *out = handle.writer.readers_of(name);
        Ok(Code::Ok)
    })
}

/// The longest frame that the ring can carry.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_writer_max_frame_len(
    writer: *const MycWriter,
    len: *mut usize,
) -> c_int {
    run(|| {
        // SAFETY: by this function's contract.
        let (handle, out) =
            unsafe { (borrow_mut(writer.cast_mut(), "writer")?, borrow_mut(len, "len")?) };
        *out = handle.writer.max_frame_len();
        Ok(Code::Ok)
    })
}

/// Closes the ring and frees the handle. Readers are told after the last frame. Null is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_writer_close(writer: *mut MycWriter) -> c_int {
    run(|| {
        if !writer.is_null() {
            // SAFETY: by this function's contract, it comes from `Box::into_raw`.
            drop(unsafe { Box::from_raw(writer) });
        }
        Ok(Code::Ok)
    })
}

fn reserve(writer: &mut Writer, len: usize, timeout_ns: i64) -> Result<Slot<'_>, ReserveError> {
    match timeout(timeout_ns) {
        None => writer.reserve(len),
        Some(timeout) if timeout.is_zero() => writer.try_reserve(len),
        Some(timeout) => writer.reserve_timeout(len, timeout),
    }
}
