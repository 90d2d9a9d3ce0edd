//! Values: constants, defaults, ids, lengths.
//!
//! An expression is computed without regard to a type, exactly, and then fitted to the one that it is
//! for.

use mycelium_wire::{Duration, Timestamp};

use super::{Checked, Checker};
use crate::diag::{Code, Diagnostic};
use crate::facts::KindFacts;
use crate::literal::{Inexact, Integer, Number, NumberError, Real};
use crate::names::Meaning;
use crate::schema::{Const, Repr, Ty, Value};
use crate::source::{FileId, Span};
use crate::tree::{Expr, ExprKind, Operator, Path};

/// A value before it is fitted to a type.
enum Raw {
    Bool(bool),
    Integer(Integer),
    Real(Real),
    Text(String),
    Timestamp(i64),
    Duration(i64),
}

impl Raw {
    fn describe(&self) -> &'static str {
        match self {
            Raw::Bool(_) => "a bool",
            Raw::Integer(_) => "an integer",
            Raw::Real(_) => "a fraction",
            Raw::Text(_) => "a string",
            Raw::Timestamp(_) => "a timestamp",
            Raw::Duration(_) => "a duration",
        }
    }
}

impl Checker<'_, '_> {
    /// The value that an expression has for a type, or nothing if it is wrong, which has then been
    /// reported.
    pub(super) fn value(&mut self, file: FileId, expr: &Expr, ty: &Ty) -> Option<Value> {
        if let (Ty::Named(id), ExprKind::Name(path)) = (self.resolve(ty), &expr.kind) {
            let id = id.0;
            if matches!(self.types[id].kind, KindFacts::Enum(_)) {
                return self.member(id, path);
            }
        }
        let raw = self.compute(file, expr)?;
        self.fit(raw, ty, expr.span)
    }

    /// A number within limits.
    pub(super) fn number(
        &mut self,
        file: FileId,
        expr: &Expr,
        what: &str,
        least: u32,
        most: u32,
    ) -> Option<u32> {
        let raw = self.compute(file, expr)?;
        let Raw::Integer(integer) = raw else {
            let message = format!("{what}: expected an integer, found {}", raw.describe());
            self.report(Diagnostic::new(
                Code::WRONG_VALUE,
                message,
                expr.span,
                "expected an integer",
            ));
            return None;
        };
        let number = integer.to_u128().and_then(|number| u32::try_from(number).ok());
        if let Some(number) = number.filter(|number| (least..=most).contains(number)) {
            return Some(number);
        }
        let message = format!("{what}: {integer} is not within {least} to {most}");
        self.report(Diagnostic::new(Code::RANGE, message, expr.span, "out of range"));
        None
    }

    /// A length or bound: at least 1.
    pub(super) fn length(&mut self, file: FileId, expr: &Expr, what: &str) -> Option<u32> {
        let length = self.number(file, expr, what, 0, u32::MAX)?;
        if length > 0 {
            return Some(length);
        }
        let message = format!("{what} is zero");
        self.report(
            Diagnostic::new(Code::ZERO_LENGTH, message, expr.span, "it could hold nothing")
                .help("give it room for at least one, or remove the field"),
        );
        None
    }

    /// An integer without regard to a range, for members and ids.
    pub(super) fn integer(&mut self, file: FileId, expr: &Expr, what: &str) -> Option<Integer> {
        match self.compute(file, expr)? {
            Raw::Integer(integer) => Some(integer),
            raw => {
                let message = format!("{what} is an integer, not {}", raw.describe());
                self.report(Diagnostic::new(
                    Code::WRONG_VALUE,
                    message,
                    expr.span,
                    "expected an integer",
                ));
                None
            }
        }
    }

    /// A string, for attributes.
    pub(super) fn text(&mut self, file: FileId, expr: &Expr, what: &str) -> Option<String> {
        match self.compute(file, expr)? {
            Raw::Text(text) => Some(text),
            raw => {
                let message = format!("{what} is a string, not {}", raw.describe());
                let label = "expected a string";
                self.report(Diagnostic::new(Code::WRONG_VALUE, message, expr.span, label));
                None
            }
        }
    }

