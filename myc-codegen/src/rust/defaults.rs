//! Defaults in the form that `#[myc(default = …)]` takes.

use heck::{ToShoutySnakeCase, ToSnakeCase};
use myc_schema::schema::{Member, Ty, TypeId, Value};
use mycelium_wire::hex;
use proc_macro2::TokenStream;
use quote::quote;

use super::types::{Scope, ident};
use super::values::{Parts, bits_of, member_of, number, parts, plain_value};
use crate::{names, numbers};

impl Scope<'_> {
    /// The default as an expression that the derive reads.
    pub(super) fn default_literal(&self, value: &Value, ty: &Ty) -> TokenStream {
        match (value, self.schema.resolve(ty)) {
            (Value::Absent, _) => quote!(None),
            (value, Ty::Optional(item)) => self.default_literal(value, item),
            (Value::Decimal(mantissa), Ty::Decimal(scale)) => {
                number(&numbers::decimal(*mantissa, *scale))
            }
            (Value::Uuid(uuid), _) => {
                let text = uuid.to_string();
                quote!(#text)
            }
            (Value::Bytes(bytes), _) => {
                let digits = hex::encode(bytes);
                quote!(#digits)
            }
            (Value::Member(index), Ty::Named(id)) => self.default_member(*id, *index),
            (Value::Flags(bits), Ty::Named(id)) => self.default_flags(*id, *bits),
            (value, ty) => match parts(self.schema, value, ty) {
                Some(parts) => self.default_parts(parts, ty),
                None => plain_value(value),
            },
        }
    }

    fn default_parts(&self, parts: Parts<'_>, ty: &Ty) -> TokenStream {
        match parts {
            Parts::Items(items) => {
                let items = items.iter().map(|(value, ty)| self.default_literal(value, ty));
                if matches!(ty, Ty::Tuple(_)) {
                    quote!((#(#items),*))
                } else {
                    quote!([#(#items),*])
                }
            }
            Parts::Fields(id, fields) => {
                let path = self.named(id);
                // The derive knows fields by the names that they have in the schema.
                let are_same = fields.iter().all(|(name, ..)| {
                    let rust_name = names::rust_name(name);
                    rust_name.strip_prefix("r#").unwrap_or(&rust_name) == *name
                });
                let names = fields.iter().map(|(name, ..)| ident(&names::rust_name(name)));
                let values = fields.iter().map(|(_, value, ty)| self.default_literal(value, ty));
                if are_same {
                    quote!(#path { #(#names: #values),* })
                } else {
                    quote!(#path(#(#values),*))
                }
            }
            Parts::Pairs(pairs) => {
                let pairs = pairs.iter().map(|[(key, key_ty), (of, of_ty)]| {
                    let key = self.default_literal(key, key_ty);
                    let of = self.default_literal(of, of_ty);
                    quote!((#key, #of))
                });
                quote!([#(#pairs),*])
            }
        }
    }

    /// A member by its path, where the derive makes the name of it that the digest keeps.
    fn default_member(&self, id: TypeId, index: usize) -> TokenStream {
        let member = member_of(self.schema, id, index);
        let derived = names::rust_variant(&member.name).to_snake_case();
        if derived == *kept_name(member) { self.member(id, index) } else { by_name(member) }
    }

    /// Several flags by their constants; one alone, which would look like a member, in brackets.
    fn default_flags(&self, id: TypeId, bits: u64) -> TokenStream {
        let path = self.named(id);
        let members: Vec<&Member> = bits_of(self.schema, id, bits).collect();
        let constant = |member: &&Member| member.name.to_shouty_snake_case();
        let are_same =
            members.iter().all(|member| constant(member).to_snake_case() == kept_name(member));
        if !are_same {
            let names = members.iter().map(|member| by_name(member));
            return quote!([#(#names),*]);
        }
        let constants = members.iter().map(|member| ident(&constant(member)));
        if members.len() < 2 {
            quote!([#(#path::#constants),*])
        } else {
            quote!(#(#path::#constants)|*)
        }
    }
}

/// The name that the digest keeps.
fn kept_name(member: &Member) -> &str {
    member.was.as_ref().unwrap_or(&member.name)
}

fn by_name(member: &Member) -> TokenStream {
    let name = ident(&names::rust_name(kept_name(member)));
    quote!(#name)
}
