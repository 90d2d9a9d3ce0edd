//! The checked schema as JSON, for tools in any language; `docs/ir.schema.json` says its form.
//!
//! Named types and aliases are listed once, each behind all that it uses, and referred to by their
//! qualified names. Numbers that may not fit a double are strings.

use std::ops::RangeInclusive;

use myc_schema::schema::{
    Const, Constraint, Field, Item, Member, Package, Reserved, Schema, Ty, TypeDef, TypeId,
    TypeKind, Value,
};
use mycelium_wire::hex;
use serde_json::{Value as Json, json};

/// Version of the form; it grows when a reader of the old form would read the new one wrongly.
pub const VERSION: u32 = 1;

/// The whole schema.
pub fn to_json(schema: &Schema) -> Json {
    let types = (0..schema.types.len()).map(|index| named_type(schema, TypeId(index)));
    let aliases = schema.aliases.iter().map(|alias| {
        json!({
            "name": format!("{}.{}", schema.packages[alias.package.0].name, alias.name),
            "docs": alias.docs,
            "type": ty(schema, &alias.ty),
        })
    });
    json!({
        "version": VERSION,
        "digest": schema.digest.map(|digest| digest.to_string()),
        "packages": schema.packages.iter().map(|p| package(schema, p)).collect::<Vec<_>>(),
        "aliases": aliases.collect::<Vec<_>>(),
        "types": types.collect::<Vec<_>>(),
    })
}

fn package(schema: &Schema, package: &Package) -> Json {
    let item = |item: &Item| match item {
        Item::Const(constant) => json!({ "const": constant_json(schema, constant) }),
        Item::Alias(id) => json!({ "alias": alias_name(schema, id.0) }),
        Item::Type(id) => json!({ "type": schema.qualified_name(*id) }),
    };
    let sources: Vec<String> =
        package.sources.iter().map(|path| path.display().to_string()).collect();
    json!({
        "name": package.name,
        "docs": package.docs,
        "sources": sources,
        "is_root": package.is_root,
        "items": package.items.iter().map(item).collect::<Vec<_>>(),
        "reserved": {
            "ids": package.reserved.ids.iter().map(id_range).collect::<Vec<_>>(),
            "names": package.reserved.names,
        },
    })
}

/// First and last id of a range, which are small.
fn id_range(ids: &RangeInclusive<i128>) -> [u16; 2] {
    [ids.start(), ids.end()].map(|id| u16::try_from(*id).unwrap_or(u16::MAX))
}

/// What no member or arm of a type may use.
fn withdrawn(reserved: &Reserved) -> Json {
    let range = |range: &RangeInclusive<i128>| [range.start().to_string(), range.end().to_string()];
    json!({
        "numbers": reserved.ids.iter().map(range).collect::<Vec<_>>(),
        "names": reserved.names,
    })
}

fn constant_json(schema: &Schema, constant: &Const) -> Json {
    json!({
        "name": constant.name,
        "docs": constant.docs,
        "type": ty(schema, &constant.ty),
        "value": value(schema, &constant.ty, &constant.value),
    })
}

fn named_type(schema: &Schema, id: TypeId) -> Json {
    let def = &schema.types[id.0];
    let mut json = json!({
        "name": schema.qualified_name(id),
        "was": def.was,
        "docs": def.docs,
        "deprecated": def.deprecated,
        "digest": def.digest.to_string(),
        "size": def.size,
        "align": def.align,
        "is_fixed": def.is_fixed,
    });
    let kind = kind(schema, def);
    if let (Json::Object(all), Json::Object(kind)) = (&mut json, kind) {
        all.extend(kind);
    }
    json
}

