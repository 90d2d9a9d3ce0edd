//! Constants and defaults as Rust writes them.

use heck::ToSnakeCase;
use myc_schema::schema::{Field, Schema, Ty, TypeDef, TypeId, TypeKind, Value};
use proc_macro2::TokenStream;
use quote::quote;

use super::types::{Scope, ident};
use crate::{names, numbers};

impl Scope<'_> {
    /// A value of this type as an expression. The compiler gives no optional a default.
    pub(super) fn value(&self, value: &Value, ty: &Ty) -> TokenStream {
        match (value, self.schema.resolve(ty)) {
            (Value::Decimal(mantissa), _) => {
                let mantissa = number(&mantissa.to_string());
                quote!(mycelium::Decimal::from_mantissa(#mantissa))
            }
            (Value::Nanos(nanos), ty) => {
                let nanos = number(&nanos.to_string());
                let name = ident(if *ty == Ty::Duration { "Duration" } else { "Timestamp" });
                quote!(mycelium::#name(#nanos))
            }
            (Value::Float(text), _) if !text.contains('.') => number(&format!("{text}.0")),
            (Value::Text(text), Ty::String(None)) => quote!(#text.into()),
            // The compiler has checked the length.
            (Value::Text(text), _) => quote!(#text.parse().unwrap_or_default()),
            (Value::Member(index), Ty::Named(id)) => self.member(*id, *index),
            (other, _) => plain_value(other),
        }
    }

    /// The value of a constant: like [`Scope::value`], but in a form that is const.
    pub(super) fn const_value(&self, value: &Value, ty: &Ty) -> TokenStream {
        match value {
            Value::Text(text) => quote!(#text),
            value => self.value(value, ty),
        }
    }

    /// The type of a constant.
    pub(super) fn const_type(&self, ty: &Ty) -> TokenStream {
        match self.schema.resolve(ty) {
            Ty::String(_) => quote!(&str),
            _ => self.ty(ty),
        }
    }

    /// A default in the form that `#[myc(default = …)]` takes.
    pub(super) fn default_literal(&self, value: &Value, ty: &Ty) -> TokenStream {
        match (value, self.schema.resolve(ty)) {
            (Value::Decimal(mantissa), Ty::Decimal(scale)) => {
                number(&numbers::decimal(*mantissa, *scale))
            }
            (Value::Nanos(nanos), _) => number(&nanos.to_string()),
            (Value::Member(index), Ty::Named(id)) => {
                let name = member_name(self.schema, *id, *index);
                if names::rust_variant(name).to_snake_case() == name {
                    self.member(*id, *index)
                } else {
                    let name = ident(&names::rust_name(name));
                    quote!(#name)
                }
            }
            (other, _) => plain_value(other),
        }
    }

    fn member(&self, id: TypeId, index: usize) -> TokenStream {
        let ty = self.named(id);
        let member = ident(&names::rust_variant(member_name(self.schema, id, index)));
        quote!(#ty::#member)
    }
}

/// Whether every field has a value that nobody needs to choose: a default, nothing, or no items.
pub(super) fn has_default(schema: &Schema, def: &TypeDef) -> bool {
    match &def.kind {
        TypeKind::Message(message) => message.fields.iter().all(|field| is_given(schema, field)),
        TypeKind::Struct(fields) => fields.iter().all(|field| is_given(schema, field)),
        TypeKind::Flags(_) => true,
        TypeKind::Enum(_) | TypeKind::Union(_) => false,
    }
}

fn is_given(schema: &Schema, field: &Field) -> bool {
    field.default.is_some()
        || match schema.resolve(&field.ty) {
            Ty::Optional(_) | Ty::List(..) | Ty::String(_) | Ty::Bytes(_) => true,
            Ty::Named(id) => has_default(schema, &schema.types[id.0]),
            _ => false,
        }
}

fn member_name(schema: &Schema, id: TypeId, index: usize) -> &str {
    match &schema.types[id.0].kind {
        TypeKind::Enum(def) => &def.members[index].name,
        other => unreachable!("a default names a member of an enum, not of {other:?}"),
    }
}

fn plain_value(value: &Value) -> TokenStream {
    match value {
        Value::Bool(value) => quote!(#value),
        Value::Int(value) => number(&value.to_string()),
        Value::Wide(value) => number(&value.to_string()),
        Value::Decimal(value) | Value::Nanos(value) => number(&value.to_string()),
        Value::Float(text) => number(text),
        Value::Text(text) => quote!(#text),
        Value::Member(index) => unreachable!("member {index} of what is no enum"),
        _ => todo!("types that are new in the language"),
    }
}

/// A number, with `_` between groups of three digits where there are five or more before the point.
pub(super) fn number(text: &str) -> TokenStream {
    let (sign, digits) =
        text.strip_prefix('-').map_or((None, text), |rest| (Some(quote!(-)), rest));
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let grouped = numbers::grouped(whole);
    let literal = format!("{grouped}{fraction}");
    let literal: proc_macro2::Literal = match literal.parse() {
        Ok(literal) => literal,
        Err(error) => unreachable!("`{literal}` is a number: {error}"),
    };
    quote!(#sign #literal)
}
