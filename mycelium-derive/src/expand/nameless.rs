//! Tuple structs: one of one field is on the wire that field, one of several the tuple of its fields.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Ident, Index, Type};

use super::newtype;
use crate::item::Nameless;

/// What is not the same of one field and of several.
pub(super) struct Form {
    /// The type whose bytes it has.
    pub(super) on_wire: TokenStream,
    /// Constants and methods of `Wire`: what takes a value, and what only one of them has.
    pub(super) items: TokenStream,
    /// Methods of `Decode`.
    pub(super) decode: TokenStream,
    /// Other impls.
    pub(super) others: TokenStream,
}

/// The impls.
pub(crate) fn expand(item: &Nameless<'_>) -> TokenStream {
    let krate = item.krate.to_token_stream();
    let private = &Ident::new("__private", Span::call_site());
    let ident = &item.original.ident;
    let form = match item.types[..] {
        [ty] => newtype::form(private, ident, ty),
        _ => tuple_form(private, &item.types),
    };
    let check = super::expand_type_checks(private, item.types.iter().copied());
    let wire = expand_wire(private, item, &form);
    let impls = super::expand_impls(private, item.original, &item.impls);
    let Form { decode, others, .. } = form;
    quote! {
        #[allow(deprecated, clippy::all)]
        const _: () = {
            use #krate::__private as __private;
            #check
            #wire

            #[automatically_derived]
            impl<'de> #private::Decode<'de> for #ident {
                #decode
            }

            #impls
            #others
        };
    }
}

/// What is not about a value is that of the type on the wire.
fn expand_wire(private: &Ident, item: &Nameless<'_>, form: &Form) -> TokenStream {
    let ident = &item.original.ident;
    let Form { on_wire, items, .. } = form;
    let inner = quote!(<#on_wire as #private::Wire>);
    quote! {
        #[automatically_derived]
        impl #private::Wire for #ident {
            const TYPE: &'static #private::Type<'static> = #inner::TYPE;
            const IS_ANY: bool = #inner::IS_ANY;
            type View<'a> = #inner::View<'a>;

            #[inline]
            fn check(
                inline: &[u8],
                tail: &mut #private::TailReader<'_>,
            ) -> #private::Result<(), #private::Failed> {
                #inner::check(inline, tail)
            }

            #[inline]
            fn view_inline<'a>(inline: &'a [u8], tail: #private::Tail<'a>) -> #inner::View<'a> {
                #inner::view_inline(inline, tail)
            }

            #items
        }
    }
}

fn tuple_form(private: &Ident, types: &[&Type]) -> Form {
    let on_wire = quote!((#(#types),*));
    let index = (0..types.len()).map(Index::from);
    Form {
        items: quote!(#private::tuple_value! { #(#types, #index;)* }),
        decode: expand_decode(private, &on_wire, types.len()),
        others: TokenStream::new(),
        on_wire,
    }
}

fn expand_decode(private: &Ident, tuple: &TokenStream, count: usize) -> TokenStream {
    let index = (0..count).map(Index::from);
    quote! {
        #[inline]
        fn decode(
            inline: &'de [u8],
            tail: &mut #private::TailReader<'de>,
        ) -> #private::Result<Self, #private::Failed> {
            let tuple = <#tuple as #private::Decode<'de>>::decode(inline, tail)?;
            #private::Ok(Self(#(tuple.#index),*))
        }
    }
}
