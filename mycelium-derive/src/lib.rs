//! The derives of Mycelium: `Message`, `Struct`, `Enum`, `Flags` and `Union`.

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

use crate::ast::{Derive, Input};
use crate::errors::Errors;

mod ast;
mod attr;
mod errors;
mod expand;
mod facts;
mod fallback;
mod item;
mod number;
mod valid;

/// Derives `Message`: a struct that travels in frames of its own.
#[proc_macro_derive(Message, attributes(myc))]
pub fn derive_message(input: TokenStream) -> TokenStream {
    derive(Derive::Message, &parse_macro_input!(input)).into()
}

/// Derives `Wire` for a struct that is a field of messages: inline and frozen.
#[proc_macro_derive(Struct, attributes(myc))]
pub fn derive_struct(input: TokenStream) -> TokenStream {
    derive(Derive::Struct, &parse_macro_input!(input)).into()
}

/// Derives `Wire` for an enum of named numbers.
#[proc_macro_derive(Enum, attributes(myc))]
pub fn derive_enum(input: TokenStream) -> TokenStream {
    derive(Derive::Enum, &parse_macro_input!(input)).into()
}

/// Derives `Wire` for a set of named bits.
#[proc_macro_derive(Flags, attributes(myc))]
pub fn derive_flags(input: TokenStream) -> TokenStream {
    derive(Derive::Flags, &parse_macro_input!(input)).into()
}

/// Derives `Wire` for an enum whose variants each hold a value.
#[proc_macro_derive(Union, attributes(myc))]
pub fn derive_union(input: TokenStream) -> TokenStream {
    derive(Derive::Union, &parse_macro_input!(input)).into()
}

/// All phases, in order.
fn derive(derive: Derive, original: &DeriveInput) -> proc_macro2::TokenStream {
    let errors = Errors::new();
    let input = Input::from_syn(derive, original, &errors);
    let item = valid::check(&input, &errors);
    match (errors.finish(), item) {
        (None, Some(item)) => expand::expand(&item, facts::hash(&item)),
        (errors, _) => fallback::expand(&input, errors),
    }
}
