//! Constants and defaults as people read them.

use myc_schema::schema::{Field, Schema, Ty, TypeKind, Value};
use mycelium_wire::{Duration, Timestamp, hex};

use crate::{numbers, text};

/// A value of this type, as the language spells it.
pub(super) fn value_text(schema: &Schema, ty: &Ty, value: &Value) -> String {
    match (value, schema.resolve(ty)) {
        (Value::Absent, _) => "null".to_owned(),
        (value, Ty::Optional(item)) => value_text(schema, item, value),
        (Value::Bool(truth), _) => truth.to_string(),
        (Value::Int(number), _) => numbers::grouped(&number.to_string()),
        (Value::Wide(number), _) => numbers::grouped(&number.to_string()),
        (Value::Wider(number), _) => numbers::grouped(&number.to_string()),
        (Value::Float(text), _) => text.clone(),
        (Value::Decimal(mantissa), Ty::Decimal(scale)) => numbers::decimal(*mantissa, *scale),
        (Value::Decimal(mantissa), _) => mantissa.to_string(),
        (Value::Nanos(nanos), Ty::Duration) => Duration(*nanos).to_string(),
        (Value::Nanos(nanos), _) => Timestamp(*nanos).to_string(),
        (Value::Text(text), _) => text::literal(text),
        (Value::Uuid(uuid), _) => text::literal(&uuid.to_string()),
        (Value::Bytes(bytes), _) => text::literal(&hex::encode(bytes)),
        (Value::Member(index), ty) => member_name(schema, ty, *index),
        (Value::Flags(bits), ty) => format!("[{}]", bit_names(schema, ty, *bits).join(", ")),
        (Value::Items(items), Ty::Tuple(types)) => {
            let items = items.iter().zip(types).map(|(item, ty)| value_text(schema, ty, item));
            format!("({})", joined(items))
        }
        (Value::Items(items), ty) => {
            let item_type = match ty {
                Ty::Array(item, _) | Ty::List(item, _) => item,
                ty => ty,
            };
            format!("[{}]", joined(items.iter().map(|item| value_text(schema, item_type, item))))
        }
        (Value::Fields(values), ty) => in_braces(struct_fields(schema, ty, values)),
        (Value::Map(pairs), Ty::Map(key, of)) => in_braces(pairs.iter().map(|(name, value)| {
            format!("{}: {}", value_text(schema, key, name), value_text(schema, of, value))
        })),
        // The checks give pairs to nothing else.
        (Value::Map(_), _) => "{}".to_owned(),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn in_braces(parts: impl Iterator<Item = String>) -> String {
    match joined(parts) {
        parts if parts.is_empty() => "{}".to_owned(),
        parts => format!("{{ {parts} }}"),
    }
}

/// Fields with their values; those that are absent are left out.
fn struct_fields<'a>(
    schema: &'a Schema,
    ty: &Ty,
    values: &'a [Value],
) -> impl Iterator<Item = String> + 'a {
    let fields: &[Field] = match ty {
        Ty::Named(id) => match &schema.types[id.0].kind {
            TypeKind::Struct(fields) => fields,
            _ => &[],
        },
        _ => &[],
    };
    let given = fields.iter().zip(values).filter(|(_, value)| **value != Value::Absent);
    given.map(|(field, value)| format!("{}: {}", field.name, value_text(schema, &field.ty, value)))
}

fn bit_names<'s>(schema: &'s Schema, ty: &Ty, bits: u64) -> Vec<&'s str> {
    let Ty::Named(id) = ty else { return Vec::new() };
    let TypeKind::Flags(flags) = &schema.types[id.0].kind else { return Vec::new() };
    let set = flags.members.iter().filter(|member| bits >> member.value & 1 == 1);
    set.map(|member| member.name.as_str()).collect()
}

fn member_name(schema: &Schema, ty: &Ty, index: usize) -> String {
    let Ty::Named(id) = ty else { return index.to_string() };
    match &schema.types[id.0].kind {
        TypeKind::Enum(def) => {
            def.members.get(index).map_or_else(|| index.to_string(), |member| member.name.clone())
        }
        _ => index.to_string(),
    }
}
