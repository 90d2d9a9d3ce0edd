//! What a derive was put on: our own tree, borrowed from syn's, with the attributes read but nothing
//! judged yet.

use syn::{Data, DeriveInput, Fields, Ident, Type};

use crate::attr::{self, Attrs};
use crate::errors::Errors;

/// Which of the five derives runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derive {
    Message,
    Struct,
    Enum,
    Flags,
    Union,
}

/// A type with a derive on it.
pub(crate) struct Input<'a> {
    pub(crate) derive: Derive,
    pub(crate) original: &'a DeriveInput,
    pub(crate) attrs: Attrs,
    pub(crate) body: Body<'a>,
}

/// Shape of the Rust type.
pub(crate) enum Body<'a> {
    /// `struct A { … }` or `struct A;`
    Named(Vec<Field<'a>>),
    /// `struct A(…);`
    Tuple(Vec<Field<'a>>),
    /// `enum A { … }`
    Enum(Vec<Variant<'a>>),
    /// `union A { … }`
    Untagged,
}

/// A field, also one of a variant.
pub(crate) struct Field<'a> {
    pub(crate) original: &'a syn::Field,
    pub(crate) ident: Option<&'a Ident>,
    pub(crate) ty: &'a Type,
    pub(crate) attrs: Attrs,
}

/// A variant of an enum.
pub(crate) struct Variant<'a> {
    pub(crate) original: &'a syn::Variant,
    pub(crate) ident: &'a Ident,
    pub(crate) attrs: Attrs,
    /// Types of its unnamed fields; nothing where its fields have names.
    pub(crate) types: Option<Vec<&'a Type>>,
}

impl Derive {
    /// Name as written in `#[derive(…)]`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Derive::Message => "Message",
            Derive::Struct => "Struct",
            Derive::Enum => "Enum",
            Derive::Flags => "Flags",
            Derive::Union => "Union",
        }
    }
}

impl<'a> Input<'a> {
    /// Reads the attributes everywhere.
    pub(crate) fn from_syn(derive: Derive, original: &'a DeriveInput, errors: &Errors) -> Self {
        let attrs = attr::read(&original.attrs, attr::container_keys(derive), errors);
        let body = match &original.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(_) | Fields::Unit => {
                    Body::Named(fields(derive, &data.fields, errors))
                }
                Fields::Unnamed(_) => Body::Tuple(fields(derive, &data.fields, errors)),
            },
            Data::Enum(data) => Body::Enum(
                data.variants
                    .iter()
                    .map(|variant| Variant::from_syn(derive, variant, errors))
                    .collect(),
            ),
            Data::Union(_) => Body::Untagged,
        };
        Input { derive, original, attrs, body }
    }
}

fn fields<'a>(derive: Derive, fields: &'a Fields, errors: &Errors) -> Vec<Field<'a>> {
    let field = |original: &'a syn::Field| Field {
        original,
        ident: original.ident.as_ref(),
        ty: &original.ty,
        attrs: attr::read(&original.attrs, attr::field_keys(derive), errors),
    };
    fields.iter().map(field).collect()
}

impl<'a> Variant<'a> {
    fn from_syn(derive: Derive, original: &'a syn::Variant, errors: &Errors) -> Self {
        let types = match &original.fields {
            Fields::Named(_) => None,
            fields => Some(fields.iter().map(|field| &field.ty).collect()),
        };
        Variant {
            original,
            ident: &original.ident,
            attrs: attr::read(&original.attrs, attr::variant_keys(derive), errors),
            types,
        }
    }
}
