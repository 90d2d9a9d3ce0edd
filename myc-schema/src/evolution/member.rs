//! Rules of the members of enums and flags, and of the arms of unions.

use mycelium_wire::canon::type_text;
use mycelium_wire::reflect::{Kind, Type};

use super::Finding;
use super::compare::{Comparison, Pair, path};
use super::ty::TypeChange;

/// A member or arm: the name that the digest keeps, a number and perhaps a type.
type Numbered<'a> = (&'a str, i128, Option<&'a Type<'a>>);

pub(super) fn removed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    gone(comparison, found, members, "member");
}

pub(super) fn renamed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    other_name(comparison, found, members, "member");
}

pub(super) fn renumbered(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    other_number(comparison, found, members, "member");
}

pub(super) fn added_to_closed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    added(comparison, found, members, "member");
}

pub(super) fn arm_removed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    gone(comparison, found, arms, "arm");
}

pub(super) fn arm_renamed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    other_name(comparison, found, arms, "arm");
}

pub(super) fn arm_renumbered(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    other_number(comparison, found, arms, "arm");
}

pub(super) fn arm_added_to_closed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    added(comparison, found, arms, "arm");
}

pub(super) fn arm_retyped(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for (pair, old, new) in both(comparison, arms) {
        for (name, tag, ty) in old {
            let Some((now, _, next)) = new.iter().find(|(_, other, _)| *other == tag) else {
                continue;
            };
            if let (Some(ty), Some(next)) = (ty, next)
                && comparison.type_change(ty, next) != TypeChange::None
            {
                let (was, is) = (type_text(ty), type_text(next));
                let place = format!("{}.{name}", path(pair.previous));
                let message = format!("arm `{place}` was `{was}` and is `{is}`");
                found.push(pair.member(Some(name), Some(now), message));
            }
        }
    }
}

fn members<'a>(kind: &Kind<'a>) -> Option<Vec<Numbered<'a>>> {
    match kind {
        Kind::Enum { members, .. } | Kind::Flags { members, .. } => {
            Some(members.iter().map(|member| (member.digest_name(), member.value, None)).collect())
        }
        _ => None,
    }
}

fn arms<'a>(kind: &Kind<'a>) -> Option<Vec<Numbered<'a>>> {
    let Kind::Union { arms, .. } = kind else { return None };
    Some(arms.iter().map(|arm| (arm.digest_name(), i128::from(arm.tag), Some(arm.ty))).collect())
}

type Of = for<'a> fn(&Kind<'a>) -> Option<Vec<Numbered<'a>>>;
type Both<'a> = (Pair<'a>, Vec<Numbered<'a>>, Vec<Numbered<'a>>);

fn both<'a>(comparison: &Comparison<'a>, of: Of) -> Vec<Both<'a>> {
    let pairs = comparison.pairs.iter();
    pairs
        .filter_map(|pair| Some((*pair, of(&pair.previous.kind)?, of(&pair.current.kind)?)))
        .collect()
}

/// Neither name nor number is there any more.
fn gone(comparison: &Comparison<'_>, found: &mut Vec<Finding>, of: Of, noun: &str) {
    for (pair, old, new) in both(comparison, of) {
        for (name, number, _) in old {
            if !new.iter().any(|other| other.0 == name || other.1 == number) {
                let message = format!("{noun} `{}.{name}` is gone", path(pair.previous));
                found.push(pair.member(Some(name), None, message));
            }
        }
    }
}

/// The number has a name that is new.
fn other_name(comparison: &Comparison<'_>, found: &mut Vec<Finding>, of: Of, noun: &str) {
    for (pair, old, new) in both(comparison, of) {
        for (name, number, _) in old {
            let Some((now, ..)) = new.iter().find(|other| other.1 == number) else { continue };
            if *now != name && !new.iter().any(|other| other.0 == name) {
                let place = format!("{}.{name}", path(pair.previous));
                let message = format!("{noun} `{place}` is now called `{now}`");
                found.push(pair.member(Some(name), Some(now), message));
            }
        }
    }
}

/// The name has another number.
fn other_number(comparison: &Comparison<'_>, found: &mut Vec<Finding>, of: Of, noun: &str) {
    for (pair, old, new) in both(comparison, of) {
        for (name, was, _) in old {
            let Some((_, is, _)) = new.iter().find(|other| other.0 == name) else { continue };
            if *is != was {
                let place = format!("{}.{name}", path(pair.previous));
                let message = format!("{noun} `{place}` was {was} and is {is}");
                found.push(pair.member(Some(name), Some(name), message));
            }
        }
    }
}

/// A closed type has a name and number that are both new.
fn added(comparison: &Comparison<'_>, found: &mut Vec<Finding>, of: Of, noun: &str) {
    for (pair, old, new) in both(comparison, of) {
        if !is_closed(&pair.previous.kind) {
            continue;
        }
        for (name, number, _) in new {
            if !old.iter().any(|other| other.0 == name || other.1 == number) {
                let message = format!("{noun} `{}.{name}` is new", path(pair.current));
                found.push(pair.member(None, Some(name), message));
            }
        }
    }
}

fn is_closed(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::Enum { open: false, .. } | Kind::Union { open: false, .. })
}
