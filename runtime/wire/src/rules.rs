//! What the language refuses and only the types can tell, as const functions: the derives assert them
//! at compile time, so that a hand-written type keeps the rules that a schema's type keeps.

use crate::limits::Limits;
use crate::literal;
use crate::reflect::{Constraint, Def, Field, Kind, Literal, MAX_TUPLE_ITEMS, Type};

/// Refuses what is no [type of the language](is_type).
///
/// # Panics
///
/// Where it is none; at compile time, which shows the place of the call.
#[track_caller]
pub const fn expect_type(ty: &Type<'_>) {
    assert!(
        is_type(ty),
        "not a type of the language: a length or bound is at least 1, a decimal has at most 18 places, \
         nothing is optional twice, a tuple has at least two items, a key of a map is a number other than \
         a float, bool, enum, flags, text or bytes"
    );
}

/// Whether a type may be that of a field or arm: no length or bound is zero, nothing is optional
/// twice, a decimal has at most 18 places, a tuple at least two items. Named types are taken to be
/// right, since each asserts its own.
pub(crate) const fn is_type(ty: &Type<'_>) -> bool {
    match ty {
        Type::Decimal(scale) => *scale <= 18,
        Type::BoundedString(max) | Type::BoundedBytes(max) => *max > 0,
        Type::Array(item, len) | Type::BoundedList(item, len) => *len > 0 && is_type(item),
        Type::List(item) => is_type(item),
        Type::Map(key, value) => is_key(key) && is_type(key) && is_type(value),
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
            2 <= items.len() && items.len() <= MAX_TUPLE_ITEMS
        }
        _ => true,
    }
}

/// Whether a field of this type may have this default.
pub const fn is_default(ty: &Type<'_>, literal: &Literal<'_>) -> bool {
    !matches!(ty, Type::Optional(_)) && literal.fits(ty)
}

/// Whether a default keeps what its field is held to, and what the fields of structs that it holds are.
/// One that does not fit its type, which is reported, does.
pub const fn is_kept(
    ty: &Type<'_>,
    literal: &Literal<'_>,
    constraint: &Option<Constraint<'_>>,
) -> bool {
    !literal.fits(ty) || keeps(ty, literal, constraint)
}

