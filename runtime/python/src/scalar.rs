//! Numbers of up to 64 bits, and the wider integers, between bytes and objects.

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt};

use crate::given;
use crate::object::{self, Object, Outcome, Raised};

/// A number that one `struct` code stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

impl Number {
    /// The one of a `struct` code.
    pub(crate) fn of_code(code: &str) -> PyResult<Number> {
        Ok(match code {
            "b" => Number::I8,
            "B" => Number::U8,
            "h" => Number::I16,
            "H" => Number::U16,
            "i" => Number::I32,
            "I" => Number::U32,
            "q" => Number::I64,
            "Q" => Number::U64,
            "f" => Number::F32,
            "d" => Number::F64,
            _ => return Err(PyTypeError::new_err(format!("no number has the code {code:?}"))),
        })
    }

    /// The `struct` code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Number::I8 => "b",
            Number::U8 => "B",
            Number::I16 => "h",
            Number::U16 => "H",
            Number::I32 => "i",
            Number::U32 => "I",
            Number::I64 => "q",
            Number::U64 => "Q",
            Number::F32 => "f",
            Number::F64 => "d",
        }
    }

    /// Writes a value to a place; an error, which may not be set, for one that does not fit.
    #[inline(always)]
    pub(crate) fn write(self, value: &Object<'_>, buf: &mut [u8], at: usize) -> Outcome<()> {
        match self {
            Number::I8 => put(buf, at, fit::<i8>(given::signed_of(value)?)?.to_le_bytes()),
            Number::U8 => put(buf, at, fit::<u8>(given::signed_of(value)?)?.to_le_bytes()),
            Number::I16 => put(buf, at, fit::<i16>(given::signed_of(value)?)?.to_le_bytes()),
            Number::U16 => put(buf, at, fit::<u16>(given::signed_of(value)?)?.to_le_bytes()),
            Number::I32 => put(buf, at, fit::<i32>(given::signed_of(value)?)?.to_le_bytes()),
            Number::U32 => put(buf, at, fit::<u32>(given::signed_of(value)?)?.to_le_bytes()),
            Number::I64 => put(buf, at, given::signed_of(value)?.to_le_bytes()),
            Number::U64 => put(buf, at, given::unsigned_of(value)?.to_le_bytes()),
            Number::F32 => put(buf, at, narrow(given::float_of(value)?)?.to_le_bytes()),
            Number::F64 => put(buf, at, given::float_of(value)?.to_le_bytes()),
        }
    }

    /// The object for bytes.
    #[inline(always)]
    pub(crate) fn read<'py>(self, py: Python<'py>, buf: &[u8], at: usize) -> Outcome<Object<'py>> {
        match self {
            Number::I8 => object::signed(py, i8::from_le_bytes(take(buf, at)).into()),
            Number::U8 => object::signed(py, u8::from_le_bytes(take(buf, at)).into()),
            Number::I16 => object::signed(py, i16::from_le_bytes(take(buf, at)).into()),
            Number::U16 => object::signed(py, u16::from_le_bytes(take(buf, at)).into()),
            Number::I32 => object::signed(py, i32::from_le_bytes(take(buf, at)).into()),
            Number::U32 => object::signed(py, u32::from_le_bytes(take(buf, at)).into()),
            Number::I64 => object::signed(py, i64::from_le_bytes(take(buf, at))),
            Number::U64 => object::unsigned(py, u64::from_le_bytes(take(buf, at))),
            Number::F32 => object::float(py, widen(u32::from_le_bytes(take(buf, at)))),
            Number::F64 => object::float(py, f64::from_le_bytes(take(buf, at))),
        }
    }

    /// An integer's value, for tables of members.
    #[inline(always)]
    pub(crate) fn load(self, buf: &[u8], at: usize) -> i128 {
        match self {
            Number::I8 => i8::from_le_bytes(take(buf, at)).into(),
            Number::U8 => u8::from_le_bytes(take(buf, at)).into(),
            Number::I16 => i16::from_le_bytes(take(buf, at)).into(),
            Number::U16 => u16::from_le_bytes(take(buf, at)).into(),
            Number::I32 => i32::from_le_bytes(take(buf, at)).into(),
            Number::U32 | Number::F32 => u32::from_le_bytes(take(buf, at)).into(),
            Number::I64 => i64::from_le_bytes(take(buf, at)).into(),
            Number::U64 | Number::F64 => u64::from_le_bytes(take(buf, at)).into(),
        }
    }
}

