//! The part of a digest that the derive sees: names, numbers, defaults.
//!
//! Hashing at expansion spares const evaluation, which is slow, all but the types of the fields; only
//! const evaluation can know those.

use mycelium_wire::reflect::{self, Def, Literal, Type};
use mycelium_wire::{Digest, canon, sha256};

use crate::item::{Arm, Field, Flag, Item, Kind, Member};

/// Stands where the types would: the facts text does not show them.
const ANY: &Type<'static> = &Type::Bool;

/// SHA-256 of the facts text.
pub(crate) fn hash(item: &Item<'_>) -> [u8; 32] {
    sha256(text(item).as_bytes())
}

fn text(item: &Item<'_>) -> String {
    let defaults = match &item.kind {
        Kind::Message { fields, .. } | Kind::Struct { fields } => spell_defaults(fields),
        _ => Vec::new(),
    };
    let of_kind = |kind| {
        let (package, name) = (item.package.as_str(), item.name.as_str());
        canon::facts(&Def {
            package,
            name,
            was: item.was.as_deref(),
            kind,
            digest: Digest([0; 32]),
        })
    };
    match &item.kind {
        Kind::Message { id, topic, fields } => of_kind(reflect::Kind::Message {
            id: *id,
            topic,
            fields: &lower_fields(fields, &defaults),
        }),
        Kind::Struct { fields } => {
            of_kind(reflect::Kind::Struct { fields: &lower_fields(fields, &defaults) })
        }
        Kind::Enum(item) => {
            let members: Vec<_> = item.members.iter().map(lower_member).collect();
            let open = item.unknown.is_some();
            of_kind(reflect::Kind::Enum { open, repr: item.repr, members: &members })
        }
        Kind::Flags(item) => {
            let members: Vec<_> = item.bits.iter().map(lower_flag).collect();
            of_kind(reflect::Kind::Flags { repr: item.repr, members: &members })
        }
        Kind::Union(item) => {
            let arms: Vec<_> = item.arms.iter().map(lower_arm).collect();
            of_kind(reflect::Kind::Union { open: item.unknown.is_some(), arms: &arms })
        }
    }
}

/// Defaults as canonical text spells them, where there are any.
fn spell_defaults(fields: &[Field<'_>]) -> Vec<Option<String>> {
    let spell = |field: &Field<'_>| field.default.as_ref().map(|default| default.value.spelled());
    fields.iter().map(spell).collect()
}

fn lower_fields<'a>(
    fields: &'a [Field<'_>],
    defaults: &'a [Option<String>],
) -> Vec<reflect::Field<'a>> {
    let lower = |(field, default): (&'a Field<'_>, &'a Option<String>)| reflect::Field {
        was: field.was.as_deref(),
        // A name is spelled as it is, and so is what was spelled already.
        default: default.as_deref().map(Literal::Name),
        key: field.key.is_some(),
        unit: field.unit.as_ref().map(|unit| unit.text.as_str()),
        constraint: field.constraint.as_ref().map(|constraint| constraint.value.reflect()),
        ..reflect::Field::new(&field.name, ANY)
    };
    fields.iter().zip(defaults).map(lower).collect()
}

fn lower_member<'a>(member: &'a Member<'_>) -> reflect::Member<'a> {
    let was = member.was.as_deref();
    reflect::Member { was, ..reflect::Member::new(&member.name, member.value) }
}

fn lower_flag<'a>(flag: &'a Flag<'_>) -> reflect::Member<'a> {
    let was = flag.was.as_deref();
    reflect::Member { was, ..reflect::Member::new(&flag.name, flag.number.into()) }
}

fn lower_arm<'a>(arm: &'a Arm<'_>) -> reflect::Arm<'a> {
    reflect::Arm { was: arm.was.as_deref(), ..reflect::Arm::new(&arm.name, arm.tag, ANY) }
}
