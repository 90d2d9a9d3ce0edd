//! A type that passed all checks: what the facts and the expansion are made from.

use std::borrow::Cow;

use mycelium_wire::Digest;
use mycelium_wire::reflect::Repr;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, DeriveInput, Ident, Lifetime, LitStr, Path, Type};

use crate::attr::Impls;
use crate::borrowed;
use crate::constant::Default;
use crate::constraint::Constraint;

/// A checked type.
pub(crate) struct Item<'a> {
    pub(crate) original: &'a DeriveInput,
    /// Where the runtime is reached, `::mycelium` unless told otherwise.
    pub(crate) krate: Path,
    pub(crate) package: String,
    /// Name in the schema, without the package.
    pub(crate) name: String,
    /// Name that the digest keeps, where the type was renamed.
    pub(crate) was: Option<String>,
    /// Digest as a literal; generated code carries it to spare const evaluation.
    pub(crate) digest: Option<LitStr>,
    /// Digests of released versions of a message that it still talks with.
    pub(crate) ancestors: &'a [LitStr],
    /// Name of the view type of a message, struct or union.
    pub(crate) view: Ident,
    pub(crate) impls: Impls,
    pub(crate) kind: Kind<'a>,
    /// The schema's declaration of a message that names one.
    pub(crate) declared: Option<Declared>,
}

/// What a schema says of a message, as far as only const evaluation can compare it.
pub(crate) struct Declared {
    /// The file, as it was written in the attribute.
    pub(crate) path: LitStr,
    /// All files that the compiler read.
    pub(crate) files: Vec<String>,
    pub(crate) digest: Digest,
    /// One a field, in order.
    pub(crate) fields: Vec<DeclaredField>,
}

/// The type of a field in a schema.
pub(crate) struct DeclaredField {
    /// As it is spelled, for people.
    pub(crate) ty: String,
    /// Digest of no facts and this type.
    pub(crate) digest: Digest,
}

/// A checked tuple struct, which is what its field is, or the tuple of its fields.
pub(crate) struct Nameless<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: Path,
    pub(crate) impls: Impls,
    /// One or more.
    pub(crate) types: Vec<&'a Type>,
}

/// What it is.
pub(crate) enum Kind<'a> {
    Message { id: u16, topic: String, fields: Vec<Field<'a>> },
    Struct { fields: Vec<Field<'a>> },
    Enum(Enum<'a>),
    Flags(Flags<'a>),
    Union(Union<'a>),
}

/// A field of a message or struct.
pub(crate) struct Field<'a> {
    pub(crate) original: &'a syn::Field,
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    /// The type where the lifetime of what it borrows is not in scope.
    pub(crate) unborrowed: Cow<'a, Type>,
    pub(crate) name: String,
    pub(crate) was: Option<String>,
    pub(crate) unit: Option<Unit>,
    pub(crate) constraint: Option<Constraint>,
    pub(crate) default: Option<Default>,
    /// The word `key`, where the field is part of the key.
    pub(crate) key: Option<&'a Ident>,
}

/// A unit and where it is written.
pub(crate) struct Unit {
    pub(crate) text: String,
    pub(crate) place: proc_macro2::Span,
}

/// An enum; members ascend by value.
pub(crate) struct Enum<'a> {
    pub(crate) repr: Repr,
    pub(crate) members: Vec<Member<'a>>,
    /// The variant that keeps unknown values: an open enum has one, a closed one none.
    pub(crate) unknown: Option<&'a Ident>,
}

/// A named value of an enum.
pub(crate) struct Member<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) name: String,
    pub(crate) was: Option<String>,
    pub(crate) value: i128,
}

/// A set of flags; bits ascend by number.
pub(crate) struct Flags<'a> {
    pub(crate) repr: Repr,
    pub(crate) bits: Vec<Flag<'a>>,
}

/// A named bit.
pub(crate) struct Flag<'a> {
    /// Docs and the like for its constant.
    pub(crate) attrs: Vec<&'a Attribute>,
    /// Name of its constant.
    pub(crate) constant: Ident,
    pub(crate) name: String,
    pub(crate) was: Option<String>,
    pub(crate) number: u32,
}

/// A union; arms ascend by tag.
pub(crate) struct Union<'a> {
    pub(crate) arms: Vec<Arm<'a>>,
    /// The variant that keeps unknown arms: an open union has one, a closed one none.
    pub(crate) unknown: Option<&'a Ident>,
}

/// An arm of a union.
pub(crate) struct Arm<'a> {
    pub(crate) original: &'a syn::Variant,
    pub(crate) ident: &'a Ident,
    pub(crate) name: String,
    pub(crate) was: Option<String>,
    pub(crate) tag: u16,
    pub(crate) ty: &'a Type,
}

impl Item<'_> {
    pub(crate) fn ident(&self) -> &Ident {
        &self.original.ident
    }

    /// How long what the type borrows lives.
    pub(crate) fn lifetime(&self) -> Option<&Lifetime> {
        borrowed::lifetime(&self.original.generics)
    }

    /// Path of what an expansion may name.
    pub(crate) fn runtime(&self) -> TokenStream {
        let krate = self.krate.to_token_stream();
        quote!(#krate::__private)
    }

    /// The same inside of an expansion, which has it by a short name: it begins hundreds of paths. A word, for to clone a
    /// stream is a call to the compiler.
    pub(crate) fn private(&self) -> Ident {
        Ident::new("__private", Span::call_site())
    }
}
