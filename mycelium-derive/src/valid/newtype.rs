//! Tuple structs of one field, which are what their field is.

use quote::ToTokens;

use super::krate;
use crate::ast::{Body, Derive, Input};
use crate::errors::Errors;
use crate::item::Newtype;

const NAMELESS: &str = "a tuple struct of one field is on the wire what its field is, as an alias is in \
                        a schema: it has no package, name or digest of its own; take this away, or \
                        give the field a name to make it a struct";

/// Whether this is one.
pub(crate) fn is_newtype(input: &Input<'_>) -> bool {
    matches!((input.derive, &input.body), (Derive::Struct, Body::Tuple(fields)) if fields.len() == 1)
}

/// Checks one; nothing where it is something else.
pub(crate) fn check_newtype<'a>(input: &'a Input<'a>, errors: &Errors) -> Option<Newtype<'a>> {
    let Body::Tuple(fields) = &input.body else { return None };
    let [field] = fields.as_slice() else { return None };
    super::check_generics(input, errors);
    let attrs = &input.attrs;
    let texts =
        [&attrs.package, &attrs.name, &attrs.view, &attrs.digest, &attrs.was, &field.attrs.name];
    for text in texts.into_iter().flatten() {
        errors.at(text, NAMELESS);
    }
    let words = [
        &field.attrs.nonempty.as_ref().map(ToTokens::to_token_stream),
        &field.attrs.unit.as_ref().map(ToTokens::to_token_stream),
        &field.attrs.was.as_ref().map(ToTokens::to_token_stream),
        &field.attrs.range.as_ref().map(|held| held.range.to_token_stream()),
        &field.attrs.len.as_ref().map(|held| held.range.to_token_stream()),
    ];
    for word in words.into_iter().flatten() {
        errors.at(word, "what a value is held to, and its unit, stand at the field that has it");
    }
    Some(Newtype {
        original: input.original,
        krate: krate(attrs),
        impls: attrs.impls.clone(),
        ty: field.ty,
    })
}
