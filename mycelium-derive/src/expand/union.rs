//! Unions: one variant an arm, told apart by the tag.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::{Parts, expand_outline, full_name, view};
use crate::item::{Item, Union};

/// The view type, and the impl.
pub(super) fn expand(item: &Item<'_>, facts: [u8; 32], def: &Union<'_>) -> Parts {
    let private = &item.private();
    let (ident, view) = (item.ident(), &item.view);
    let tables = expand_tables(item, def);
    let (tail_end, encode) = (expand_tail_end(item, def), expand_encode(item, def));
    let (decode, check) = (expand_decode(item, def), expand_check(item, def));
    let (view_inline, debug) = (view::expand_view_of_union(item, def), view::expand_debug(item));
    let validate = expand_validate(item, def);
    let open = def.unknown.is_some();
    let kind = quote!(#private::Kind::Union { open: #open, arms: __ARMS });
    let outline = expand_outline(item, &kind, facts);
    let inside = quote! {
        #tables
        #debug

        #[automatically_derived]
        impl #private::Wire for #ident {
            #outline
            type View<'a> = #view<'a>;

            #[inline]
            fn tail_end(&self, end: usize) -> usize {
                #tail_end
            }

            #[inline]
            fn encode(&self, inline: &mut [u8], tail: &mut #private::TailWriter<'_>) {
                #encode
            }

            #[inline]
            fn check(
                inline: &[u8],
                tail: &mut #private::TailReader<'_>,
            ) -> #private::Result<(), #private::Failed> {
                #check
            }

            #[inline]
            fn view_inline<'a>(inline: &'a [u8], tail: #private::Tail<'a>) -> #view<'a> {
                #view_inline
            }

            #[inline]
            fn validate_parts(&self) -> #private::Result<(), #private::ValidationError> {
                #validate
            }
        }

        #[automatically_derived]
        impl<'de> #private::Decode<'de> for #ident {
            #[inline]
            fn decode(
                inline: &'de [u8],
                tail: &mut #private::TailReader<'de>,
            ) -> #private::Result<Self, #private::Failed> {
                #decode
            }
        }
    };
    Parts { outside: view::expand_union(item, def), inside }
}

/// The module of wire that knows how arms of this union lie.
pub(super) fn arms_module(item: &Item<'_>, def: &Union<'_>) -> TokenStream {
    let private = item.private();
    let module = if def.unknown.is_some() { "open" } else { "closed" };
    let module = Ident::new(module, Span::call_site());
    quote!(#private::#module)
}

/// References to the arms' slots, made at compile time.
pub(super) fn slots(def: &Union<'_>) -> impl Iterator<Item = TokenStream> {
    (0..def.arms.len()).map(Literal::usize_unsuffixed).map(|index| quote!(&__SLOTS[#index]))
}

/// Tags of the arms, as patterns of a `u32`.
pub(super) fn tags(def: &Union<'_>) -> impl Iterator<Item = Literal> {
    def.arms.iter().map(|arm| Literal::u16_unsuffixed(arm.tag))
}

fn expand_tables(item: &Item<'_>, def: &Union<'_>) -> TokenStream {
    let private = &item.private();
    let (owner, open, count) = (full_name(item), def.unknown.is_some(), def.arms.len());
    let rows = def.arms.iter().zip(tags(def)).map(|(arm, tag)| {
        let (name, ty) = (&arm.name, arm.ty);
        let row = quote!(#private::Arm::new(#name, #tag, <#ty as #private::FieldType>::FIELD_TYPE));
        match &arm.was {
            Some(was) => quote!(#private::Arm { was: #private::Some(#was), ..#row }),
            None => row,
        }
    });
    let checks = super::expand_type_checks(private, def.arms.iter().map(|arm| arm.ty));
    quote! {
        #checks
        const __ARMS: &[#private::Arm<'static>] = &[#(#rows),*];
        const __SLOTS: &[#private::ArmSlot; #count] =
            &#private::arm_slots(#owner, #open, __ARMS);
    }
}

fn expand_tail_end(item: &Item<'_>, def: &Union<'_>) -> TokenStream {
    let arms_module = arms_module(item, def);
    let idents = def.arms.iter().map(|arm| arm.ident);
    let unknown = def.unknown.map(|ident| quote!(Self::#ident(arm) => arm.tail_end(end),));
    quote! {
        match self {
            #(Self::#idents(value) => #arms_module::tail_end(value, end),)*
            #unknown
        }
    }
}

fn expand_validate(item: &Item<'_>, def: &Union<'_>) -> TokenStream {
    let private = &item.private();
    let arms_module = arms_module(item, def);
    let idents = def.arms.iter().map(|arm| arm.ident);
    let slots = slots(def);
    let unknown = def
        .unknown
        .map(|ident| quote!(Self::#ident(arm) => #arms_module::validate_unknown(arm, __SLOTS),));
    quote! {
        match self {
            #(Self::#idents(value) => #private::validate_arm(value, #slots),)*
            #unknown
        }
    }
}

fn expand_encode(item: &Item<'_>, def: &Union<'_>) -> TokenStream {
    let arms_module = arms_module(item, def);
    let idents = def.arms.iter().map(|arm| arm.ident);
    let slots = slots(def);
    let unknown = def
        .unknown
        .map(|ident| quote!(Self::#ident(arm) => #arms_module::encode_unknown(arm, inline, tail),));
    quote! {
        match self {
            #(Self::#idents(value) => #arms_module::encode(value, inline, #slots, tail),)*
            #unknown
        }
    }
}

fn expand_decode(item: &Item<'_>, def: &Union<'_>) -> TokenStream {
    let private = &item.private();
    let arms_module = arms_module(item, def);
    let idents = def.arms.iter().map(|arm| arm.ident);
    let (tags, slots) = (tags(def), slots(def));
    let unknown = def.unknown.map(|ident| {
        quote! {
            tag if tag > 0 => {
                #arms_module::decode_unknown(tag, inline, tail).map(Self::#ident)
            }
        }
    });
    quote! {
        match #private::read_tag(inline, __SLOTS) {
            #(#tags => #arms_module::decode(inline, #slots, tail).map(Self::#idents),)*
            #unknown
            tag => #private::Err(tail.error(inline, #private::ErrorKind::Tag { tag })),
        }
    }
}

fn expand_check(item: &Item<'_>, def: &Union<'_>) -> TokenStream {
    let private = &item.private();
    let arms_module = arms_module(item, def);
    let types = def.arms.iter().map(|arm| arm.ty);
    let (tags, slots) = (tags(def), slots(def));
    let unknown =
        def.unknown.map(|_| quote!(tag if tag > 0 => #arms_module::check_unknown(inline, tail),));
    quote! {
        match #private::read_tag(inline, __SLOTS) {
            #(#tags => #arms_module::check::<#types>(inline, #slots, tail),)*
            #unknown
            tag => #private::Err(tail.error(inline, #private::ErrorKind::Tag { tag })),
        }
    }
}
