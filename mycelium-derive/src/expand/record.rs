//! Messages and structs: fields in a block.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};

use super::{declared, full_name, view};
use crate::item::{Field, Item};

/// The view type, and the impls of a message.
pub(super) fn expand_message(
    item: &Item<'_>,
    id: u16,
    topic: &str,
    fields: &[Field<'_>],
) -> (TokenStream, TokenStream) {
    let private = &item.private();
    let (ident, view, name) = (item.ident(), &item.view, full_name(item));
    let tables = expand_tables(item, fields);
    let declared = declared::expand_optional(item, fields);
    let (block, getters) = (expand_block(item, fields), view::expand_getters(item, fields));
    let ancestors = expand_ancestors(item);
    let inside = quote! {
        #tables
        #getters
        #declared

        const __KIND: #private::Kind<'static> =
            #private::Kind::Message { id: #id, topic: #topic, fields: __FIELDS };

        #[automatically_derived]
        impl #private::Message for #ident {
            const TYPE_ID: u16 = #id;
            const TOPIC: &'static str = #topic;
            const NAME: &'static str = #name;
            const DIGEST: #private::Digest = __DEF.digest;
            #ancestors
            const DEF: &'static #private::Def<'static> = __DEF;
        }

        #[automatically_derived]
        impl #private::Wire for #ident {
            const TYPE: &'static #private::Type<'static> = &#private::Type::Named(__DEF);
            const BLOCK: usize = #private::layout::block_size(__FIELDS);
            type View<'a> = #view<'a>;

            fn tail_end(&self, end: usize) -> usize {
                #private::embedded::tail_end(self, end)
            }

            fn encode(&self, inline: &mut [u8], tail: &mut #private::TailWriter<'_>) {
                #private::embedded::encode(self, inline, tail);
            }

            fn decode(
                inline: &[u8],
                tail: &mut #private::TailReader<'_>,
            ) -> #private::Result<Self, #private::DecodeError> {
                #private::embedded::decode(inline, tail)
            }

            fn check(
                inline: &[u8],
                tail: &mut #private::TailReader<'_>,
            ) -> #private::Result<(), #private::DecodeError> {
                #private::embedded::check::<Self>(inline, tail)
            }

            fn view_inline<'a>(inline: &'a [u8], tail: #private::Tail<'a>) -> #view<'a> {
                #private::embedded::view::<Self>(inline, tail)
            }

            #block
        }
    };
    (view::expand_record(item), inside)
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
pub(super) fn expand_struct(item: &Item<'_>, fields: &[Field<'_>]) -> (TokenStream, TokenStream) {
    let private = &item.private();
    let (ident, view) = (item.ident(), &item.view);
    let tables = expand_tables(item, fields);
    let (tail_end, encode) = (expand_tail_end(item, fields), expand_encode(item, fields));
    let (decode, check) = (expand_decode(item, fields), expand_check(item, fields));
    let getters = view::expand_getters(item, fields);
    let inside = quote! {
        #tables
        #getters

        const __KIND: #private::Kind<'static> = #private::Kind::Struct { fields: __FIELDS };

        #[automatically_derived]
        impl #private::Wire for #ident {
            const TYPE: &'static #private::Type<'static> = &#private::Type::Named(__DEF);
            type View<'a> = #view<'a>;

            #[inline]
            fn tail_end(&self, end: usize) -> usize {
                #tail_end
            }

            #[inline]
            fn encode(&self, block: &mut [u8], tail: &mut #private::TailWriter<'_>) {
                #encode
                #private::encode_padding(block, &__SLOTS);
            }

            #[inline]
            fn decode(
                block: &[u8],
                tail: &mut #private::TailReader<'_>,
            ) -> #private::Result<Self, #private::DecodeError> {
                #decode
            }

            #[inline]
            fn check(
                block: &[u8],
                tail: &mut #private::TailReader<'_>,
            ) -> #private::Result<(), #private::DecodeError> {
                #check
            }

            #[inline]
            fn view_inline<'a>(block: &'a [u8], tail: #private::Tail<'a>) -> #view<'a> {
                #view { block, tail }
            }
        }
    };
    (view::expand_record(item), inside)
}

