//! Whether a default fits its type, as a const function, so that a wrong default is a compile error.

use crate::decimal::parse_scaled;
use crate::reflect::{Kind, Literal, Type};
use crate::u256::U256;
use crate::uuid::Uuid;

impl Literal<'_> {
    /// Whether [`Wire::from_literal`](crate::Wire::from_literal) of this type takes the literal.
    pub const fn fits(&self, ty: &Type<'_>) -> bool {
        match (ty, self) {
            (Type::Optional(item), _) => self.fits(item),
            (Type::Bool, Literal::Bool(_)) => true,
            (Type::F32 | Type::F64, Literal::Number(digits)) => {
                parse_scaled(digits, 0).is_ok() || is_plain_number(digits.as_bytes())
            }
            (Type::Decimal(scale), Literal::Number(digits)) => parse_scaled(digits, *scale).is_ok(),
            (Type::Timestamp | Type::Duration, Literal::Number(digits)) => {
                is_integer(digits, i64::MIN as i128, i64::MAX as u128)
            }
            (Type::U256, Literal::Number(digits)) => U256::from_str_radix(digits, 10).is_ok(),
            (Type::Uuid, Literal::Text(text)) => Uuid::is_canonical(text),
            (Type::String, Literal::Text(_)) => true,
            (Type::BoundedString(max), Literal::Text(text)) => text.len() <= *max as usize,
            (Type::Named(def), Literal::Name(name)) => match def.kind {
                Kind::Enum { members, .. } => {
                    let mut i = 0;
                    while i < members.len() {
                        if same(members[i].name, name) {
                            return true;
                        }
                        i += 1;
                    }
                    false
                }
                _ => false,
            },
            (_, Literal::Number(digits)) => match integer_range(ty) {
                Some((min, max)) => is_integer(digits, min, max),
                None => false,
            },
            _ => false,
        }
    }
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

const fn same(a: &str, b: &str) -> bool {
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
