//! Whether a literal is a value of a type, as const functions, so that a wrong default is a compile
//! error.

use crate::decimal::parse_scaled;
use crate::reflect::{Def, Kind, Literal, Member, Type};
use crate::u256::U256;
use crate::uuid::Uuid;

impl Literal<'_> {
    /// Whether the type has this value, in its canonical spelling. Messages and unions have none that
    /// could be written as a literal.
    pub const fn fits(&self, ty: &Type<'_>) -> bool {
        match (ty, self) {
            (Type::Optional(_), Literal::Absent) => true,
            (Type::Optional(item), _) => self.fits(item),
            (Type::Bool, Literal::Bool(_)) => true,
            (Type::F32 | Type::F64, Literal::Number(digits)) => is_plain_number(digits.as_bytes()),
            (Type::Decimal(scale), Literal::Number(digits)) => parse_scaled(digits, *scale).is_ok(),
            (Type::Timestamp | Type::Duration, Literal::Number(digits)) => {
                is_integer(digits, i64::MIN as i128, i64::MAX as u128)
            }
            (Type::U256, Literal::Number(digits)) => U256::from_str_radix(digits, 10).is_ok(),
            (Type::Uuid, Literal::Text(text)) => Uuid::is_canonical(text),
            (Type::String, Literal::Text(_)) => true,
            (Type::BoundedString(max), Literal::Text(text)) => text.len() <= *max as usize,
            (_, Literal::Text(hex)) => match byte_counts(ty) {
                Some((least, most)) => is_hex(hex.as_bytes(), least, most),
                None => false,
            },
            (Type::Named(def), _) => self.fits_named(def),
            (_, Literal::List(items)) => fits_items(items, ty),
            (_, Literal::Number(digits)) => match integer_range(ty) {
                Some((min, max)) => is_integer(digits, min, max),
                None => false,
            },
            _ => false,
        }
    }

    const fn fits_named(&self, def: &Def<'_>) -> bool {
        match (&def.kind, self) {
            (Kind::Enum { members, .. }, Literal::Name(name)) => value_of(members, name).is_some(),
            (Kind::Flags { members, .. }, Literal::List(names)) => are_bits(names, members),
            (Kind::Struct { fields }, Literal::List(values)) => {
                let mut i = 0;
                while i < values.len() && i < fields.len() {
                    if !values[i].fits(fields[i].ty) {
                        return false;
                    }
                    i += 1;
                }
                values.len() == fields.len()
            }
            _ => false,
        }
    }
}

