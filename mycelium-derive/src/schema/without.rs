//! `#[myc(schema = "…")]` where the compiler of schemas is not built in.

use crate::ast::Input;
use crate::errors::Errors;
use crate::item::{Declared, Item};

/// Says that a feature is missing.
pub(crate) fn check(input: &Input<'_>, _: &Item<'_>, errors: &Errors) -> Option<Declared> {
    let path = input.attrs.schema.as_ref()?;
    errors.at(
        path,
        "`schema` needs the feature `schema` of `mycelium`, which builds the compiler in",
    );
    None
}
