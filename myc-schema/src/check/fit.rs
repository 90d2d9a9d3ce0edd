//! Values fitted to types: ranges, places, lengths, spellings.

use mycelium_wire::{Duration, Timestamp, U256, Uuid, hex};

use super::Checker;
use super::value::Raw;
use crate::diag::{Code, Diagnostic};
use crate::facts::KindFacts;
use crate::literal::{Inexact, Integer, Real};
use crate::schema::{Repr, Ty, Value};
use crate::source::Span;

impl Checker<'_, '_> {
    /// Refuses types of which there are no constants.
    pub(super) fn check_constant_type(&mut self, ty: &Ty, span: Span) -> Option<()> {
        let fits = !matches!(
            self.resolve(ty),
            Ty::Bytes(_)
                | Ty::Array(..)
                | Ty::List(..)
                | Ty::Map(..)
                | Ty::Tuple(_)
                | Ty::Optional(_)
                | Ty::Named(_)
                | Ty::Uuid
        );
        if !fits {
            let message = format!("{} is no type of a constant", self.describe(ty));
            let help = "a constant is a number, bool, string, timestamp or duration";
            let label = "not for constants";
            self.report(Diagnostic::new(Code::WRONG_KIND, message, span, label).help(help));
        }
        fits.then_some(())
    }

    /// The value for a type, or nothing if it does not fit, which has then been reported.
    pub(super) fn fit(&mut self, raw: Raw, ty: &Ty, span: Span) -> Option<Value> {
        let target = self.kept(ty);
        let unfit = match (raw, &*target) {
            (Raw::Bool(value), Ty::Bool) => return Some(Value::Bool(value)),
            (Raw::Wider(value), Ty::U256) => return Some(Value::Wider(value)),
            (Raw::Integer(value), Ty::Int(_) | Ty::I128 | Ty::U128 | Ty::U256) => {
                return self.fit_integer(value, &target, span);
            }
            (Raw::Integer(value), Ty::F32 | Ty::F64) => {
                return self.fit_float(&Real::from(value), &target, span);
            }
            (Raw::Real(value), Ty::F32 | Ty::F64) => return self.fit_float(&value, &target, span),
            (Raw::Integer(value), Ty::Decimal(scale)) => {
                return self.fit_decimal(&Real::from(value), *scale, span);
            }
            (Raw::Real(value), Ty::Decimal(scale)) => {
                return self.fit_decimal(&value, *scale, span);
            }
            (Raw::Text(text), Ty::String(bound)) => return self.fit_text(text, *bound, span),
            (Raw::Text(text), Ty::Uuid) => return self.fit_uuid(&text, span),
            (Raw::Text(text), ty) if self.byte_counts(ty).is_some() => {
                let counts = self.byte_counts(ty).unwrap_or_default();
                return self.fit_bytes(&text, counts, span);
            }
            (Raw::Text(text), Ty::Timestamp) => {
                let nanos = Timestamp::parse_rfc3339(&text).map(|timestamp| timestamp.0);
                return self.fit_time(nanos, "a timestamp", "2024-08-08T23:54:15.030Z", span);
            }
            (Raw::Text(text), Ty::Duration) => {
                let nanos = Duration::parse(&text).map(|duration| duration.0);
                return self.fit_time(nanos, "a duration", "1.5s or 500ms", span);
            }
            (Raw::Integer(value), Ty::Timestamp | Ty::Duration) => {
                return self.fit_nanos(value, span);
            }
            (Raw::Timestamp(nanos), Ty::Timestamp) | (Raw::Duration(nanos), Ty::Duration) => {
                return Some(Value::Nanos(nanos));
            }
            (raw, _) => raw,
        };
        let expected = self.describe(&target);
        let message = format!("expected {expected}, found {}", unfit.describe());
        let label = format!("expected {expected}");
        let mut diagnostic = Diagnostic::new(Code::WRONG_VALUE, message, span, label);
        if let Some(help) = shape_help(&target) {
            diagnostic = diagnostic.help(help);
        }
        if let Some(member) = self.first_member(&target) {
            diagnostic = diagnostic.help(format!("write the name of a member, such as `{member}`"));
        }
        self.report(diagnostic);
        None
    }

    fn first_member(&self, ty: &Ty) -> Option<&str> {
        let Ty::Named(id) = ty else { return None };
        let KindFacts::Enum(e) = &self.types[id.0].kind else { return None };
        e.members.first().map(|member| member.name.as_str())
    }

