//! Types as Rust writes them.

use std::collections::HashSet;

use myc_schema::schema::{Item, PackageId, Schema, Ty, TypeId};
use proc_macro2::{Ident, Span, TokenStream};
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

    /// A type as a field uses it, on one line.
    pub(super) fn ty(&self, ty: &Ty) -> String {
        match ty {
            Ty::Bool => "bool".to_owned(),
            Ty::Int(repr) => repr.name().to_owned(),
            Ty::I128 => "i128".to_owned(),
            Ty::U128 => "u128".to_owned(),
            Ty::U256 => "mycelium::U256".to_owned(),
            Ty::Uuid => "mycelium::Uuid".to_owned(),
            Ty::F32 => "f32".to_owned(),
            Ty::F64 => "f64".to_owned(),
            Ty::Timestamp => "mycelium::Timestamp".to_owned(),
            Ty::Duration => "mycelium::Duration".to_owned(),
            Ty::Decimal(scale) => format!("mycelium::Decimal<{scale}>"),
            Ty::String(None) => self.prelude("std::string::", "String"),
            Ty::String(Some(max)) => format!("mycelium::BoundedString<{max}>"),
            Ty::Bytes(None) => "mycelium::Bytes".to_owned(),
            Ty::Bytes(Some(max)) => format!("mycelium::BoundedBytes<{max}>"),
            Ty::Array(item, len) => format!("[{}; {len}]", self.ty(item)),
            Ty::List(item, None) => {
                format!("{}<{}>", self.prelude("std::vec::", "Vec"), self.ty(item))
            }
            Ty::List(item, Some(max)) => format!("mycelium::BoundedList<{}, {max}>", self.ty(item)),
            Ty::Map(key, of) => {
                format!("std::collections::BTreeMap<{}, {}>", self.ty(key), self.ty(of))
            }
            Ty::Tuple(items) => match items.as_slice() {
                [item] => format!("({},)", self.ty(item)),
                items => {
                    let items: Vec<String> = items.iter().map(|item| self.ty(item)).collect();
                    format!("({})", items.join(", "))
                }
            },
            Ty::Optional(item) => {
                format!("{}<{}>", self.prelude("std::option::", "Option"), self.ty(item))
            }
            Ty::Named(id) => {
                let def = &self.schema.types[id.0];
                self.path(def.package, &def.name)
            }
            Ty::Alias(id) => {
                let alias = &self.schema.aliases[id.0];
                self.path(alias.package, &alias.name)
            }
        }
    }

    fn path(&self, package: PackageId, name: &str) -> String {
        let name = names::rust_name(name);
        if package == self.package {
            return name;
        }
        format!("super::{}::{name}", names::rust_module(&self.schema.packages[package.0].name))
    }

    /// A name of the prelude, with its path where the package declares the same name.
    fn prelude(&self, path: &str, name: &str) -> String {
        if self.declares(name) { [path, name].concat() } else { name.to_owned() }
    }

    /// The same, for an expression.
    pub(super) fn prelude_path(&self, path: &str, name: &str) -> TokenStream {
        match self.prelude(path, name).parse() {
            Ok(tokens) => tokens,
            Err(error) => unreachable!("`{path}{name}` is a path: {error}"),
        }
    }

    /// Path of a named type, for an expression.
    pub(super) fn named(&self, id: TypeId) -> TokenStream {
        let def = &self.schema.types[id.0];
        let name = ident(&names::rust_name(&def.name));
        if def.package == self.package {
            return quote!(#name);
        }
        let module = ident(&names::rust_module(&self.schema.packages[def.package.0].name));
        quote!(super::#module::#name)
    }
}

/// A type that is one word.
pub(super) fn plain(name: &str) -> TokenStream {
    let name = ident(name);
    quote!(#name)
}