fn kind(schema: &Schema, def: &TypeDef) -> Json {
    match &def.kind {
        TypeKind::Message(message) => json!({
            "kind": "message",
            "id": message.id,
            "topic": message.topic,
            "block_size": message.block_size,
            "ancestors": message.ancestors.iter().map(|digest| digest.to_string()).collect::<Vec<_>>(),
            "fields": fields(schema, &message.fields),
        }),
        TypeKind::Struct(all) => json!({ "kind": "struct", "fields": fields(schema, all) }),
        TypeKind::Enum(e) => json!({
            "kind": "enum",
            "open": e.open,
            "repr": e.repr.name(),
            "members": members(&e.members),
            "reserved": withdrawn(&def.reserved),
        }),
        TypeKind::Flags(flags) => json!({
            "kind": "flags",
            "repr": flags.repr.name(),
            "members": members(&flags.members),
            "reserved": withdrawn(&def.reserved),
        }),
        TypeKind::Union(union) => {
            let arms = union.arms.iter().map(|arm| {
                json!({
                    "name": arm.name,
                    "was": arm.was,
                    "docs": arm.docs,
                    "deprecated": arm.deprecated,
                    "since": arm.since,
                    "tag": arm.tag,
                    "type": ty(schema, &arm.ty),
                })
            });
            json!({
                "kind": "union",
                "open": union.open,
                "arms": arms.collect::<Vec<_>>(),
                "reserved": withdrawn(&def.reserved),
            })
        }
    }
}

fn fields(schema: &Schema, fields: &[Field]) -> Vec<Json> {
    let field = |field: &Field| {
        json!({
            "name": field.name,
            "was": field.was,
            "docs": field.docs,
            "deprecated": field.deprecated,
            "since": field.since,
            "key": field.key,
            "type": ty(schema, &field.ty),
            "default": field.default.as_ref().map(|default| value(schema, &field.ty, default)),
            "unit": field.unit,
            "constraint": field.constraint.as_ref().map(|c| constraint(schema, &field.ty, c)),
            "offset": field.offset,
        })
    };
    fields.iter().map(field).collect()
}

fn constraint(schema: &Schema, of: &Ty, constraint: &Constraint) -> Json {
    let of = match schema.resolve(of) {
        Ty::Optional(item) => item,
        of => of,
    };
    let bound = |bound: &Option<Value>| bound.as_ref().map(|bound| value(schema, of, bound));
    match constraint {
        Constraint::Range { min, max } => {
            json!({ "range": { "min": bound(min), "max": bound(max) } })
        }
        Constraint::Len { min, max } => json!({ "len": { "min": min, "max": max } }),
    }
}

fn members(members: &[Member]) -> Vec<Json> {
    let member = |member: &Member| {
        json!({
            "name": member.name,
            "was": member.was,
            "docs": member.docs,
            "deprecated": member.deprecated,
            "since": member.since,
            "value": member.value.to_string(),
        })
    };
    members.iter().map(member).collect()
}

fn ty(schema: &Schema, of: &Ty) -> Json {
    match of {
        Ty::Bool => json!({ "kind": "bool" }),
        Ty::Int(integer) => json!({ "kind": integer.name() }),
        Ty::I128 => json!({ "kind": "i128" }),
        Ty::U128 => json!({ "kind": "u128" }),
        Ty::U256 => json!({ "kind": "u256" }),
        Ty::Uuid => json!({ "kind": "uuid" }),
        Ty::F32 => json!({ "kind": "f32" }),
        Ty::F64 => json!({ "kind": "f64" }),
        Ty::Timestamp => json!({ "kind": "timestamp" }),
        Ty::Duration => json!({ "kind": "duration" }),
        Ty::Decimal(scale) => json!({ "kind": "decimal", "scale": scale }),
        Ty::String(max) => json!({ "kind": "string", "max": max }),
        Ty::Bytes(max) => json!({ "kind": "bytes", "max": max }),
        Ty::Array(item, length) => {
            json!({ "kind": "array", "item": ty(schema, item), "length": length })
        }
        Ty::List(item, max) => json!({ "kind": "list", "item": ty(schema, item), "max": max }),
        Ty::Map(key, value) => {
            json!({ "kind": "map", "key": ty(schema, key), "value": ty(schema, value) })
        }
        Ty::Tuple(items) => {
            let items: Vec<Json> = items.iter().map(|item| ty(schema, item)).collect();
            json!({ "kind": "tuple", "items": items })
        }
        Ty::Optional(item) => json!({ "kind": "optional", "item": ty(schema, item) }),
        Ty::Named(id) => json!({ "kind": "named", "name": schema.qualified_name(*id) }),
        Ty::Alias(id) => json!({ "kind": "alias", "name": alias_name(schema, id.0) }),
    }
}

