//! Traits of other crates; the runtime has them, and says so where it is built without.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::DeriveInput;

use crate::attr::Impls;
use crate::borrowed;

/// The impls that were asked for.
pub(crate) fn expand_impls(
    private: &impl ToTokens,
    original: &DeriveInput,
    impls: &Impls,
) -> TokenStream {
    let ident = &original.ident;
    // A type that borrows is written only: text formats have nothing to borrow from.
    let lifetime = borrowed::lifetime(&original.generics).map(|lifetime| quote!(, #lifetime));
    let serde = impls
        .serde
        .iter()
        .map(|word| quote_spanned!(word.span()=> #private::impl_serde! { #ident #lifetime }));
    let arbitrary = impls
        .arbitrary
        .iter()
        .map(|word| quote_spanned!(word.span()=> #private::impl_arbitrary! { #ident }));
    quote!(#(#serde)* #(#arbitrary)*)
}
