//! Whether two types of one name understand each other though their digests differ: the append-only rule.
//!
//! Two versions of a type understand each other where they only add to what they share: a message of one
//! of them has more fields at its end, each optional or with a default; of open enums, flags and open
//! unions each may have members, bits and arms that the other has not. What both have is the same in both,
//! down to the types that it uses. The rule does not ask which of the two is newer, and so it holds for
//! either direction.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

#[cfg(feature = "parse")]
use super::ParseError;
use super::difference::{in_types, path};
use super::{Difference, field_facts, openness, type_text};
#[cfg(feature = "parse")]
use crate::digest::Digest;
use crate::reflect::{Arm, Def, Field, Kind, Member, Type};

/// The first fact that keeps two types from understanding each other; none where they do.
///
/// ```
/// use mycelium_wire::canon::conflict;
/// use mycelium_wire::reflect::{Def, Field, Kind, Type};
/// use mycelium_wire::Digest;
///
/// let message = |fields, number| {
///     let kind = Kind::Message { id: 1, topic: "market.trade", fields };
///     Def { package: "market", name: "Trade", was: None, kind, digest: Digest([number; 32]) }
/// };
/// let price = Field::new("price", &Type::I64);
/// let (first, grown) = ([price], [price, Field::new("note", &Type::Optional(&Type::String))]);
/// assert_eq!(conflict(&message(&first, 1), &message(&grown, 2)), None);
///
/// let other = [Field::new("price", &Type::F64)];
/// let found = conflict(&message(&first, 1), &message(&other, 3)).expect("the price differs");
/// assert_eq!(found.to_string(), "market.Trade.price: i64 here, f64 there");
/// ```
pub fn conflict(left: &Def<'_>, right: &Def<'_>) -> Option<Difference> {
    Judge::default().types(left, right)
}

/// As [`conflict`], of a type that is known by its digest and by the [texts](super::texts) which somebody
/// else has sent.
///
/// # Errors
///
/// Where the texts are not canonical, or none of them is that of a type with this digest.
#[cfg(feature = "parse")]
pub fn conflict_with_text(
    def: &Def<'_>,
    digest: Digest,
    texts: &str,
) -> Result<Option<Difference>, ParseError> {
    let arena = bumpalo::Bump::new();
    super::parse_of(&arena, digest, texts).map(|theirs| conflict(def, theirs))
}

/// Looks at each pair of types once, however often they are used.
#[derive(Default)]
struct Judge {
    seen: BTreeSet<(usize, usize)>,
}

impl Judge {
    fn types(&mut self, left: &Def<'_>, right: &Def<'_>) -> Option<Difference> {
        let place = |def: &Def<'_>| core::ptr::from_ref(def).addr();
        if left.digest == right.digest || !self.seen.insert((place(left), place(right))) {
            return None;
        }
        let [ours, theirs] = [left, right].map(head);
        if ours != theirs {
            return Some(differ(path(left), ours, theirs));
        }
        match (left.kind, right.kind) {
            (Kind::Message { fields: a, .. }, Kind::Message { fields: b, .. }) => {
                self.fields(left, a, b).or_else(|| appended(left, a, b))
            }
            (Kind::Struct { fields: a }, Kind::Struct { fields: b }) => {
                self.fields(left, a, b).or_else(|| surplus(left, a, b))
            }
            (Kind::Enum { open, members: a, .. }, Kind::Enum { members: b, .. }) => {
                numbered(left, &members(a), &members(b), open)
            }
            (Kind::Flags { members: a, .. }, Kind::Flags { members: b, .. }) => {
                numbered(left, &members(a), &members(b), true)
            }
            (Kind::Union { open, arms: a }, Kind::Union { arms: b, .. }) => {
                numbered(left, &arms(a), &arms(b), open).or_else(|| self.arms(left, a, b))
            }
            // The heads are the same, and name the kind.
            _ => None,
        }
    }

    /// What both have, from the first field on.
    fn fields(&mut self, def: &Def<'_>, a: &[Field<'_>], b: &[Field<'_>]) -> Option<Difference> {
        a.iter().zip(b).find_map(|(ours, theirs)| {
            if ours.digest_name() != theirs.digest_name() {
                return Some(differ(path(def), named(ours), named(theirs)));
            }
            let said = (field_facts(ours), field_facts(theirs));
            self.member(def, ours.digest_name(), said, (ours.ty, theirs.ty))
        })
    }

