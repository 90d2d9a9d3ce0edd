//! What a field is held to beyond its type, as something that its bytes are compared with: made at
//! compile time, so that a field without a constraint costs nothing.

use core::fmt;

use crate::decimal::parse_scaled;
use crate::error::ErrorKind;
use crate::float::{f32_of, f64_of};
use crate::layout::{count_size, value_offset};
use crate::reflect::{Constraint, Literal, Type};

/// What the inline form of a field must keep.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    presence: Presence,
    bound: Bound,
}

/// How a value tells that it is there.
#[derive(Debug, Clone, Copy)]
enum Presence {
    /// It always is.
    Always,
    /// By a byte, behind which the value lies here.
    Byte(usize),
    /// By a reference that is not all zeros.
    Reference,
}

/// What a value that is there must keep.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// Nothing.
    None,
    /// To lie between two numbers, both included.
    Signed(i128, i128),
    /// The same of an unsigned integer.
    Unsigned(u128, u128),
    /// The same of an `f32`.
    Single(f32, f32),
    /// The same of an `f64`.
    Double(f64, f64),
    /// To have so many bytes, items or pairs.
    Count {
        /// Where the count lies.
        at: usize,
        /// Bytes of the count.
        size: usize,
        /// Least count.
        min: u32,
        /// Greatest count.
        max: u32,
    },
}

impl Limits {
    /// No constraint.
    pub(crate) const NONE: Limits = Limits { presence: Presence::Always, bound: Bound::None };

    /// Limits of a field; none where the type cannot have the constraint, which the derive reports.
    pub(crate) const fn of(ty: &Type<'_>, constraint: &Option<Constraint<'_>>) -> Limits {
        let Some(constraint) = constraint else { return Limits::NONE };
        if !crate::rules::is_constraint(ty, constraint) {
            return Limits::NONE;
        }
        let (presence, ty) = match ty {
            Type::Optional(item) if item.is_reference() => (Presence::Reference, *item),
            Type::Optional(item) => (Presence::Byte(value_offset(item)), *item),
            ty => (Presence::Always, ty),
        };
        let bound = match *constraint {
            Constraint::Range { min, max } => range(ty, min, max),
            Constraint::Len { min, max } => {
                let (at, size) = match ty {
                    Type::BoundedString(max) | Type::BoundedBytes(max) => (0, count_size(*max)),
                    Type::BoundedList(_, max) => (0, count_size(*max)),
                    _ => (4, 4),
                };
                let max = match max {
                    Some(max) => max,
                    None => u32::MAX,
                };
                Bound::Count { at, size, min, max }
            }
        };
        Limits { presence, bound }
    }

    /// What a value that is there must keep.
    #[inline]
    pub(crate) const fn bound(&self) -> &Bound {
        &self.bound
    }

    /// Whether an inline form keeps them.
    #[inline]
    pub(crate) const fn check(&self, inline: &[u8]) -> Result<(), ErrorKind> {
        if matches!(self.bound, Bound::None) {
            return Ok(());
        }
        let value = match self.presence {
            Presence::Always => inline,
            Presence::Byte(at) => match inline.split_at_checked(at) {
                Some(([1, ..], value)) => value,
                _ => return Ok(()),
            },
            Presence::Reference => match inline {
                [0, 0, 0, 0, 0, 0, 0, 0] => return Ok(()),
                inline => inline,
            },
        };
        self.bound.check(value)
    }

    /// Whether a literal that is a value of the type keeps them.
    pub(crate) const fn admit(&self, ty: &Type<'_>, literal: &Literal<'_>) -> bool {
        let ty = match ty {
            Type::Optional(item) => item,
            ty => ty,
        };
        match literal {
            Literal::Number(digits) => self.bound.admits_number(ty, digits),
            Literal::Text(text) => {
                let is_text = matches!(ty, Type::String | Type::BoundedString(_));
                let count = if is_text { text.len() } else { text.len() / 2 };
                self.bound.check_count(count).is_ok()
            }
            Literal::List(items) => self.bound.check_count(items.len()).is_ok(),
            Literal::Absent | Literal::Bool(_) | Literal::Name(_) => true,
        }
    }
}

impl Bound {
    /// Whether the inline form of a value that is there keeps it.
    #[inline]
    pub(crate) const fn check(&self, inline: &[u8]) -> Result<(), ErrorKind> {
        let is_within = match *self {
            Bound::None => true,
            Bound::Signed(min, max) => {
                let number = signed(inline);
                min <= number && number <= max
            }
            Bound::Unsigned(min, max) => {
                let number = unsigned(inline);
                min <= number && number <= max
            }
            Bound::Single(min, max) => {
                let number = f32::from_bits(unsigned(inline) as u32);
                min <= number && number <= max
            }
            Bound::Double(min, max) => {
                let number = f64::from_bits(unsigned(inline) as u64);
                min <= number && number <= max
            }
            Bound::Count { at, size, .. } => {
                let count = match inline.split_at_checked(at) {
                    Some((_, rest)) if rest.len() >= size => unsigned(rest.split_at(size).0),
                    _ => 0,
                };
                return self.check_count(count as usize);
            }
        };
        if is_within { Ok(()) } else { Err(ErrorKind::OutOfRange) }
    }

