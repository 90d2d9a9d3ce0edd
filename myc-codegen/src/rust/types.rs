//! Types as Rust writes them.

use std::collections::HashSet;

use myc_schema::schema::{Item, PackageId, Schema, Ty, TypeId};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::rust_type::RustType;
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
    pub(super) fn ty(&self, ty: &Ty) -> RustType {
        match ty {
            Ty::Bool => RustType::plain("bool"),
            Ty::Int(repr) => RustType::plain(repr.name()),
            Ty::I128 => RustType::plain("i128"),
            Ty::U128 => RustType::plain("u128"),
            Ty::U256 => RustType::plain("mycelium::U256"),
            Ty::Uuid => RustType::plain("mycelium::Uuid"),
            Ty::F32 => RustType::plain("f32"),
            Ty::F64 => RustType::plain("f64"),
            Ty::Timestamp => RustType::plain("mycelium::Timestamp"),
            Ty::Duration => RustType::plain("mycelium::Duration"),
            Ty::Decimal(scale) => generic("mycelium::Decimal", [number(scale)]),
            Ty::String(None) => RustType::plain(self.prelude("std::string::", "String")),
            Ty::String(Some(max)) => generic("mycelium::BoundedString", [number(max)]),
            Ty::Bytes(None) => RustType::plain("mycelium::Bytes"),
            Ty::Bytes(Some(max)) => generic("mycelium::BoundedBytes", [number(max)]),
            Ty::Array(item, len) => RustType::Array(Box::new(self.ty(item)), len.to_string()),
            Ty::List(item, None) => generic(self.prelude("std::vec::", "Vec"), [self.ty(item)]),
            Ty::List(item, Some(max)) => {
                generic("mycelium::BoundedList", [self.ty(item), number(max)])
            }
            Ty::Map(key, of) => generic("std::collections::BTreeMap", [self.ty(key), self.ty(of)]),
            Ty::Tuple(items) => RustType::Tuple(items.iter().map(|item| self.ty(item)).collect()),
            Ty::Optional(item) => generic(self.prelude("std::option::", "Option"), [self.ty(item)]),
            Ty::Named(id) => {
                let def = &self.schema.types[id.0];
                RustType::plain(self.path(def.package, &def.name))
            }
            Ty::Alias(id) => {
                let alias = &self.schema.aliases[id.0];
                RustType::plain(self.path(alias.package, &alias.name))
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

fn generic<const N: usize>(path: impl Into<String>, arguments: [RustType; N]) -> RustType {
    RustType::Path(path.into(), arguments.into())
}

fn number(number: impl ToString) -> RustType {
    RustType::plain(number.to_string())
}

/// A type that is one word.
pub(super) fn plain(name: &str) -> TokenStream {
    let name = ident(name);
    quote!(#name)
}
