//! What the language refuses and only the types can tell, as const functions: the derives assert them
//! at compile time, so that a hand-written type keeps the rules that a schema's type keeps.

use crate::reflect::{Kind, Literal, Type};

/// Whether a type may be that of a field or arm: no length or bound is zero, nothing is optional
/// twice, a decimal has at most 18 places, a tuple at least two items. Named types are taken to be
/// right, since each asserts its own.
pub const fn is_type(ty: &Type<'_>) -> bool {
    match ty {
        Type::Decimal(scale) => *scale <= 18,
        Type::BoundedString(max) | Type::BoundedBytes(max) => *max > 0,
        Type::Array(item, len) | Type::BoundedList(item, len) => *len > 0 && is_type(item),
        Type::List(item) => is_type(item),
        Type::Optional(Type::Optional(_)) => false,
        Type::Optional(item) => is_type(item),
        Type::Tuple(items) => {
            let mut i = 0;
            while i < items.len() {
                if !is_type(items[i]) {
                    return false;
                }
                i += 1;
            }
            items.len() > 1
        }
        _ => true,
    }
}

/// Whether a field of this type may have this default.
pub const fn is_default(ty: &Type<'_>, literal: &Literal<'_>) -> bool {
    !matches!(ty, Type::Optional(_)) && literal.fits(ty)
}

/// Whether a field of this type may be part of the key: what is compared as a whole and exactly.
pub const fn is_key(ty: &Type<'_>) -> bool {
    match ty {
        Type::F32 | Type::F64 => false,
        Type::Array(..) | Type::BoundedList(..) | Type::List(_) => false,
        Type::Tuple(_) | Type::Optional(_) => false,
        Type::Named(def) => matches!(def.kind, Kind::Enum { .. } | Kind::Flags { .. }),
        _ => true,
    }
}