    fn member(&mut self, enumeration: usize, path: &Path) -> Option<Value> {
        let KindFacts::Enum(e) = &self.types[enumeration].kind else { return None };
        if let Some(index) = e.members.iter().position(|member| member.name == path.text) {
            return Some(Value::Member(index));
        }
        let name = &self.types[enumeration].name;
        let message = format!("`{}` is not a member of `{name}`", path.text);
        let members = e.members.iter().map(|member| member.name.as_str());
        let given = path.text.rsplit('.').next().unwrap_or_default();
        let diagnostic = Diagnostic::new(Code::UNKNOWN_NAME, message, path.span, "not a member")
            .did_you_mean(path.span, given, members);
        self.report(diagnostic);
        None
    }

    fn compute(&mut self, file: FileId, expr: &Expr) -> Option<Raw> {
        match &expr.kind {
            ExprKind::Bool(value) => Some(Raw::Bool(*value)),
            ExprKind::Text(text) => Some(Raw::Text(text.clone())),
            ExprKind::Number(text) => self.parse_number(text, expr.span),
            ExprKind::Name(path) => self.constant_named(file, path),
            ExprKind::Negative(inner) => match self.compute(file, inner)? {
                Raw::Integer(integer) => Some(Raw::Integer(integer.negated())),
                Raw::Real(real) => Some(Raw::Real(real.negated())),
                raw => self.report_operand(&raw, inner.span),
            },
            ExprKind::Chain(first, rest) => {
                let mut total = self.operand(file, first)?;
                for (operator, operand) in rest {
                    let right = self.operand(file, operand)?;
                    total = self.apply(total, *operator, right, operand.span)?;
                }
                Some(Raw::Integer(total))
            }
        }
    }

    fn operand(&mut self, file: FileId, expr: &Expr) -> Option<Integer> {
        match self.compute(file, expr)? {
            Raw::Integer(integer) => Some(integer),
            raw => self.report_operand(&raw, expr.span),
        }
    }

    fn report_operand<T>(&mut self, raw: &Raw, span: Span) -> Option<T> {
        let message = format!("{} cannot be computed with", raw.describe());
        self.report(
            Diagnostic::new(Code::WRONG_VALUE, message, span, raw.describe())
                .help("only integers can be added, subtracted, multiplied and divided"),
        );
        None
    }

    fn apply(
        &mut self,
        left: Integer,
        operator: Operator,
        right: Integer,
        span: Span,
    ) -> Option<Integer> {
        let result = match operator {
            Operator::Add => left.checked_add(right),
            Operator::Subtract => left.checked_sub(right),
            Operator::Multiply => left.checked_mul(right),
            Operator::Divide => left.checked_div(right),
        };
        if result.is_none() {
            let (message, label) = match operator {
                Operator::Divide => ("division by zero", "this is zero"),
                _ => ("the result goes beyond 128 bits", "too much with this"),
            };
            self.report(Diagnostic::new(Code::ARITHMETIC, message, span, label));
        }
        result
    }

    fn parse_number(&mut self, text: &str, span: Span) -> Option<Raw> {
        let (message, help) = match Number::parse(text) {
            Ok(Number::Integer(integer)) => return Some(Raw::Integer(integer)),
            Ok(Number::Real(real)) => return Some(Raw::Real(real)),
            Err(NumberError::Malformed) => {
                ("malformed number", "numbers look like 10, 1_000, 0xff, 0.25, 1e-3")
            }
            Err(NumberError::LeadingZero) => {
                ("a number begins with a zero", "remove the zeros; there are no octal numbers")
            }
            Err(NumberError::TooLarge) => {
                ("a number beyond 128 bits", "no type of the language holds it")
            }
        };
        self.report(Diagnostic::new(Code::NUMBER, message, span, "not a number").help(help));
        None
    }

