//! What is left to const evaluation of a message that is held against a schema: the types of its fields,
//! and the digest.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::item::{Declared, Field, Item};

/// Assertions, and the schema's files as ones on which the expansion depends.
pub(super) fn expand(item: &Item<'_>, fields: &[Field<'_>], declared: &Declared) -> TokenStream {
    let private = &item.private();
    let file = declared.path.value();
    let checks = fields.iter().zip(&declared.fields).map(|(field, declared)| {
        let (ty, digest) = (&*field.unborrowed, Literal::byte_string(&declared.digest.0));
        let message = format!("not the type of `{}` in {file}: `{}`", field.name, declared.ty);
        quote_spanned! {ty.span()=>
            const _: () = ::core::assert!(
                #private::is_type_of(<#ty as #private::FieldType>::FIELD_TYPE, #digest),
                #message
            );
        }
    });
    let types = fields.iter().map(|field| &*field.unborrowed);
    let digests = declared.fields.iter().map(|field| Literal::byte_string(&field.digest.0));
    let digest = Literal::byte_string(&declared.digest.0);
    let message = format!("the digest differs from that of `{}` in {file}", super::full_name(item));
    let files = &declared.files;
    let (ident, lifetime) = (item.ident(), item.lifetime().map(|_| quote!(<'static>)));
    quote_spanned! {declared.path.span()=>
        #(#checks)*
        // A type that differs is reported above.
        const _: () = ::core::assert!(
            #(!#private::is_type_of(<#types as #private::FieldType>::FIELD_TYPE, #digests) ||)*
            #private::is_digest(&<#ident #lifetime as #private::Message>::DIGEST, #digest),
            #message
        );
        #(const _: &[u8] = ::core::include_bytes!(#files);)*
    }
}

/// Nothing, where no schema was named.
pub(super) fn expand_optional(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    item.declared.as_ref().map_or_else(|| quote!(), |declared| expand(item, fields, declared))
}
