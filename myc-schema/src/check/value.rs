//! Values: constants, defaults, ids, lengths.
//!
//! An expression is computed without regard to a type, exactly, and then fitted to the one that it is
//! for.

use std::ops::RangeInclusive;

use mycelium_wire::U256;

use super::{Checked, Checker};
use crate::diag::{Code, Diagnostic};
use crate::facts::KindFacts;
use crate::literal::{Integer, Number, NumberError, Real};
use crate::names::Meaning;
use crate::schema::{Const, Ty, Value};
use crate::source::{FileId, Span};
use crate::tree::{Expr, ExprKind, Operator, Path};

/// A value before it is fitted to a type.
pub(super) enum Raw {
    Bool(bool),
    Integer(Integer),
    Real(Real),
    Text(String),
    Timestamp(i64),
    Duration(i64),
    /// An integer beyond 128 bits, with which nothing is computed.
    Wider(U256),
    /// Several values in one, and what they are called.
    Composite(&'static str),
}

impl Raw {
    pub(super) fn describe(&self) -> &'static str {
        match self {
            Raw::Bool(_) => "a bool",
            Raw::Integer(_) => "an integer",
            Raw::Real(_) => "a fraction",
            Raw::Text(_) => "a string",
            Raw::Timestamp(_) => "a timestamp",
            Raw::Duration(_) => "a duration",
            Raw::Wider(_) => "an integer beyond 128 bits",
            Raw::Composite(what) => what,
        }
    }
}

impl Checker<'_, '_> {
    /// The value that an expression has for a type, or nothing if it is wrong, which has then been
    /// reported.
    pub(super) fn value(&mut self, file: FileId, expr: &Expr, ty: &Ty) -> Option<Value> {
        if let Some(value) = self.composite(file, expr, ty) {
            return value;
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
        let number = self.wide_number(file, expr, what, &(least.into()..=most.into()))?;
        u32::try_from(number).ok()
    }

    /// The same, of any sign and up to 64 bits.
    pub(super) fn wide_number(
        &mut self,
        file: FileId,
        expr: &Expr,
        what: &str,
        range: &RangeInclusive<i128>,
    ) -> Option<i128> {
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
        let number = integer.to_i128().filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = (range.start(), range.end());
            let message = format!("{what}: {integer} is not within {least} to {most}");
            self.report(Diagnostic::new(Code::RANGE, message, expr.span, "out of range"));
        }
        number
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

    pub(super) fn member(&mut self, enumeration: usize, path: &Path) -> Option<Value> {
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
            ExprKind::List(_) => Some(Raw::Composite("a list")),
            ExprKind::Tuple(_) => Some(Raw::Composite("a tuple")),
            ExprKind::Braces(_) => Some(Raw::Composite("values in braces")),
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
            Ok(Number::Wider(number)) => return Some(Raw::Wider(number)),
            Ok(Number::Real(real)) => return Some(Raw::Real(real)),
            Err(NumberError::Malformed) => {
                ("malformed number", "numbers look like 10, 1_000, 0xff, 0.25, 1e-3")
            }
            Err(NumberError::LeadingZero) => {
                ("a number begins with a zero", "remove the zeros; there are no octal numbers")
            }
            Err(NumberError::TooLarge) => {
                ("a number beyond 256 bits", "no type of the language holds it")
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
            Meaning::Unread => return None,
            Meaning::Unknown => return self.report_unknown_name(file, path),
        };
        match &self.checked[decl.0] {
            Checked::Const(constant) => {
                let raw = self.raw_of(constant);
                if let Raw::Text(text) = &raw {
                    self.count_unwritten(text.len(), path.span)?;
                }
                Some(raw)
            }
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

    fn report_unknown_name<T>(&mut self, file: FileId, path: &Path) -> Option<T> {
        let message = format!("unknown name `{}` in a value", path.text);
        let label = "no constant of this name";
        let mut diagnostic = Diagnostic::new(Code::UNKNOWN_NAME, message, path.span, label);
        if !self.sink.is_full() {
            let names = self.names;
            let constants = names
                .visible(file)
                .filter(|decl| matches!(self.checked[decl.0], Checked::Const(_)))
                .map(|decl| names.decls[decl.0].item.name.text.as_str());
            diagnostic = diagnostic.did_you_mean(path.span, &path.text, constants);
            if diagnostic.suggestion.is_none() && names.is_incomplete(file) {
                return None;
            }
        }
        self.report(diagnostic);
        None
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
            Value::Wider(number) => Raw::Wider(*number),
            // Constants have no other types.
            _ => Raw::Composite("a composite value"),
        }
    }
}