    fn fit_integer(&mut self, value: Integer, ty: &Ty, span: Span) -> Option<Value> {
        let fitted = match ty {
            Ty::U128 | Ty::U256 => value.to_u128().map(|wide| match i128::try_from(wide) {
                Ok(narrow) => Value::Int(narrow),
                Err(_) => Value::Wide(wide),
            }),
            Ty::Int(repr) => {
                let (least, most) = repr_range(*repr);
                value.to_i128().filter(|v| (least..=most).contains(v)).map(Value::Int)
            }
            _ => value.to_i128().map(Value::Int),
        };
        if fitted.is_none() {
            let message = format!("{value} does not fit {}", self.describe(ty));
            let (least, most) = match ty {
                Ty::U128 => ("0".to_owned(), u128::MAX.to_string()),
                Ty::U256 => ("0".to_owned(), U256::MAX.to_string()),
                Ty::Int(repr) => {
                    let (least, most) = repr_range(*repr);
                    (least.to_string(), most.to_string())
                }
                _ => (i128::MIN.to_string(), i128::MAX.to_string()),
            };
            let help = format!("it holds {least} to {most}");
            self.report(Diagnostic::new(Code::RANGE, message, span, "out of range").help(help));
        }
        fitted
    }

    fn fit_float(&mut self, value: &Real, ty: &Ty, span: Span) -> Option<Value> {
        let text = value.to_string();
        // Parsing rounds to the nearest, whatever the length; what is too large becomes infinite.
        let shortest = match ty {
            Ty::F32 => text.parse::<f32>().ok().filter(|f| f.is_finite()).map(|f| f.to_string()),
            _ => text.parse::<f64>().ok().filter(|f| f.is_finite()).map(|f| f.to_string()),
        };
        let Some(shortest) = shortest else {
            let message = format!("this number does not fit {}", self.describe(ty));
            self.report(Diagnostic::new(Code::RANGE, message, span, "out of range"));
            return None;
        };
        let is_zero = shortest.trim_start_matches('-') == "0";
        Some(Value::Float(if is_zero { "0".to_owned() } else { shortest }))
    }

    fn fit_decimal(&mut self, value: &Real, scale: u8, span: Span) -> Option<Value> {
        let (message, label) = match value.scaled(scale) {
            Ok(mantissa) => return Some(Value::Decimal(mantissa)),
            Err(Inexact::Places) => {
                (format!("this has more than {scale} decimal places"), "not exact")
            }
            Err(Inexact::Range) => {
                (format!("this number does not fit `decimal<{scale}>`"), "out of range")
            }
        };
        let help = "a decimal is a 64-bit integer with the point that many places from its end";
        self.report(Diagnostic::new(Code::RANGE, message, span, label).help(help));
        None
    }

    fn fit_text(&mut self, text: String, bound: Option<u32>, span: Span) -> Option<Value> {
        if let Some(bound) = bound.filter(|bound| text.len() > *bound as usize) {
            let message = format!("{} bytes do not fit `string<{bound}>`", text.len());
            self.report(Diagnostic::new(Code::RANGE, message, span, "too long"));
            return None;
        }
        Some(Value::Text(text))
    }

    fn fit_bytes(
        &mut self,
        text: &str,
        (least, most): (usize, usize),
        span: Span,
    ) -> Option<Value> {
        let Some(bytes) = hex::decode(text) else {
            let message = "bytes are written as hex digits";
            let help = "two digits a byte in a string: \"00ff\"";
            let label = "not hex digits in pairs";
            self.report(Diagnostic::new(Code::WRONG_VALUE, message, span, label).help(help));
            return None;
        };
        if (least..=most).contains(&bytes.len()) {
            return Some(Value::Bytes(bytes));
        }
        let what = if least == most { "" } else { "at most " };
        let message = format!("expected {what}{most} bytes, found {}", bytes.len());
        let label = if bytes.len() > most { "too many" } else { "too few" };
        self.report(Diagnostic::new(Code::RANGE, message, span, label));
        None
    }

    fn fit_uuid(&mut self, text: &str, span: Span) -> Option<Value> {
        let uuid: Option<Uuid> = text.parse().ok();
        if uuid.is_none() {
            let help = "write it like \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"";
            let message = "this is not a UUID";
            let label = "cannot be read";
            self.report(Diagnostic::new(Code::WRONG_VALUE, message, span, label).help(help));
        }
        uuid.map(Value::Uuid)
    }