    fn arms(&mut self, def: &Def<'_>, a: &[Arm<'_>], b: &[Arm<'_>]) -> Option<Difference> {
        a.iter().find_map(|ours| {
            let theirs = b.iter().find(|theirs| theirs.tag == ours.tag)?;
            let said = (type_text(ours.ty), type_text(theirs.ty));
            self.member(def, ours.digest_name(), said, (ours.ty, theirs.ty))
        })
    }

    /// What is said of a member, and then what lies in its type.
    fn member(
        &mut self,
        def: &Def<'_>,
        name: &str,
        (said_here, said_there): (String, String),
        (ours, theirs): (&Type<'_>, &Type<'_>),
    ) -> Option<Difference> {
        if said_here != said_there {
            return Some(differ(format!("{}.{name}", path(def)), said_here, said_there));
        }
        let found = in_types(ours, theirs, &mut |left, right| self.types(left, right))?;
        Some(found.inside(def, name))
    }
}

/// The fields that only the longer of two messages has: a reader must know what they are where they are
/// missing.
fn appended(def: &Def<'_>, a: &[Field<'_>], b: &[Field<'_>]) -> Option<Difference> {
    let may_be_missing =
        |field: &&Field<'_>| field.default.is_some() || matches!(field.ty, Type::Optional(_));
    let common = a.len().min(b.len());
    let of = |fields: &[Field<'_>]| fields[common..].iter().find(|f| !may_be_missing(f)).map(named);
    let (left, right) = (of(a), of(b));
    let found = left.is_some() || right.is_some();
    found.then(|| Difference { path: path(def), left, right })
}

/// The first field that only one of two structs has.
fn surplus(def: &Def<'_>, a: &[Field<'_>], b: &[Field<'_>]) -> Option<Difference> {
    let common = a.len().min(b.len());
    let (left, right) = (a.get(common).map(named), b.get(common).map(named));
    (a.len() != b.len()).then(|| Difference { path: path(def), left, right })
}

/// A member of an enum or of flags, or an arm: what it is called, and its number.
struct Numbered<'a> {
    name: &'a str,
    number: i128,
}

/// A number has one name, and a name one number; where nothing may be added, both have the same ones.
fn numbered(
    def: &Def<'_>,
    a: &[Numbered<'_>],
    b: &[Numbered<'_>],
    may_grow: bool,
) -> Option<Difference> {
    let one_sided = |ours: &Numbered<'_>, others: &[Numbered<'_>]| {
        let same = |other: &&Numbered<'_>| other.number == ours.number || other.name == ours.name;
        match others.iter().find(same) {
            Some(other) if other.number == ours.number && other.name == ours.name => None,
            Some(other) => Some((ours.to_string(), Some(other.to_string()))),
            None if may_grow => None,
            None => Some((ours.to_string(), None)),
        }
    };
    let place = path(def);
    if let Some((ours, theirs)) = a.iter().find_map(|member| one_sided(member, b)) {
        return Some(Difference { path: place, left: Some(ours), right: theirs });
    }
    let (theirs, ours) = b.iter().find_map(|member| one_sided(member, a))?;
    Some(Difference { path: place, left: ours, right: Some(theirs) })
}

fn members<'a>(members: &[Member<'a>]) -> Vec<Numbered<'a>> {
    let of = |member: &Member<'a>| Numbered { name: member.digest_name(), number: member.value };
    members.iter().map(of).collect()
}

fn arms<'a>(arms: &[Arm<'a>]) -> Vec<Numbered<'a>> {
    let of = |arm: &Arm<'a>| Numbered { name: arm.digest_name(), number: arm.tag.into() };
    arms.iter().map(of).collect()
}

impl fmt::Display for Numbered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name, self.number)
    }
}

/// What a type says of itself before its members.
fn head(def: &Def<'_>) -> String {
    let name = path(def);
    match def.kind {
        Kind::Message { id, topic, .. } => format!("message {name} {id} {topic}"),
        Kind::Struct { .. } => format!("struct {name}"),
        Kind::Enum { open, repr, .. } => format!("{} enum {name} {}", openness(open), repr.name()),
        Kind::Flags { repr, .. } => format!("flags {name} {}", repr.name()),
        Kind::Union { open, .. } => format!("{} union {name}", openness(open)),
    }
}

fn named(field: &Field<'_>) -> String {
    format!("{} {}", field.digest_name(), field_facts(field))
}

fn differ(path: String, left: String, right: String) -> Difference {
    Difference { path, left: Some(left), right: Some(right) }
}
