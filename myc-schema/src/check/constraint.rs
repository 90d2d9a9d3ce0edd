//! `@range`, `@len` and `@nonempty`: what a value is held to beyond its type.

use std::cmp::Ordering;

use super::Checker;
use super::attributes::Attributes;
use crate::diag::{Code, Diagnostic};
use crate::schema::{Constraint, Ty, Value};
use crate::source::{FileId, Span};
use crate::tree::{Argument, Attribute, Range};

impl Checker<'_, '_> {
    /// The constraint of a field; nothing where there is none or it is wrong, which has then been
    /// reported.
    pub(super) fn constraint(
        &mut self,
        file: FileId,
        attributes: &Attributes<'_>,
        ty: &Ty,
    ) -> Option<Constraint> {
        let (first, more) = attributes.constraints.split_first()?;
        if let Some(second) = more.first() {
            let message = "a field has one constraint";
            self.report(
                Diagnostic::new(Code::CONSTRAINT, message, second.span, "second one")
                    .related(first.span, "first one here")
                    .help("remove one of them; `@len(1..)` says what `@nonempty` says"),
            );
            return None;
        }
        let inner = match self.resolve(ty) {
            Ty::Optional(item) => self.resolve(item).clone(),
            other => other.clone(),
        };
        match first.name.text.as_str() {
            "range" => self.range_constraint(file, first, &inner),
            "len" => self.len_constraint(file, first, &inner),
            _ => {
                self.check_counted(first, &inner)?;
                Some(Constraint::Len { min: 1, max: None })
            }
        }
    }

    fn range_constraint(
        &mut self,
        file: FileId,
        attribute: &Attribute,
        ty: &Ty,
    ) -> Option<Constraint> {
        if !is_ranged(ty) {
            let message = format!("{} has no range", self.describe(ty));
            self.report(
                Diagnostic::new(Code::CONSTRAINT, message, attribute.span, "not for this type")
                    .help("a range bounds integers of up to 128 bits, floats, decimals and times"),
            );
            return None;
        }
        let range = self.range_argument(attribute)?;
        let mut bound = |bound: &Option<_>| match bound {
            Some(value) => self.value(file, value, ty).map(Some),
            None => Some(None),
        };
        let (min, max) = (bound(&range.min), bound(&range.max));
        let (min, max) = (min?, max?);
        if let (Some(min), Some(max)) = (&min, &max)
            && compare(min, max) == Some(Ordering::Greater)
        {
            self.report_empty_range(range.span);
            return None;
        }
        Some(Constraint::Range { min, max })
    }

    fn len_constraint(
        &mut self,
        file: FileId,
        attribute: &Attribute,
        ty: &Ty,
    ) -> Option<Constraint> {
        let bound = self.check_counted(attribute, ty)?;
        let range = self.range_argument(attribute)?;
        let most = bound.unwrap_or(u32::MAX);
        let mut number = |value: &Option<_>, what| match value {
            Some(value) => self.number(file, value, what, 0, most).map(Some),
            None => Some(None),
        };
        let (min, max) =
            (number(&range.min, "the least length"), number(&range.max, "the greatest length"));
        let (min, max) = (min?.unwrap_or(0), max?);
        if max.is_some_and(|max| min > max || max == 0) {
            self.report_empty_range(range.span);
            return None;
        }
        if min == 0 && max.is_none() {
            let message = "every length is 0 or more";
            self.report(
                Diagnostic::new(Code::CONSTRAINT, message, range.span, "says nothing")
                    .help("name a least length of 1 or more, or a greatest one"),
            );
            return None;
        }
        Some(Constraint::Len { min, max })
    }