const fn keeps(ty: &Type<'_>, literal: &Literal<'_>, constraint: &Option<Constraint<'_>>) -> bool {
    if !Limits::of(ty, constraint).admit(ty, literal) {
        return false;
    }
    // Every part is looked at, for looking whether one of the type needs it could cost more.
    let Literal::List(items) = literal else { return true };
    let ty = match ty {
        Type::Optional(item) => item,
        ty => ty,
    };
    let mut i = 0;
    while i < items.len() {
        let is_kept = match (ty, &items[i]) {
            (Type::Map(_, value), Literal::List([_, that])) => keeps(value, that, &None),
            (Type::Named(Def { kind: Kind::Struct { fields }, .. }), item) => {
                keeps(fields[i].ty, item, &fields[i].constraint)
            }
            (ty, item) => keeps(part(ty, i), item, &None),
        };
        if !is_kept {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether the names that are written in a default are those of the fields of its structs, in order.
/// There is one list of names a [`Literal::List`], in the order in which the lists begin; an empty one
/// says nothing.
pub const fn has_names(ty: &Type<'_>, literal: &Literal<'_>, names: &[&[&str]]) -> bool {
    follow_names(ty, literal, names, 0).is_some()
}

/// The same from list `next` of names on; gives the first that is not used.
const fn follow_names(
    ty: &Type<'_>,
    literal: &Literal<'_>,
    names: &[&[&str]],
    next: usize,
) -> Option<usize> {
    if let Type::Optional(item) = ty {
        return follow_names(item, literal, names, next);
    }
    let Literal::List(items) = literal else { return Some(next) };
    if !names[next].is_empty() && !are_fields(ty, names[next]) {
        return None;
    }
    let (mut next, mut i) = (next + 1, 0);
    while i < items.len() {
        let of = match (ty, &items[i]) {
            (Type::Map(key, value), Literal::List([this, that])) => {
                follow_pair([key, value], [this, that], names, next)
            }
            (ty, item) => follow_names(part(ty, i), item, names, next),
        };
        next = match of {
            Some(next) => next,
            None => return None,
        };
        i += 1;
    }
    Some(next)
}

/// A pair of a map is a list of two.
const fn follow_pair(
    types: [&Type<'_>; 2],
    pair: [&Literal<'_>; 2],
    names: &[&[&str]],
    next: usize,
) -> Option<usize> {
    if !names[next].is_empty() {
        return None;
    }
    match follow_names(types[0], pair[0], names, next + 1) {
        Some(next) => follow_names(types[1], pair[1], names, next),
        None => None,
    }
}

/// Type of a part of a default that fits.
const fn part<'t>(ty: &'t Type<'t>, index: usize) -> &'t Type<'t> {
    match ty {
        Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item) => item,
        Type::Tuple(items) if index < items.len() => items[index],
        Type::Named(Def { kind: Kind::Struct { fields }, .. }) if index < fields.len() => {
            fields[index].ty
        }
        ty => ty,
    }
}

const fn are_fields(ty: &Type<'_>, names: &[&str]) -> bool {
    let Type::Named(Def { kind: Kind::Struct { fields }, .. }) = ty else { return false };
    let mut i = 0;
    while i < names.len() && i < fields.len() {
        if !literal::same(fields[i].name, names[i]) {
            return false;
        }
        i += 1;
    }
    names.len() == fields.len()
}

/// Whether a field of this type may have a unit: whether it is, or holds, numbers without one of
/// their own.
pub const fn is_measured(ty: &Type<'_>) -> bool {
    match ty {
        Type::Optional(item) | Type::Array(item, _) => is_measured(item),
        Type::BoundedList(item, _) | Type::List(item) => is_measured(item),
        Type::Map(_, value) => is_measured(value),
        Type::F32 | Type::F64 | Type::Decimal(_) | Type::U256 => true,
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::I128 => true,
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::U128 => true,
        _ => false,
    }
}

/// Whether a field of this type may be held to this.
pub const fn is_constraint(ty: &Type<'_>, constraint: &Constraint<'_>) -> bool {
    let ty = match ty {
        Type::Optional(item) => item,
        ty => ty,
    };
    match *constraint {
        Constraint::Range { min, max } => {
            let in_order = match (min, max) {
                (Some(min), Some(max)) => !literal::is_below(max, min),
                (None, None) => false,
                _ => true,
            };
            is_ranged(ty) && fits(ty, min) && fits(ty, max) && in_order
        }
        Constraint::Len { min, max } => {
            let bound = match ty {
                Type::BoundedString(bound) | Type::BoundedBytes(bound) => Some(*bound),
                Type::BoundedList(_, bound) => Some(*bound),
                Type::String | Type::Bytes | Type::List(_) | Type::Map(..) => None,
                _ => return false,
            };
            let says_something = min > 0 || max.is_some();
            let greatest = match (max, bound) {
                (Some(max), Some(bound)) if max > bound => return false,
                (Some(max), _) => max,
                (None, Some(bound)) => bound,
                (None, None) => u32::MAX,
            };
            says_something && min <= greatest && greatest > 0
        }
    }
}

/// Whether values of the type are ordered numbers that a range can bound.
const fn is_ranged(ty: &Type<'_>) -> bool {
    match ty {
        Type::U256 => false,
        Type::Timestamp | Type::Duration => true,
        Type::Optional(_) | Type::Array(..) | Type::BoundedList(..) => false,
        Type::List(_) | Type::Map(..) => false,
        ty => is_measured(ty),
    }
}

const fn fits(ty: &Type<'_>, number: Option<&str>) -> bool {
    match number {
        Some(digits) => Literal::Number(digits).fits(ty),
        None => true,
    }
}

/// Whether a field of this type may be part of the key: what is compared as a whole and exactly. The
/// same types are keys of maps.
pub const fn is_key(ty: &Type<'_>) -> bool {
    match ty {
        Type::F32 | Type::F64 => false,
        Type::Array(..) | Type::BoundedList(..) | Type::List(_) | Type::Map(..) => false,
        Type::Tuple(_) | Type::Optional(_) => false,
        Type::Named(def) => matches!(def.kind, Kind::Enum { .. } | Kind::Flags { .. }),
        _ => true,
    }
}

/// Whether there are values of the type's Rust form that are none of the type: a field of it, or of what
/// it holds, has a constraint, or an open union keeps an arm in a form that may say anything.
pub(crate) const fn is_constrained(ty: &Type<'_>) -> bool {
    match ty {
        Type::Optional(item) | Type::Array(item, _) => is_constrained(item),
        Type::BoundedList(item, _) | Type::List(item) => is_constrained(item),
        Type::Map(_, value) => is_constrained(value),
        Type::Tuple(items) => {
            let mut i = 0;
            while i < items.len() && !is_constrained(items[i]) {
                i += 1;
            }
            i < items.len()
        }
        Type::Named(def) => is_kind_constrained(&def.kind),
        _ => false,
    }
}

/// The same of a named type.
pub(crate) const fn is_kind_constrained(kind: &Kind<'_>) -> bool {
    match *kind {
        Kind::Message { fields, .. } | Kind::Struct { fields } => has_constraint(fields),
        Kind::Union { open: true, .. } => true,
        Kind::Union { arms, .. } => {
            let mut i = 0;
            while i < arms.len() && !is_constrained(arms[i].ty) {
                i += 1;
            }
            i < arms.len()
        }
        Kind::Enum { .. } | Kind::Flags { .. } => false,
    }
}

const fn has_constraint(fields: &[Field<'_>]) -> bool {
    let mut i = 0;
    while i < fields.len() {
        if fields[i].constraint.is_some() || is_constrained(fields[i].ty) {
            return true;
        }
        i += 1;
    }
    false
}
