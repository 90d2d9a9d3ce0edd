//! Tuple structs of one field: every function hands on to the field's type.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, Type};

use crate::item::Nameless;

/// The impls of one whose field is of that type.
pub(super) fn expand(item: &Nameless<'_>, ty: &Type) -> TokenStream {
    let ident = &item.original.ident;
    let krate = item.krate.to_token_stream();
    let private = &quote!(#krate::__private);
    let inner = &quote!(<#ty as #private::Wire>);
    let (inline_form, block_form) = (expand_inline(private, inner), expand_block(private, inner));
    let impls = super::expand_impls(private, item.original, &item.impls);
    let (check, decode) =
        (super::expand_type_checks(private, [ty]), expand_decode(ident, ty, private));
    quote! {
        #[allow(deprecated, clippy::all)]
        const _: () = {
            #check

            #[automatically_derived]
            impl #private::Wire for #ident {
                const TYPE: &'static #private::Type<'static> = #inner::TYPE;
                const BLOCK: usize = #inner::BLOCK;
                const IS_ANY: bool = #inner::IS_ANY;
                const PLAIN: #private::Option<#private::Plain<Self>> =
                    // SAFETY: this is the field, and all there is.
                    unsafe { #private::Plain::wrapper(#inner::PLAIN, #private::offset_of!(Self, 0)) };
                type View<'a> = #inner::View<'a>;

                #inline_form

                fn absent() -> #private::Option<Self> {
                    #inner::absent().map(Self)
                }

                #block_form

                fn keeps(
                    &self,
                    bound: &#private::Bound,
                ) -> #private::Result<(), #private::ErrorKind> {
                    #inner::keeps(&self.0, bound)
                }

                fn validate_parts(&self) -> #private::Result<(), #private::ValidationError> {
                    #inner::validate_parts(&self.0)
                }
            }

            #decode
            #impls

            // The bound is on a lifetime that nothing uses, so that a type that is no key is no error.
            #[automatically_derived]
            impl #private::Key for #ident
            where
                for<'__any> #ty: #private::Key,
            {
                fn to_view(&self) -> #inner::View<'_> {
                    <#ty as #private::Key>::to_view(&self.0)
                }

                fn compare(a: &#inner::View<'_>, b: &#inner::View<'_>) -> #private::Ordering {
                    <#ty as #private::Key>::compare(a, b)
                }
            }
        };
    }
}

fn expand_decode(ident: &Ident, ty: &Type, private: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl<'de> #private::Decode<'de> for #ident {
            #[inline]
            fn decode(
                inline: &'de [u8],
                tail: &mut #private::TailReader<'de>,
            ) -> #private::Result<Self, #private::Failed> {
                <#ty as #private::Decode<'de>>::decode(inline, tail).map(Self)
            }

            #[inline]
            fn decode_block(
                block: &'de [u8],
                tail: &mut #private::TailReader<'de>,
            ) -> #private::Result<Self, #private::Failed> {
                <#ty as #private::Decode<'de>>::decode_block(block, tail).map(Self)
            }

            fn decode_older(
                block: &'de [u8],
                tail: &mut #private::TailReader<'de>,
            ) -> #private::Result<Self, #private::Failed> {
                <#ty as #private::Decode<'de>>::decode_older(block, tail).map(Self)
            }
        }
    }
}

fn expand_inline(private: &TokenStream, inner: &TokenStream) -> TokenStream {
    quote! {
        #[inline]
        fn tail_end(&self, end: usize) -> usize {
            #inner::tail_end(&self.0, end)
        }

        #[inline]
        fn encode(&self, inline: &mut [u8], tail: &mut #private::TailWriter<'_>) {
            #inner::encode(&self.0, inline, tail);
        }

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
    }
}

fn expand_block(private: &TokenStream, inner: &TokenStream) -> TokenStream {
    quote! {
        #[inline]
        fn block_tail_end(&self) -> usize {
            #inner::block_tail_end(&self.0)
        }

        #[inline]
        fn encode_block(&self, block: &mut [u8], tail: &mut #private::TailWriter<'_>) {
            #inner::encode_block(&self.0, block, tail);
        }

        #[inline]
        fn check_block(
            block: &[u8],
            tail: &mut #private::TailReader<'_>,
        ) -> #private::Result<(), #private::Failed> {
            #inner::check_block(block, tail)
        }

        fn check_older(
            block: &[u8],
            tail: &mut #private::TailReader<'_>,
        ) -> #private::Result<(), #private::Failed> {
            #inner::check_older(block, tail)
        }

        #[inline]
        fn view_block<'a>(block: &'a [u8], tail: #private::Tail<'a>) -> #inner::View<'a> {
            #inner::view_block(block, tail)
        }
    }
}
