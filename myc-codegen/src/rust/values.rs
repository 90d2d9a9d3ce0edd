//! Constants and defaults as Rust writes them.

use std::borrow::Cow;

use heck::ToShoutySnakeCase;
use myc_schema::schema::{
    Constraint, Field, Member, Repr, Schema, Ty, TypeDef, TypeId, TypeKind, Value,
};
use proc_macro2::TokenStream;
use quote::quote;

use super::rust_type::RustType;
use super::types::{Scope, ident};
use crate::{names, numbers};

impl Scope<'_> {
    /// A value of this type as an expression.
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
            (Value::Absent, _) => quote!(None),
            (value, Ty::Optional(item)) => {
                let value = self.value(value, item);
                quote!(Some(#value))
            }
            (value, Ty::U256) => {
                let digits = whole(value);
                quote!(mycelium::U256::literal(#digits))
            }
            (Value::Uuid(uuid), _) => {
                let text = uuid.to_string();
                quote!(mycelium::Uuid::literal(#text))
            }
            (Value::Text(text), ty @ Ty::String(_)) if text.is_empty() => self.empty_value(ty),
            (Value::Text(text), Ty::String(None)) => quote!(#text.into()),
            // The compiler has checked the length.
            (Value::Text(text), _) => quote!(#text.parse().unwrap_or_default()),
            (Value::Member(index), Ty::Named(id)) => self.member(*id, *index),
            (Value::Flags(bits), Ty::Named(id)) => self.flags(*id, *bits),
            (value, ty) => match parts(self.schema, value, ty) {
                Some(parts) => self.composite(parts, ty),
                None => plain_value(value),
            },
        }
    }

    /// What stands in a field where nobody has chosen: nothing.
    pub(super) fn empty_value(&self, ty: &Ty) -> TokenStream {
        match self.schema.resolve(ty) {
            Ty::Optional(_) => quote!(None),
            Ty::String(None) => {
                let string = self.prelude_path("std::string::", "String");
                quote!(#string::new())
            }
            Ty::String(Some(_)) => quote!(mycelium::BoundedString::new()),
            Ty::Bytes(None) => {
                let vec = self.prelude_path("std::vec::", "Vec");
                quote!(mycelium::Bytes(#vec::new()))
            }
            Ty::Bytes(Some(_)) => quote!(mycelium::BoundedBytes::new()),
            Ty::List(_, None) => {
                let vec = self.prelude_path("std::vec::", "Vec");
                quote!(#vec::new())
            }
            Ty::List(_, Some(_)) => quote!(mycelium::BoundedList::new()),
            Ty::Map(..) => quote!(std::collections::BTreeMap::new()),
            Ty::Named(id) if matches!(self.schema.types[id.0].kind, TypeKind::Flags(_)) => {
                self.flags(*id, 0)
            }
            Ty::Named(id) if !self.declares("Default") => {
                let path = self.named(*id);
                quote!(#path::default())
            }
            _ => quote!(std::default::Default::default()),
        }
    }

    /// A row of values, a struct or a map.
    fn composite(&self, parts: Parts<'_>, ty: &Ty) -> TokenStream {
        match parts {
            Parts::Items(items) => {
                let items: Vec<_> = items.iter().map(|(value, ty)| self.value(value, ty)).collect();
                self.row(&items, ty)
            }
            Parts::Fields(id, fields) => {
                let path = self.named(id);
                let values = fields.iter().map(|(name, value, ty)| {
                    let (name, value) = (ident(&names::rust_name(name)), self.value(value, ty));
                    quote!(#name: #value)
                });
                quote!(#path { #(#values),* })
            }
            Parts::Pairs(pairs) if pairs.is_empty() => quote!(std::collections::BTreeMap::new()),
            Parts::Pairs(pairs) => {
                let pairs = pairs.iter().map(|[(key, key_ty), (of, of_ty)]| {
                    let (key, of) = (self.value(key, key_ty), self.value(of, of_ty));
                    quote!((#key, #of))
                });
                quote!(std::collections::BTreeMap::from([#(#pairs),*]))
            }
        }
    }

    fn row(&self, items: &[TokenStream], ty: &Ty) -> TokenStream {
        match ty {
            Ty::Tuple(_) => quote!((#(#items,)*)),
            Ty::Array(..) => quote!([#(#items),*]),
            Ty::Bytes(None) => quote!(mycelium::Bytes(vec![#(#items),*])),
            Ty::List(_, None) => quote!(vec![#(#items),*]),
            Ty::Bytes(Some(_)) if items.is_empty() => quote!(mycelium::BoundedBytes::new()),
            _ if items.is_empty() => quote!(mycelium::BoundedList::new()),
            // The compiler has checked the length.
            _ => quote!([#(#items),*].as_slice().try_into().unwrap_or_default()),
        }
    }

    fn flags(&self, id: TypeId, bits: u64) -> TokenStream {
        let path = self.named(id);
        let names: Vec<_> = bits_of(self.schema, id, bits)
            .map(|member| ident(&member.name.to_shouty_snake_case()))
            .collect();
        match names.as_slice() {
            [] => quote!(#path::empty()),
            names => quote!(#(#path::#names)|*),
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
    pub(super) fn const_type(&self, ty: &Ty) -> RustType {
        match self.schema.resolve(ty) {
            Ty::String(_) => RustType::plain("&str"),
            _ => self.ty(ty),
        }
    }

    pub(super) fn member(&self, id: TypeId, index: usize) -> TokenStream {
        let ty = self.named(id);
        let member = ident(&names::rust_variant(&member_of(self.schema, id, index).name));
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
    let is_optional = matches!(schema.resolve(&field.ty), Ty::Optional(_));
    let may_be_empty = is_optional
        || match field.constraint {
            Some(Constraint::Len { min, .. }) => min == 0,
            _ => true,
        };
    field.default.is_some()
        || may_be_empty
            && match schema.resolve(&field.ty) {
                Ty::Optional(_) | Ty::List(..) | Ty::Map(..) | Ty::String(_) | Ty::Bytes(_) => true,
                Ty::Named(id) => has_default(schema, &schema.types[id.0]),
                _ => false,
            }
}

/// The parts of a value, each with its type.
pub(super) enum Parts<'v> {
    Items(Vec<(Cow<'v, Value>, &'v Ty)>),
    /// Of a struct, with the fields' names.
    Fields(TypeId, Vec<(&'v str, &'v Value, &'v Ty)>),
    Pairs(Vec<[(&'v Value, &'v Ty); 2]>),
}

/// The parts of a value that has some.
pub(super) fn parts<'v>(schema: &'v Schema, value: &'v Value, ty: &'v Ty) -> Option<Parts<'v>> {
    const BYTE: &Ty = &Ty::Int(Repr::U8);
    match (value, ty) {
        (Value::Bytes(bytes), _) => {
            let byte = |byte: &u8| (Cow::Owned(Value::Int((*byte).into())), BYTE);
            Some(Parts::Items(bytes.iter().map(byte).collect()))
        }
        (Value::Items(items), Ty::Tuple(types)) => {
            Some(Parts::Items(items.iter().map(Cow::Borrowed).zip(types).collect()))
        }
        (Value::Items(items), Ty::Array(item, _) | Ty::List(item, _)) => {
            Some(Parts::Items(items.iter().map(|value| (Cow::Borrowed(value), &**item)).collect()))
        }
        (Value::Fields(values), Ty::Named(id)) => match &schema.types[id.0].kind {
            TypeKind::Struct(fields) => {
                let named = fields.iter().zip(values);
                let named = named.map(|(field, value)| (field.name.as_str(), value, &field.ty));
                Some(Parts::Fields(*id, named.collect()))
            }
            _ => None,
        },
        (Value::Map(pairs), Ty::Map(key, of)) => {
            let pair = |(this, that): &'v (Value, Value)| [(this, &**key), (that, &**of)];
            Some(Parts::Pairs(pairs.iter().map(pair).collect()))
        }
        _ => None,
    }
}

/// Whether a value is printed as more than one.
pub(super) fn has_parts(value: &Value) -> bool {
    match value {
        Value::Bytes(bytes) => !bytes.is_empty(),
        Value::Items(_) | Value::Fields(_) | Value::Map(_) => true,
        _ => false,
    }
}

/// The member of an enum that a value names.
pub(super) fn member_of(schema: &Schema, id: TypeId, index: usize) -> &Member {
    match &schema.types[id.0].kind {
        TypeKind::Enum(def) => &def.members[index],
        other => unreachable!("a default names a member of an enum, not of {other:?}"),
    }
}

/// The bits that are set, ascending.
pub(super) fn bits_of(schema: &Schema, id: TypeId, bits: u64) -> impl Iterator<Item = &Member> {
    let mut members: Vec<&Member> = match &schema.types[id.0].kind {
        TypeKind::Flags(def) => def.members.iter().collect(),
        _ => Vec::new(),
    };
    members.sort_by_key(|member| member.value);
    members.into_iter().filter(move |member| bits >> member.value & 1 == 1)
}

/// Digits of a whole number.
pub(super) fn whole(value: &Value) -> String {
    match value {
        Value::Int(value) => value.to_string(),
        Value::Wide(value) => value.to_string(),
        Value::Wider(value) => value.to_string(),
        other => unreachable!("{other:?} is no whole number"),
    }
}

pub(super) fn plain_value(value: &Value) -> TokenStream {
    match value {
        Value::Bool(value) => quote!(#value),
        Value::Decimal(value) | Value::Nanos(value) => number(&value.to_string()),
        Value::Float(text) => float(text),
        Value::Text(text) => quote!(#text),
        value => number(&whole(value)),
    }
}

/// Digits up to which a float is written without an exponent.
const PLAIN_DIGITS: usize = 24;

/// A float, with a point or an exponent.
fn float(text: &str) -> TokenStream {
    if text.len() <= PLAIN_DIGITS {
        let point = if text.contains('.') { "" } else { ".0" };
        return number(&format!("{text}{point}"));
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let point = digits.find('.').unwrap_or(digits.len());
    let all = digits.replace('.', "");
    let first = all.find(|digit| digit != '0').unwrap_or(0);
    let significant = all[first..].trim_end_matches('0');
    let exponent = point as i64 - first as i64 - 1;
    let (lead, rest) = significant.split_at(significant.len().min(1));
    let rest = if rest.is_empty() { String::new() } else { format!(".{rest}") };
    number(&format!("{sign}{lead}{rest}e{exponent}"))
}

/// A number, with `_` between groups of three digits where there are five or more before the point, or more
/// than five behind it.
pub(super) fn number(text: &str) -> TokenStream {
    let (sign, digits) =
        text.strip_prefix('-').map_or((None, text), |rest| (Some(quote!(-)), rest));
    let (digits, exponent) = digits.split_at(digits.find('e').unwrap_or(digits.len()));
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let whole = numbers::grouped(whole);
    let literal = format!("{whole}{}{exponent}", grouped_fraction(fraction));
    let literal: proc_macro2::Literal = match literal.parse() {
        Ok(literal) => literal,
        Err(error) => unreachable!("`{literal}` is a number: {error}"),
    };
    quote!(#sign #literal)
}

/// A point and digits, with `_` behind each third of more than five.
fn grouped_fraction(fraction: &str) -> String {
    let digits = fraction.trim_start_matches('.');
    if digits.len() <= 5 {
        return fraction.to_owned();
    }
    let groups: Vec<&str> =
        (0..digits.len()).step_by(3).map(|at| &digits[at..digits.len().min(at + 3)]).collect();
    format!(".{}", groups.join("_"))
}
