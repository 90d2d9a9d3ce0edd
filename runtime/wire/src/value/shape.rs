//! What a type takes: ranges, defaults, and words for people.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::Value;
use crate::literal::{bits_of, value_of};
use crate::reflect::{Arm, Def, Field, Kind, Literal, Member, Type};
use crate::{U256, hex};

/// Values of an integer type, or of a type that an `i64` carries. None for any other, and for `u128`
/// and `u256`, whose values an `i128` does not hold.
pub(crate) fn integer_range(ty: &Type<'_>) -> Option<RangeInclusive<i128>> {
    let range = match ty {
        Type::I8 => i8::MIN.into()..=i8::MAX.into(),
        Type::I16 => i16::MIN.into()..=i16::MAX.into(),
        Type::I32 => i32::MIN.into()..=i32::MAX.into(),
        Type::I64 | Type::Timestamp | Type::Duration | Type::Decimal(_) => {
            i64::MIN.into()..=i64::MAX.into()
        }
        Type::I128 => i128::MIN..=i128::MAX,
        Type::U8 => 0..=u8::MAX.into(),
        Type::U16 => 0..=u16::MAX.into(),
        Type::U32 => 0..=u32::MAX.into(),
        Type::U64 => 0..=u64::MAX.into(),
        _ => return None,
    };
    Some(range)
}

/// Whether the type's value is [`Value::Bytes`]: bytes, or a row of `u8` of any kind.
pub(crate) fn is_bytes(ty: &Type<'_>) -> bool {
    match ty {
        Type::Bytes | Type::BoundedBytes(_) => true,
        Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item) => {
            matches!(item, Type::U8)
        }
        _ => false,
    }
}

/// Whether one key of a map stands before another: by number, or by bytes; false before true.
pub(crate) fn is_key_below(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a < b,
        (Value::Int(a), Value::Int(b)) => a < b,
        (Value::U128(a), Value::U128(b)) => a < b,
        (Value::U256(a), Value::U256(b)) => a < b,
        (Value::Uuid(a), Value::Uuid(b)) => a < b,
        (Value::Text(a), Value::Text(b)) => a < b,
        (Value::Bytes(a), Value::Bytes(b)) => a < b,
        _ => false,
    }
}

/// Value of a field that is not there: its default, or absent where it is optional.
pub(crate) fn take_default(field: &Field<'_>) -> Option<Value> {
    match (&field.default, field.ty) {
        (Some(literal), ty) => literal_value(ty, literal),
        (None, Type::Optional(_)) => Some(Value::Absent),
        (None, _) => None,
    }
}

/// Value of a literal that fits its type.
fn literal_value(ty: &Type<'_>, literal: &Literal<'_>) -> Option<Value> {
    match (*ty, *literal) {
        (Type::Optional(_), Literal::Absent) => Some(Value::Absent),
        (Type::Optional(item), _) => literal_value(item, literal),
        (Type::Bool, Literal::Bool(truth)) => Some(Value::Bool(truth)),
        (Type::F32, Literal::Number(digits)) => digits.parse().ok().map(Value::F32),
        (Type::F64, Literal::Number(digits)) => digits.parse().ok().map(Value::F64),
        (Type::U128, Literal::Number(digits)) => digits.parse().ok().map(Value::U128),
        (Type::U256, Literal::Number(digits)) => digits.parse().ok().map(Value::U256),
        (Type::Uuid, Literal::Text(text)) => text.parse().ok().map(Value::Uuid),
        (Type::Decimal(scale), Literal::Number(digits)) => {
            crate::decimal::parse_scaled(digits, scale)
                .ok()
                .map(|mantissa| Value::Int(mantissa.into()))
        }
        (Type::String | Type::BoundedString(_), Literal::Text(text)) => {
            Some(Value::Text(text.to_string()))
        }
        (_, Literal::Text(digits)) if is_bytes(ty) => hex::decode(digits).map(Value::Bytes),
        (Type::Named(def), _) => named_value(def, literal),
        (_, Literal::List(items)) => items_value(ty, items),
        (_, Literal::Number(digits)) => digits.parse().ok().map(Value::Int),
        _ => None,
    }
}