    /// The range that an attribute is given, with both ends included and at least one of them there.
    fn range_argument<'t>(&mut self, attribute: &'t Attribute) -> Option<&'t Range> {
        let name = &attribute.name.text;
        let range = match attribute.arguments.first()? {
            Argument::Range(range) => range,
            Argument::Value(value) => {
                let message = format!("`@{name}` takes a range");
                self.report(
                    Diagnostic::new(Code::CONSTRAINT, message, value.span, "a single value")
                        .help("write both ends, `0..=100`, or one, `1..` or `..=100`"),
                );
                return None;
            }
        };
        self.check_range(range)?;
        if range.min.is_none() && range.max.is_none() {
            let message = "a range without ends";
            self.report(
                Diagnostic::new(Code::CONSTRAINT, message, range.span, "says nothing")
                    .help("write both ends, `0..=100`, or one, `1..` or `..=100`"),
            );
            return None;
        }
        Some(range)
    }

    /// Refuses a range whose last value could be taken to be left out.
    pub(super) fn check_range(&mut self, range: &Range) -> Option<()> {
        match (range.is_inclusive, &range.max) {
            (true, Some(_)) | (false, None) => Some(()),
            (false, Some(_)) => {
                let message = "the end of a range is included, and is written so";
                self.report(
                    Diagnostic::new(Code::CONSTRAINT, message, range.mark, "an end left out")
                        .replace(range.mark, "..=", "include it"),
                );
                None
            }
            (true, None) => {
                let message = "a range that includes its end has none";
                self.report(
                    Diagnostic::new(Code::CONSTRAINT, message, range.mark, "no end behind this")
                        .replace(range.mark, "..", "leave it open"),
                );
                None
            }
        }
    }

    fn report_empty_range(&mut self, span: Span) {
        self.report(
            Diagnostic::new(Code::CONSTRAINT, "nothing is in this range", span, "empty")
                .help("the least value stands first"),
        );
    }

    /// The bound of a type whose values have a length.
    fn check_counted(&mut self, attribute: &Attribute, ty: &Ty) -> Option<Option<u32>> {
        match ty {
            Ty::String(bound) | Ty::Bytes(bound) | Ty::List(_, bound) => Some(*bound),
            Ty::Map(..) => Some(None),
            _ => {
                let message = format!("{} has no length that could differ", self.describe(ty));
                self.report(
                    Diagnostic::new(Code::CONSTRAINT, message, attribute.span, "not for this type")
                        .help("strings, bytes, lists and maps have one"),
                );
                None
            }
        }
    }

    /// Reports a default that the field's own constraint refuses.
    pub(super) fn check_default_kept(
        &mut self,
        default: &Value,
        constraint: &Constraint,
        span: Span,
    ) {
        let is_kept = match constraint {
            // It is about the value that is there.
            _ if *default == Value::Absent => true,
            Constraint::Len { min, max } => {
                let count = count(default);
                count >= *min as usize && max.is_none_or(|max| count <= max as usize)
            }
            Constraint::Range { min, max } => {
                let is = |bound: &Option<Value>, wrong| {
                    bound.as_ref().is_none_or(|bound| compare(default, bound) != Some(wrong))
                };
                is(min, Ordering::Less) && is(max, Ordering::Greater)
            }
        };
        if !is_kept {
            let message = "the default is not within the field's own bounds";
            self.report(
                Diagnostic::new(Code::CONSTRAINT, message, span, "refused by the constraint")
                    .help("choose another default, or widen the constraint"),
            );
        }
    }
}

/// Whether the type's values are numbers in an order.
fn is_ranged(ty: &Ty) -> bool {
    matches!(
        ty,
        Ty::Int(_)
            | Ty::I128
            | Ty::U128
            | Ty::F32
            | Ty::F64
            | Ty::Decimal(_)
            | Ty::Timestamp
            | Ty::Duration
    )
}

fn count(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Items(items) => items.len(),
        Value::Map(pairs) => pairs.len(),
        _ => 0,
    }
}

/// The order of two values of one type that has ranges.
fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Wide(a), Value::Wide(b)) => Some(a.cmp(b)),
        (Value::Int(_), Value::Wide(_)) => Some(Ordering::Less),
        (Value::Wide(_), Value::Int(_)) => Some(Ordering::Greater),
        (Value::Decimal(a), Value::Decimal(b)) | (Value::Nanos(a), Value::Nanos(b)) => {
            Some(a.cmp(b))
        }
        (Value::Float(a), Value::Float(b)) => {
            a.parse::<f64>().ok()?.partial_cmp(&b.parse::<f64>().ok()?)
        }
        _ => None,
    }
}
