//! Messages and structs: fields in a block.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tables::expand_tables;
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
    let (validate, getters) = (expand_validate(item, fields), view::expand_getters(item, fields));
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

            #validate
        }
    };
    (view::expand_record(item), inside)
}

/// The payload of a message. One comparison tells a block that holds all fields from an older one.
fn expand_block(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let view = &item.view;
    let (tail_end, encode) = (expand_tail_end(item, fields), expand_encode(item, fields));
    let (decode, check) = (expand_decode(item, fields), expand_check(item, fields));
    let (older, validate) = (expand_decode_older(item, fields), expand_validate(item, fields));
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

        #validate
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

fn expand_validate(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let idents = fields.iter().map(|field| field.ident);
    let types = fields.iter().map(|field| field.ty);
    let slots = slots(fields);
    quote! {
        #[inline]
        fn validate_parts(&self) -> #private::Result<(), #private::ValidationError> {
            #(<#types as #private::FieldType>::validate_field(&self.#idents, #slots)?;)*
            #private::Ok(())
        }
    }
}

/// References to the fields' slots, made at compile time.
fn slots(fields: &[Field<'_>]) -> impl Iterator<Item = TokenStream> {
    (0..fields.len()).map(Literal::usize_unsuffixed).map(|index| quote!(const { &__SLOTS[#index] }))
}
