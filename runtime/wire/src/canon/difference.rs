//! The first fact in which two types of one name differ: what two sides are told that know a type by
//! different digests.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::text;
use crate::digest::VERSION;
use crate::reflect::{Def, Type};

/// A fact that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where it stands: `market.Trade.side`, and where that is in a type which the first one holds,
    /// `market.Trade.venue > market.Venue.binance`.
    pub path: String,
    /// What stands there on the one side, in canonical text; nothing where it has no such member.
    pub left: Option<String>,
    /// What stands there on the other.
    pub right: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [left, right] =
            [&self.left, &self.right].map(|side| side.as_deref().unwrap_or("nothing"));
        write!(f, "{}: {left} here, {right} there", self.path)
    }
}

/// The first fact in which two types differ: of their own, in the order of the canonical text, else of the
/// types that their members use. None where their digests are equal.
pub fn difference(left: &Def<'_>, right: &Def<'_>) -> Option<Difference> {
    if left.digest == right.digest {
        return None;
    }
    own_difference(left, right).or_else(|| inner_difference(left, right))
}

fn own_difference(left: &Def<'_>, right: &Def<'_>) -> Option<Difference> {
    let texts = [text(left), text(right)];
    let [lefts, rights] = texts.each_ref().map(|text| text.lines().collect::<Vec<_>>());
    let count = lefts.len().max(rights.len());
    let line = (0..count).find(|line| lefts.get(*line) != rights.get(*line))?;
    let name = path(left);
    Some(match (lefts.get(line).copied(), rights.get(line).copied()) {
        (Some(left), Some(right)) if line == 0 => {
            let [left, right] =
                [left, right].map(|head| head.trim_start_matches(VERSION).trim_start());
            Difference { path: name, left: Some(left.to_string()), right: Some(right.to_string()) }
        }
        (Some(left), Some(right)) => member_difference(&name, left, right),
        (left, right) => Difference {
            path: name,
            left: left.map(ToString::to_string),
            right: right.map(ToString::to_string),
        },
    })
}

/// Of a member that both have under one name, what is said of it.
fn member_difference(owner: &str, left: &str, right: &str) -> Difference {
    // `field side u8 key`: what it is, its name, and the rest.
    let parts = |line: &'_ str| -> Option<(String, String)> {
        let (kind, rest) = line.split_once(' ')?;
        let (name, facts) = rest.split_once(' ')?;
        Some((format!("{kind} {name}"), facts.to_string()))
    };
    match (parts(left), parts(right)) {
        (Some((member, left)), Some((other, right))) if member == other => {
            let name = member.split(' ').next_back().unwrap_or_default();
            Difference { path: format!("{owner}.{name}"), left: Some(left), right: Some(right) }
        }
        _ => Difference {
            path: owner.to_string(),
            left: Some(left.to_string()),
            right: Some(right.to_string()),
        },
    }
}

/// A difference in what the members' types hold; the members are the same by name.
fn inner_difference(left: &Def<'_>, right: &Def<'_>) -> Option<Difference> {
    let types = left.kind.types().into_iter().zip(right.kind.types());
    let members = text(left);
    // The text has one line for the type, then one for each member.
    let names = members.lines().skip(1).filter_map(|line| line.split(' ').nth(1));
    names.zip(types).find_map(|(member, (left_type, right_type))| {
        let found = in_types(left_type, right_type, &mut difference)?;
        Some(found.inside(left, member))
    })
}

/// The first thing that `find` finds in the named types of two types that are spelled alike.
pub(super) fn in_types<F>(left: &Type<'_>, right: &Type<'_>, find: &mut F) -> Option<Difference>
where
    F: FnMut(&Def<'_>, &Def<'_>) -> Option<Difference>,
{
    match (left, right) {
        (Type::Named(left), Type::Named(right)) => find(left, right),
        (Type::Array(left, _), Type::Array(right, _))
        | (Type::BoundedList(left, _), Type::BoundedList(right, _))
        | (Type::List(left), Type::List(right))
        | (Type::Optional(left), Type::Optional(right)) => in_types(left, right, find),
        (Type::Map(key, value), Type::Map(other_key, other_value)) => {
            in_types(key, other_key, find).or_else(|| in_types(value, other_value, find))
        }
        (Type::Tuple(lefts), Type::Tuple(rights)) => {
            lefts.iter().zip(*rights).find_map(|(left, right)| in_types(left, right, find))
        }
        _ => None,
    }
}

/// Path of a type, by the name that the digest keeps.
pub(super) fn path(def: &Def<'_>) -> String {
    format!("{}.{}", def.package, def.digest_name())
}

impl Difference {
    /// The same as seen from a type whose member leads there.
    pub(super) fn inside(self, holder: &Def<'_>, member: &str) -> Self {
        Self { path: format!("{}.{member} > {}", path(holder), self.path), ..self }
    }
}
