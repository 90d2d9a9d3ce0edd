//! Rows of the table of fields that a derive makes, each by the type of its field.

use crate::field::FieldType;
use crate::reflect::{Field, Type};
use crate::rules::expect_type;

/// A field of a type that is [one of the language](expect_type).
///
/// # Panics
///
/// As [`expect_type`].
#[track_caller]
pub const fn field(name: &'static str, ty: &'static Type<'static>) -> Field<'static> {
    expect_type(ty);
    Field::new(name, ty)
}

// The two below stand once for each field of each type, and const evaluation pays for each step and for each call: so
// they call nothing where nothing is wrong.

/// The same, by the type of the field.
///
/// # Panics
///
/// As [`expect_type`].
#[track_caller]
pub const fn row<T: FieldType>(name: &'static str) -> Field<'static> {
    let ty = T::FIELD_TYPE;
    if !matches!(ty, Type::Bool | Type::String | Type::Bytes | Type::Timestamp | Type::Duration) {
        expect_type(ty);
    }
    Field { name, was: None, ty, default: None, key: false, unit: None, constraint: None }
}

/// A field whose type bears the name of a number, and is that number: any bytes of it are a value, it has nothing in
/// the tail, and nothing holds it but its type, so an expansion asks less of it, and knows how it is spelled. The number
/// is told by its place among those that the derive knows, `i8` to `i128`, `u8` to `u128`, `f32` and `f64`.
///
/// # Panics
///
/// Where it is another type; at compile time, which shows the place of the call.
#[track_caller]
pub const fn number<T: FieldType>(name: &'static str, number: u8) -> Field<'static> {
    let ty = T::FIELD_TYPE;
    let found = match ty {
        Type::I8 => 0,
        Type::I16 => 1,
        Type::I32 => 2,
        Type::I64 => 3,
        Type::I128 => 4,
        Type::U8 => 5,
        Type::U16 => 6,
        Type::U32 => 7,
        Type::U64 => 8,
        Type::U128 => 9,
        Type::F32 => 10,
        Type::F64 => 11,
        _ => u8::MAX,
    };
    if found != number {
        panic!(
            "a type that bears the name of a number, such as `u64`, and is another: give it another name"
        );
    }
    Field { name, was: None, ty, default: None, key: false, unit: None, constraint: None }
}
