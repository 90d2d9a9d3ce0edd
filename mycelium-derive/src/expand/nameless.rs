//! Tuple structs: one of several fields is on the wire the tuple of its fields.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Index, Type};

use super::newtype;
use crate::item::Nameless;

/// The impls.
pub(crate) fn expand(item: &Nameless<'_>) -> TokenStream {
    match item.types[..] {
        [ty] => newtype::expand(item, ty),
        _ => expand_tuple(item),
    }
}

fn expand_tuple(item: &Nameless<'_>) -> TokenStream {
    let (ident, types) = (&item.original.ident, &item.types);
    let krate = item.krate.to_token_stream();
    let private = &quote!(#krate::__private);
    let tuple = &quote!((#(#types),*));
    let inner = &quote!(<#tuple as #private::Wire>);
    let check = super::expand_type_checks(private, types.iter().copied());
    let (methods, decode) = (expand_methods(private, types), expand_decode(item, private, tuple));
    let impls = super::expand_impls(private, item.original, &item.impls);
    quote! {
        #[allow(deprecated, clippy::all)]
        const _: () = {
            #check

            #[automatically_derived]
            impl #private::Wire for #ident {
                const TYPE: &'static #private::Type<'static> = #inner::TYPE;
                const IS_ANY: bool = #inner::IS_ANY;
                type View<'a> = #inner::View<'a>;

                #methods

                #[inline]
                fn check(
                    inline: &[u8],
                    tail: &mut #private::TailReader<'_>,
                ) -> #private::Result<(), #private::Failed> {
                    #inner::check(inline, tail)
                }

                #[inline]
                fn view_inline<'a>(inline: &'a [u8], tail: #private::Tail<'a>) -> Self::View<'a> {
                    #inner::view_inline(inline, tail)
                }
            }

            #decode
            #impls
        };
    }
}

/// What takes a value, whose fields are those of the tuple one by one.
fn expand_methods(private: &TokenStream, types: &[&Type]) -> TokenStream {
    let (index, number): (Vec<Index>, Vec<usize>) =
        (0..types.len()).map(|index| (Index::from(index), index)).unzip();
    quote! {
        #[inline]
        fn tail_end(&self, end: usize) -> usize {
            #(let end = <#types as #private::Wire>::tail_end(&self.#index, end);)*
            end
        }

        #[inline]
        fn encode(&self, inline: &mut [u8], tail: &mut #private::TailWriter<'_>) {
            inline.fill(0);
            #({
                let start = const { #private::tuple_offset(Self::TYPE, #number) };
                let item = &mut inline[start..start + <#types as #private::Wire>::SIZE];
                <#types as #private::Wire>::encode(&self.#index, item, tail);
            })*
        }

        fn validate_parts(&self) -> #private::Result<(), #private::ValidationError> {
            #(#private::validate_item(&self.#index, #number)?;)*
            #private::Ok(())
        }
    }
}

fn expand_decode(item: &Nameless<'_>, private: &TokenStream, tuple: &TokenStream) -> TokenStream {
    let ident = &item.original.ident;
    let index = (0..item.types.len()).map(Index::from);
    quote! {
        #[automatically_derived]
        impl<'de> #private::Decode<'de> for #ident {
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
}
