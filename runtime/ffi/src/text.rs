//! Strings and places that cross the border.
#![allow(unsafe_code)]

use crate::status::Failure;
use std::ffi::{CStr, CString, c_char};
use std::slice;
use std::time::Duration;

/// Borrows a string of the caller.
///
/// # Safety
///
/// `text` is null, or points to a string that ends with a zero byte and lives for `'a`.
pub(crate) unsafe fn borrow_text<'a>(text: *const c_char, name: &str) -> Result<&'a str, Failure> {
    if text.is_null() {
        return Err(null(name));
    }
    // SAFETY: by this function's contract, now that it is not null.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map_err(|error| {
        Failure::argument(format!("`{name}` is not UTF-8: {error}; pass it as UTF-8"))
    })
}

/// Borrows bytes of the caller. A null pointer is good for no bytes.
///
/// # Safety
///
/// `bytes` is null, or points to `len` bytes that live for `'a`.
pub(crate) unsafe fn borrow_bytes<'a>(
    bytes: *const u8,
    len: usize,
    name: &str,
) -> Result<&'a [u8], Failure> {
    if len == 0 {
        return Ok(&[]);
    }
    if bytes.is_null() {
        return Err(null(name));
    }
    if isize::try_from(len).is_err() {
        return Err(Failure::argument(format!("`{name}` cannot be {len} bytes long")));
    }
    // SAFETY: by this function's contract, now that it is not null and no longer than an object can be.
    Ok(unsafe { slice::from_raw_parts(bytes, len) })
}

/// Borrows an output or a handle of the caller.
///
/// # Safety
///
/// `place` is null, or points to a `T` that nobody else uses for `'a`.
pub(crate) unsafe fn borrow_mut<'a, T>(place: *mut T, name: &str) -> Result<&'a mut T, Failure> {
    // SAFETY: by this function's contract.
    unsafe { place.as_mut() }.ok_or_else(|| null(name))
}

/// Borrows an input of the caller.
///
/// # Safety
///
/// `place` is null, or points to a `T` that nobody changes for `'a`.
pub(crate) unsafe fn borrow_ref<'a, T>(place: *const T, name: &str) -> Result<&'a T, Failure> {
    // SAFETY: by this function's contract.
    unsafe { place.as_ref() }.ok_or_else(|| null(name))
}

/// Borrows an array of strings of the caller. A null pointer is good for none.
///
/// # Safety
///
/// `texts` is null, or points to `count` pointers, each as [`borrow_text`] says.
pub(crate) unsafe fn borrow_texts<'a>(
    texts: *const *const c_char,
    count: usize,
    name: &str,
) -> Result<Vec<&'a str>, Failure> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if texts.is_null() {
        return Err(null(name));
    }
    if count > isize::MAX as usize / size_of::<*const c_char>() {
        return Err(Failure::argument(format!("`{name}` cannot hold {count} texts")));
    }
    // SAFETY: by this function's contract, now that it is not null and no longer than an object can be.
    let texts = unsafe { slice::from_raw_parts(texts, count) };
    // SAFETY: the same.
    texts.iter().map(|&text| unsafe { borrow_text(text, name) }).collect()
}

/// Gives a string to the caller, who frees it with [`myc_free`].
pub(crate) fn give_text(text: String) -> Result<*mut c_char, Failure> {
    let text = CString::new(text)
        .map_err(|_| Failure::argument("the text contains a zero byte; remove it at its source"))?;
    Ok(text.into_raw())
}

/// Frees what a function of this header has allocated for the caller. Null is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn myc_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: by this function's contract, it comes from `give_text`.
        drop(unsafe { CString::from_raw(text) });
    }
}

/// A timeout of the header: `None` waits for ever.
pub(crate) fn timeout(timeout_ns: i64) -> Option<Duration> {
    u64::try_from(timeout_ns).ok().map(Duration::from_nanos)
}

#[cold]
pub(crate) fn null(name: &str) -> Failure {
    Failure::argument(format!("`{name}` is null; pass a valid pointer"))
}
