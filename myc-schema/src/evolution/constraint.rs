//! What constraints let through, side by side.

use std::cmp::Ordering;

use mycelium_wire::reflect::Constraint;

/// Whether everything that one constraint lets through, another does too; none lets everything through.
pub(super) fn admits(outer: Option<&Constraint<'_>>, inner: Option<&Constraint<'_>>) -> bool {
    match (outer, inner) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(Constraint::Len { min: least, max: most }), Some(Constraint::Len { min, max })) => {
            let below = match (max, most) {
                (_, None) => true,
                (None, Some(_)) => false,
                (Some(max), Some(most)) => max <= most,
            };
            least <= min && below
        }
        (
            Some(Constraint::Range { min: least, max: most }),
            Some(Constraint::Range { min, max }),
        ) => {
            let keeps = |outer: &Option<&str>, inner: &Option<&str>, wrong| match (outer, inner) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(outer), Some(inner)) => compare(inner, outer) != wrong,
            };
            keeps(least, min, Ordering::Less) && keeps(most, max, Ordering::Greater)
        }
        // Of one type there is one kind only.
        _ => false,
    }
}

/// The order of two plain decimal numbers in canonical spelling.
fn compare(a: &str, b: &str) -> Ordering {
    match (a.strip_prefix('-'), b.strip_prefix('-')) {
        (Some(a), Some(b)) => magnitude(b).cmp(&magnitude(a)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => magnitude(a).cmp(&magnitude(b)),
    }
}

/// More digits before the point are more; of as many, the first that differs decides.
fn magnitude(number: &str) -> (usize, &str) {
    (number.find('.').unwrap_or(number.len()), number)
}

/// A constraint in a sentence.
pub(super) fn words(constraint: Option<&Constraint<'_>>) -> String {
    let open = |end: &Option<&str>| end.unwrap_or_default().to_owned();
    match constraint {
        None => "nothing".to_owned(),
        Some(Constraint::Len { min, max: None }) => format!("a length of {min} or more"),
        Some(Constraint::Len { min, max: Some(max) }) => format!("a length of {min} to {max}"),
        Some(Constraint::Range { min, max: None }) => format!("{} or more", open(min)),
        Some(Constraint::Range { min: None, max }) => format!("{} or less", open(max)),
        Some(Constraint::Range { min, max }) => format!("{} to {}", open(min), open(max)),
    }
}