fn named_value(def: &Def<'_>, literal: &Literal<'_>) -> Option<Value> {
    match (def.kind, *literal) {
        (Kind::Enum { members, .. }, Literal::Name(name)) => {
            value_of(members, name).map(Value::Int)
        }
        (Kind::Flags { members, .. }, Literal::List(names)) => {
            Some(Value::Int(bits_of(names, members).into()))
        }
        (Kind::Struct { fields }, Literal::List(values)) => {
            let values = fields.iter().zip(values);
            values
                .map(|(field, value)| literal_value(field.ty, value))
                .collect::<Option<_>>()
                .map(Value::Fields)
        }
        _ => None,
    }
}

fn items_value(ty: &Type<'_>, items: &[Literal<'_>]) -> Option<Value> {
    let all = |item: &Type<'_>| items.iter().map(|value| literal_value(item, value)).collect();
    let items: Option<Vec<Value>> = match *ty {
        Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item) => all(item),
        Type::Tuple(types) => {
            types.iter().zip(items).map(|(ty, value)| literal_value(ty, value)).collect()
        }
        Type::Map(key, value) => all(&Type::Tuple(&[key, value])),
        _ => None,
    };
    items.map(Value::Items)
}

/// Whether the tag may be that of an arm which the union does not have.
pub(crate) fn is_unknown_tag(arms: &[Arm<'_>], tag: u32) -> bool {
    tag != 0 && arms.iter().all(|arm| u32::from(arm.tag) != tag)
}

/// What the type takes, in words that finish "expected …".
pub(crate) fn expected(ty: &Type<'_>) -> String {
    if let Some(range) = integer_range(ty)
        && !matches!(ty, Type::Timestamp | Type::Duration | Type::Decimal(_))
    {
        return format!("an integer from {} to {}", range.start(), range.end());
    }
    match ty {
        Type::Bool => "true or false".to_string(),
        Type::U128 => format!("an integer from 0 to {}", u128::MAX),
        Type::U256 => format!("an integer from 0 to {}", U256::MAX),
        Type::Uuid => "a UUID such as \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"".to_string(),
        Type::F32 | Type::F64 => {
            "a number, or one of \"NaN\", \"Infinity\", \"-Infinity\"".to_string()
        }
        Type::Timestamp => {
            "a time such as \"2024-08-08T23:54:15.030314667Z\", or nanoseconds".to_string()
        }
        Type::Duration => "a duration such as \"1.5s\", or nanoseconds".to_string(),
        Type::Decimal(scale) => {
            format!("a decimal with at most {scale} places in a string, such as \"1.5\"")
        }
        Type::String => "text".to_string(),
        Type::BoundedString(max) => format!("text of at most {max} bytes of UTF-8"),
        Type::Bytes => "bytes in hex".to_string(),
        Type::BoundedBytes(max) => format!("at most {max} bytes in hex"),
        Type::Array(Type::U8, len) => format!("{len} bytes in hex"),
        Type::BoundedList(Type::U8, max) => format!("at most {max} bytes in hex"),
        Type::List(Type::U8) => "bytes in hex".to_string(),
        Type::Array(_, len) => format!("an array of {len} items"),
        Type::BoundedList(_, max) => format!("an array of at most {max} items"),
        Type::List(_) => "an array".to_string(),
        Type::Tuple(items) => format!("an array of {} items", items.len()),
        Type::Map(Type::String | Type::BoundedString(_), _) => {
            "an object with a member for each key".to_string()
        }
        Type::Map(..) => "an array of pairs, each key once".to_string(),
        Type::Optional(item) => format!("null or {}", expected(item)),
        Type::Named(def) => expected_named(def),
        _ => "an integer".to_string(),
    }
}

fn expected_named(def: &Def<'_>) -> String {
    let quoted = |names: Vec<&str>| {
        let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        names.join(", ")
    };
    let members = |members: &[Member<'_>]| quoted(members.iter().map(|m| m.name).collect());
    let name = format!("`{}.{}`", def.package, def.name);
    match def.kind {
        Kind::Message { .. } | Kind::Struct { .. } => format!("an object for {name}"),
        Kind::Enum { open: true, members: known, .. } => {
            format!("a member of {name} (one of {}) or its number", members(known))
        }
        Kind::Enum { members: known, .. } => {
            format!("a member of {name}: one of {}", members(known))
        }
        Kind::Flags { members: known, .. } => {
            format!("an array of names of {name} (of {}) and numbers", members(known))
        }
        Kind::Union { arms, .. } => format!(
            "an object with one arm of {name}: one of {}",
            quoted(arms.iter().map(|arm| arm.name).collect())
        ),
    }
}
