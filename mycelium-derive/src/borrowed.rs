//! Types with a lifetime, which borrow from the frame.
//!
//! A type has one layout whatever it borrows from, so the lifetime is no fact of it. In tables, constants
//! and views, where it is not in scope, `'static` stands in its place.

use std::borrow::Cow;

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericParam, Generics, Lifetime, Type};

/// The lifetime of a type that has one and no other parameter.
pub(crate) fn lifetime(generics: &Generics) -> Option<&Lifetime> {
    let mut params = generics.params.iter();
    match (params.next(), params.next()) {
        (Some(GenericParam::Lifetime(param)), None) => Some(&param.lifetime),
        _ => None,
    }
}

/// The type with `'static` in place of the lifetime.
pub(crate) fn unborrowed<'a>(ty: &'a Type, generics: &Generics) -> Cow<'a, Type> {
    let Some(lifetime) = lifetime(generics) else { return Cow::Borrowed(ty) };
    let tokens = with_static(ty.to_token_stream(), &lifetime.ident);
    // What is parsed was a type before.
    syn::parse2(tokens).map_or(Cow::Borrowed(ty), Cow::Owned)
}

fn with_static(tokens: TokenStream, lifetime: &Ident) -> TokenStream {
    let mut is_behind_tick = false;
    let replace = |token| {
        let was_behind_tick = std::mem::take(&mut is_behind_tick);
        match token {
            TokenTree::Punct(tick) if tick.as_char() == '\'' => {
                is_behind_tick = true;
                TokenTree::Punct(tick)
            }
            TokenTree::Ident(ident) if was_behind_tick && ident == *lifetime => {
                TokenTree::Ident(Ident::new("static", ident.span()))
            }
            TokenTree::Group(group) => {
                let inside = with_static(group.stream(), lifetime);
                let mut new = Group::new(group.delimiter(), inside);
                new.set_span(group.span());
                TokenTree::Group(new)
            }
            other => other,
        }
    };
    tokens.into_iter().map(replace).collect()
}
