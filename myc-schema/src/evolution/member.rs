//! Rules of the members of enums and flags, and of the arms of unions.

use mycelium_wire::canon::type_text;
use mycelium_wire::reflect::{Arm, Kind, Member, Type};

use super::Finding;
use super::compare::{Comparison, Pair, identity, path};
use super::ty::TypeChange;

/// A member or arm.
#[derive(Clone, Copy)]
struct Numbered<'a> {
    /// The name that the digest keeps, by which it is compared.
    kept: &'a str,
    /// The name that it has, by which it is spoken of.
    name: &'a str,
    number: i128,
    /// Type of an arm.
    ty: Option<&'a Type<'a>>,
}

/// The one with a number.
fn numbered<'a>(all: &[Numbered<'a>], number: i128) -> Option<Numbered<'a>> {
    all.iter().find(|other| other.number == number).copied()
}

/// The one that the digest knows by a name.
fn kept_as<'a>(all: &[Numbered<'a>], kept: &str) -> Option<Numbered<'a>> {
    all.iter().find(|other| other.kept == kept).copied()
}

/// Whether neither its name nor its number is among these.
fn is_not_in(all: &[Numbered<'_>], it: &Numbered<'_>) -> bool {
    kept_as(all, it.kept).is_none() && numbered(all, it.number).is_none()
}

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
        for arm in old {
            let Some(next) = numbered(&new, arm.number) else { continue };
            if let (Some(was), Some(is)) = (arm.ty, next.ty)
                && comparison.type_change(was, is) != TypeChange::None
            {
                let (was, is) = (type_text(was), type_text(is));
                let place = format!("{}.{}", path(pair.previous), arm.name);
                let message = format!("arm `{place}` was `{was}` and is `{is}`");
                found.push(pair.member(Some(arm.name), Some(next.name), message));
            }
        }
    }
}

fn members<'a>(kind: &Kind<'a>) -> Option<Vec<Numbered<'a>>> {
    match kind {
        Kind::Enum { members, .. } | Kind::Flags { members, .. } => {
            let of = |member: &Member<'a>| {
                let (kept, name) = (member.digest_name(), member.name);
                Numbered { kept, name, number: member.value, ty: None }
            };
            Some(members.iter().map(of).collect())
        }
        _ => None,
    }
}

fn arms<'a>(kind: &Kind<'a>) -> Option<Vec<Numbered<'a>>> {
    let Kind::Union { arms, .. } = kind else { return None };
    let of = |arm: &Arm<'a>| {
        let (kept, name, number) = (arm.digest_name(), arm.name, i128::from(arm.tag));
        Numbered { kept, name, number, ty: Some(arm.ty) }
    };
    Some(arms.iter().map(of).collect())
}

type Of = for<'a> fn(&Kind<'a>) -> Option<Vec<Numbered<'a>>>;
type Both<'a> = (Pair<'a>, Vec<Numbered<'a>>, Vec<Numbered<'a>>);

fn both<'a>(comparison: &Comparison<'a>, of: Of) -> Vec<Both<'a>> {
    let pairs = comparison.pairs.iter();
    pairs
        .filter_map(|pair| Some((*pair, of(&pair.previous.kind)?, of(&pair.current.kind)?)))
        .collect()
}

/// Neither name nor number is there any more. What does not know the values that it is sent may not
/// lose any; elsewhere both may be reserved instead.
fn gone(comparison: &Comparison<'_>, found: &mut Vec<Finding>, of: Of, noun: &str) {
    for (pair, old, new) in both(comparison, of) {
        let bearer = identity(pair.current);
        let is_withdrawn = |member: &&Numbered<'_>| {
            !is_closed(&pair.current.kind)
                && comparison.is_withdrawn(&bearer, member.number, member.name)
        };
        let gone = old.iter().filter(|member| is_not_in(&new, member));
        for member in gone.filter(|member| !is_withdrawn(member)) {
            let message = format!("{noun} `{}.{}` is gone", path(pair.previous), member.name);
            found.push(pair.member(Some(member.name), None, message));
        }
    }
}

/// The number has a name that is new.
fn other_name(comparison: &Comparison<'_>, found: &mut Vec<Finding>, of: Of, noun: &str) {
    for (pair, old, new) in both(comparison, of) {
        for member in old {
            let Some(now) = numbered(&new, member.number) else { continue };
            if kept_as(&new, member.kept).is_none() {
                let place = format!("{}.{}", path(pair.previous), member.name);
                let message = format!("{noun} `{place}` is now called `{}`", now.name);
                found.push(pair.member(Some(member.name), Some(now.name), message));
            }
        }
    }
}

/// The name has another number.
fn other_number(comparison: &Comparison<'_>, found: &mut Vec<Finding>, of: Of, noun: &str) {
    for (pair, old, new) in both(comparison, of) {
        for member in old {
            let Some(now) = kept_as(&new, member.kept) else { continue };
            if now.number != member.number {
                let place = format!("{}.{}", path(pair.previous), member.name);
                let message =
                    format!("{noun} `{place}` was {} and is {}", member.number, now.number);
                found.push(pair.member(Some(member.name), Some(now.name), message));
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
        for member in new.iter().filter(|member| is_not_in(&old, member)) {
            let message = format!("{noun} `{}.{}` is new", path(pair.current), member.name);
            found.push(pair.member(None, Some(member.name), message));
        }
    }
}

fn is_closed(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::Enum { open: false, .. } | Kind::Union { open: false, .. })
}
