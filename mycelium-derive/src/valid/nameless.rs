//! Tuple structs, which are what their field is, or the tuple of their fields.

use mycelium_wire::reflect::MAX_TUPLE_ITEMS;
use quote::ToTokens;

use super::krate;
use crate::ast::{Body, Derive, Field, Input};
use crate::errors::Errors;
use crate::item::Nameless;

const NAMELESS: &str = "a tuple struct is on the wire what its field is, or the tuple of its fields, as an \
                        alias is in a schema: it has no package, name or digest of its own; take this \
                        away, or give the fields names to make it a struct";

/// Whether this is one.
pub(crate) fn is_nameless(input: &Input<'_>) -> bool {
    matches!((input.derive, &input.body), (Derive::Struct, Body::Tuple(_)))
}

/// Checks one; nothing where it is something else.
pub(crate) fn check_nameless<'a>(input: &'a Input<'a>, errors: &Errors) -> Option<Nameless<'a>> {
    let Body::Tuple(fields) = &input.body else { return None };
    super::check_generics(input, errors);
    if !(1..=MAX_TUPLE_ITEMS).contains(&fields.len()) {
        let message = format!(
            "a tuple struct has 1 to {MAX_TUPLE_ITEMS} fields, this one has {}; give the fields names",
            fields.len()
        );
        errors.at(&input.original.ident, message);
    }
    let attrs = &input.attrs;
    let texts = [&attrs.package, &attrs.name, &attrs.view, &attrs.digest, &attrs.was];
    for text in texts.into_iter().flatten() {
        errors.at(text, NAMELESS);
    }
    fields.iter().for_each(|field| check_field(field, errors));
    Some(Nameless {
        original: input.original,
        krate: krate(attrs),
        impls: attrs.impls.clone(),
        types: fields.iter().map(|field| field.ty).collect(),
    })
}

fn check_field(field: &Field<'_>, errors: &Errors) {
    let attrs = &field.attrs;
    if let Some(name) = &attrs.name {
        errors.at(name, NAMELESS);
    }
    let words = [
        attrs.nonempty.as_ref().map(ToTokens::to_token_stream),
        attrs.unit.as_ref().map(ToTokens::to_token_stream),
        attrs.was.as_ref().map(ToTokens::to_token_stream),
        attrs.range.as_ref().map(|held| held.range.to_token_stream()),
        attrs.len.as_ref().map(|held| held.range.to_token_stream()),
    ];
    for word in words.into_iter().flatten() {
        errors.at(word, "what a value is held to, and its unit, stand at the field that has it");
    }
}