    fn constant_named(&mut self, file: FileId, path: &Path) -> Option<Raw> {
        let names = self.names;
        let decl = match names.look_up(file, path) {
            Meaning::Decl(decl) => decl,
            Meaning::Ambiguous(decls) => return self.report_ambiguous(path, &decls),
            Meaning::Unknown => {
                let message = format!("unknown name `{}` in a value", path.text);
                let constants = names
                    .visible(file)
                    .filter(|decl| matches!(self.checked[decl.0], Checked::Const(_)))
                    .map(|decl| names.decls[decl.0].item.name.text.as_str());
                let label = "no constant of this name";
                let diagnostic = Diagnostic::new(Code::UNKNOWN_NAME, message, path.span, label)
                    .did_you_mean(path.span, &path.text, constants);
                self.report(diagnostic);
                return None;
            }
        };
        match &self.checked[decl.0] {
            Checked::Const(constant) => Some(self.raw_of(constant)),
            Checked::Wrong => None,
            Checked::Alias(_) | Checked::Type(_) => {
                let message = format!("`{}` is a type, not a value", path.text);
                self.report(
                    Diagnostic::new(Code::WRONG_KIND, message, path.span, "expected a value")
                        .related(names.decls[decl.0].item.name.span, "declared here"),
                );
                None
            }
        }
    }

    fn raw_of(&self, constant: &Const) -> Raw {
        match &constant.value {
            Value::Bool(value) => Raw::Bool(*value),
            Value::Int(value) => Raw::Integer(Integer::from(*value)),
            Value::Wide(value) => Raw::Integer(Integer::from(*value)),
            Value::Text(text) => Raw::Text(text.clone()),
            Value::Float(text) => Raw::Real(Real::from_plain(text)),
            Value::Decimal(mantissa) => {
                let Ty::Decimal(scale) = *self.resolve(&constant.ty) else {
                    return Raw::Integer(Integer::from(i128::from(*mantissa)));
                };
                Raw::Real(Real::from_mantissa(*mantissa, scale))
            }
            Value::Nanos(nanos) => match self.resolve(&constant.ty) {
                Ty::Timestamp => Raw::Timestamp(*nanos),
                _ => Raw::Duration(*nanos),
            },
            // A constant is never of an enum's type.
            Value::Member(index) => Raw::Integer(Integer::from(*index as u128)),
        }
    }

    /// Refuses types of which there are no constants.
    pub(super) fn check_constant_type(&mut self, ty: &Ty, span: Span) -> Option<()> {
        let fits = !matches!(
            self.resolve(ty),
            Ty::Bytes(_)
                | Ty::Array(..)
                | Ty::List(..)
                | Ty::Tuple(_)
                | Ty::Optional(_)
                | Ty::Named(_)
        );
        if !fits {
            let message = format!("{} is no type of a constant", self.describe(ty));
            let help = "a constant is a number, bool, string, timestamp or duration";
            let label = "not for constants";
            self.report(Diagnostic::new(Code::WRONG_KIND, message, span, label).help(help));
        }
        fits.then_some(())
    }

    fn fit(&mut self, raw: Raw, ty: &Ty, span: Span) -> Option<Value> {
        let target = self.resolve(ty).clone();
        let unfit = match (raw, &target) {
            (Raw::Bool(value), Ty::Bool) => return Some(Value::Bool(value)),
            (Raw::Integer(value), Ty::Int(_) | Ty::I128 | Ty::U128) => {
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
        self.report(Diagnostic::new(Code::WRONG_VALUE, message, span, label));
        None
    }

    fn fit_integer(&mut self, value: Integer, ty: &Ty, span: Span) -> Option<Value> {
        let fitted = match ty {
            Ty::U128 => value.to_u128().map(|wide| match i128::try_from(wide) {
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
        let message = match value.scaled(scale) {
            Ok(mantissa) => return Some(Value::Decimal(mantissa)),
            Err(Inexact::Places) => format!("this has more than {scale} decimal places"),
            Err(Inexact::Range) => format!("this number does not fit `decimal<{scale}>`"),
        };
        let help = "a decimal is a 64-bit integer with the point that many places from its end";
        self.report(Diagnostic::new(Code::RANGE, message, span, "not exact").help(help));
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
