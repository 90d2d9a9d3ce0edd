//! Fields that are numbers, known by the name of their type before anybody knows the type: of these there is nothing to
//! check, nothing in the tail and nothing to validate, so an expansion has less to say, and the compiler less to do.
//!
//! The names are those of the language's own types, which nobody takes for another; that they mean these is asserted
//! in the expansion.

use syn::Type;

use crate::item::Field;

/// Types of the language's own, which schemas call the same. The runtime knows them by their places.
const NUMBERS: [&str; 12] =
    ["i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "f32", "f64"];

/// Whether a field is a number that its type alone holds to something.
pub(super) fn is_number(field: &Field<'_>) -> bool {
    field.constraint.is_none() && is_number_type(&field.unborrowed)
}

pub(super) fn is_number_type(ty: &Type) -> bool {
    number_place(ty).is_some()
}

/// The number whose name a type bears.
pub(super) fn number_type(ty: &Type) -> Option<&'static str> {
    number_place(ty).map(|place| NUMBERS[place])
}

/// The place of that among the numbers.
pub(super) fn number_place(ty: &Type) -> Option<usize> {
    let Type::Path(path) = ty else { return None };
    let ident = path.path.get_ident().filter(|_| path.qself.is_none())?;
    NUMBERS.iter().position(|number| ident == number)
}
