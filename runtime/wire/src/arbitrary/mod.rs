//! Values made of random bytes, for fuzzing and property tests.
//!
//! **Promises.** A value keeps its constraints, bounds and the order of its maps, so that it encodes,
//! validates, and is read back strictly. Open enums and unions are sometimes of a member or arm that is
//! not known. A value is not much larger than the bytes that it is made of and the least that its type
//! asks for; where bytes run out, numbers are the least there are, and lists empty.

mod keys;
mod maker;

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use self::maker::Maker;
use crate::wire::DecodeOwned;
use crate::{
    BoundedBytes, BoundedList, BoundedString, Bytes, Decimal, Duration, Timestamp, U256, Uuid,
    value,
};

/// Makes a value.
///
/// # Errors
///
/// Where Rust's type holds less than the schema's and the bytes have not led to a value of it.
pub fn arbitrary<T: DecodeOwned>(bytes: &mut Unstructured<'_>) -> Result<T> {
    // A duration of the standard library is never negative, which the type's table does not say.
    for has_negative_durations in [true, false] {
        let value = Maker::new(bytes, has_negative_durations).make(T::TYPE)?;
        if let Ok(value) = value::make(&value) {
            return Ok(value);
        }
    }
    Err(Error::IncorrectFormat)
}

macro_rules! by_type {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        impl<'a, $($generics)*> Arbitrary<'a> for $ty {
            fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
                arbitrary(bytes)
            }
        }
    )*};
}

by_type! {
    [] Timestamp;
    [] Duration;
    [const SCALE: u8] Decimal<SCALE>;
    [] Uuid;
    [] U256;
    [] Bytes;
    [const N: usize] BoundedBytes<N>;
    [const N: usize] BoundedString<N>;
    [T: DecodeOwned, const N: usize] BoundedList<T, N>;
}
