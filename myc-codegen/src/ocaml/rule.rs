//! What fields are held to beyond their types: a rule a constrained field, and where it is checked.

use myc_schema::schema::{Constraint, Field, Repr, Ty, Value};

use mycelium_wire::{Duration, Timestamp};

use super::compare::{Comparison, apply};
use super::expr::{Expr, atom, bind, call, field_label, fun, string};
use super::print::definition;
use super::record::label_of;
use super::types::{Place, Types};
use crate::numbers;

/// Rules of the fields that have one.
pub(super) fn rules(types: &Types<'_>, fields: &[Field]) -> Vec<String> {
    let constrained = fields.iter().filter_map(|field| Some((field, field.constraint.as_ref()?)));
    constrained
        .map(|(field, constraint)| {
            definition(&rule_of(field), &types.rule(inner(types, &field.ty), constraint), 2)
        })
        .collect()
}

/// What the rule of a field is called. No decoder calls a value so.
pub(super) fn rule_of(field: &Field) -> String {
    format!("{}_rule", label_of(field))
}

/// The type to which a constraint applies: that behind `?`.
pub(super) fn inner<'t>(types: &'t Types<'_>, ty: &'t Ty) -> &'t Ty {
    match types.resolve(ty) {
        Ty::Optional(item) => item,
        ty => ty,
    }
}

/// Checks a value where its field has a rule; `at` is where it lies, if it comes from bytes.
pub(super) fn check(
    types: &Types<'_>,
    field: &Field,
    value: &str,
    at: Option<Place>,
    place_name: &str,
) -> Option<Expr> {
    field.constraint.as_ref()?;
    let function = match types.resolve(&field.ty) {
        Ty::Optional(_) => "Rule.check_option",
        _ => "Rule.check",
    };
    let at = match at {
        None => "~at:0".to_owned(),
        Some(Place(0)) => "~at".to_owned(),
        Some(place) => format!("~at:{}", place.text()),
    };
    Some(call(
        types.wire(function),
        [atom(rule_of(field)), atom(value.to_owned()), atom(at), field_label(place_name)],
    ))
}

/// Reads a field, then checks it.
pub(super) fn checked_read(
    types: &Types<'_>,
    field: &Field,
    read: Expr,
    at: Place,
    place_name: &str,
) -> Expr {
    match check(types, field, "v", Some(at), place_name) {
        Some(check) => bind("v", read, Expr::Seq(vec![check, atom("v")])),
        None => read,
    }
}

/// What a field is held to, as a line of documentation.
pub(super) fn docs(types: &Types<'_>, field: &Field) -> Option<String> {
    let constraint = field.constraint.as_ref()?;
    let ty = inner(types, &field.ty);
    Some(match constraint {
        Constraint::Range { min, max } => {
            format!("Range: {}.", wanted(types, ty, min.as_ref(), max.as_ref()))
        }
        Constraint::Len { min, max: Some(max) } => format!("Length: {min} to {max}."),
        Constraint::Len { min, max: None } => format!("Length: at least {min}."),
    })
}

/// A range, in words that finish "expected …".
fn wanted(types: &Types<'_>, ty: &Ty, min: Option<&Value>, max: Option<&Value>) -> String {
    let shown = |value: &Value| shown(types.resolve(ty), value);
    match (min.map(shown), max.map(shown)) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, max) => format!("at most {}", max.unwrap_or_default()),
    }
}

/// A number as the schema writes it.
fn shown(ty: &Ty, value: &Value) -> String {
    match (ty, value) {
        (_, Value::Int(number)) => number.to_string(),
        (_, Value::Wide(number)) => number.to_string(),
        (_, Value::Wider(number)) => number.to_string(),
        (_, Value::Float(text)) => text.clone(),
        (Ty::Duration, Value::Nanos(ns)) => Duration(*ns).to_string(),
        (_, Value::Nanos(ns)) => Timestamp(*ns).to_string(),
        (Ty::Decimal(scale), Value::Decimal(mantissa)) => numbers::decimal(*mantissa, *scale),
        _ => String::new(),
    }
}

impl Types<'_> {
    fn rule(&self, ty: &Ty, constraint: &Constraint) -> Expr {
        match constraint {
            Constraint::Range { min, max } => {
                let wanted = wanted(self, ty, min.as_ref(), max.as_ref());
                let keeps = self.is_within(ty, min.as_ref(), max.as_ref());
                call(self.wire("Rule.range"), [atom(string(&wanted)), fun("v", keeps)])
            }
            Constraint::Len { min, max } => {
                let mut arguments = Vec::new();
                if *min > 0 {
                    arguments.push(atom(format!("~min:{min}")));
                }
                arguments.extend(max.map(|max| atom(format!("~max:{max}"))));
                let count = match self.text(ty) {
                    text if text == "string" => "String.length".to_owned(),
                    text if text == "floatarray" => self.wire("Floats.length_of"),
                    text if text.ends_with("list") => "List.length".to_owned(),
                    _ => "Array.length".to_owned(),
                };
                arguments.push(atom(count));
                call(self.wire("Rule.len"), arguments)
            }
        }
    }

    fn is_within(&self, ty: &Ty, min: Option<&Value>, max: Option<&Value>) -> Expr {
        let bounds = [(">=", min), ("<=", max)];
        let tests = bounds.iter().filter_map(|(sign, bound)| {
            Some(self.is_beside(ty, sign, &self.literal(ty, (*bound)?)))
        });
        Expr::All(tests.collect())
    }

    /// `v >= bound`. What is no number is beside nothing.
    fn is_beside(&self, ty: &Ty, sign: &str, bound: &str) -> Expr {
        match self.resolve(ty) {
            Ty::F32 => atom(format!("{} v {sign} {bound}", self.wire("F32.round"))),
            Ty::F64 => atom(format!("v {sign} {bound}")),
            Ty::Int(repr) if !matches!(repr, Repr::I64 | Repr::U64) => {
                atom(format!("v {sign} {bound}"))
            }
            ty => {
                let compared = apply(
                    self.comparison(ty, Comparison::Compare),
                    [atom("v"), atom(bound.to_owned())],
                );
                Expr::Test(Box::new(compared), format!("{sign} 0"))
            }
        }
    }
}
