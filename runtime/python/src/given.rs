//! Numbers and texts out of what users give: read where they lie, where [`memory`] knows that, else asked of the
//! interpreter.
//!
//! To ask may run code of others, such as an `__index__`, which may make whoever lent the value let go of it: the value
//! has a reference of its own meanwhile.
#![allow(unsafe_code)]

use std::borrow::Cow;
use std::ffi::c_long;
use std::slice;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyBool;

use crate::memory;
use crate::object::{Object, Outcome, Raised, owned};

/// A signed number; an error for what is none or does not fit.
#[inline(always)]
pub(crate) fn signed_of(value: &Object<'_>) -> Outcome<i64> {
    match memory::signed_of(value) {
        Some(number) => Ok(number),
        None => as_signed(&held(value, is_int(value))),
    }
}

fn as_signed(value: &Object<'_>) -> Outcome<i64> {
    // A C `long` where it has all bits: the interpreter's function for it is the faster one.
    if size_of::<c_long>() == size_of::<i64>() {
        let mut overflow = 0;
        // SAFETY: the value is alive and this thread attached.
        let number =
            unsafe { ffi::PyLong_AsLongAndOverflow(value.as_ptr(), &raw mut overflow) } as i64;
        let is_wrong = number == -1 && (overflow != 0 || error_is_set());
        return if is_wrong { Err(Raised) } else { Ok(number) };
    }
    // SAFETY: as above.
    let number = unsafe { ffi::PyLong_AsLongLong(value.as_ptr()) };
    if number == -1 && error_is_set() { Err(Raised) } else { Ok(number) }
}

/// A number that is not negative; an error for what is none or does not fit.
#[inline(always)]
pub(crate) fn unsigned_of(value: &Object<'_>) -> Outcome<u64> {
    match memory::unsigned_of(value) {
        Some(number) => Ok(number),
        None => as_unsigned(&held(value, is_int(value))),
    }
}

fn as_unsigned(value: &Object<'_>) -> Outcome<u64> {
    // SAFETY: the value is alive and this thread attached.
    let is_int = unsafe { ffi::PyLong_Check(value.as_ptr()) } != 0;
    if !is_int {
        // SAFETY: as above.
        let index = unsafe { owned(value.py(), ffi::PyNumber_Index(value.as_ptr())) }?;
        return as_unsigned(&index);
    }
    // SAFETY: as above, and it is an int.
    let number = unsafe {
        if size_of::<c_long>() == size_of::<u64>() {
            ffi::PyLong_AsUnsignedLong(value.as_ptr()) as u64
        } else {
            ffi::PyLong_AsUnsignedLongLong(value.as_ptr())
        }
    };
    if number == u64::MAX && error_is_set() { Err(Raised) } else { Ok(number) }
}

/// A float; an error for what is no number or too large.
#[inline(always)]
pub(crate) fn float_of(value: &Object<'_>) -> Outcome<f64> {
    match memory::float_of(value) {
        Some(number) => Ok(number),
        None => as_float(value),
    }
}

fn as_float(value: &Object<'_>) -> Outcome<f64> {
    // SAFETY: looks at the type of an object that is alive.
    let is_float = unsafe { ffi::PyFloat_CheckExact(value.as_ptr()) } != 0;
    let value = held(value, is_float);
    // SAFETY: the value is alive and this thread attached.
    let number = unsafe { ffi::PyFloat_AsDouble(value.as_ptr()) };
    if number == -1.0 && error_is_set() { Err(Raised) } else { Ok(number) }
}

/// Whether a value is an int itself, whose reading runs no code of others.
#[inline(always)]
fn is_int(value: &Object<'_>) -> bool {
    // SAFETY: looks at the type of an object that is alive.
    unsafe { ffi::PyLong_CheckExact(value.as_ptr()) != 0 }
}

/// A value for as long as it is looked at: with a reference of its own, unless that runs no code of others.
#[inline(always)]
fn held<'a, 'py>(value: &'a Object<'py>, is_simple: bool) -> Cow<'a, Object<'py>> {
    if is_simple { Cow::Borrowed(value) } else { Cow::Owned(value.clone()) }
}

/// A bool; an error, which is not set, for anything else.
#[inline(always)]
pub(crate) fn bool_of(value: &Object<'_>) -> Outcome<bool> {
    value.cast_exact::<PyBool>().map(|value| value.is_true()).map_err(|_| Raised)
}

/// The UTF-8 of a `str`; an error, which may not be set, for anything else.
#[inline(always)]
pub(crate) fn utf8_of<'a>(value: &'a Object<'_>) -> Outcome<&'a [u8]> {
    if let Some(text) = memory::ascii_of(value) {
        return Ok(text);
    }
    // SAFETY: the value is alive; the type is looked at first. The bytes belong to the object, which is
    // borrowed for as long as they are, and text never changes.
    unsafe {
        if ffi::PyUnicode_Check(value.as_ptr()) == 0 {
            return Err(Raised);
        }
        let mut length = 0;
        let start = ffi::PyUnicode_AsUTF8AndSize(value.as_ptr(), &raw mut length);
        if start.is_null() {
            return Err(Raised);
        }
        Ok(slice::from_raw_parts(start.cast(), length as usize))
    }
}

fn error_is_set() -> bool {
    // SAFETY: callers hold a `Bound`, so this thread is attached.
    !unsafe { ffi::PyErr_Occurred() }.is_null()
}
