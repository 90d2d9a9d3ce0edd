//! What constraints let through, side by side.

use mycelium_wire::canon::is_below;
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
            let reaches = |low: &Option<&str>, high: &Option<&str>, open: bool| match (low, high) {
                (Some(low), Some(high)) => !is_below(high, low),
                _ => open,
            };
            reaches(least, min, least.is_none()) && reaches(max, most, most.is_none())
        }
        // Of one type there is one kind only.
        _ => false,
    }
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
