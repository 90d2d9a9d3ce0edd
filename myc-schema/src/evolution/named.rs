//! Rules of packages and of named types as a whole.

use std::collections::HashSet;

use mycelium_wire::canon::type_text;
use mycelium_wire::reflect::{Field, Kind};

use super::Finding;
use super::compare::{Comparison, Pair, identity, path};
use super::constraint;
use super::message::is_message;
use super::ty::TypeChange;
use crate::ids::Ids;
use crate::schema::Reserved;

pub(super) fn package_renamed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for (old, new) in &comparison.packages {
        let of_package = |package: &str| package == *old;
        let pair = comparison.pairs.iter().find(|pair| of_package(pair.previous.package));
        let message = format!("package `{old}` is now called `{new}`");
        found.extend(pair.map(|pair| pair.finding(message)));
    }
}

pub(super) fn removed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for def in comparison.removed.iter().filter(|def| !is_message(def)) {
        let previous = path(def);
        let message = format!("{} `{previous}` is gone", noun(&def.kind));
        found.push(Finding { message, previous: Some(previous), current: None });
    }
}

pub(super) fn kind_changed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for pair in &comparison.pairs {
        let (old, new) = (noun(&pair.previous.kind), noun(&pair.current.kind));
        if old != new {
            let name = path(pair.current);
            found.push(pair.finding(format!("`{name}` was declared as {old} and is as {new}")));
        }
    }
}

pub(super) fn openness_changed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    let word = |open| if open { "open" } else { "closed" };
    for pair in &comparison.pairs {
        let ((Kind::Enum { open: old, .. }, Kind::Enum { open: new, .. })
        | (Kind::Union { open: old, .. }, Kind::Union { open: new, .. })) = pair.kinds()
        else {
            continue;
        };
        if old != new {
            let name = path(pair.current);
            found.push(pair.finding(format!("`{name}` was {} and is {}", word(old), word(new))));
        }
    }
}

pub(super) fn representation_changed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for pair in &comparison.pairs {
        let ((Kind::Enum { repr: old, .. }, Kind::Enum { repr: new, .. })
        | (Kind::Flags { repr: old, .. }, Kind::Flags { repr: new, .. })) = pair.kinds()
        else {
            continue;
        };
        if old != new {
            let (name, old, new) = (path(pair.current), old.name(), new.name());
            found.push(pair.finding(format!("`{name}` was carried by `{old}` and is by `{new}`")));
        }
    }
}

/// Numbers and names that are no longer reserved.
pub(super) fn reserved_removed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    let [previous, _] = comparison.reserved;
    for (bearer, old) in previous {
        let is_it = |pair: &&Pair<'_>| identity(pair.previous) == *bearer;
        match comparison.pairs.iter().find(is_it) {
            Some(pair) => {
                let new = comparison.reserved_now(&identity(pair.current));
                let name = path(pair.current);
                for what in no_longer(old, new, number_noun(&pair.current.kind)) {
                    let message = format!("{what} of `{name}` is no longer reserved");
                    found.push(pair.finding(message));
                }
            }
            // A type that is gone is reported as such.
            None if comparison.removed.iter().any(|def| identity(def) == *bearer) => {}
            None => {
                let package = comparison.packages.get(bearer.as_str()).copied().unwrap_or(bearer);
                let new = comparison.reserved_now(package);
                for what in no_longer(old, new, "message id") {
                    let message = format!("{what} of package `{package}` is no longer reserved");
                    found.push(Finding { message, previous: None, current: None });
                }
            }
        }
    }
}

/// What only the first of two reserves, in words: of each range the first number.
fn no_longer(old: &Reserved, new: Option<&Reserved>, noun: &str) -> Vec<String> {
    let ids = |reserved: &Reserved| Ids::new(reserved.ids.iter().map(|ids| (ids.clone(), ())));
    let kept = ids(new.unwrap_or(&Reserved::default()));
    let names: HashSet<&String> = new.iter().flat_map(|new| &new.names).collect();
    let old_ids = ids(old);
    let numbers = old_ids.ranges().filter_map(|range| kept.first_without(range));
    let gone = old.names.iter().filter(|name| !names.contains(name));
    numbers
        .map(|number| format!("{noun} {number}"))
        .chain(gone.map(|name| format!("the name `{name}`")))
        .collect()
}

fn number_noun(kind: &Kind<'_>) -> &'static str {
    match kind {
        Kind::Enum { .. } => "value",
        Kind::Flags { .. } => "bit",
        Kind::Union { .. } | Kind::Message { .. } | Kind::Struct { .. } => "tag",
    }
}

/// One finding a struct, at the first field that differs.
pub(super) fn struct_changed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for pair in &comparison.pairs {
        let (Kind::Struct { fields: old }, Kind::Struct { fields: new }) = pair.kinds() else {
            continue;
        };
        let is_same = |(old, new): (&Field<'_>, &Field<'_>)| {
            old.digest_name() == new.digest_name()
                && old.unit == new.unit
                && old.constraint == new.constraint
                && comparison.type_change(old.ty, new.ty) == TypeChange::None
        };
        let same = old.iter().zip(new).take_while(|(old, new)| is_same((old, new))).count();
        let (was, is) = (old.get(same), new.get(same));
        if was.is_some() || is.is_some() {
            let name = path(pair.current);
            let message =
                format!("struct `{name}` had {} and has {} there", spelled(was), spelled(is));
            found.push(pair.member(was.map(|f| f.name), is.map(|f| f.name), message));
        }
    }
}

fn spelled(field: Option<&Field<'_>>) -> String {
    match field {
        Some(field) => {
            let mut text = format!("`{}: {}`", field.name, type_text(field.ty));
            if let Some(unit) = field.unit {
                text += &format!(" in `{unit}`");
            }
            if field.constraint.is_some() {
                text += &format!(" held to {}", constraint::words(field.constraint.as_ref()));
            }
            text
        }
        None => "no field".to_owned(),
    }
}

fn noun(kind: &Kind<'_>) -> &'static str {
    match kind {
        Kind::Message { .. } => "message",
        Kind::Struct { .. } => "struct",
        Kind::Enum { .. } => "enum",
        Kind::Flags { .. } => "flags",
        Kind::Union { .. } => "union",
    }
}
