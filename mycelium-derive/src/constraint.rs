//! `range(…)`, `len(…)` and `nonempty`: what a field is held to beyond its type.

use mycelium_wire::reflect;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, RangeLimits};

use crate::attr::{Attrs, Held};
use crate::errors::Errors;
use crate::number;

/// A constraint and where it is written.
pub(crate) struct Constraint {
    pub(crate) value: Bounds,
    pub(crate) place: Span,
}

/// What the value is held to.
pub(crate) enum Bounds {
    Range { min: Option<String>, max: Option<String> },
    Len { min: u32, max: Option<u32> },
}

/// The one constraint of a field: nothing where it has none, `None` where what it has is wrong.
pub(crate) fn check(attrs: &Attrs, errors: &Errors) -> Option<Option<Constraint>> {
    let words = [
        attrs.range.as_ref().map(|held| &held.key),
        attrs.len.as_ref().map(|held| &held.key),
        attrs.nonempty.as_ref(),
    ];
    if let Some(second) = words.into_iter().flatten().nth(1) {
        errors.at(second, "a field is held to one thing: one of `range`, `len` and `nonempty`");
        return None;
    }
    let read = match (&attrs.range, &attrs.len, &attrs.nonempty) {
        (Some(held), _, _) => read_range(held),
        (_, Some(held), _) => read_len(held),
        (_, _, Some(word)) => {
            let value = Bounds::Len { min: 1, max: None };
            Ok(Constraint { value, place: word.span() })
        }
        _ => return Some(None),
    };
    read.map(Some).map_err(|error| errors.push(error)).ok()
}

fn read_range(held: &Held) -> syn::Result<Constraint> {
    let example = "`range` goes from a number to one that is included, such as range(0..=100), \
                   range(0..) or range(..=100)";
    let bound = |expr: &Expr| match number::number(expr) {
        Some(Ok(number)) => Ok(number),
        Some(Err(message)) => Err(syn::Error::new_spanned(expr, message)),
        None => Err(syn::Error::new_spanned(expr, example)),
    };
    let (min, max) = ends(held, example)?;
    let (min, max) = (min.map(bound).transpose()?, max.map(bound).transpose()?);
    Ok(Constraint { value: Bounds::Range { min, max }, place: held.range.span() })
}

fn read_len(held: &Held) -> syn::Result<Constraint> {
    let example = "`len` goes from a count to one that is included, such as len(1..=64), len(1..) \
                   or len(..=64)";
    let bound = |expr: &Expr| {
        let count = number::integer(expr).and_then(|count| u32::try_from(count).ok());
        count.ok_or_else(|| syn::Error::new_spanned(expr, example))
    };
    let (min, max) = ends(held, example)?;
    let (min, max) = (min.map(bound).transpose()?, max.map(bound).transpose()?);
    let value = Bounds::Len { min: min.unwrap_or(0), max };
    Ok(Constraint { value, place: held.range.span() })
}

fn ends<'h>(held: &'h Held, example: &str) -> syn::Result<(Option<&'h Expr>, Option<&'h Expr>)> {
    let Expr::Range(range) = number::strip(&held.range) else {
        return Err(syn::Error::new_spanned(&held.range, example));
    };
    if matches!((&range.end, range.limits), (Some(_), RangeLimits::HalfOpen(_))) {
        let message = "both ends are included, in a schema as here: write `..=`";
        return Err(syn::Error::new_spanned(&held.range, message));
    }
    if range.start.is_none() && range.end.is_none() {
        return Err(syn::Error::new_spanned(&held.range, example));
    }
    Ok((range.start.as_deref(), range.end.as_deref()))
}

impl Bounds {
    /// The constraint as tables have it.
    pub(crate) fn reflect(&self) -> reflect::Constraint<'_> {
        match self {
            Bounds::Range { min, max } => {
                reflect::Constraint::Range { min: min.as_deref(), max: max.as_deref() }
            }
            Bounds::Len { min, max } => reflect::Constraint::Len { min: *min, max: *max },
        }
    }

    /// The same as an expression.
    pub(crate) fn expand(&self, private: &Ident) -> TokenStream {
        let option = |value: Option<TokenStream>| match value {
            Some(value) => quote!(#private::Some(#value)),
            None => quote!(#private::None),
        };
        match self {
            Bounds::Range { min, max } => {
                let (min, max) = (min.as_ref(), max.as_ref());
                let (min, max) =
                    (option(min.map(|it| quote!(#it))), option(max.map(|it| quote!(#it))));
                quote!(#private::Constraint::Range { min: #min, max: #max })
            }
            Bounds::Len { min, max } => {
                let max = option(max.map(|max| quote!(#max)));
                quote!(#private::Constraint::Len { min: #min, max: #max })
            }
        }
    }
}
