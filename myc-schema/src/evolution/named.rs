//! Rules of packages and of named types as a whole.

use std::collections::HashSet;

use mycelium_wire::canon::type_text;
use mycelium_wire::reflect::{Field, Kind};

use super::Finding;
use super::compare::{Comparison, path};
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

/// Ids and names that are no longer reserved, nor those of the message that they once were.
pub(super) fn reserved_removed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    let [previous, current] = comparison.reserved;
    for (package, old) in previous {
        let package = comparison.packages.get(package.as_str()).copied().unwrap_or(package);
        let new = current.iter().find(|(name, _)| name == package).map(|(_, reserved)| reserved);
        let ids = |reserved: &Reserved| Ids::new(reserved.ids.iter().map(|ids| (ids.clone(), ())));
        let kept = new.map(ids);
        let is_kept = |id: u16| kept.as_ref().is_some_and(|kept| kept.get(id).is_some());
        let mut say = |what: String| {
            let message = format!("{what} of package `{package}` is no longer reserved");
            found.push(Finding { message, previous: None, current: None });
        };
        for mut range in ids(old).ranges() {
            if let Some(id) = range.find(|id| !is_kept(*id)) {
                say(format!("message id {id}"));
            }
        }
        let names: HashSet<&String> = new.iter().flat_map(|new| &new.names).collect();
        for name in &old.names {
            if !names.contains(name) {
                say(format!("the name `{name}`"));
            }
        }
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
