//! Messages and structs: fields in a block.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::Type;

use super::number::is_number;
use super::tables::{expand_rows, expand_tables};
use super::{Parts, declared, full_name, view};
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
pub(super) fn expand_message(item: &Item<'_>, id: u16, topic: &str, fields: &[Field<'_>]) -> Parts {
    let private = &item.private();
    let (view, name) = (&item.view, full_name(item));
    let Impl { generics, ty, .. } = &Impl::of(item);
    let tables = expand_tables(item, fields);
    let declared = declared::expand_optional(item, fields);
    let (block, getters) = (expand_block(item, fields), view::expand_getters(item, fields));
    let (decode, plain) =
        (expand_decode_message(item, fields), expand_plain(item, fields, "PLAIN_BLOCK", "BLOCK"));
    let ancestors = expand_ancestors(item);
    let inside = quote! {
        #tables
        #getters
        #declared

        #[automatically_derived]
        impl #generics #private::Message for #ty {
            const NAME: &'static str = #name;
            #ancestors
            const DEF: &'static #private::Def<'static> = __DEF;
        }

        #[automatically_derived]
        impl #generics #private::Wire for #ty {
            const TYPE: &'static #private::Type<'static> = &#private::Type::Named(__DEF);
            #plain
            type View<'__view> = #view<'__view>;

            #block
        }

        #decode
    };
    let rows = expand_rows(item, fields);
    let kind = quote!(#private::Kind::Message { id: #id, topic: #topic, fields: &[#(#rows),*] });
    Parts { outside: view::expand_record(item), inside, kind }
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

/// The view type, and the impl of a struct.
pub(super) fn expand_struct(item: &Item<'_>, fields: &[Field<'_>]) -> Parts {
    let private = &item.private();
    let view = &item.view;
    let Impl { generics, decode_generics, ty } = &Impl::of(item);
    let (tables, facts) = (expand_tables(item, fields), expand_memory(item, fields));
    let (tail_end, encode) = (expand_tail_end(item, fields), expand_encode(item, fields));
    let (decode, check) = (expand_decode(item, fields), expand_check(item, fields));
    let (validate, getters) = (expand_validate(item, fields), view::expand_getters(item, fields));
    let inside = quote! {
        #tables
        #getters

        #[automatically_derived]
        impl #generics #private::Wire for #ty {
            const TYPE: &'static #private::Type<'static> = &#private::Type::Named(__DEF);
            #facts
            type View<'__view> = #view<'__view>;

            #[inline]
            fn tail_end(&self, end: usize) -> usize {
                #tail_end
            }

            #[inline]
            fn encode(&self, block: &mut [u8], tail: &mut #private::TailWriter<'_>) {
                #encode
                #private::encode_padding(block, __SLOTS);
            }

            #[inline]
            fn check(
                block: &[u8],
                tail: &mut #private::TailReader<'_>,
            ) -> #private::Result<(), #private::Failed> {
                #check
            }

            #[inline]
            fn view_inline<'__view>(
                block: &'__view [u8],
                tail: #private::Tail<'__view>,
            ) -> #view<'__view> {
                #view { block, tail }
            }

            #validate
        }

        #[automatically_derived]
        impl #decode_generics #private::Decode<'__de> for #ty {
            #[inline]
            fn decode(
                block: &'__de [u8],
                tail: &mut #private::TailReader<'__de>,
            ) -> #private::Result<Self, #private::Failed> {
                #decode
            }
        }
    };
    let rows = expand_rows(item, fields);
    let kind = quote!(#private::Kind::Struct { fields: &[#(#rows),*] });
    Parts { outside: view::expand_record(item), inside, kind }
}

