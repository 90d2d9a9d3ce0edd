//! Constants and defaults as Python writes them.

use myc_schema::schema::{Field, Member, Ty, TypeId, TypeKind, Value};
use mycelium_wire::hex;

use super::expr::Expr;
use super::types::Scope;
use crate::{names, numbers};

impl Scope<'_> {
    /// A value of this type as an expression.
    pub(super) fn value(&self, value: &Value, ty: &Ty) -> Expr {
        match (value, self.schema.resolve(ty)) {
            (Value::Absent, _) => Expr::word("None"),
            (value, Ty::Optional(item)) => self.value(value, item),
            (Value::Items(items), Ty::Tuple(types)) => {
                let items = items.iter().zip(types).map(|(item, ty)| self.value(item, ty));
                Expr::Tuple(items.collect())
            }
            (Value::Items(items), Ty::Array(item, _) | Ty::List(item, _)) => {
                Expr::List(items.iter().map(|value| self.value(value, item)).collect())
            }
            (Value::Map(pairs), Ty::Map(key, of)) => {
                let pair = |(name, value): &(Value, Value)| {
                    let head = format!("{}: ", self.value(name, key).flat());
                    Expr::Headed(head, Box::new(self.value(value, of)))
                };
                Expr::Dict(pairs.iter().map(pair).collect())
            }
            (value, Ty::Named(id)) => self.named_value(value, *id),
            (value, ty) => Expr::Word(self.plain_value(value, ty)),
        }
    }

    fn named_value(&self, value: &Value, id: TypeId) -> Expr {
        let class = self.class_name(id);
        let member =
            |member: &Member| Expr::Word(format!("{class}.{}", names::python_member(&member.name)));
        match (value, &self.schema.types[id.0].kind) {
            (Value::Member(index), TypeKind::Enum(def)) => member(&def.members[*index]),
            (Value::Flags(0), _) => Expr::Word(format!("{class}(0)")),
            (Value::Flags(bits), TypeKind::Flags(def)) => {
                let set = def.members.iter().filter(|member| bits >> member.value & 1 == 1);
                let mut set: Vec<Expr> = set.map(member).collect();
                if set.len() == 1 { set.remove(0) } else { Expr::Either(set) }
            }
            (Value::Fields(values), TypeKind::Struct(fields)) => {
                let argument = |(field, value): (&Field, &Value)| {
                    let head = format!("{}=", names::python_name(&field.name));
                    Expr::Headed(head, Box::new(self.value(value, &field.ty)))
                };
                Expr::Call(class, fields.iter().zip(values).map(argument).collect())
            }
            (value, kind) => unreachable!("the value {value:?} of {kind:?}"),
        }
    }

    /// A value that has no parts.
    fn plain_value(&self, value: &Value, ty: &Ty) -> String {
        match (value, ty) {
            (Value::Bool(value), _) => if *value { "True" } else { "False" }.to_owned(),
            (Value::Int(value), Ty::F32 | Ty::F64) => format!("{value}.0"),
            (Value::Int(value), _) => numbers::grouped(&value.to_string()),
            (Value::Wide(value), _) => numbers::grouped(&value.to_string()),
            (Value::Wider(value), _) => numbers::grouped(&value.to_string()),
            (Value::Float(text), _) if text.len() > LONG_FLOAT => exponential(text),
            (Value::Float(text), _) if text.contains('.') => text.clone(),
            (Value::Float(text), _) => format!("{text}.0"),
            (Value::Decimal(mantissa), Ty::Decimal(scale)) => {
                self.imports.borrow_mut().decimal = true;
                match numbers::decimal(*mantissa, *scale) {
                    text if text.contains('.') => format!("Decimal(\"{text}\")"),
                    whole => format!("Decimal({})", numbers::grouped(&whole)),
                }
            }
            (Value::Decimal(value) | Value::Nanos(value), _) => {
                numbers::grouped(&value.to_string())
            }
            (Value::Text(text), _) => quoted(text),
            (Value::Uuid(uuid), _) => {
                self.imports.borrow_mut().uuid = true;
                format!("UUID(\"{uuid}\")")
            }
            (Value::Bytes(bytes), _) if bytes.is_empty() => "b\"\"".to_owned(),
            (Value::Bytes(bytes), _) => format!("bytes.fromhex(\"{}\")", hex::encode(bytes)),
            (value, ty) => unreachable!("the value {value:?} of {ty:?}"),
        }
    }
}

/// Digits beyond which a float is written with an exponent.
const LONG_FLOAT: usize = 24;

fn exponential(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) => format!("{number:e}"),
        Err(_) => text.to_owned(),
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
