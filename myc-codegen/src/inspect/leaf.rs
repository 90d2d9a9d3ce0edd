//! Bytes without parts of their own, in words.

use mycelium_wire::reflect::{Def, Kind, Member, Repr, Type};
use mycelium_wire::{Duration, Timestamp, U256, Uuid};

/// Most characters of a text that are shown.
const TEXT: usize = 60;

/// The value of a scalar, enum or flags.
pub(super) fn describe(ty: &Type<'_>, bytes: &[u8]) -> String {
    match ty {
        Type::Bool => match bytes {
            [0] => "false".to_owned(),
            [1] => "true".to_owned(),
            _ => "neither 0 nor 1".to_owned(),
        },
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::I128 => signed(bytes).to_string(),
        Type::U256 => {
            bytes.first_chunk().map_or_else(String::new, |b| U256::from_le_bytes(*b).to_string())
        }
        Type::Uuid => {
            bytes.first_chunk().map_or_else(String::new, |b| Uuid::from_bytes(*b).to_string())
        }
        Type::F32 => f32::from_bits(unsigned(bytes) as u32).to_string(),
        Type::F64 => f64::from_bits(unsigned(bytes) as u64).to_string(),
        Type::Timestamp => Timestamp(signed(bytes) as i64).to_string(),
        Type::Duration => Duration(signed(bytes) as i64).to_string(),
        Type::Decimal(scale) => decimal(signed(bytes), usize::from(*scale)),
        Type::Named(Def { kind: Kind::Enum { repr, members, .. }, .. }) => {
            enumerator(*repr, members, bytes)
        }
        Type::Named(Def { kind: Kind::Flags { members, .. }, .. }) => flags(members, bytes),
        _ => unsigned(bytes).to_string(),
    }
}

/// Text in quotes, the end of a long one left out.
pub(super) fn text(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) if text.chars().count() > TEXT => {
            let start: String = text.chars().take(TEXT).collect();
            format!("{start:?}… {} bytes", bytes.len())
        }
        Ok(text) => format!("{text:?}"),
        Err(error) => format!("not UTF-8 from its byte {}", error.valid_up_to()),
    }
}

/// A little-endian number.
pub(super) fn unsigned(bytes: &[u8]) -> u128 {
    bytes.iter().take(16).rev().fold(0, |number, byte| number << 8 | u128::from(*byte))
}

fn signed(bytes: &[u8]) -> i128 {
    let unused = 128 - 8 * bytes.len().clamp(1, 16) as u32;
    (unsigned(bytes) << unused) as i128 >> unused
}

fn decimal(mantissa: i128, scale: usize) -> String {
    let sign = if mantissa < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", mantissa.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

fn enumerator(repr: Repr, members: &[Member<'_>], bytes: &[u8]) -> String {
    let value = match repr {
        Repr::I8 | Repr::I16 | Repr::I32 | Repr::I64 => signed(bytes),
        Repr::U8 | Repr::U16 | Repr::U32 | Repr::U64 => unsigned(bytes) as i128,
    };
    let name = members.iter().find(|member| member.value == value);
    format!("{value}, {}", name.map_or("no member", |member| member.name))
}

fn flags(members: &[Member<'_>], bytes: &[u8]) -> String {
    let bits = unsigned(bytes);
    let mut names = Vec::new();
    for bit in (0..128).filter(|bit| bits >> bit & 1 == 1) {
        let member = members.iter().find(|member| member.value == bit);
        names.push(member.map_or_else(|| format!("bit {bit}"), |member| member.name.to_owned()));
    }
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
