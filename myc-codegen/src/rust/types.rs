//! Types as Rust writes them.

use std::collections::HashSet;

use myc_schema::schema::{Item, PackageId, Schema, Ty, TypeId};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use crate::names;

/// Names as one package sees them.
pub(super) struct Scope<'s> {
    pub(super) schema: &'s Schema,
    pub(super) package: PackageId,
    /// Types and aliases of the package: what hides names of the standard library.
    declared: HashSet<&'s str>,
}

/// An identifier, raw where it must be.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(name) => Ident::new_raw(name, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

impl<'s> Scope<'s> {
    pub(super) fn new(schema: &'s Schema, package: PackageId) -> Self {
        let declared = schema.packages[package.0].items.iter().filter_map(|item| match item {
            Item::Const(_) => None,
            Item::Alias(id) => Some(schema.aliases[id.0].name.as_str()),
            Item::Type(id) => Some(schema.types[id.0].name.as_str()),
        });
        Scope { schema, package, declared: declared.collect() }
    }

    /// Whether the package declares a type of this name.
    pub(super) fn declares(&self, name: &str) -> bool {
        self.declared.contains(name)
    }

    /// A type as a field uses it.
    pub(super) fn ty(&self, ty: &Ty) -> TokenStream {
        match ty {
            Ty::Bool => quote!(bool),
            Ty::Int(repr) => plain(repr.name()),
            Ty::I128 => quote!(i128),
            Ty::U128 => quote!(u128),
            Ty::U256 => quote!(mycelium::U256),
            Ty::Uuid => quote!(mycelium::Uuid),
            Ty::F32 => quote!(f32),
            Ty::F64 => quote!(f64),
            Ty::Timestamp => quote!(mycelium::Timestamp),
            Ty::Duration => quote!(mycelium::Duration),
            Ty::Decimal(scale) => sized(quote!(mycelium::Decimal), u32::from(*scale)),
            Ty::String(None) => self.prelude("String", quote!(std::string)),
            Ty::String(Some(max)) => sized(quote!(mycelium::BoundedString), *max),
            Ty::Bytes(None) => quote!(mycelium::Bytes),
            Ty::Bytes(Some(max)) => sized(quote!(mycelium::BoundedBytes), *max),
            Ty::Array(item, len) => {
                let (item, len) = (self.ty(item), Literal::u32_unsuffixed(*len));
                quote!([#item; #len])
            }
            Ty::List(item, None) => {
                let (list, item) = (self.prelude("Vec", quote!(std::vec)), self.ty(item));
                quote!(#list<#item>)
            }
            Ty::List(item, Some(max)) => {
                let (item, max) = (self.ty(item), Literal::u32_unsuffixed(*max));
                quote!(mycelium::BoundedList<#item, #max>)
            }
            Ty::Map(key, of) => {
                let (key, of) = (self.ty(key), self.ty(of));
                quote!(std::collections::BTreeMap<#key, #of>)
            }
            Ty::Tuple(items) => {
                let items = items.iter().map(|item| self.ty(item));
                quote!((#(#items,)*))
            }
            Ty::Optional(item) => {
                let (option, item) = (self.prelude("Option", quote!(std::option)), self.ty(item));
                quote!(#option<#item>)
            }
            Ty::Named(id) => self.named(*id),
            Ty::Alias(id) => {
                let alias = &self.schema.aliases[id.0];
                self.path(alias.package, &alias.name)
            }
        }
    }

    /// Path of a named type.
    pub(super) fn named(&self, id: TypeId) -> TokenStream {
        let def = &self.schema.types[id.0];
        self.path(def.package, &def.name)
    }

    fn path(&self, package: PackageId, name: &str) -> TokenStream {
        let name = ident(&names::rust_name(name));
        if package == self.package {
            return quote!(#name);
        }
        let module = ident(&names::rust_module(&self.schema.packages[package.0].name));
        quote!(super::#module::#name)
    }

    /// A name of the prelude, with its path where the package declares the same name.
    pub(super) fn prelude(&self, name: &str, path: TokenStream) -> TokenStream {
        let ident = ident(name);
        if self.declares(name) { quote!(#path::#ident) } else { quote!(#ident) }
    }
}

/// A type that is one word.
pub(super) fn plain(name: &str) -> TokenStream {
    let name = ident(name);
    quote!(#name)
}

fn sized(ty: TokenStream, size: u32) -> TokenStream {
    let size = Literal::u32_unsuffixed(size);
    quote!(#ty<#size>)
}
