//! Whether a value keeps what its field is held to.

use alloc::string::{String, ToString};

use super::{Value, ValueError};
use crate::decimal::Scaled;
use crate::literal::is_below;
use crate::reflect::{Constraint, Field, Type};

/// Refuses a value that its field may not hold.
pub(crate) fn check(field: &Field<'_>, value: &Value) -> Result<(), ValueError> {
    match &field.constraint {
        Some(constraint) if !keeps(field.ty, value, constraint) => {
            Err(ValueError::new(constraint.to_string(), value.describe()))
        }
        _ => Ok(()),
    }
}

/// Whether the value of a field keeps the constraint; one that is absent does.
pub(crate) fn keeps(ty: &Type<'_>, value: &Value, constraint: &Constraint<'_>) -> bool {
    match (ty, value) {
        (_, Value::Absent) => true,
        (Type::Optional(item), value) => keeps(item, value, constraint),
        (ty, value) => match *constraint {
            Constraint::Len { min, max } => {
                count(value) >= min as usize && max.is_none_or(|max| count(value) <= max as usize)
            }
            Constraint::Range { min, max } => is_within(ty, value, min, max),
        },
    }
}

/// Bytes of a text or of bytes, items of a list, pairs of a map.
pub(super) fn count(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Items(items) => items.len(),
        _ => 0,
    }
}

fn is_within(ty: &Type<'_>, value: &Value, min: Option<&str>, max: Option<&str>) -> bool {
    match value {
        // Bounds of floats are floats: rounded as a default is. What is no number is within nothing.
        Value::F64(number) => is_float_within(*number, min, max, |text| text.parse().ok()),
        Value::F32(number) => is_float_within(*number, min, max, |text| text.parse().ok()),
        value => plain_number(ty, value).is_some_and(|number| {
            !min.is_some_and(|min| is_below(&number, min))
                && !max.is_some_and(|max| is_below(max, &number))
        }),
    }
}

fn is_float_within<F: PartialOrd>(
    number: F,
    min: Option<&str>,
    max: Option<&str>,
    parse: impl Fn(&str) -> Option<F>,
) -> bool {
    let keeps = |bound: Option<&str>, is_kept: &dyn Fn(&F) -> bool| match bound {
        Some(text) => parse(text).is_some_and(|bound| is_kept(&bound)),
        None => true,
    };
    keeps(min, &|min| number >= *min) && keeps(max, &|max| number <= *max)
}

/// The number as a literal spells it, without zeros that could be left out.
fn plain_number(ty: &Type<'_>, value: &Value) -> Option<String> {
    match (ty, value) {
        (Type::Decimal(scale), Value::Int(mantissa)) => {
            let text = Scaled(i64::try_from(*mantissa).ok()?, *scale).to_string();
            let shortest = text.trim_end_matches('0').trim_end_matches('.');
            Some(if text.contains('.') { shortest.to_string() } else { text })
        }
        (_, Value::Int(number)) => Some(number.to_string()),
        (_, Value::U128(number)) => Some(number.to_string()),
        _ => None,
    }
}
