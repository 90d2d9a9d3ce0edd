//! `mycc digest`: what two peers compare, and what is hashed for it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use myc_schema::Arena;
use myc_schema::schema::{Schema, TypeId, TypeKind};
use mycelium_wire::reflect::{Def, Type};
use mycelium_wire::{canon, hex, sha256};
use serde_json::{Value as Json, json};

use crate::args::{DigestArgs, MessageFormat};
use crate::failure::Failure;
use crate::{digest_diff, project, source, types};

/// Runs the command.
pub(crate) fn run(args: &DigestArgs, format: MessageFormat) -> Result<(), Failure> {
    if let Some([left, right]) = args.diff.as_deref() {
        return digest_diff::run(args, [left, right], format);
    }
    let schema = source::load(&project::paths_or_schemas(&args.paths)?, format)?;
    let text = match &args.explain {
        Some(name) => {
            let id = types::find(&schema, name)?;
            let arena = Arena::new();
            let def = schema.reflect(&arena, id);
            if args.json { explain_json(def) } else { explain(def) }
        }
        None if args.json => list_json(&schema),
        None => list(&schema),
    };
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| Failure::output("to standard output", &error))
}

/// Digest of each message by its name.
fn messages(schema: &Schema) -> BTreeMap<String, String> {
    let ids = (0..schema.types.len()).map(TypeId);
    ids.filter(|id| matches!(schema.types[id.0].kind, TypeKind::Message(_)))
        .map(|id| (schema.qualified_name(id), schema.types[id.0].digest.to_string()))
        .collect()
}

fn schema_digest(schema: &Schema) -> Option<String> {
    schema.digest.map(|digest| digest.to_string())
}

fn list(schema: &Schema) -> String {
    let messages = messages(schema);
    let width = messages.keys().map(String::len).max().unwrap_or_default().max("schema".len());
    let mut text = String::new();
    for (name, digest) in &messages {
        text.push_str(&format!("{name:width$}  {digest}\n"));
    }
    if let Some(digest) = schema_digest(schema) {
        text.push_str(&format!("{:width$}  {digest}\n", "schema"));
    }
    text
}

fn list_json(schema: &Schema) -> String {
    pretty(&json!({ "schema": schema_digest(schema), "messages": messages(schema) }))
}

/// What is hashed for a type, from the text of its facts to the digest.
fn explain(def: &Def<'_>) -> String {
    let facts = canon::facts(def);
    let mut text = format!("{}.{}\n\n", def.package, def.name);
    text.push_str("canonical text:\n");
    push_indented(&mut text, &canon::text(def));
    text.push_str("\nfacts text, the same with _ for types:\n");
    push_indented(&mut text, &facts);
    text.push_str(&format!("\nSHA-256 of the facts text:\n  {}\n", facts_hash(&facts)));
    text.push_str("\ntypes, which are hashed behind it:\n");
    for ty in def.kind.types() {
        text.push_str(&format!("  {};\n", canon::type_text(ty)));
    }
    text.push_str("\nof these, each named type stands as # and its digest:\n");
    for (name, digest) in used(def) {
        text.push_str(&format!("  {name}  {digest}\n"));
    }
    text.push_str(&format!("\ndigest:\n  {}\n", def.digest));
    text
}

fn explain_json(def: &Def<'_>) -> String {
    let facts = canon::facts(def);
    let types: Vec<String> = def.kind.types().into_iter().map(canon::type_text).collect();
    pretty(&json!({
        "type": format!("{}.{}", def.package, def.name),
        "digest": def.digest.to_string(),
        "text": canon::text(def),
        "facts_sha256": facts_hash(&facts),
        "facts": facts,
        "types": types,
        "named_types": used(def),
    }))
}

fn facts_hash(facts: &str) -> String {
    hex::encode(&sha256(facts.as_bytes()))
}

/// Digest of each named type that the members use, by its name.
fn used(def: &Def<'_>) -> BTreeMap<String, String> {
    let mut named = BTreeMap::new();
    for ty in def.kind.types() {
        collect_named(ty, &mut named);
    }
    named
}

fn collect_named(ty: &Type<'_>, named: &mut BTreeMap<String, String>) {
    match ty {
        Type::Named(def) => {
            named.insert(format!("{}.{}", def.package, def.name), def.digest.to_string());
        }
        Type::Array(item, _) | Type::BoundedList(item, _) => collect_named(item, named),
        Type::List(item) | Type::Optional(item) => collect_named(item, named),
        Type::Map(key, value) => [key, value].into_iter().for_each(|ty| collect_named(ty, named)),
        Type::Tuple(items) => items.iter().for_each(|item| collect_named(item, named)),
        _ => {}
    }
}

fn push_indented(text: &mut String, lines: &str) {
    for line in lines.lines() {
        text.push_str(&format!("  {line}\n"));
    }
}

pub(crate) fn pretty(json: &Json) -> String {
    format!("{json:#}\n")
}