fn alias_name(schema: &Schema, index: usize) -> String {
    let alias = &schema.aliases[index];
    format!("{}.{}", schema.packages[alias.package.0].name, alias.name)
}

fn value(schema: &Schema, of: &Ty, of_value: &Value) -> Json {
    match (of_value, schema.resolve(of)) {
        (Value::Absent, _) => json!({ "absent": true }),
        (of_value, Ty::Optional(item)) => value(schema, item, of_value),
        (Value::Bool(truth), _) => json!({ "bool": truth }),
        (Value::Int(number), _) => json!({ "int": number.to_string() }),
        (Value::Wide(number), _) => json!({ "int": number.to_string() }),
        (Value::Wider(number), _) => json!({ "int": number.to_string() }),
        (Value::Float(text), _) => json!({ "float": text }),
        (Value::Decimal(mantissa), _) => json!({ "mantissa": mantissa.to_string() }),
        (Value::Nanos(nanos), _) => json!({ "nanos": nanos.to_string() }),
        (Value::Text(text), _) => json!({ "text": text }),
        (Value::Uuid(uuid), _) => json!({ "uuid": uuid.to_string() }),
        (Value::Bytes(bytes), _) => json!({ "bytes": hex::encode(bytes) }),
        (Value::Member(index), of) => json!({ "member": member_name(schema, of, *index) }),
        (Value::Flags(bits), of) => json!({ "bits": bit_names(schema, of, *bits) }),
        (Value::Items(items), of) => {
            let types = item_types(of, items.len());
            json!({ "items": values(schema, types, items) })
        }
        (Value::Fields(fields), of) => {
            let types = struct_fields(schema, of).iter().map(|field| &field.ty);
            json!({ "fields": values(schema, types, fields) })
        }
        (Value::Map(pairs), Ty::Map(key, of)) => {
            let pair = |(name, of_value): &(Value, Value)| {
                [value(schema, key, name), value(schema, of, of_value)]
            };
            json!({ "pairs": pairs.iter().map(pair).collect::<Vec<_>>() })
        }
        // The checks give pairs to nothing else.
        (Value::Map(_), _) => json!({ "pairs": [] }),
    }
}

fn values<'t>(schema: &Schema, types: impl Iterator<Item = &'t Ty>, values: &[Value]) -> Vec<Json> {
    values.iter().zip(types).map(|(of_value, ty)| value(schema, ty, of_value)).collect()
}

/// The types of so many items.
fn item_types(of: &Ty, count: usize) -> impl Iterator<Item = &Ty> {
    let (repeated, types): (usize, &[Ty]) = match of {
        Ty::Array(item, _) | Ty::List(item, _) => (count, std::slice::from_ref(item.as_ref())),
        Ty::Tuple(types) => (1, types),
        _ => (0, &[]),
    };
    std::iter::repeat_n(types, repeated).flatten()
}

fn struct_fields<'s>(schema: &'s Schema, of: &Ty) -> &'s [Field] {
    match of {
        Ty::Named(id) => match &schema.types[id.0].kind {
            TypeKind::Struct(fields) => fields,
            _ => &[],
        },
        _ => &[],
    }
}

/// Names of the bits that are set, in source order.
fn bit_names<'s>(schema: &'s Schema, of: &Ty, bits: u64) -> Vec<&'s str> {
    let Ty::Named(id) = of else { return Vec::new() };
    let TypeKind::Flags(flags) = &schema.types[id.0].kind else { return Vec::new() };
    let is_set = |member: &&Member| bits >> member.value & 1 == 1;
    flags.members.iter().filter(is_set).map(|member| member.name.as_str()).collect()
}

fn member_name<'s>(schema: &'s Schema, of: &'s Ty, index: usize) -> Option<&'s str> {
    let Ty::Named(id) = schema.resolve(of) else { return None };
    match &schema.types[id.0].kind {
        TypeKind::Enum(e) => e.members.get(index).map(|member| member.name.as_str()),
        _ => None,
    }
}
