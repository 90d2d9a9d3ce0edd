//! Facts to schema: adds layout and digest.

use std::rc::Rc;

use mycelium_wire::{Digest, layout, reflect};

use crate::facts::{Facts, FieldFacts, KindFacts, TypeFacts};
use crate::lower::{Arena, FieldParts, Lower, TypeNames};
use crate::schema::{Field, Message, Schema, TypeDef, TypeId, TypeKind};

pub(crate) fn assemble(facts: Facts) -> Schema {
    let Facts { packages, aliases, types } = facts;
    let arena = Arena::new();
    let mut lower = Lower::new(&arena, &aliases);
    let mut defs = Vec::with_capacity(types.len());
    for (index, ty) in types.into_iter().enumerate() {
        let kind = lower_kind(&lower, &ty.kind);
        let names = TypeNames {
            package: &packages[ty.package.0].name,
            name: &ty.name,
            was: ty.was.as_deref(),
        };
        let def = lower.add(TypeId(index), &names, kind, |def| def.computed_digest());
        if let KindFacts::Enum(e) = &ty.kind {
            lower.add_member_order(def, &e.members);
        }
        defs.push(type_def(ty, def));
    }
    let messages = defs.iter().filter(|def| matches!(def.kind, TypeKind::Message(_)));
    let digests: Vec<Digest> = messages.map(|def| def.digest).collect();
    let digest = (!digests.is_empty()).then(|| Digest::of_schema(digests));
    Schema { packages, types: defs, aliases, digest }
}

fn lower_kind<'a>(lower: &Lower<'a, '_>, kind: &KindFacts) -> reflect::Kind<'a> {
    match kind {
        KindFacts::Message { id, topic, fields } => {
            lower.message(*id, topic, fields.iter().map(parts_of))
        }
        KindFacts::Struct(fields) => lower.structure(fields.iter().map(parts_of)),
        KindFacts::Enum(e) => lower.enumeration(e),
        KindFacts::Flags(flags) => lower.flags(flags),
        KindFacts::Union(union) => lower.union(union),
    }
}

fn parts_of(field: &FieldFacts) -> FieldParts<'_> {
    let FieldFacts { name, was, ty, default, key, unit, constraint, .. } = field;
    FieldParts {
        name,
        was: was.as_deref(),
        ty,
        default: default.as_ref(),
        key: *key,
        unit: unit.as_deref(),
        constraint: constraint.as_ref(),
    }
}

fn type_def(facts: TypeFacts, def: &reflect::Def<'_>) -> TypeDef {
    let TypeFacts { package, name, was, docs, deprecated, reserved, kind } = facts;
    let kind = match kind {
        KindFacts::Message { id, topic, fields } => TypeKind::Message(Message {
            id,
            topic,
            fields: place(fields, def),
            block_size: layout::block_size(fields_of(def)),
            ancestors: Vec::new(),
        }),
        KindFacts::Struct(fields) => TypeKind::Struct(place(Rc::unwrap_or_clone(fields), def)),
        KindFacts::Enum(e) => TypeKind::Enum(e),
        KindFacts::Flags(flags) => TypeKind::Flags(Rc::unwrap_or_clone(flags)),
        KindFacts::Union(union) => TypeKind::Union(union),
    };
    let used = reflect::Type::Named(def);
    TypeDef {
        package,
        name,
        was,
        docs,
        deprecated,
        reserved,
        kind,
        digest: def.digest,
        size: layout::size(&used),
        align: layout::align(&used),
        is_fixed: def.is_fixed(),
    }
}

fn fields_of<'a>(def: &reflect::Def<'a>) -> &'a [reflect::Field<'a>] {
    match def.kind {
        reflect::Kind::Message { fields, .. } | reflect::Kind::Struct { fields } => fields,
        _ => &[],
    }
}

fn place(fields: Vec<FieldFacts>, def: &reflect::Def<'_>) -> Vec<Field> {
    fields
        .into_iter()
        .zip(layout::field_offsets(fields_of(def)))
        .map(|(facts, offset)| {
            let FieldFacts {
                name,
                was,
                docs,
                deprecated,
                since,
                key,
                ty,
                default,
                unit,
                constraint,
            } = facts;
            Field { name, was, docs, deprecated, since, key, ty, default, unit, constraint, offset }
        })
        .collect()
}
