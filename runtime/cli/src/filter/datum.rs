//! What is compared.

use super::parse::Operator;
use mycelium_wire::reflect::{Kind, Type};
use mycelium_wire::{U256, Uuid, Value};
use std::cmp::Ordering;

/// A value as comparisons see it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Datum<'v> {
    /// What is absent.
    Null,
    Bool(bool),
    Number(Number),
    Float(f64),
    Text(&'v str),
    Bytes(&'v [u8]),
    Uuid(Uuid),
    /// Something that is only looked into.
    Other,
}

/// An exact number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// Mantissa and decimal places, at most 38.
    Scaled(i128, u8),
    /// A whole number beyond all of those.
    Huge(U256),
}

/// Most digits of a number, so that each power of ten is an `i128`.
const MOST_DIGITS: usize = 38;

impl<'v> Datum<'v> {
    /// A value of a type.
    pub(super) fn of(ty: &Type<'_>, value: &'v Value) -> Self {
        match (ty, value) {
            (_, Value::Absent) => Self::Null,
            (Type::Optional(item), value) => Self::of(item, value),
            (Type::Decimal(scale), Value::Int(mantissa)) => {
                Self::Number(Number::Scaled(*mantissa, *scale))
            }
            (_, Value::Int(number)) => Self::Number(Number::Scaled(*number, 0)),
            (_, Value::U128(number)) => Self::Number(Number::of(U256::from_halves(0, *number))),
            (_, Value::U256(number)) => Self::Number(Number::of(*number)),
            (_, Value::Bool(truth)) => Self::Bool(*truth),
            (_, Value::F32(number)) => Self::Float(f64::from(*number)),
            (_, Value::F64(number)) => Self::Float(*number),
            (_, Value::Text(text)) => Self::Text(text),
            (_, Value::Bytes(bytes)) => Self::Bytes(bytes),
            (_, Value::Uuid(uuid)) => Self::Uuid(*uuid),
            _ => Self::Other,
        }
    }

    /// Which of the two is more, where that means something.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Null, Self::Null) => Some(Ordering::Equal),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => Some(a.compare(b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Float(a), Self::Number(b)) => a.partial_cmp(&b.to_f64()),
            (Self::Number(a), Self::Float(b)) => a.to_f64().partial_cmp(b),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Bytes(a), Self::Bytes(b)) => Some(a.cmp(b)),
            (Self::Uuid(a), Self::Uuid(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

impl Number {
    /// A number as it is written; nothing where it has too many digits.
    pub(super) fn parse(digits: &str) -> Option<Self> {
        let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
        let places = places.trim_end_matches('0');
        if places.is_empty() {
            let small = whole.parse().ok().map(|number| Self::Scaled(number, 0));
            return small.or_else(|| whole.parse().ok().map(Self::of));
        }
        if whole.trim_start_matches('-').len() + places.len() > MOST_DIGITS {
            return None;
        }
        let mantissa = format!("{whole}{places}").parse().ok()?;
        Some(Self::Scaled(mantissa, u8::try_from(places.len()).ok()?))
    }

    fn of(number: U256) -> Self {
        match number.halves() {
            (0, low) => i128::try_from(low).map_or(Self::Huge(number), |low| Self::Scaled(low, 0)),
            _ => Self::Huge(number),
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Huge(a), Self::Huge(b)) => a.halves().cmp(&b.halves()),
            (Self::Huge(_), Self::Scaled(..)) => Ordering::Greater,
            (Self::Scaled(..), Self::Huge(_)) => Ordering::Less,
            (Self::Scaled(a, a_places), Self::Scaled(b, b_places)) => {
                let (a_unit, b_unit) =
                    (10_i128.pow((*a_places).into()), 10_i128.pow((*b_places).into()));
                let wholes = a.div_euclid(a_unit).cmp(&b.div_euclid(b_unit));
                // Each rest is below its unit, and so below 10^38 once both have as many places.
                let places = a_places.max(b_places);
                let rest = |number: &i128, unit: i128, own: &u8| {
                    number.rem_euclid(unit) * 10_i128.pow((places - own).into())
                };
                wholes.then_with(|| rest(a, a_unit, a_places).cmp(&rest(b, b_unit, b_places)))
            }
        }
    }

    /// The nearest float.
    pub(super) fn to_f64(self) -> f64 {
        match self {
            Self::Scaled(mantissa, places) => {
                // By its digits, so that it is the nearest float, and not a quotient of two.
                format!("{mantissa}e-{places}").parse().unwrap_or(f64::NAN)
            }
            Self::Huge(number) => number.to_string().parse().unwrap_or(f64::INFINITY),
        }
    }
}

/// What kind of thing a type's values are, in comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Bool,
    /// Integers, decimals and floats.
    Number,
    Text,
    Bytes,
    Uuid,
    Timestamp,
    Duration,
    Enum,
    Flags,
    List,
    Other,
}

impl Class {
    /// Whether the operator means something between two values of the class. Lists, for instance, are only looked into.
    pub(super) fn has(self, operator: Operator) -> bool {
        match self {
            Self::List | Self::Other => false,
            Self::Text => true,
            _ => operator != Operator::Contains,
        }
    }
}

/// The class of a type; an optional value has that of the value.
pub(super) fn class(ty: &Type<'_>) -> Class {
    match ty {
        Type::Optional(item) => class(item),
        Type::Bool => Class::Bool,
        Type::Timestamp => Class::Timestamp,
        Type::Duration => Class::Duration,
        Type::Uuid => Class::Uuid,
        Type::String | Type::BoundedString(_) => Class::Text,
        Type::Bytes | Type::BoundedBytes(_) => Class::Bytes,
        Type::Array(Type::U8, _) | Type::BoundedList(Type::U8, _) | Type::List(Type::U8) => {
            Class::Bytes
        }
        Type::Array(..) | Type::BoundedList(..) | Type::List(_) | Type::Map(..) => Class::List,
        Type::Tuple(_) => Class::Other,
        Type::Named(def) => match def.kind {
            Kind::Enum { .. } => Class::Enum,
            Kind::Flags { .. } => Class::Flags,
            _ => Class::Other,
        },
        _ => Class::Number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).expect(text)
    }

    #[test]
    fn numbers_are_compared_exactly() {
        let ascending = [
            "-170141183460469231731687303715884105727",
            "-12345678901234567890.5",
            "-1.1",
            "-1.01",
            "-1",
            "-0.00000000000000000000000000000000001",
            "0",
            "0.00000000000000000000000000000000001",
            "0.1",
            "60000.00000001",
            "9007199254740992",
            "9007199254740992.000000001",
            "9007199254740993",
            "170141183460469231731687303715884105727",
            "170141183460469231731687303715884105728",
            "115792089237316195423570985008687907853269984665640564039457584007913129639935",
        ];
        for (at, less) in ascending.iter().enumerate() {
            for more in &ascending[at + 1..] {
                assert_eq!(number(less).compare(&number(more)), Ordering::Less, "{less} {more}");
                assert_eq!(number(more).compare(&number(less)), Ordering::Greater, "{more} {less}");
            }
        }
        assert_eq!(number("1.50").compare(&number("1.5")), Ordering::Equal);
        assert_eq!(Number::Scaled(150, 2).compare(&Number::Scaled(15, 1)), Ordering::Equal);
        assert_eq!(Number::parse("0.123456789012345678901234567890123456789"), None);
    }
}
