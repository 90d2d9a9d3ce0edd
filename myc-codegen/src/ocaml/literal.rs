//! Constant values as OCaml writes them.

use myc_schema::schema::{Enum, Repr, Ty, TypeId, TypeKind, Value};

use super::expr::string;
use super::types::Types;
use crate::names;

impl Types<'_> {
    /// A value of a type, in a form that stands wherever an argument may.
    pub(super) fn literal(&self, ty: &Ty, value: &Value) -> String {
        match self.spelling(ty, value) {
            Spelling::Closed(text) => text,
            Spelling::Open(text) => format!("({text})"),
        }
    }

    /// A value of a type, in a form that stands behind `=`.
    pub(super) fn plain_literal(&self, ty: &Ty, value: &Value) -> String {
        match self.spelling(ty, value) {
            Spelling::Closed(text) | Spelling::Open(text) => text,
        }
    }

    fn spelling(&self, ty: &Ty, value: &Value) -> Spelling {
        match (self.resolve(ty), value) {
            (Ty::Optional(_), Value::Absent) | (_, Value::Absent) => closed(self.option("None")),
            (Ty::Optional(item), value) => {
                open(format!("{} {}", self.option("Some"), self.literal(item, value)))
            }
            (_, Value::Bool(truth)) => closed(truth.to_string()),
            (Ty::Int(Repr::I64), Value::Int(number)) => signed(plain64(*number as i64)),
            (Ty::Int(Repr::U64), Value::Int(number)) => {
                open(format!("{} {}", self.wire("U64.of_bits"), int64(*number as u64 as i64)))
            }
            (Ty::U256, Value::Int(number)) => self.of_text("U256", &number.to_string()),
            (Ty::U256, Value::Wide(number)) => self.of_text("U256", &number.to_string()),
            (_, Value::Wider(number)) => self.of_text("U256", &number.to_string()),
            (Ty::I128, Value::Int(number)) => closed(self.wide("I128", *number as u128)),
            (Ty::U128, Value::Int(number)) => closed(self.wide("U128", *number as u128)),
            (_, Value::Int(number)) => signed(number.to_string()),
            (_, Value::Wide(number)) => closed(self.wide("U128", *number)),
            (Ty::F32, Value::Float(text)) => signed(single(text)),
            (_, Value::Float(text)) => signed(float(text)),
            (Ty::Decimal(scale), Value::Decimal(mantissa)) => {
                let of_mantissa = self.wire(&format!("Decimal.S{scale}.of_mantissa"));
                open(format!("{of_mantissa} {}", int64(*mantissa)))
            }
            (Ty::Duration, Value::Nanos(ns)) => self.nanos("Duration", *ns),
            (_, Value::Nanos(ns)) => self.nanos("Timestamp", *ns),
            (_, Value::Decimal(mantissa)) => signed(plain64(*mantissa)),
            (_, Value::Text(text)) => closed(string(text)),
            (_, Value::Uuid(uuid)) => self.of_text("Uuid", &uuid.to_string()),
            (_, Value::Bytes(bytes)) => closed(byte_string(bytes)),
            (Ty::Named(id), value) => self.named_literal(*id, value),
            (ty, value) => self.items_literal(ty, value),
        }
    }

    fn named_literal(&self, id: TypeId, value: &Value) -> Spelling {
        let module = self.module(id);
        match (&self.def(id).kind, value) {
            (TypeKind::Enum(Enum { members, .. }), Value::Member(index)) => {
                closed(format!("{module}.{}", names::ocaml_constructor(&members[*index].name)))
            }
            (TypeKind::Flags(flags), Value::Flags(bits)) => match flags.repr {
                Repr::U64 => {
                    let bits = format!("({} 0x{bits:x}L)", self.wire("U64.of_bits"));
                    open(format!("{module}.of_bits {bits}"))
                }
                _ => open(format!("{module}.of_bits 0x{bits:x}")),
            },
            (TypeKind::Struct(fields), Value::Fields(values)) => {
                let fields: Vec<String> = fields
                    .iter()
                    .zip(values)
                    .map(|(field, value)| {
                        let label = names::ocaml_name(&field.name);
                        format!("{module}.{label} = {}", self.plain_literal(&field.ty, value))
                    })
                    .collect();
                closed(format!("{{ {} }}", fields.join("; ")))
            }
            // The compiler lets no other value stand for a named type.
            _ => closed("()".to_owned()),
        }
    }

    fn items_literal(&self, ty: &Ty, value: &Value) -> Spelling {
        match (ty, value) {
            (Ty::Tuple(types), Value::Items(values)) => {
                let items = types.iter().zip(values);
                let items: Vec<String> =
                    items.map(|(ty, value)| self.plain_literal(ty, value)).collect();
                closed(format!("({})", items.join(", ")))
            }
            (Ty::Array(item, _) | Ty::List(item, _), Value::Items(values))
                if self.is_float(item) =>
            {
                let items = values.iter().map(|value| self.plain_literal(item, value));
                let items = bracketed("[", items.collect(), "]");
                open(format!("{} {items}", self.wire("Floats.of_list")))
            }
            (Ty::Array(item, _) | Ty::List(item, _), Value::Items(values)) => {
                let items = values.iter().map(|value| self.plain_literal(item, value));
                closed(bracketed("[|", items.collect(), "|]"))
            }
            (Ty::Map(key, of), Value::Map(pairs)) => {
                let pairs = pairs.iter().map(|(k, v)| {
                    format!("({}, {})", self.plain_literal(key, k), self.plain_literal(of, v))
                });
                closed(bracketed("[", pairs.collect(), "]"))
            }
            // The compiler lets no other value stand for these types.
            _ => closed("()".to_owned()),
        }
    }

    fn of_text(&self, module: &str, text: &str) -> Spelling {
        open(format!("{} {}", self.wire_in(module, "of_string_exn"), string(text)))
    }

    fn nanos(&self, module: &str, ns: i64) -> Spelling {
        open(format!("{} {}", self.wire_in(module, "of_ns"), int64(ns)))
    }

    fn wide(&self, module: &str, number: u128) -> String {
        let (hi, lo) = ((number >> 64) as i64, number as i64);
        format!("{{ {} = {}; lo = {} }}", self.wire_in(module, "hi"), plain64(hi), plain64(lo))
    }
}

