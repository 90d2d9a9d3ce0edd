//! The rules.

use super::compare::Comparison;
use super::{Finding, field, member, message, named};

/// Who is hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A reader of the current version does not understand a sender of the previous one.
    NewReadsOld,
    /// A reader of the previous version does not understand a sender of the current one.
    OldReadsNew,
    /// Programs written for the previous version no longer compile, or mean something else.
    Source,
}

impl Direction {
    /// Name in output.
    pub const fn name(self) -> &'static str {
        match self {
            Direction::NewReadsOld => "new reads old",
            Direction::OldReadsNew => "old reads new",
            Direction::Source => "source",
        }
    }
}

/// A rule of evolution.
#[derive(Debug)]
pub struct Rule {
    /// Name, which never changes its meaning.
    pub id: &'static str,
    /// Who may be hurt where it is broken.
    pub directions: &'static [Direction],
    /// What to do instead.
    pub help: &'static str,
    pub(super) check: fn(&Comparison<'_>, &mut Vec<Finding>),
}

const WIRE: &[Direction] = &[Direction::NewReadsOld, Direction::OldReadsNew];
const SOURCE: &[Direction] = &[Direction::Source];
const ALL: &[Direction] = &[Direction::NewReadsOld, Direction::OldReadsNew, Direction::Source];
const OLD_DATA: &[Direction] = &[Direction::NewReadsOld];
const OLD_DATA_SOURCE: &[Direction] = &[Direction::NewReadsOld, Direction::Source];
const OLD_READERS: &[Direction] = &[Direction::OldReadsNew];

macro_rules! rules {
    ($($id:literal $directions:ident $check:path, $help:literal;)*) => {
        /// All rules, in the order of reports.
        pub const RULES: &[Rule] =
            &[$(Rule { id: $id, directions: $directions, help: $help, check: $check }),*];
    };
}

rules! {
    "package-renamed" SOURCE named::package_renamed, "keep the package's name";
    "type-removed" SOURCE named::removed, "keep the type, marked @deprecated";
    "kind-changed" ALL named::kind_changed, "declare a new type under another name";
    "message-removed" OLD_DATA_SOURCE message::removed, "keep the message, marked @deprecated, or reserve its id and its name";
    "message-renamed" SOURCE message::renamed, "keep the name";
    "message-id-changed" WIRE message::id_changed, "keep the id";
    "message-topic-changed" WIRE message::topic_changed, "keep the topic, or name the previous one with @topic";
    "field-removed" ALL field::removed, "keep the field, marked @deprecated";
    "field-renamed" SOURCE field::renamed, "keep the name";
    "field-retyped" ALL field::retyped, "append a field of the new type, and mark this one @deprecated";
    "field-optionality-changed" ALL field::optionality_changed, "append a field, and mark this one @deprecated";
    "field-bound-changed" ALL field::bound_changed, "append a field with the new bound, and mark this one @deprecated";
    "field-default-changed" OLD_DATA field::default_changed, "keep the default";
    "field-unit-changed" WIRE field::unit_changed, "append a field in the new unit, and mark this one @deprecated";
    "field-constraint-tightened" OLD_DATA field::constraint_tightened, "keep the constraint; check the new one where values are made";
    "field-constraint-loosened" OLD_READERS field::constraint_loosened, "append a field with the new constraint, and mark this one @deprecated";
    "field-key-changed" WIRE field::key_changed, "keep the key; declare a new message for another one";
    "field-reordered" WIRE field::reordered, "keep the order";
    "field-inserted" WIRE field::inserted, "append the field at the end";
    "field-appended-required" OLD_DATA field::appended_required, "make the field optional, or give it a default";
    "reserved-removed" SOURCE named::reserved_removed, "keep what is reserved: somebody may still send it";
    "struct-changed" ALL named::struct_changed, "a struct is frozen: declare a new one";
    "openness-changed" ALL named::openness_changed, "keep `open` or `closed`; declare a new type for the other";
    "representation-changed" ALL named::representation_changed, "keep the integer type";
    "member-removed" OLD_DATA_SOURCE member::removed, "keep the member, marked @deprecated; an open enum and flags may reserve its number and its name instead";
    "member-renamed" SOURCE member::renamed, "keep the name";
    "member-renumbered" WIRE member::renumbered, "keep the number, and add a member with a new one";
    "member-added-to-closed" OLD_READERS member::added_to_closed, "declare a new enum; only open ones may grow";
    "arm-removed" OLD_DATA_SOURCE member::arm_removed, "keep the arm, marked @deprecated; an open union may reserve its tag and its name instead";
    "arm-renamed" SOURCE member::arm_renamed, "keep the name";
    "arm-renumbered" WIRE member::arm_renumbered, "keep the tag, and add an arm with a new one";
    "arm-retyped" ALL member::arm_retyped, "add an arm with a new tag, and mark this one @deprecated";
    "arm-added-to-closed" OLD_READERS member::arm_added_to_closed, "declare a new union; only open ones may grow";
}