/// What the fields are, where they lie, and the checks of their defaults.
fn expand_tables(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let name = full_name(item);
    let count = fields.len();
    let rows = fields.iter().map(|field| expand_field(item, field));
    let checks = fields.iter().map(|field| expand_checks(item, field));
    quote! {
        const __FIELDS: &[#private::Field<'static>] = &[#(#rows),*];
        const __SLOTS: [#private::Slot; #count] = #private::slots(#name, __FIELDS);
        #(#checks)*
    }
}

fn expand_field(item: &Item<'_>, field: &Field<'_>) -> TokenStream {
    let private = &item.private();
    let (name, ty, key) = (&field.name, field.ty, field.key.is_some());
    let default = match &field.default {
        Some(default) => {
            let literal = default.value.expand(private);
            quote!(#private::Some(#literal))
        }
        None => quote!(#private::None),
    };
    quote! {
        #private::Field {
            default: #default,
            key: #key,
            ..#private::Field::new(#name, <#ty as #private::FieldType>::FIELD_TYPE)
        }
    }
}

/// What the language refuses and only const evaluation can see.
fn expand_checks(item: &Item<'_>, field: &Field<'_>) -> TokenStream {
    let private = &item.private();
    let ty = field.ty;
    let default = field.default.as_ref().map(|default| {
        let literal = default.value.expand(private);
        quote_spanned! {default.place=>
            const _: () = ::core::assert!(
                #private::is_default(<#ty as #private::FieldType>::FIELD_TYPE, &#literal),
                "this default does not fit the type of the field: numbers, bool, text, times, UUIDs \
                 and enums have defaults, optionals need none"
            );
        }
    });
    let key = field.key.map(|key| {
        quote_spanned! {key.span()=>
            const _: () = ::core::assert!(
                #private::is_key(<#ty as #private::FieldType>::FIELD_TYPE),
                "a key is an integer, bool, enum, flags, decimal, time, UUID, string or bytes: \
                 floats, optionals and composite types are not compared"
            );
        }
    });
    let ty = super::expand_type_check(private, ty);
    quote!(#ty #default #key)
}

/// The payload of a message. One comparison tells a block that holds all fields from an older one.
fn expand_block(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let view = &item.view;
    let (tail_end, encode) = (expand_tail_end(item, fields), expand_encode(item, fields));
    let (decode, check) = (expand_decode(item, fields), expand_check(item, fields));
    let older = expand_decode_older(item, fields);
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

        #[inline]
        fn decode_block(
            block: &[u8],
            tail: &mut #private::TailReader<'_>,
        ) -> #private::Result<Self, #private::DecodeError> {
            match block.get(..<Self as #private::Wire>::BLOCK) {
                #private::Some(block) => { #decode }
                #private::None => { #older }
            }
        }

        #[inline]
        fn check_block(
            block: &[u8],
            tail: &mut #private::TailReader<'_>,
        ) -> #private::Result<(), #private::DecodeError> {
            match block.get(..<Self as #private::Wire>::BLOCK) {
                #private::Some(block) => { #check }
                #private::None => <Self as #private::Wire>::decode_block(block, tail).map(|_| ()),
            }
        }

        #[inline]
        fn view_block<'a>(block: &'a [u8], tail: #private::Tail<'a>) -> #view<'a> {
            #view { block, tail }
        }
    }
}

fn expand_tail_end(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let idents = fields.iter().map(|field| field.ident);
    let types = fields.iter().map(|field| field.ty);
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
    let idents = fields.iter().map(|field| field.ident);
    let types = fields.iter().map(|field| field.ty);
    let slots = slots(fields);
    quote! {
        #private::Ok(Self {
            #(#idents: <#types as #private::FieldType>::decode_field(block, #slots, tail)?,)*
        })
    }
}

fn expand_decode_older(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let idents = fields.iter().map(|field| field.ident);
    let types = fields.iter().map(|field| field.ty);
    let slots = slots(fields);
    quote! {
        #private::Ok(Self {
            #(#idents: <#types as #private::FieldType>::decode_field_of_older(block, #slots, tail)?,)*
        })
    }
}

fn expand_check(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let types = fields.iter().map(|field| field.ty);
    let slots = slots(fields);
    quote! {
        #(<#types as #private::FieldType>::check_field(block, #slots, tail)?;)*
        #private::Ok(())
    }
}

/// References to the fields' slots, made at compile time.
fn slots(fields: &[Field<'_>]) -> impl Iterator<Item = TokenStream> {
    (0..fields.len()).map(Literal::usize_unsuffixed).map(|index| quote!(const { &__SLOTS[#index] }))
}
