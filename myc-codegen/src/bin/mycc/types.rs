//! Finds the type that the command line names.

use myc_schema::nearest;
use myc_schema::schema::{Schema, TypeId, TypeKind};

use crate::failure::Failure;

/// Most names that an error lists.
const LISTED: usize = 10;

/// The type called `market.Trade`, or `Trade` where there is only one.
pub(crate) fn find(schema: &Schema, name: &str) -> Result<TypeId, Failure> {
    find_among(schema, name, "type", |_| true)
}

/// The message called so.
pub(crate) fn find_message(schema: &Schema, name: &str) -> Result<TypeId, Failure> {
    let is_message = |kind: &TypeKind| matches!(kind, TypeKind::Message(_));
    match find(schema, name) {
        Ok(id) if !is_message(&schema.types[id.0].kind) => {
            let kind = match schema.types[id.0].kind {
                TypeKind::Message(_) => "a message",
                TypeKind::Struct(_) => "a struct",
                TypeKind::Enum(_) => "an enum",
                TypeKind::Flags(_) => "flags",
                TypeKind::Union(_) => "a union",
            };
            let name = schema.qualified_name(id);
            Err(Failure::input(format!("`{name}` is {kind}: only messages have frames"))
                .help(listed(schema, is_message)))
        }
        Ok(id) => Ok(id),
        Err(_) => find_among(schema, name, "message", is_message),
    }
}

fn find_among(
    schema: &Schema,
    name: &str,
    noun: &str,
    wanted: impl Fn(&TypeKind) -> bool + Copy,
) -> Result<TypeId, Failure> {
    let ids = (0..schema.types.len()).map(TypeId);
    let found: Vec<TypeId> = ids
        .filter(|id| wanted(&schema.types[id.0].kind))
        .filter(|id| schema.types[id.0].name == name || schema.qualified_name(*id) == name)
        .collect();
    match found[..] {
        [id] => Ok(id),
        [] => Err(Failure::input(format!("no {noun} is called `{name}`"))
            .help(meant(schema, name, wanted))),
        _ => {
            let names: Vec<String> = found.iter().map(|id| schema.qualified_name(*id)).collect();
            Err(Failure::input(format!("several {noun}s are called `{name}`"))
                .help(format!("name one of {}", names.join(", "))))
        }
    }
}

/// The name that was probably meant, or else those that there are.
fn meant(schema: &Schema, name: &str, wanted: impl Fn(&TypeKind) -> bool + Copy) -> String {
    let qualified = names(schema, wanted);
    let short = |name: &String| name.rsplit('.').next().unwrap_or_default().to_owned();
    let candidates: Vec<String> = match name.contains('.') {
        true => qualified,
        false => qualified.iter().map(short).collect(),
    };
    match nearest(name, candidates.iter().map(String::as_str)) {
        Some(name) => format!("did you mean `{name}`?"),
        None => listed(schema, wanted),
    }
}

/// Names of the types that are wanted, sorted.
fn names(schema: &Schema, wanted: impl Fn(&TypeKind) -> bool) -> Vec<String> {
    let ids = (0..schema.types.len()).map(TypeId);
    let mut names: Vec<String> = ids
        .filter(|id| wanted(&schema.types[id.0].kind))
        .map(|id| schema.qualified_name(id))
        .collect();
    names.sort();
    names
}

fn listed(schema: &Schema, wanted: impl Fn(&TypeKind) -> bool) -> String {
    let mut names = names(schema, wanted);
    let left_out = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    match (names.is_empty(), left_out) {
        (true, _) => "the schema has none; name another with --schema".to_owned(),
        (false, 0) => format!("there is {}", names.join(", ")),
        (false, more) => format!("there is {}, and {more} more", names.join(", ")),
    }
}