/// Whether the items are those of an array, list, tuple or map. Rows of `u8` are written as hex, so
/// that each value has one spelling.
const fn fits_items(items: &[Literal<'_>], ty: &Type<'_>) -> bool {
    match ty {
        Type::Array(Type::U8, _) | Type::BoundedList(Type::U8, _) | Type::List(Type::U8) => false,
        Type::Array(item, len) => items.len() == *len as usize && all_fit(items, item),
        Type::BoundedList(item, max) => items.len() <= *max as usize && all_fit(items, item),
        Type::List(item) => all_fit(items, item),
        Type::Tuple(types) => {
            let mut i = 0;
            while i < items.len() && i < types.len() {
                if !items[i].fits(types[i]) {
                    return false;
                }
                i += 1;
            }
            items.len() == types.len()
        }
        Type::Map(key, value) => are_pairs(items, key, value),
        _ => false,
    }
}

const fn all_fit(items: &[Literal<'_>], ty: &Type<'_>) -> bool {
    let mut i = 0;
    while i < items.len() {
        if !items[i].fits(ty) {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether the items are pairs with ascending keys.
const fn are_pairs(pairs: &[Literal<'_>], key: &Type<'_>, value: &Type<'_>) -> bool {
    let mut last: Option<&Literal<'_>> = None;
    let mut i = 0;
    while i < pairs.len() {
        let Literal::List([this, that]) = &pairs[i] else { return false };
        if !this.fits(key) || !that.fits(value) {
            return false;
        }
        if let Some(last) = last
            && !is_key_below(last, this, key)
        {
            return false;
        }
        last = Some(this);
        i += 1;
    }
    true
}

/// Whether one key of a map stands before another; both fit the type.
const fn is_key_below(a: &Literal<'_>, b: &Literal<'_>, ty: &Type<'_>) -> bool {
    match (a, b, ty) {
        (Literal::Bool(a), Literal::Bool(b), _) => !*a && *b,
        (Literal::Number(a), Literal::Number(b), _) => is_below(a, b),
        // A UUID and hex digits have the order of the bytes that they spell.
        (Literal::Text(a), Literal::Text(b), _) => are_bytes_below(a.as_bytes(), b.as_bytes()),
        (Literal::Name(a), Literal::Name(b), Type::Named(def)) => match def.kind {
            Kind::Enum { members, .. } => match (value_of(members, a), value_of(members, b)) {
                (Some(a), Some(b)) => a < b,
                _ => false,
            },
            _ => false,
        },
        (Literal::List(a), Literal::List(b), Type::Named(def)) => match def.kind {
            Kind::Flags { members, .. } => bits_of(a, members) < bits_of(b, members),
            _ => false,
        },
        _ => false,
    }
}

/// Number of the member that the digest knows by this name.
pub(crate) const fn value_of(members: &[Member<'_>], name: &str) -> Option<i128> {
    let mut i = 0;
    while i < members.len() {
        if same(members[i].digest_name(), name) {
            return Some(members[i].value);
        }
        i += 1;
    }
    None
}

/// Whether the items name bits, ascending.
const fn are_bits(names: &[Literal<'_>], members: &[Member<'_>]) -> bool {
    let mut last = -1;
    let mut i = 0;
    while i < names.len() {
        let Literal::Name(name) = names[i] else { return false };
        match value_of(members, name) {
            Some(bit) if bit > last => last = bit,
            _ => return false,
        }
        i += 1;
    }
    true
}

/// The bits that the items name.
pub(crate) const fn bits_of(names: &[Literal<'_>], members: &[Member<'_>]) -> u64 {
    let mut bits = 0;
    let mut i = 0;
    while i < names.len() {
        if let Literal::Name(name) = names[i]
            && let Some(bit) = value_of(members, name)
        {
            bits |= 1 << bit;
        }
        i += 1;
    }
    bits
}

/// Least and greatest number of bytes of a type whose values are written as hex digits.
const fn byte_counts(ty: &Type<'_>) -> Option<(usize, usize)> {
    match ty {
        Type::Bytes | Type::List(Type::U8) => Some((0, u32::MAX as usize)),
        Type::BoundedBytes(max) | Type::BoundedList(Type::U8, max) => Some((0, *max as usize)),
        Type::Array(Type::U8, len) => Some((*len as usize, *len as usize)),
        _ => None,
    }
}

/// Whether these are pairs of lower-case hex digits, so many of them.
const fn is_hex(digits: &[u8], least: usize, most: usize) -> bool {
    let mut i = 0;
    while i < digits.len() {
        if !matches!(digits[i], b'0'..=b'9' | b'a'..=b'f') {
            return false;
        }
        i += 1;
    }
    digits.len().is_multiple_of(2) && digits.len() / 2 >= least && digits.len() / 2 <= most
}

/// Whether one number is below another, each in the canonical spelling of [`Literal::Number`].
///
/// ```
/// use mycelium_wire::canon::is_below;
///
/// assert!(is_below("9", "10") && is_below("-10", "-9.5") && is_below("1.5", "1.51"));
/// assert!(!is_below("1", "1"));
/// ```
pub const fn is_below(a: &str, b: &str) -> bool {
    match (a.as_bytes(), b.as_bytes()) {
        ([b'-', a @ ..], [b'-', b @ ..]) => is_magnitude_below(b, a),
        ([b'-', ..], _) => true,
        (_, [b'-', ..]) => false,
        (a, b) => is_magnitude_below(a, b),
    }
}

/// The same of digits without a sign and without zeros that could be left out: the number with more
/// digits before the point is larger, of two with as many the first digit that differs decides.
const fn is_magnitude_below(a: &[u8], b: &[u8]) -> bool {
    let (whole_a, whole_b) = (whole_digits(a), whole_digits(b));
    if whole_a != whole_b {
        return whole_a < whole_b;
    }
    are_bytes_below(a, b)
}

const fn whole_digits(number: &[u8]) -> usize {
    let mut i = 0;
    while i < number.len() && number[i] != b'.' {
        i += 1;
    }
    i
}

const fn are_bytes_below(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return a[i] < b[i];
        }
        i += 1;
    }
    a.len() < b.len()
}

const fn integer_range(ty: &Type<'_>) -> Option<(i128, u128)> {
    Some(match ty {
        Type::I8 => (i8::MIN as i128, i8::MAX as u128),
        Type::I16 => (i16::MIN as i128, i16::MAX as u128),
        Type::I32 => (i32::MIN as i128, i32::MAX as u128),
        Type::I64 => (i64::MIN as i128, i64::MAX as u128),
        Type::I128 => (i128::MIN, i128::MAX as u128),
        Type::U8 => (0, u8::MAX as u128),
        Type::U16 => (0, u16::MAX as u128),
        Type::U32 => (0, u32::MAX as u128),
        Type::U64 => (0, u64::MAX as u128),
        Type::U128 => (0, u128::MAX),
        _ => return None,
    })
}

const fn is_integer(digits: &str, min: i128, max: u128) -> bool {
    if let Ok(number) = i128::from_str_radix(digits, 10) {
        return number >= min && (number < 0 || number as u128 <= max);
    }
    match u128::from_str_radix(digits, 10) {
        Ok(number) => number <= max,
        Err(_) => false,
    }
}

/// Digits with at most one point inside and a leading minus.
const fn is_plain_number(bytes: &[u8]) -> bool {
    let mut i = matches!(bytes, [b'-', ..]) as usize;
    let (mut digits, mut point) = (0, false);
    while i < bytes.len() {
        match bytes[i] {
            b'0'..=b'9' => digits += 1,
            b'.' if !point && digits > 0 => point = true,
            _ => return false,
        }
        i += 1;
    }
    digits > 0 && bytes[bytes.len() - 1] != b'.'
}

pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
