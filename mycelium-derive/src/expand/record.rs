//! Messages and structs: fields in a block.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Type;

use super::run::{expand_check_message, expand_check_struct, expand_decode, expand_each};
use super::tables::{expand_rows, expand_tables};
use super::{Parts, declared, expand_outline, view};
use crate::item::{Field, Item};

/// What stands around the functions of an impl.
struct Impl {
    /// The type's own lifetime, if it has one.
    generics: Option<TokenStream>,
    /// The same, and that of the bytes, which live as long.
    decode_generics: TokenStream,
    ty: TokenStream,
}

impl Impl {
    fn of(item: &Item<'_>) -> Impl {
        let (ident, lifetime) = (item.ident(), item.lifetime());
        Impl {
            generics: lifetime.map(|lifetime| quote!(<#lifetime>)),
            decode_generics: match lifetime {
                Some(lifetime) => quote!(<'__de: #lifetime, #lifetime>),
                None => quote!(<'__de>),
            },
            ty: match lifetime {
                Some(lifetime) => quote!(#ident<#lifetime>),
                None => quote!(#ident),
            },
        }
    }
}

/// The view type, and the impls of a message.
pub(super) fn expand_message(
    item: &Item<'_>,
    facts: [u8; 32],
    id: u16,
    topic: &str,
    fields: &[Field<'_>],
) -> Parts {
    let private = &item.private();
    let Impl { generics, ty, .. } = &Impl::of(item);
    let (rows, ancestors) = (expand_rows(item, fields), expand_ancestors(item));
    let kind = quote!(#private::Kind::Message { id: #id, topic: #topic, fields: &[#(#rows),*] });
    let outline = expand_outline(item, &kind, facts);
    let memory = expand_plain(item, fields, "PLAIN_BLOCK", "BLOCK");
    let codec =
        expand_codec(item, fields, &quote!(#outline #memory), &expand_check_message(item, fields));
    let declared = declared::expand_optional(item, fields);
    let inside = quote! {
        #codec
        #declared

        #[automatically_derived]
        impl #generics #private::Message for #ty {
            #ancestors
        }
    };
    Parts { outside: view::expand_record(item), inside }
}

/// Nothing where there are none: the trait has that already.
fn expand_ancestors(item: &Item<'_>) -> Option<TokenStream> {
    let (private, digests) = (item.private(), item.ancestors);
    (!digests.is_empty()).then(|| {
        quote! {
            const ANCESTORS: &'static [#private::Digest] =
                &[#(#private::Digest::literal(#digests)),*];
        }
    })
}

/// The view type, and the impls of a struct.
pub(super) fn expand_struct(item: &Item<'_>, facts: [u8; 32], fields: &[Field<'_>]) -> Parts {
    let private = &item.private();
    let rows = expand_rows(item, fields);
    let kind = quote!(#private::Kind::Struct { fields: &[#(#rows),*] });
    let (outline, memory) = (expand_outline(item, &kind, facts), expand_memory(item, fields));
    let inside =
        expand_codec(item, fields, &quote!(#outline #memory), &expand_check_struct(item, fields));
    Parts { outside: view::expand_record(item), inside }
}

/// The tables, and how fields are written and read.
fn expand_codec(
    item: &Item<'_>,
    fields: &[Field<'_>],
    constants: &TokenStream,
    check: &TokenStream,
) -> TokenStream {
    let (private, view) = (&item.private(), &item.view);
    let Impl { generics, decode_generics, ty } = &Impl::of(item);
    let (tables, getters) = (expand_tables(item, fields), view::expand_getters(item, fields));
    let (each, decode) = (expand_each(item, fields), expand_decode(item, fields));
    quote! {
        #tables
        #getters

        #[automatically_derived]
        impl #generics #private::Wire for #ty {
            #constants
            type View<'__view> = #view<'__view>;

            #[inline(always)]
            fn each_field(&self, each: &mut #private::Each<'_, '_>) {
                #each
            }

            #[inline(always)]
            fn check_fields(check: &mut #private::Check<'_, '_, '_>) {
                #check
            }

            #[inline]
            fn view_block<'__view>(
                block: &'__view [u8],
                tail: #private::Tail<'__view>,
            ) -> #view<'__view> {
                #view { parts: #private::Parts { block, tail } }
            }
        }

        #[automatically_derived]
        impl #decode_generics #private::Decode<'__de> for #ty {
            #[inline(always)]
            fn decode_fields(
                block: #private::Block<'__de>,
                tail: &mut #private::TailReader<'__de>,
            ) -> #private::Result<Self, #private::Failed> {
                #decode
            }
        }
    }
}

/// Whether any bytes are a value, and whether a value in memory is its inline form.
fn expand_memory(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let is_held = fields.iter().any(|field| field.constraint.is_some());
    let types = fields.iter().map(|field| &*field.unborrowed);
    let plain = expand_plain(item, fields, "PLAIN", "SIZE");
    quote! {
        const IS_ANY: bool = !#is_held #(&& <#types as #private::FieldType>::IS_ANY_FIELD)*;
        #plain
    }
}

/// The constant with the proof that a value in memory is its fields on the wire, where they take so many bytes. What has
/// a lifetime holds references, and has none.
fn expand_plain(
    item: &Item<'_>,
    fields: &[Field<'_>],
    constant: &str,
    bytes: &str,
) -> Option<TokenStream> {
    let private = &item.private();
    if item.lifetime().is_some() || fields.iter().any(|field| is_never_plain(field.ty)) {
        return None;
    }
    let idents = fields.iter().map(|field| field.ident);
    let types = fields.iter().map(|field| field.ty);
    let (constant, bytes) = (function(constant), function(bytes));
    Some(quote! {
        const #constant: #private::Option<#private::Plain<Self>> =
            // SAFETY: these are all fields, each with its own offset and type, and each is checked.
            unsafe {
                #private::Plain::record(<Self as #private::Wire>::#bytes, __SLOTS, [#((
                    #private::offset_of!(Self, #idents),
                    <#types as #private::FieldType>::EXTENT,
                )),*])
            };
    })
}

/// Whether a type lies elsewhere on the wire than in memory, by its name. One that another type has
/// taken costs a faster way of copying it and nothing else; each `offset_of` costs a constant.
fn is_never_plain(ty: &Type) -> bool {
    const NAMES: [&str; 8] = [
        "String",
        "Vec",
        "Option",
        "Bytes",
        "BoundedString",
        "BoundedBytes",
        "BoundedList",
        "HashMap",
    ];
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| NAMES.iter().any(|name| last.ident == name))
}

/// What the runtime calls so.
fn function(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
