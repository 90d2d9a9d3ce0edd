//! Rows of the table of fields that a derive makes, each by the type of its field.

use crate::digest;
use crate::field::FieldType;
use crate::literal;
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

/// The same, by the type of the field.
///
/// # Panics
///
/// As [`expect_type`].
#[track_caller]
pub const fn row<T: FieldType>(name: &'static str) -> Field<'static> {
    field(name, T::FIELD_TYPE)
}

/// A field whose type bears the name of a number, and is that number: any bytes of it are a value, it has nothing in
/// the tail, and nothing holds it but its type, so an expansion asks less of it, and knows how it is spelled.
///
/// # Panics
///
/// Where it is another type; at compile time, which shows the place of the call.
#[track_caller]
pub const fn number<T: FieldType>(name: &'static str, number: &str) -> Field<'static> {
    assert!(
        literal::same(digest::plain_name(T::FIELD_TYPE), number),
        "a type that bears the name of a number, such as `u64`, and is another: give it another name"
    );
    Field::new(name, T::FIELD_TYPE)
}
