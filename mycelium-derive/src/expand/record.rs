//! Messages and structs: fields in a block.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::Type;

use super::number::is_number;
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
                #view { block, tail }
            }
        }

        #[automatically_derived]
        impl #decode_generics #private::Decode<'__de> for #ty {
            #[inline(always)]
            fn decode_fields(
                block: &'__de [u8],
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

/// Shows each field to whatever is done with all of them.
fn expand_each(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let idents = fields.iter().map(|field| field.ident);
    let types = fields.iter().map(|field| field.ty);
    let slots = slots(fields);
    quote!(#(<#types as #private::FieldType>::each(&self.#idents, each, #slots);)*)
}

fn expand_decode(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let values = fields.iter().zip(slots(fields)).map(|(field, slot)| {
        let (ident, ty) = (field.ident, field.ty);
        let decode = held(field, "decode_field", "decode_held_field");
        let value = quote!(<#ty as #private::FieldType>::#decode(block, #slot, tail));
        let value = or_return(private, value);
        quote!(#ident: #value)
    });
    quote!(#private::Ok(Self { #(#values),* }))
}

/// Checks all fields of a struct, which are always there: of numbers there is nothing to check.
fn expand_check_struct(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let others = fields.iter().zip(slots(fields)).filter(|(field, _)| !is_number(field));
    let checks = others.map(|(field, slot)| expand_check_field(item, field, &slot));
    quote!(#(#checks)*)
}

/// Checks the fields of a message, in which an older writer's block may end before a number.
fn expand_check_message(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let mut slots = slots(fields).zip(fields).enumerate().peekable();
    let mut checks = Vec::new();
    while let Some((index, (slot, field))) = slots.next() {
        if !is_number(field) {
            checks.push(expand_check_field(item, field, &slot));
            continue;
        }
        let mut last = index;
        while let Some((next, _)) = slots.next_if(|(_, (_, field))| is_number(field)) {
            last = next;
        }
        let (first, last) = (Literal::usize_unsuffixed(index), Literal::usize_unsuffixed(last));
        checks.push(quote!(if check.numbers(__SLOTS, #first, #last) { return; }));
    }
    quote!(#(#checks)*)
}

fn expand_check_field(item: &Item<'_>, field: &Field<'_>, slot: &TokenStream) -> TokenStream {
    let private = item.private();
    let (ty, check) = (&*field.unborrowed, held(field, "check_next", "check_next_held"));
    quote!(if <#ty as #private::FieldType>::#check(check, #slot) { return; })
}

/// What `?` does. That goes through traits, which costs the compiler three times as much; and there is
/// one for each field of each function.
fn or_return(private: &TokenStream, result: TokenStream) -> TokenStream {
    quote! {
        match #result {
            #private::Ok(value) => value,
            #private::Err(error) => return #private::Err(error),
        }
    }
}

/// The function for a field without a constraint, or for one that has one.
fn held(field: &Field<'_>, free: &str, held: &str) -> Ident {
    function(if field.constraint.is_some() { held } else { free })
}

/// What the runtime calls so.
fn function(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// Where the fields' slots are: the table and the index.
fn slots(fields: &[Field<'_>]) -> impl Iterator<Item = TokenStream> {
    (0..fields.len()).map(Literal::usize_unsuffixed).map(|index| quote!(__SLOTS, #index))
}
