//! Constant values as OCaml writes them.

use myc_schema::schema::{Enum, Repr, Ty, TypeKind, Value};

use super::expr::string;
use super::types::Types;
use crate::names;

impl Types<'_> {
    /// A value of a type, in a form that stands wherever an argument may.
    pub(super) fn literal(&self, ty: &Ty, value: &Value) -> String {
        match (self.resolve(ty), value) {
            (Ty::Optional(item), value) => {
                format!("({} {})", self.option("Some"), self.literal(item, value))
            }
            (_, Value::Bool(truth)) => truth.to_string(),
            (Ty::Int(Repr::I64), Value::Int(number)) => int64(*number as i64),
            (Ty::Int(Repr::U64), Value::Int(number)) => {
                format!("({} {})", self.wire("U64.of_bits"), int64(*number as u64 as i64))
            }
            (Ty::I128, Value::Int(number)) => self.wide("I128", *number as u128),
            (Ty::U128, Value::Int(number)) => self.wide("U128", *number as u128),
            (_, Value::Int(number)) if *number < 0 => format!("({number})"),
            (_, Value::Int(number)) => number.to_string(),
            (_, Value::Wide(number)) => self.wide("U128", *number),
            (_, Value::Float(text)) => float(text),
            (Ty::Decimal(scale), Value::Decimal(mantissa)) => {
                let of_mantissa = self.wire(&format!("Decimal.S{scale}.of_mantissa"));
                format!("({of_mantissa} {})", int64(*mantissa))
            }
            (Ty::Duration, Value::Nanos(ns)) => self.nanos("Duration", *ns),
            (_, Value::Nanos(ns)) => self.nanos("Timestamp", *ns),
            (_, Value::Decimal(mantissa)) => int64(*mantissa),
            (_, Value::Text(text)) => string(text),
            (Ty::Named(id), Value::Member(index)) => match &self.def(*id).kind {
                TypeKind::Enum(Enum { members, .. }) => {
                    let member = names::ocaml_constructor(&members[*index].name);
                    format!("{}.{member}", self.module(*id))
                }
                _ => "()".to_owned(),
            },
            (_, Value::Member(_)) => "()".to_owned(),
            _ => todo!("types that are new in the language"),
        }
    }

    fn nanos(&self, module: &str, ns: i64) -> String {
        format!("({} {})", self.wire(&format!("{module}.of_ns")), int64(ns))
    }

    fn wide(&self, module: &str, number: u128) -> String {
        let (hi, lo) = ((number >> 64) as i64, number as i64);
        format!(
            "{{ {} = {}; lo = {} }}",
            self.wire(&format!("{module}.hi")),
            plain64(hi),
            plain64(lo)
        )
    }
}

/// A literal of type `int64` that stands wherever an argument may.
pub(super) fn int64(number: i64) -> String {
    if number < 0 { format!("({})", plain64(number)) } else { plain64(number) }
}

fn plain64(number: i64) -> String {
    format!("{number}L")
}

/// A float is told from an int by its point.
fn float(text: &str) -> String {
    let text = match text {
        "NaN" | "nan" => return "nan".to_owned(),
        "Infinity" | "inf" => return "infinity".to_owned(),
        "-Infinity" | "-inf" => return "neg_infinity".to_owned(),
        text if text.contains(['.', 'e', 'E']) => text.to_owned(),
        text => format!("{text}."),
    };
    if text.starts_with('-') { format!("({text})") } else { text }
}
