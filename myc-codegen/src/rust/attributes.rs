//! Units and constraints: as attributes, and in words.

use myc_schema::schema::{Constraint, Field, Ty, Value};
use mycelium_wire::{Duration, Timestamp};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::types::Scope;
use super::values::whole;
use crate::numbers;

impl Scope<'_> {
    /// `range(0..=100)`, `len(1..=64)` or `nonempty`.
    pub(super) fn constraint(&self, constraint: &Constraint, ty: &Ty) -> TokenStream {
        let ty = self.present(ty);
        match constraint {
            Constraint::Range { min, max } => {
                let min = min.as_ref().map(|min| self.default_literal(min, ty));
                let max = max.as_ref().map(|max| self.default_literal(max, ty));
                let max = max.map_or(quote!(..), |max| quote!(..=#max));
                quote!(range(#min #max))
            }
            Constraint::Len { min: 1, max: None } => quote!(nonempty),
            Constraint::Len { min, max } => {
                let min = (*min > 0).then(|| Literal::u32_unsuffixed(*min));
                let max = max.map(Literal::u32_unsuffixed);
                let max = max.map_or(quote!(..), |max| quote!(..=#max));
                quote!(len(#min #max))
            }
        }
    }

    /// What a field's docs end with: its unit and what it is held to.
    pub(super) fn docs_of_facts(&self, field: &Field) -> Option<String> {
        let ty = self.present(&field.ty);
        let unit = field.unit.as_ref().map(|unit| format!("In {unit}"));
        let constraint = field.constraint.as_ref().map(|it| self.words(it, ty));
        let text = match (unit, constraint) {
            (Some(unit), Some(constraint)) => format!("{unit}, {constraint}"),
            (Some(unit), None) => unit,
            (None, Some(constraint)) => {
                let (first, rest) = constraint.split_at(1);
                format!("{}{rest}", first.to_uppercase())
            }
            (None, None) => return None,
        };
        Some(format!("{text}."))
    }

    fn words(&self, constraint: &Constraint, ty: &Ty) -> String {
        match constraint {
            Constraint::Range { min, max } => {
                let spell = |value: &Value| spell(value, ty);
                match (min.as_ref().map(spell), max.as_ref().map(spell)) {
                    (Some(min), Some(max)) => format!("from {min} to {max}"),
                    (Some(min), None) => format!("at least {min}"),
                    (None, Some(max)) => format!("at most {max}"),
                    (None, None) => String::new(),
                }
            }
            Constraint::Len { min, max } => {
                let what = match ty {
                    Ty::String(_) | Ty::Bytes(_) => "byte",
                    Ty::Map(..) => "pair",
                    _ => "item",
                };
                let plural = |count: u32| if count == 1 { "" } else { "s" };
                match (*min, *max) {
                    (min, None) => format!("at least {min} {what}{}", plural(min)),
                    (0, Some(max)) => format!("at most {max} {what}{}", plural(max)),
                    (min, Some(max)) if min == max => {
                        format!("exactly {min} {what}{}", plural(min))
                    }
                    (min, Some(max)) => format!("from {min} to {max} {what}s"),
                }
            }
        }
    }

    /// The type behind aliases and an optional.
    fn present<'t>(&'t self, ty: &'t Ty) -> &'t Ty {
        match self.schema.resolve(ty) {
            Ty::Optional(item) => self.schema.resolve(item),
            ty => ty,
        }
    }
}

/// A number as people write it.
fn spell(value: &Value, ty: &Ty) -> String {
    match (value, ty) {
        (Value::Float(text), _) => text.clone(),
        (Value::Decimal(mantissa), Ty::Decimal(scale)) => numbers::decimal(*mantissa, *scale),
        (Value::Nanos(nanos), Ty::Duration) => Duration(*nanos).to_string(),
        (Value::Nanos(nanos), _) => Timestamp(*nanos).to_string(),
        (value, _) => whole(value),
    }
}