    /// Least and greatest number of bytes of a type whose values are written as hex digits.
    fn byte_counts(&self, ty: &Ty) -> Option<(usize, usize)> {
        let most = |bound: Option<u32>| bound.map_or(usize::MAX, |bound| bound as usize);
        let is_byte = |item: &Ty| matches!(self.resolve(item), Ty::Int(Repr::U8));
        match ty {
            Ty::Bytes(bound) => Some((0, most(*bound))),
            Ty::Array(item, len) if is_byte(item) => Some((*len as usize, *len as usize)),
            Ty::List(item, bound) if is_byte(item) => Some((0, most(*bound))),
            _ => None,
        }
    }

    fn fit_time(
        &mut self,
        nanos: Option<i64>,
        what: &str,
        example: &str,
        span: Span,
    ) -> Option<Value> {
        if nanos.is_none() {
            let message = format!("this is not {what}");
            let help = format!("write it like {example}, or as a number of nanoseconds");
            let label = "cannot be read";
            self.report(Diagnostic::new(Code::WRONG_VALUE, message, span, label).help(help));
        }
        nanos.map(Value::Nanos)
    }

    fn fit_nanos(&mut self, value: Integer, span: Span) -> Option<Value> {
        let nanos = value.to_i128().and_then(|nanos| i64::try_from(nanos).ok());
        if nanos.is_none() {
            let message = format!("{value} nanoseconds do not fit 64 bits");
            self.report(Diagnostic::new(Code::RANGE, message, span, "out of range"));
        }
        nanos.map(Value::Nanos)
    }

    /// A type in a sentence.
    pub(super) fn describe(&self, ty: &Ty) -> String {
        match self.resolve(ty) {
            Ty::Bool => "`bool`".to_owned(),
            Ty::Int(repr) => format!("`{}`", repr.name()),
            Ty::I128 => "`i128`".to_owned(),
            Ty::U128 => "`u128`".to_owned(),
            Ty::U256 => "`u256`".to_owned(),
            Ty::Uuid => "`uuid`".to_owned(),
            Ty::Map(..) => "a map".to_owned(),
            Ty::F32 => "`f32`".to_owned(),
            Ty::F64 => "`f64`".to_owned(),
            Ty::Timestamp => "`timestamp`".to_owned(),
            Ty::Duration => "`duration`".to_owned(),
            Ty::Decimal(scale) => format!("`decimal<{scale}>`"),
            Ty::String(_) => "a string".to_owned(),
            Ty::Bytes(_) => "bytes".to_owned(),
            Ty::Array(..) => "an array".to_owned(),
            Ty::List(..) => "a list".to_owned(),
            Ty::Tuple(_) => "a tuple".to_owned(),
            Ty::Optional(_) => "an optional".to_owned(),
            Ty::Named(id) => format!("`{}`", self.types[id.0].name),
            Ty::Alias(id) => format!("`{}`", self.aliases[id.0].name),
        }
    }
}

/// How a value of a type with parts is written.
fn shape_help(ty: &Ty) -> Option<&'static str> {
    Some(match ty {
        Ty::Bytes(_) => "write two hex digits a byte in a string: \"00ff\"",
        Ty::Array(..) | Ty::List(..) => "write its items in brackets: `[1, 2]`",
        Ty::Tuple(_) => "write its items in parentheses: `(1, 2)`",
        Ty::Map(..) => "write keys and values in braces: `{ \"a\": 1 }`",
        _ => return None,
    })
}

/// Least and greatest value.
pub(super) fn repr_range(repr: Repr) -> (i128, i128) {
    match repr {
        Repr::I8 => (i8::MIN.into(), i8::MAX.into()),
        Repr::I16 => (i16::MIN.into(), i16::MAX.into()),
        Repr::I32 => (i32::MIN.into(), i32::MAX.into()),
        Repr::I64 => (i64::MIN.into(), i64::MAX.into()),
        Repr::U8 => (0, u8::MAX.into()),
        Repr::U16 => (0, u16::MAX.into()),
        Repr::U32 => (0, u32::MAX.into()),
        Repr::U64 => (0, u64::MAX.into()),
    }
}
