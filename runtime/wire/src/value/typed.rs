//! Between types of Rust and values that are known only at run time.

use alloc::string::{String, ToString};
use core::fmt;

use super::Value;
use crate::frame;
use crate::wire::DecodeOwned;

/// Makes a value of Rust's type; says why where it is none.
pub(crate) fn make<T: DecodeOwned>(value: &Value) -> Result<T, String> {
    let payload = super::encode::encode_payload(T::TYPE, value).map_err(in_words)?;
    // Rust's type may hold less than the schema's: a duration that is never negative, for one.
    frame::decode_payload(&payload, T::BLOCK as u32, payload.as_ptr() as usize).map_err(in_words)
}

/// The value at run time; says why where it does not keep its constraints.
#[cfg(feature = "serde")]
pub(crate) fn value_of<T: crate::Wire>(value: &T) -> Result<Value, String> {
    let mut payload = alloc::vec![0; frame::payload_len_of(value).map_err(in_words)?];
    frame::encode_payload(value, &mut payload);
    super::decode::decode_payload(T::TYPE, &payload, T::BLOCK as u32, payload.as_ptr() as usize)
        .map_err(in_words)
}

/// The text of an error; its path only where it leads somewhere.
pub(crate) fn in_words(error: impl fmt::Display) -> String {
    let text = error.to_string();
    text.strip_prefix("$: ").map_or_else(|| text.clone(), str::to_string)
}