    const fn admits_number(&self, ty: &Type<'_>, digits: &str) -> bool {
        match *self {
            Bound::Signed(min, max) => {
                let number = integer(ty, digits);
                min <= number && number <= max
            }
            Bound::Unsigned(min, max) => {
                let number = natural(digits);
                min <= number && number <= max
            }
            Bound::Single(min, max) => {
                let number = f32_of(digits);
                min <= number && number <= max
            }
            Bound::Double(min, max) => {
                let number = f64_of(digits);
                min <= number && number <= max
            }
            Bound::None | Bound::Count { .. } => true,
        }
    }

    /// Whether so many bytes, items or pairs keep it.
    #[inline]
    pub(crate) const fn check_count(&self, count: usize) -> Result<(), ErrorKind> {
        match *self {
            Bound::Count { min, max, .. } if count < min as usize || count > max as usize => {
                let found = if count > u32::MAX as usize { u32::MAX } else { count as u32 };
                Err(ErrorKind::Len { min, max, found })
            }
            _ => Ok(()),
        }
    }
}

const fn range(ty: &Type<'_>, min: Option<&str>, max: Option<&str>) -> Bound {
    match ty {
        Type::F32 => {
            let min = if let Some(min) = min { f32_of(min) } else { f32::NEG_INFINITY };
            let max = if let Some(max) = max { f32_of(max) } else { f32::INFINITY };
            Bound::Single(min, max)
        }
        Type::F64 => {
            let min = if let Some(min) = min { f64_of(min) } else { f64::NEG_INFINITY };
            let max = if let Some(max) = max { f64_of(max) } else { f64::INFINITY };
            Bound::Double(min, max)
        }
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::U128 => {
            let min = if let Some(min) = min { natural(min) } else { 0 };
            let max = if let Some(max) = max { natural(max) } else { u128::MAX };
            Bound::Unsigned(min, max)
        }
        ty => {
            let min = if let Some(min) = min { integer(ty, min) } else { i128::MIN };
            let max = if let Some(max) = max { integer(ty, max) } else { i128::MAX };
            Bound::Signed(min, max)
        }
    }
}

/// An unsigned integer, which was seen to be one.
const fn natural(digits: &str) -> u128 {
    match u128::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => 0,
    }
}

/// A signed integer or a mantissa, which was seen to be one.
const fn integer(ty: &Type<'_>, digits: &str) -> i128 {
    if let Type::Decimal(scale) = ty {
        return match parse_scaled(digits, *scale) {
            Ok(mantissa) => mantissa as i128,
            Err(_) => 0,
        };
    }
    match i128::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => 0,
    }
}

/// A little-endian number of 1, 2, 4, 8 or 16 bytes, of which there may be more; loads of a width that
/// is known where the type is.
#[inline]
const fn unsigned(bytes: &[u8]) -> u128 {
    match bytes.len() {
        0 => 0,
        1 => bytes[0] as u128,
        2..4 => u16::from_le_bytes([bytes[0], bytes[1]]) as u128,
        4..8 => u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as u128,
        8..16 => match bytes.first_chunk() {
            Some(bytes) => u64::from_le_bytes(*bytes) as u128,
            None => 0,
        },
        _ => match bytes.first_chunk() {
            Some(bytes) => u128::from_le_bytes(*bytes),
            None => 0,
        },
    }
}

/// The same in two's complement.
#[inline]
const fn signed(bytes: &[u8]) -> i128 {
    match bytes.len() {
        0 => 0,
        1 => bytes[0] as i8 as i128,
        2..4 => unsigned(bytes) as i16 as i128,
        4..8 => unsigned(bytes) as i32 as i128,
        8..16 => unsigned(bytes) as i64 as i128,
        _ => unsigned(bytes) as i128,
    }
}

/// In words that finish "the field's range: …" or "expected …".
impl fmt::Display for Constraint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Constraint::Len { min, max: None } => write!(f, "at least {min} of them"),
            Constraint::Len { min, max: Some(max) } => write!(f, "{min} to {max} of them"),
            Constraint::Range { min: Some(min), max: Some(max) } => write!(f, "{min} to {max}"),
            Constraint::Range { min: Some(min), max: None } => write!(f, "at least {min}"),
            Constraint::Range { min: None, max } => {
                write!(f, "at most {}", max.unwrap_or_default())
            }
        }
    }
}
