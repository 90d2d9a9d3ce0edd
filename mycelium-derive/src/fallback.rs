//! What a derive gives beside its errors: hollow impls, so that a mistake in one type is not reported
//! again wherever the type is used. The crate does not compile, so nothing of this ever runs.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::{Body, Derive, Input};
use crate::{expand, valid};

pub(crate) fn expand(input: &Input<'_>, errors: Option<TokenStream>) -> TokenStream {
    let ident = &input.original.ident;
    let krate = valid::krate(&input.attrs);
    let private = quote!(#krate::__private);
    let (impl_generics, type_generics, where_clause) = input.original.generics.split_for_impl();
    let message = (input.derive == Derive::Message).then(|| {
        quote! {
            impl #impl_generics #private::Message for #ident #type_generics #where_clause {
                const TYPE_ID: u16 = 0;
                const TOPIC: &'static str = "";
                const NAME: &'static str = "";
                const DIGEST: #private::Digest = #private::Digest([0; 32]);
                const DEF: &'static #private::Def<'static> = #private::HOLLOW;
            }
        }
    });
    let key = matches!(input.derive, Derive::Enum | Derive::Flags).then(|| {
        quote! {
            impl #impl_generics #private::Key for #ident #type_generics #where_clause {
                fn to_view(&self) -> <Self as #private::Wire>::View<'_> {
                    loop {}
                }
                fn compare(
                    _: &<Self as #private::Wire>::View<'_>,
                    _: &<Self as #private::Wire>::View<'_>,
                ) -> #private::Ordering {
                    loop {}
                }
            }
        }
    });
    let impls = input
        .original
        .generics
        .params
        .is_empty()
        .then(|| expand::expand_impls(&private, input.original, &input.attrs.impls));
    let params = &input.original.generics.params;
    let decode = quote! {
        impl<'__de, #params> #private::Decode<'__de> for #ident #type_generics #where_clause {
            fn decode(
                _: &'__de [u8],
                _: &mut #private::TailReader<'__de>,
            ) -> #private::Result<Self, #private::Failed> {
                loop {}
            }
        }
    };
    let (view, getters) = view(input, &private);
    quote! {
        #errors
        const _: () = {
            impl #impl_generics #private::Wire for #ident #type_generics #where_clause {
                const TYPE: &'static #private::Type<'static> = &#private::Type::Bool;
                type View<'__a> = #view;
                fn encode(&self, _: &mut [u8], _: &mut #private::TailWriter<'_>) {
                    loop {}
                }
                fn check(
                    _: &[u8],
                    _: &mut #private::TailReader<'_>,
                ) -> #private::Result<(), #private::Failed> {
                    loop {}
                }
                fn view_inline<'__a>(_: &'__a [u8], _: #private::Tail<'__a>) -> Self::View<'__a> {
                    loop {}
                }
            }
            #decode
            #message
            #key
            #getters
            #impls
        };
    }
}

/// A view with the getters that users of the type may call, where it can be made.
fn view(input: &Input<'_>, private: &TokenStream) -> (TokenStream, Option<TokenStream>) {
    let Body::Named(fields) = &input.body else { return (quote!(()), None) };
    if !input.original.generics.params.is_empty() {
        return (quote!(()), None);
    }
    let (idents, types): (Vec<_>, Vec<_>) =
        fields.iter().map(|field| (field.ident, field.ty)).unzip();
    let getters = quote! {
        pub struct __View<'__a>(&'__a ());

        #[allow(dead_code)]
        impl<'__a> __View<'__a> {
            #(pub fn #idents(&self) -> <#types as #private::Wire>::View<'__a> {
                loop {}
            })*
        }
    };
    (quote!(__View<'__a>), Some(getters))
}
