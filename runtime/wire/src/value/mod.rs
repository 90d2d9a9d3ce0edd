//! Values of types that are known only at run time, driven by [`reflect`](crate::reflect).
//!
//! For tools: `mycc encode` and `decode`, golden vectors, anything that has a schema but no generated
//! code. [`decode`] and [`encode`] follow the same wire rules as the derive-made codecs and are
//! checked against them by the golden vectors. A [`Value`] alone does not say its type; it is read
//! beside the [`Def`](crate::reflect::Def) that it was made by.
//!
//! Bytes may be hostile: [`decode`] gives a value or an error, and allocates no more than a small
//! multiple of what it was given. A value may not fit its type (built by hand, or from JSON):
//! [`encode`] says where and why.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::reflect::Type;
use crate::{U256, Uuid};

mod constraint;
mod decode;
mod encode;
mod shape;
#[cfg(any(feature = "serde", feature = "arbitrary"))]
mod typed;

pub(crate) use constraint::{check as check_constraint, keeps};
pub use decode::{DecodeValueError, decode, decode_strict};
pub use encode::encode;
pub(crate) use shape::{
    expected, integer_range, is_bytes, is_key_below, is_unknown_tag, take_default,
};
#[cfg(any(feature = "serde", feature = "arbitrary"))]
pub(crate) use typed::make;
#[cfg(feature = "serde")]
pub(crate) use typed::{in_words, value_of};

/// A value of any type of the language.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `bool`.
    Bool(bool),
    /// An integer of up to 64 bits or an `i128`; nanoseconds of a timestamp or duration; mantissa of
    /// a decimal; value of an enum; bits of flags.
    Int(i128),
    /// `u128`.
    U128(u128),
    /// `u256`.
    U256(U256),
    /// `uuid`.
    Uuid(Uuid),
    /// `f32`, any bits.
    F32(f32),
    /// `f64`, any bits.
    F64(f64),
    /// `string`, with or without a bound.
    Text(String),
    /// `bytes`, and any array or list of `u8`.
    Bytes(Vec<u8>),
    /// Items of an array, list or tuple; pairs of a map, each the items of a tuple, ascending by key.
    Items(Vec<Value>),
    /// Fields of a message or struct, in wire order, all of them.
    Fields(Vec<Value>),
    /// A union's value.
    Arm {
        /// Tag of an arm that the union has.
        tag: u16,
        /// Value of the arm's type.
        value: Box<Value>,
    },
    /// Arm of an open union that is not known here.
    UnknownArm {
        /// Its tag.
        tag: u32,
        /// Its embedded payload, prefix included.
        payload: Vec<u8>,
    },
    /// An optional value that is not there.
    Absent,
}

/// A value that does not fit its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// Where, from the message down: `$.bids[3].price`.
    pub path: String,
    /// What the type takes there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl ValueError {
    pub(crate) fn new(expected: impl Into<String>, found: impl Into<String>) -> ValueError {
        ValueError { path: "$".to_string(), expected: expected.into(), found: found.into() }
    }

    /// For a value of another shape than the type's.
    pub(crate) fn shape(ty: &Type<'_>, value: &Value) -> ValueError {
        ValueError::new(expected(ty), value.describe())
    }

    /// The same error seen from a message, struct or union around it.
    pub(crate) fn in_field(self, name: &str) -> ValueError {
        self.inside(&format!(".{name}"))
    }

    /// The same error seen from a list, array or tuple around it.
    pub(crate) fn in_item(self, index: usize) -> ValueError {
        self.inside(&format!("[{index}]"))
    }

    fn inside(mut self, step: &str) -> ValueError {
        self.path.insert_str(1, step);
        self
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}", self.path, self.expected, self.found)
    }
}

impl core::error::Error for ValueError {}

impl Value {
    fn describe(&self) -> String {
        match self {
            Value::Bool(_) => "a bool".to_string(),
            Value::Int(number) => format!("the integer {number}"),
            Value::U128(number) => format!("the u128 {number}"),
            Value::U256(number) => format!("the u256 {number}"),
            Value::Uuid(uuid) => format!("the UUID {uuid}"),
            Value::F32(_) => "an f32".to_string(),
            Value::F64(_) => "an f64".to_string(),
            Value::Text(text) => format!("text of {} bytes", text.len()),
            Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
            Value::Items(items) => format!("{} items", items.len()),
            Value::Fields(fields) => format!("{} fields", fields.len()),
            Value::Arm { tag, .. } => format!("arm {tag} of a union"),
            Value::UnknownArm { tag, .. } => format!("an unknown arm {tag} of a union"),
            Value::Absent => "nothing".to_string(),
        }
    }
}