/// How a message is made of bytes.
fn expand_decode_message(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let Impl { decode_generics, ty, .. } = &Impl::of(item);
    let decode = expand_decode(item, fields);
    quote! {
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

/// The payload of a message.
fn expand_block(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let view = &item.view;
    let (tail_end, encode) = (expand_tail_end(item, fields), expand_encode(item, fields));
    let (check, validate) = (expand_check_until(item, fields), expand_validate(item, fields));
    quote! {
        #[inline]
        fn block_tail_end(&self) -> usize {
            let end = 0;
            #tail_end
        }

        #[inline]
        fn encode_block(&self, block: &mut [u8], tail: &mut #private::TailWriter<'_>) {
            #encode
        }

        #[inline(always)]
        fn check_fields(
            block: &[u8],
            tail: &mut #private::TailReader<'_>,
            until: usize,
        ) -> #private::Result<(), #private::Failed> {
            #check
        }

        #[inline]
        fn view_block<'__view>(
            block: &'__view [u8],
            tail: #private::Tail<'__view>,
        ) -> #view<'__view> {
            #view { block, tail }
        }

        #validate
    }
}

fn expand_tail_end(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let fields = fields.iter().filter(|field| !is_number(field));
    let (idents, types): (Vec<_>, Vec<_>) = fields.map(|field| (field.ident, field.ty)).unzip();
    quote! {
        #(let end = <#types as #private::FieldType>::field_tail_end(&self.#idents, end);)*
        end
    }
}

fn expand_encode(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let idents = fields.iter().map(|field| field.ident);
    let types = fields.iter().map(|field| field.ty);
    let slots = slots(fields);
    quote! {
        #(<#types as #private::FieldType>::encode_field(&self.#idents, block, #slots, tail);)*
    }
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
fn expand_check(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let others = fields.iter().zip(slots(fields)).filter(|(field, _)| !is_number(field));
    let checks = others.map(|(field, slot)| expand_check_field(private, field, &slot));
    quote!(#(#checks)* #private::Ok(()))
}

/// Checks the fields of a message before the one with this index, as far as the block goes: so a field is also
/// found in the tail. Numbers have nothing there and nobody looks for one, so the checking does not stop at them.
fn expand_check_until(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let mut slots = slots(fields).zip(fields).enumerate().peekable();
    let mut checks = Vec::new();
    while let Some((index, (slot, field))) = slots.next() {
        if !is_number(field) {
            let check = expand_check_field(private, field, &slot);
            let index = Literal::usize_unsuffixed(index);
            checks.push(quote! {
                if until == #index {
                    return #private::Ok(());
                }
                #check
            });
            continue;
        }
        let mut last = index;
        while let Some((next, _)) = slots.next_if(|(_, (_, field))| is_number(field)) {
            last = next;
        }
        let (first, last) = (Literal::usize_unsuffixed(index), Literal::usize_unsuffixed(last));
        let check = quote!(#private::check_numbers(block, __SLOTS, (#first, #last), tail));
        checks.push(return_failure(private, check));
    }
    quote!(#(#checks)* #private::Ok(()))
}

fn expand_check_field(private: &TokenStream, field: &Field<'_>, slot: &TokenStream) -> TokenStream {
    let (ty, check) = (&*field.unborrowed, held(field, "check_field", "check_held_field"));
    return_failure(private, quote!(<#ty as #private::FieldType>::#check(block, #slot, tail)))
}

fn expand_validate(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let others = fields.iter().zip(slots(fields)).filter(|(field, _)| !is_number(field));
    let checks = others.map(|(field, slot)| {
        let (ident, ty) = (field.ident, field.ty);
        return_failure(
            private,
            quote!(<#ty as #private::FieldType>::validate_field(&self.#ident, #slot)),
        )
    });
    quote! {
        #[inline]
        fn validate_parts(&self) -> #private::Result<(), #private::ValidationError> {
            #(#checks)*
            #private::Ok(())
        }
    }
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

/// The same of what has no value but that it did not fail.
fn return_failure(private: &TokenStream, result: TokenStream) -> TokenStream {
    quote! {
        if let #private::Err(error) = #result {
            return #private::Err(error);
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
