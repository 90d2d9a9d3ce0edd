//! How a type changed.

use mycelium_wire::reflect::Type;

use super::compare::Comparison;

/// How the type of a field or arm changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TypeChange {
    None,
    Optionality,
    Bound,
    Other,
}

impl Comparison<'_> {
    pub(super) fn type_change(&self, previous: &Type<'_>, current: &Type<'_>) -> TypeChange {
        if self.is_same(previous, current, false) {
            TypeChange::None
        } else if self.is_same(required(previous), required(current), false) {
            TypeChange::Optionality
        } else if self.is_same(previous, current, true) {
            TypeChange::Bound
        } else {
            TypeChange::Other
        }
    }

    /// Whether two types are the same, or would be if it were not for their bounds.
    fn is_same(&self, previous: &Type<'_>, current: &Type<'_>, any_bound: bool) -> bool {
        let item = |a: &Type<'_>, b: &Type<'_>| self.is_same(a, b, any_bound);
        match (previous, current) {
            (Type::Named(a), Type::Named(b)) => self.is_same_name(a, b),
            (Type::Optional(a), Type::Optional(b)) | (Type::List(a), Type::List(b)) => item(a, b),
            (Type::Map(a, of_a), Type::Map(b, of_b)) => item(a, b) && item(of_a, of_b),
            (Type::Tuple(a), Type::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(*b).all(|(a, b)| item(a, b))
            }
            (Type::Array(a, n), Type::Array(b, m)) => (any_bound || n == m) && item(a, b),
            (Type::BoundedList(a, n), Type::BoundedList(b, m)) => {
                (any_bound || n == m) && item(a, b)
            }
            (Type::BoundedList(a, _), Type::List(b)) | (Type::List(a), Type::BoundedList(b, _)) => {
                any_bound && item(a, b)
            }
            (Type::BoundedString(_) | Type::String, Type::BoundedString(_) | Type::String)
            | (Type::BoundedBytes(_) | Type::Bytes, Type::BoundedBytes(_) | Type::Bytes) => {
                any_bound || previous == current
            }
            _ => previous == current,
        }
    }
}

fn required<'t>(ty: &'t Type<'t>) -> &'t Type<'t> {
    match ty {
        Type::Optional(item) => item,
        other => other,
    }
}
