//! Rules of the fields of messages.

use mycelium_wire::canon::type_text;
use mycelium_wire::reflect::{Constraint, Field, Literal, Type};

use super::Finding;
use super::compare::{Comparison, Pair, path};
use super::constraint;
use super::ty::TypeChange;

pub(super) fn removed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for (pair, fields) in comparison.messages() {
        for (old, _) in fields.old.iter().zip(&fields.became).filter(|(_, to)| to.is_none()) {
            let message = format!("field `{}.{}` is gone", path(pair.previous), old.name);
            found.push(pair.member(Some(old.name), None, message));
        }
    }
}

pub(super) fn renamed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    each_kept(comparison, found, |old, new| {
        (old.digest_name() != new.digest_name()).then(|| format!("is now called `{}`", new.name))
    });
}

pub(super) fn retyped(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    each_type_change(comparison, found, TypeChange::Other);
}

pub(super) fn optionality_changed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    each_type_change(comparison, found, TypeChange::Optionality);
}

pub(super) fn bound_changed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    each_type_change(comparison, found, TypeChange::Bound);
}

pub(super) fn default_changed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    each_kept(comparison, found, |old, new| {
        // Where the type became another one, the default had to.
        let is_same_type = comparison.type_change(old.ty, new.ty) == TypeChange::None;
        (is_same_type && old.default != new.default)
            .then(|| format!("had {} and has {}", default(old), default(new)))
    });
}

pub(super) fn key_changed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    each_kept(comparison, found, |old, new| match (old.key, new.key) {
        (true, false) => Some("is no longer part of the key".to_owned()),
        (false, true) => Some("is now part of the key".to_owned()),
        _ => None,
    });
}

pub(super) fn unit_changed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    let unit = |unit: Option<&str>| unit.map_or("no unit".to_owned(), |unit| format!("`{unit}`"));
    each_kept(comparison, found, |old, new| {
        (old.unit != new.unit)
            .then(|| format!("was in {} and is in {}", unit(old.unit), unit(new.unit)))
    });
}

pub(super) fn constraint_tightened(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    each_constraint(comparison, found, |old, new| constraint::admits(new, old));
}

pub(super) fn constraint_loosened(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    each_constraint(comparison, found, constraint::admits);
}

/// Constraints of which `is_kept` does not hold.
fn each_constraint(
    comparison: &Comparison<'_>,
    found: &mut Vec<Finding>,
    is_kept: impl Fn(Option<&Constraint<'_>>, Option<&Constraint<'_>>) -> bool,
) {
    each_kept(comparison, found, |old, new| {
        // Where the type became another one, the constraint had to.
        let is_same_type = comparison.type_change(old.ty, new.ty) == TypeChange::None;
        let (was, is) = (old.constraint.as_ref(), new.constraint.as_ref());
        (is_same_type && !is_kept(was, is)).then(|| {
            format!("was held to {} and is to {}", constraint::words(was), constraint::words(is))
        })
    });
}

pub(super) fn reordered(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for (pair, fields) in comparison.messages() {
        let mut last: Option<(usize, &str)> = None;
        for (old, new, index) in fields.kept() {
            match last {
                Some((behind, name)) if behind > index => {
                    let what = format!("stood behind `{name}` and stands before it");
                    found.push(about(&pair, old, new, &what));
                }
                _ => last = Some((index, old.name)),
            }
        }
    }
}

pub(super) fn inserted(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for (pair, fields) in comparison.messages() {
        for (new, _) in fields.added().filter(|(_, is_last)| !is_last) {
            let what = "is new and stands before fields that were there";
            let message = format!("field `{}.{}` {what}", path(pair.current), new.name);
            found.push(pair.member(None, Some(new.name), message));
        }
    }
}

pub(super) fn appended_required(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for (pair, fields) in comparison.messages() {
        for (new, _) in fields.added().filter(|(_, is_last)| *is_last) {
            if new.default.is_none() && !matches!(new.ty, Type::Optional(_)) {
                let what = "is new, and neither optional nor with a default";
                let message = format!("field `{}.{}` {what}", path(pair.current), new.name);
                found.push(pair.member(None, Some(new.name), message));
            }
        }
    }
}

/// Asks about each field that is in both versions; what comes back is said of it.
fn each_kept(
    comparison: &Comparison<'_>,
    found: &mut Vec<Finding>,
    ask: impl Fn(&Field<'_>, &Field<'_>) -> Option<String>,
) {
    for (pair, fields) in comparison.messages() {
        for (old, new, _) in fields.kept() {
            found.extend(ask(old, new).map(|what| about(&pair, old, new, &what)));
        }
    }
}

fn each_type_change(comparison: &Comparison<'_>, found: &mut Vec<Finding>, wanted: TypeChange) {
    each_kept(comparison, found, |old, new| {
        let change = comparison.type_change(old.ty, new.ty);
        (change == wanted)
            .then(|| format!("was `{}` and is `{}`", type_text(old.ty), type_text(new.ty)))
    });
}

fn about(pair: &Pair<'_>, old: &Field<'_>, new: &Field<'_>, what: &str) -> Finding {
    let message = format!("field `{}.{}` {what}", path(pair.previous), old.name);
    pair.member(Some(old.name), Some(new.name), message)
}

fn default(field: &Field<'_>) -> String {
    match &field.default {
        None => "no default".to_owned(),
        Some(default) => format!("the default {}", literal(default)),
    }
}

fn literal(value: &Literal<'_>) -> String {
    match value {
        Literal::Bool(value) => format!("`{value}`"),
        Literal::Text(text) => format!("{text:?}"),
        Literal::Number(text) | Literal::Name(text) => format!("`{text}`"),
        Literal::Absent => "nothing".to_owned(),
        Literal::List(items) => {
            let items: Vec<String> = items.iter().map(literal).collect();
            format!("[{}]", items.join(", "))
        }
    }
}
