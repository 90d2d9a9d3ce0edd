//! `#[myc(schema = "…")]`: the message is held against the `.myc` file that declares it.
//!
//! What names and numbers tell is compared here, so that each difference is reported at its place. The
//! types of fields are compared by const evaluation, which alone knows them: the expansion gets the
//! digest that each must have.

mod compare;
mod read;

use mycelium_wire::Digest;
use mycelium_wire::reflect::{Def, Kind};
use syn::LitStr;

use crate::ast::Input;
use crate::errors::Errors;
use crate::item::{Declared, DeclaredField, Item, Kind as ItemKind};

/// Compares a message with its declaration, and says what is left to const evaluation.
pub(crate) fn check(input: &Input<'_>, item: &Item<'_>, errors: &Errors) -> Option<Declared> {
    let path = input.attrs.schema.as_ref()?;
    let ItemKind::Message { id, topic, fields } = &item.kind else { return None };
    let full_name = format!("{}.{}", item.package, item.name);
    let read = read::declaration(path, &full_name, errors, |def| {
        let Kind::Message { id: declared_id, topic: declared_topic, fields: declared } = def.kind
        else {
            let file = path.value();
            errors.at(path, format!("`{full_name}` is no message in {file}"));
            return None;
        };
        let comparison =
            compare::Comparison { input, file: path.value(), name: &full_name, errors };
        comparison.check_id(*id, declared_id);
        comparison.check_topic(topic, declared_topic);
        comparison.check_fields(fields, declared).then(|| declared_of(def, declared))
    })?;
    let (files, declared) = read;
    let (digest, fields) = declared?;
    Some(Declared { path: LitStr::new(&path.value(), path.span()), files, digest, fields })
}

fn declared_of(
    def: &Def<'_>,
    fields: &[mycelium_wire::reflect::Field<'_>],
) -> (Digest, Vec<DeclaredField>) {
    let field = |field: &mycelium_wire::reflect::Field<'_>| DeclaredField {
        ty: mycelium_wire::canon::type_text(field.ty),
        digest: Digest::of_type(field.ty),
    };
    (def.digest, fields.iter().map(field).collect())
}
