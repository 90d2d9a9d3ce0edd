//! Ints, floats and texts, read where they lie in the interpreter's own objects.
//!
//! A call for each field is most of what encoding costs. What is read here are the layouts of CPython from 3.11 on with
//! its lock, on 64 bits, as its headers show them; where the interpreter is another, or a value does not lie so, these
//! functions give nothing, and the caller asks the interpreter. None of them runs code of others, sets an error, or
//! keeps a reference.
#![allow(unsafe_code)]

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::object::Object;

/// A signed number: an int, or of a subclass, that fits.
#[inline(always)]
pub(crate) fn signed_of(value: &Object<'_>) -> Option<i64> {
    let (magnitude, is_negative) = layout::whole_of(value)?;
    if is_negative {
        // Down to the least of all, whose magnitude is one more than that of the greatest.
        return (magnitude <= 1 << 63).then(|| (magnitude as i64).wrapping_neg());
    }
    i64::try_from(magnitude).ok()
}

/// A number that is not negative: an int, or of a subclass, that fits.
#[inline(always)]
pub(crate) fn unsigned_of(value: &Object<'_>) -> Option<u64> {
    let (magnitude, is_negative) = layout::whole_of(value)?;
    (!is_negative).then_some(magnitude)
}

/// A float, and of no subclass.
#[inline(always)]
pub(crate) fn float_of(value: &Object<'_>) -> Option<f64> {
    layout::float_of(value)
}

/// The bytes of a `str` that has nothing but ASCII.
#[inline(always)]
pub(crate) fn ascii_of<'a>(value: &'a Object<'_>) -> Option<&'a [u8]> {
    layout::ascii_of(value)
}

/// Refuses an interpreter whose ints and texts do not lie as they are read here, when the core is imported.
pub(crate) fn check(py: Python<'_>) -> PyResult<()> {
    if !layout::IS_KNOWN {
        return Ok(());
    }
    let info = PyModule::import(py, "sys")?.getattr("int_info")?;
    let digits: (u32, u32) =
        (info.getattr("bits_per_digit")?.extract()?, info.getattr("sizeof_digit")?.extract()?);
    let mut is_known = digits == (30, 4);
    for number in SAMPLES {
        is_known = is_known && signed_of(number.into_pyobject(py)?.as_any()) == Some(number);
    }
    let text = PyString::new(py, "\0Az~");
    if is_known && matches!(ascii_of(text.as_any()), None | Some(b"\0Az~")) {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "ints and texts of this interpreter lie otherwise than the core was built for",
    ))
}

/// One on each side of where a digit is added.
const SAMPLES: [i64; 9] = [0, 1, -1, 1 << 30, -(1 << 30), 1 << 60, -(1 << 60), i64::MAX, i64::MIN];

#[cfg(known_layout)]
mod layout {
    use pyo3::ffi;

    use crate::object::Object;

    pub(super) const IS_KNOWN: bool = true;

    /// Bits of a digit. Interpreters may be built with 15, where pointers have 32 bits by default: [`super::check`]
    /// refuses those.
    const DIGIT_BITS: u32 = 30;

    /// An int: its size has the sign, and its digits follow, the lowest first.
    #[cfg(not(Py_3_12))]
    #[repr(C)]
    struct Int {
        base: ffi::PyObject,
        size: isize,
        digits: [u32; 0],
    }

    /// An int: a sign in the lowest two bits of its tag, 0, 1 for zero, or 2; how many digits from the third bit on.
    #[cfg(Py_3_12)]
    #[repr(C)]
    struct Int {
        base: ffi::PyObject,
        tag: usize,
        digits: [u32; 0],
    }

    impl Int {
        /// How many digits there are, and whether the number is negative.
        #[cfg(not(Py_3_12))]
        #[inline(always)]
        fn count(&self) -> (usize, bool) {
            (self.size.unsigned_abs(), self.size < 0)
        }

        #[cfg(Py_3_12)]
        #[inline(always)]
        fn count(&self) -> (usize, bool) {
            (self.tag >> 3, self.tag & 3 == 2)
        }
    }

    /// Magnitude and sign of an int or what is of a subclass, of up to 64 bits.
    #[inline(always)]
    pub(super) fn whole_of(value: &Object<'_>) -> Option<(u64, bool)> {
        // SAFETY: looks at the type of an object that is alive.
        if unsafe { ffi::PyLong_Check(value.as_ptr()) } == 0 {
            return None;
        }
        let int = value.as_ptr().cast::<Int>();
        // SAFETY: it is an int, or begins as one does: the interpreter reads the digits of subclasses from here too. As
        // many digits as it counts lie behind the count, and no more are read. Ints do not change.
        unsafe {
            let (count, is_negative) = (*int).count();
            let digit =
                |index| u64::from((&raw const (*int).digits).cast::<u32>().add(index).read());
            // The interpreter may leave out even the first digit of zero.
            if count == 0 {
                return Some((0, false));
            }
            let mut magnitude = digit(0);
            if count > 1 {
                magnitude |= digit(1) << DIGIT_BITS;
            }
            if count > 2 {
                // What lies above 64 bits is seen by the highest digit.
                let highest = digit(2);
                if count > 3 || highest >> (64 - 2 * DIGIT_BITS) != 0 {
                    return None;
                }
                magnitude |= highest << (2 * DIGIT_BITS);
            }
            Some((magnitude, is_negative))
        }
    }

    #[inline(always)]
    pub(super) fn float_of(value: &Object<'_>) -> Option<f64> {
        // SAFETY: the value is alive, and a float itself where it is read.
        unsafe {
            let is_float = ffi::PyFloat_CheckExact(value.as_ptr()) != 0;
            is_float.then(|| ffi::PyFloat_AS_DOUBLE(value.as_ptr()))
        }
    }

    #[cfg(not(Py_3_14))]
    #[inline(always)]
    pub(super) fn ascii_of<'a>(value: &'a Object<'_>) -> Option<&'a [u8]> {
        let text = value.as_ptr();
        // SAFETY: the value is alive and its type is looked at first. The bytes of compact ASCII lie behind the object's
        // head, as many as it is long; they belong to the object, which is borrowed for as long, and text never changes.
        unsafe {
            if ffi::PyUnicode_Check(text) == 0 || ffi::PyUnicode_IS_COMPACT_ASCII(text) == 0 {
                return None;
            }
            let head = text.cast::<ffi::PyASCIIObject>();
            let length = usize::try_from((*head).length).ok()?;
            Some(std::slice::from_raw_parts(head.add(1).cast::<u8>(), length))
        }
    }

    /// PyO3 does not show what this interpreter keeps about a text.
    #[cfg(Py_3_14)]
    #[inline(always)]
    pub(super) fn ascii_of<'a>(_: &'a Object<'_>) -> Option<&'a [u8]> {
        None
    }
}

#[cfg(not(known_layout))]
mod layout {
    use crate::object::Object;

    pub(super) const IS_KNOWN: bool = false;

    #[inline(always)]
    pub(super) fn whole_of(_: &Object<'_>) -> Option<(u64, bool)> {
        None
    }

    #[inline(always)]
    pub(super) fn float_of(_: &Object<'_>) -> Option<f64> {
        None
    }

    #[inline(always)]
    pub(super) fn ascii_of<'a>(_: &'a Object<'_>) -> Option<&'a [u8]> {
        None
    }
}