/// Bytes at a place that the caller knows to be there.
#[inline(always)]
pub(crate) fn take<const N: usize>(buf: &[u8], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&buf[at..at + N]);
    bytes
}

/// A number at a place that the caller knows to be there.
#[inline(always)]
pub(crate) fn u32_at(buf: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(take(buf, at))
}

/// Bytes to a place; an error, which is not set, where it lies outside.
#[inline(always)]
pub(crate) fn put<const N: usize>(buf: &mut [u8], at: usize, bytes: [u8; N]) -> Outcome<()> {
    let place = buf.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<N>());
    *place.ok_or(Raised)? = bytes;
    Ok(())
}

#[inline(always)]
fn fit<T: TryFrom<i64>>(number: i64) -> Outcome<T> {
    T::try_from(number).map_err(|_| Raised)
}

/// The bits of the nearest `f32`; of what is no number, with its payload.
#[inline(always)]
fn narrow(value: f64) -> Outcome<u32> {
    let nearest = value as f32;
    if value.is_nan() {
        let bits = value.to_bits();
        let fraction = (bits >> 29) as u32 & 0x007F_FFFF;
        // A payload that lies in the low bits alone would make an infinity.
        let fraction = if fraction == 0 { 0x0040_0000 } else { fraction };
        return Ok((bits >> 32) as u32 & 0x8000_0000 | 0x7F80_0000 | fraction);
    }
    if nearest.is_infinite() && value.is_finite() { Err(Raised) } else { Ok(nearest.to_bits()) }
}

/// The float of an `f32`'s bits; of what is no number, with its payload.
#[inline(always)]
pub(crate) fn widen(bits: u32) -> f64 {
    let value = f32::from_bits(bits);
    if value.is_nan() {
        let (sign, payload) = (u64::from(bits & 0x8000_0000), u64::from(bits & 0x007F_FFFF));
        return f64::from_bits(sign << 32 | 0x7FF0_0000_0000_0000 | payload << 29);
    }
    value.into()
}

/// Writes an integer of 128 or 256 bits; an error for what is none or does not fit.
///
/// Runs code of others: the caller has a reference of its own to the value.
pub(crate) fn write_wide(value: &Object<'_>, is_signed: bool, into: &mut [u8]) -> Outcome<()> {
    let py = value.py();
    let number = match value.cast::<PyInt>() {
        Ok(_) => value.clone(),
        Err(_) => PyModule::import(py, "operator")?.call_method1("index", (value,))?,
    };
    // Of `int` itself: a subclass may have another one, that gives what it likes.
    let to_bytes = py.get_type::<PyInt>().getattr(intern!(py, "to_bytes"))?;
    let arguments = (number, into.len(), intern!(py, "little"));
    let bytes = if is_signed {
        let keywords = pyo3::types::PyDict::new(py);
        keywords.set_item(intern!(py, "signed"), true)?;
        to_bytes.call(arguments, Some(&keywords))?
    } else {
        to_bytes.call1(arguments)?
    };
    let bytes = object::bytes_of(&bytes).filter(|bytes| bytes.len() == into.len());
    into.copy_from_slice(bytes.ok_or(Raised)?);
    Ok(())
}

/// The int of 128 or 256 bits.
pub(crate) fn read_wide<'py>(
    py: Python<'py>,
    data: &[u8],
    is_signed: bool,
) -> Outcome<Object<'py>> {
    let (low, high) = data.split_at(8);
    let low_word = u64::from_le_bytes(take(low, 0));
    let fill = if is_signed && low_word >> 63 == 1 { 0xFF } else { 0 };
    if high.iter().all(|byte| *byte == fill)
        && (!is_signed || low_word >> 63 == u64::from(fill & 1))
    {
        return if is_signed {
            object::signed(py, low_word as i64)
        } else {
            object::unsigned(py, low_word)
        };
    }
    let from_bytes = py.get_type::<PyInt>().getattr(intern!(py, "from_bytes"))?;
    let keywords = pyo3::types::PyDict::new(py);
    keywords.set_item(intern!(py, "signed"), is_signed)?;
    let bytes = PyBytes::new(py, data);
    Ok(from_bytes.call((bytes, intern!(py, "little")), Some(&keywords))?)
}
