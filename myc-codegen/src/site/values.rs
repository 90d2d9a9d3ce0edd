//! Constants and defaults as people read them.

use myc_schema::schema::{Schema, Ty, TypeKind, Value};
use mycelium_wire::{Duration, Timestamp};

use crate::numbers;

/// A value of this type.
pub(super) fn value_text(schema: &Schema, ty: &Ty, value: &Value) -> String {
    match (value, schema.resolve(ty)) {
        (value, Ty::Optional(item)) => value_text(schema, item, value),
        (Value::Bool(truth), _) => truth.to_string(),
        (Value::Int(number), _) => numbers::grouped(&number.to_string()),
        (Value::Wide(number), _) => numbers::grouped(&number.to_string()),
        (Value::Float(text), _) => text.clone(),
        (Value::Decimal(mantissa), Ty::Decimal(scale)) => numbers::decimal(*mantissa, *scale),
        (Value::Decimal(mantissa), _) => mantissa.to_string(),
        (Value::Nanos(nanos), Ty::Duration) => Duration(*nanos).to_string(),
        (Value::Nanos(nanos), _) => Timestamp(*nanos).to_string(),
        (Value::Text(text), _) => quoted(text),
        (Value::Member(index), ty) => member_name(schema, ty, *index),
    }
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

/// Text in quotes, with what cannot be seen as escapes.
fn quoted(text: &str) -> String {
    let mut literal = String::from('"');
    for found in text.chars() {
        match found {
            '"' | '\\' => literal.extend(['\\', found]),
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            '\r' => literal.push_str("\\r"),
            found if super::markdown::is_unseen(found) => literal.extend(found.escape_unicode()),
            found => literal.push(found),
        }
    }
    literal.push('"');
    literal
}
