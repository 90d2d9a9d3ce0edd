//! All keys of a type, one after another.

use alloc::vec::Vec;

use crate::reflect::{Def, Kind, Type};
use crate::value::{Value, integer_range, is_bytes};
use crate::{U256, Uuid};

/// Key number `index`; nothing behind the last.
pub(super) fn key(ty: &Type<'_>, index: u32) -> Option<Value> {
    match *ty {
        Type::Bool => (index < 2).then_some(Value::Bool(index == 1)),
        Type::U128 => Some(Value::U128(index.into())),
        Type::U256 => Some(Value::U256(U256::from(u128::from(index)))),
        Type::Uuid => Some(Value::Uuid(Uuid::from_u128(index.into()))),
        Type::String => text(index, u32::MAX),
        Type::BoundedString(max) => text(index, max),
        Type::Array(Type::U8, length) => {
            let mut bytes = digits(index, 256);
            bytes.resize(bytes.len().max(length as usize), 0);
            (bytes.len() == length as usize).then_some(Value::Bytes(bytes))
        }
        Type::BoundedBytes(max) | Type::BoundedList(Type::U8, max) => bytes(index, max),
        ref ty if is_bytes(ty) => bytes(index, u32::MAX),
        Type::Named(Def { kind: Kind::Enum { open: false, members, .. }, .. }) => {
            members.get(index as usize).map(|member| Value::Int(member.value))
        }
        Type::Named(Def { kind: Kind::Enum { repr, .. } | Kind::Flags { repr, .. }, .. }) => {
            integer(repr.ty(), index)
        }
        // Not from the least on: a Rust type may have only what is not negative.
        Type::Duration => Some(Value::Int(index.into())),
        ref ty => integer(ty, index),
    }
}

fn integer(ty: &Type<'_>, index: u32) -> Option<Value> {
    // From the least on, since there are fewer above zero.
    let range = integer_range(ty)?;
    let number = range.start().checked_add(index.into())?;
    range.contains(&number).then_some(Value::Int(number))
}

fn text(index: u32, max: u32) -> Option<Value> {
    let text = digits(index, 128).into_iter().map(char::from).collect();
    (digits(index, 128).len() <= max as usize).then_some(Value::Text(text))
}

fn bytes(index: u32, max: u32) -> Option<Value> {
    let bytes = digits(index, 256);
    (bytes.len() <= max as usize).then_some(Value::Bytes(bytes))
}

/// Digits of a number, none for zero.
fn digits(mut number: u32, base: u32) -> Vec<u8> {
    let mut digits = Vec::new();
    while number > 0 {
        digits.push((number % base) as u8);
        number /= base;
    }
    digits
}
