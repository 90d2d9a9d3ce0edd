//! Fields that are numbers, known by the name of their type before anybody knows the type: of these there is nothing to
//! check, nothing in the tail and nothing to validate, so an expansion has less to say, and the compiler less to do.
//!
//! The names are those of the language's own types, which nobody takes for another; that they mean these is asserted
//! in the expansion.

use mycelium_wire::reflect::Type as Wire;
use syn::Type;

use crate::item::Field;

/// A type of the language's own.
pub(super) struct Number {
    pub(super) name: &'static str,
    /// The same in schemas.
    pub(super) ty: &'static Wire<'static>,
}

const NUMBERS: [Number; 12] = [
    Number { name: "i8", ty: &Wire::I8 },
    Number { name: "i16", ty: &Wire::I16 },
    Number { name: "i32", ty: &Wire::I32 },
    Number { name: "i64", ty: &Wire::I64 },
    Number { name: "i128", ty: &Wire::I128 },
    Number { name: "u8", ty: &Wire::U8 },
    Number { name: "u16", ty: &Wire::U16 },
    Number { name: "u32", ty: &Wire::U32 },
    Number { name: "u64", ty: &Wire::U64 },
    Number { name: "u128", ty: &Wire::U128 },
    Number { name: "f32", ty: &Wire::F32 },
    Number { name: "f64", ty: &Wire::F64 },
];

/// Whether a field is a number that its type alone holds to something.
pub(super) fn is_number(field: &Field<'_>) -> bool {
    field.constraint.is_none() && is_number_type(&field.unborrowed)
}

pub(super) fn is_number_type(ty: &Type) -> bool {
    number_type(ty).is_some()
}

/// The number whose name a type bears.
pub(super) fn number_type(ty: &Type) -> Option<&'static Number> {
    let Type::Path(path) = ty else { return None };
    let ident = path.path.get_ident().filter(|_| path.qself.is_none())?;
    NUMBERS.iter().find(|number| ident == number.name)
}
