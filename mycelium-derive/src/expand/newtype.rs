//! Tuple structs of one field: every function hands on to the field's type.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, Type};

use super::nameless::Form;

/// The impls of one whose field is of that type.
pub(super) fn form(private: &Ident, ident: &Ident, ty: &Type) -> Form {
    let inner = &quote!(<#ty as #private::Wire>);
    let (constants, value, block) = (
        expand_constants(private, inner),
        expand_value(private, inner),
        expand_block(private, inner),
    );
    Form {
        on_wire: ty.to_token_stream(),
        items: quote!(#constants #value #block),
        decode: expand_decode(private, ty),
        others: expand_key(private, ident, ty),
    }
}

fn expand_constants(private: &Ident, inner: &TokenStream) -> TokenStream {
    quote! {
        const BLOCK: usize = #inner::BLOCK;
        const PLAIN: #private::Option<#private::Plain<Self>> =
            // SAFETY: this is the field, and all there is.
            unsafe { #private::Plain::wrapper(#inner::PLAIN, #private::offset_of!(Self, 0)) };
    }
}

/// What makes and takes a value.
fn expand_value(private: &Ident, inner: &TokenStream) -> TokenStream {
    quote! {
        fn absent() -> #private::Option<Self> {
            #inner::absent().map(Self)
        }

        #[inline]
        fn tail_end(&self, end: usize) -> usize {
            #inner::tail_end(&self.0, end)
        }

        #[inline]
        fn encode(&self, inline: &mut [u8], tail: &mut #private::TailWriter<'_>) {
            #inner::encode(&self.0, inline, tail);
        }

        fn keeps(&self, bound: &#private::Bound) -> #private::Result<(), #private::ErrorKind> {
            #inner::keeps(&self.0, bound)
        }

        fn validate_parts(&self) -> #private::Result<(), #private::ValidationError> {
            #inner::validate_parts(&self.0)
        }
    }
}

fn expand_block(private: &Ident, inner: &TokenStream) -> TokenStream {
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

fn expand_decode(private: &Ident, ty: &Type) -> TokenStream {
    let decode = quote!(<#ty as #private::Decode<'de>>);
    quote! {
        #[inline]
        fn decode(
            inline: &'de [u8],
            tail: &mut #private::TailReader<'de>,
        ) -> #private::Result<Self, #private::Failed> {
            #decode::decode(inline, tail).map(Self)
        }

        #[inline]
        fn decode_block(
            block: &'de [u8],
            tail: &mut #private::TailReader<'de>,
        ) -> #private::Result<Self, #private::Failed> {
            #decode::decode_block(block, tail).map(Self)
        }

        fn decode_older(
            block: &'de [u8],
            tail: &mut #private::TailReader<'de>,
        ) -> #private::Result<Self, #private::Failed> {
            #decode::decode_older(block, tail).map(Self)
        }
    }
}

/// The bound is on a lifetime that nothing uses, so that a type that is no key is no error.
fn expand_key(private: &Ident, ident: &Ident, ty: &Type) -> TokenStream {
    let (key, view) = (quote!(<#ty as #private::Key>), quote!(<#ty as #private::Wire>::View<'_>));
    quote! {
        #[automatically_derived]
        impl #private::Key for #ident
        where
            for<'__any> #ty: #private::Key,
        {
            fn to_view(&self) -> #view {
                #key::to_view(&self.0)
            }

            fn compare(a: &#view, b: &#view) -> #private::Ordering {
                #key::compare(a, b)
            }
        }
    }
}
