//! Tuple structs of one field, which are what their field is.

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
    let texts = [&attrs.package, &attrs.name, &attrs.view, &attrs.digest, &field.attrs.name];
    for text in texts.into_iter().flatten() {
        errors.at(text, NAMELESS);
    }
    Some(Newtype { original: input.original, krate: krate(attrs), ty: field.ty })
}
