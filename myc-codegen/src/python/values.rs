//! Constants and defaults as Python writes them.

use myc_schema::schema::{Ty, TypeKind, Value};

use super::types::Scope;
use crate::{names, numbers};

impl Scope<'_> {
    /// A value of this type as an expression.
    pub(super) fn value(&self, value: &Value, ty: &Ty) -> String {
        match (value, self.schema.resolve(ty)) {
            (value, Ty::Optional(item)) => self.value(value, item),
            (Value::Bool(value), _) => if *value { "True" } else { "False" }.to_owned(),
            (Value::Int(value), Ty::F32 | Ty::F64) => format!("{value}.0"),
            (Value::Int(value), _) => numbers::grouped(&value.to_string()),
            (Value::Wide(value), _) => numbers::grouped(&value.to_string()),
            (Value::Float(text), _) if text.contains('.') => text.clone(),
            (Value::Float(text), _) => format!("{text}.0"),
            (Value::Decimal(mantissa), Ty::Decimal(scale)) => {
                self.imports.borrow_mut().decimal = true;
                format!("Decimal(\"{}\")", numbers::decimal(*mantissa, *scale))
            }
            (Value::Decimal(value) | Value::Nanos(value), _) => {
                numbers::grouped(&value.to_string())
            }
            (Value::Text(text), _) => quoted(text),
            (Value::Member(index), Ty::Named(id)) => match &self.schema.types[id.0].kind {
                TypeKind::Enum(def) => {
                    let member = names::python_member(&def.members[*index].name);
                    format!("{}.{member}", self.class_name(*id))
                }
                other => unreachable!("a default names a member of an enum, not of {other:?}"),
            },
            (Value::Member(index), ty) => unreachable!("member {index} of {ty:?}"),
            _ => todo!("types that are new in the language"),
        }
    }
}

/// A string literal, in the quotes that need fewer escapes.
pub(super) fn quoted(text: &str) -> String {
    let count = |wanted: char| text.chars().filter(|found| *found == wanted).count();
    let quote = if count('"') > count('\'') { '\'' } else { '"' };
    let mut literal = String::from(quote);
    for found in text.chars() {
        match found {
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            '\r' => literal.push_str("\\r"),
            '\\' => literal.push_str("\\\\"),
            found if found == quote => literal.extend(['\\', found]),
            found if found.is_control() => literal.push_str(&format!("\\x{:02x}", found as u32)),
            found => literal.push(found),
        }
    }
    literal.push(quote);
    literal
}