/// A literal of type `int64` that stands wherever an argument may.
pub(super) fn int64(number: i64) -> String {
    if number < 0 { format!("({})", plain64(number)) } else { plain64(number) }
}

fn plain64(number: i64) -> String {
    format!("{number}L")
}

/// Characters beyond which a float is written with an exponent.
const LONG_FLOAT: usize = 24;

/// A float is told from an int by its point.
fn float(text: &str) -> String {
    match text {
        "NaN" | "nan" => "nan".to_owned(),
        "Infinity" | "inf" => "infinity".to_owned(),
        "-Infinity" | "-inf" => "neg_infinity".to_owned(),
        text if text.len() > LONG_FLOAT => match text.parse::<f64>() {
            Ok(number) => format!("{number:e}"),
            Err(_) => text.to_owned(),
        },
        text if text.contains(['.', 'e', 'E']) => text.to_owned(),
        text => format!("{text}."),
    }
}

/// An `f32`, as the double of the same value.
fn single(text: &str) -> String {
    match text.parse::<f32>() {
        Ok(number) if number.is_finite() => float(&format!("{:?}", f64::from(number))),
        _ => float(text),
    }
}

/// Bytes as a string literal.
fn byte_string(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    format!("\"{digits}\"")
}

fn bracketed(opening: &str, items: Vec<String>, closing: &str) -> String {
    match items.is_empty() {
        true => format!("{opening}{closing}"),
        false => format!("{opening} {} {closing}", items.join("; ")),
    }
}

/// How a value is written.
enum Spelling {
    /// It stands wherever an argument may.
    Closed(String),
    /// It needs parentheses there.
    Open(String),
}

fn closed(text: String) -> Spelling {
    Spelling::Closed(text)
}

fn open(text: String) -> Spelling {
    Spelling::Open(text)
}

/// A number, which needs parentheses where it begins with a sign.
fn signed(text: String) -> Spelling {
    if text.starts_with('-') { open(text) } else { closed(text) }
}
