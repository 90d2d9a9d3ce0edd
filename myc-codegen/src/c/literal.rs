//! Constant values as C writes them.

use myc_schema::schema::{Repr, Ty, TypeKind, Value};

use super::types::Types;
use crate::names;

/// A value in C.
pub(super) enum Literal {
    /// An expression.
    Expression(String),
    /// What stands behind `=` where a variable is declared.
    Initializer(String),
}

impl Types<'_> {
    /// A value; none where it takes more than a number or text.
    pub(super) fn literal(&mut self, ty: &Ty, value: &Value) -> Option<Literal> {
        let shape = **self;
        let resolved = shape.resolve(ty);
        Some(Literal::Expression(match (resolved, value) {
            (Ty::U256, value) => return Some(Literal::Initializer(wider(value)?)),
            (Ty::I128 | Ty::U128, value) => return Some(Literal::Initializer(wide(value)?)),
            (_, Value::Uuid(uuid)) => {
                return Some(Literal::Initializer(bytes(uuid.as_bytes())));
            }
            (_, Value::Bool(truth)) => u8::from(*truth).to_string(),
            (Ty::Int(repr), Value::Int(number)) => integer(*repr, *number),
            (Ty::F32, Value::Float(text)) => format!("(float){}", float(text)),
            (_, Value::Float(text)) => float(text),
            (_, Value::Decimal(number) | Value::Nanos(number)) => signed(*number),
            (_, Value::Text(text)) => format!("myc_literal_text({}, {})", string(text), text.len()),
            (Ty::Named(id), value) => {
                let name = self.type_name(*id);
                match (&shape.def(*id).kind, value) {
                    (TypeKind::Enum(declared), Value::Member(index)) => {
                        format!("{name}_{}", names::c_member(&declared.members[*index].name))
                    }
                    (TypeKind::Flags(_), Value::Flags(bits)) => format!("({name})0x{bits:x}u"),
                    _ => return None,
                }
            }
            _ => return None,
        }))
    }
}

/// `{lo, hi}`: the upper half of an `i128` has the sign.
fn wide(value: &Value) -> Option<String> {
    let (lo, hi) = match value {
        Value::Int(number) => (*number as u64, signed((*number >> 64) as i64)),
        Value::Wide(number) => (*number as u64, format!("UINT64_C({})", *number >> 64)),
        _ => return None,
    };
    Some(format!("{{UINT64_C({lo}), {hi}}}"))
}

fn wider(value: &Value) -> Option<String> {
    let words = match value {
        Value::Int(number) => [*number as u64, (*number >> 64) as u64, 0, 0],
        Value::Wide(number) => [*number as u64, (*number >> 64) as u64, 0, 0],
        Value::Wider(number) => {
            let bytes = number.to_le_bytes();
            let word = |index: usize| {
                u64::from_le_bytes(std::array::from_fn(|byte| bytes[8 * index + byte]))
            };
            [word(0), word(1), word(2), word(3)]
        }
        _ => return None,
    };
    Some(format!("{{{{{}}}}}", words.map(|word| format!("UINT64_C({word})")).join(", ")))
}

fn bytes(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
    format!("{{{{{}}}}}", bytes.join(", "))
}

/// An integer of so many bits.
pub(super) fn integer(repr: Repr, number: i128) -> String {
    match repr {
        Repr::U64 => format!("UINT64_C({number})"),
        Repr::I64 => signed(number as i64),
        Repr::I32 if number == i128::from(i32::MIN) => "INT32_MIN".to_owned(),
        Repr::U32 => format!("UINT32_C({number})"),
        _ => parenthesised(number.to_string()),
    }
}

pub(super) fn signed(number: i64) -> String {
    match number {
        i64::MIN => "INT64_MIN".to_owned(),
        number if number < 0 => format!("(-INT64_C({}))", number.unsigned_abs()),
        number => format!("INT64_C({number})"),
    }
}

pub(super) fn float(text: &str) -> String {
    match text {
        "NaN" | "nan" => "NAN".to_owned(),
        "Infinity" | "inf" => "INFINITY".to_owned(),
        "-Infinity" | "-inf" => "(-INFINITY)".to_owned(),
        text if text.contains(['.', 'e', 'E']) => parenthesised(text.to_owned()),
        text => parenthesised(format!("{text}.0")),
    }
}

fn parenthesised(number: String) -> String {
    if number.starts_with('-') { format!("({number})") } else { number }
}

/// A string literal of its bytes.
pub(super) fn string(text: &str) -> String {
    let mut literal = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' | b'?' => literal.extend(['\\', byte as char]),
            0x20..=0x7e => literal.push(byte as char),
            byte => literal.push_str(&format!("\\{byte:03o}")),
        }
    }
    literal + "\""
}
