//! `mycc digest --diff`: why two digests differ.

use std::collections::BTreeMap;
use std::io::{self, Write};

use myc_schema::Arena;
use mycelium_wire::canon::{Difference, difference};
use mycelium_wire::reflect::{Def, Kind};
use serde_json::{Value as Json, json};

use crate::args::{DigestArgs, MessageFormat};
use crate::digest::pretty;
use crate::failure::{Failure, print_error};
use crate::version::Version;
use crate::{check, project, version};

/// Compares two versions; fails where they differ, as `diff` does.
pub(crate) fn run(
    args: &DigestArgs,
    sides: [&String; 2],
    format: MessageFormat,
) -> Result<(), Failure> {
    let arena = Arena::new();
    // Only git needs to be told which paths.
    let is_git = sides.iter().any(|side| side.starts_with("git:"));
    let paths = if is_git { project::paths_or_schemas(&args.paths)? } else { Vec::new() };
    let [left, right] = sides.map(|side| version::earlier(&arena, side, &paths, format));
    let found = differences(&left?, &right?);
    let text = if args.json { to_json(&found, sides) } else { in_words(&found, sides) };
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| Failure::output("to standard output", &error))?;
    if format == MessageFormat::Text {
        print_error(&match found.len() {
            0 => "ok: every message has one digest\n".to_owned(),
            number => format!("{} differ\n", check::count(number, "message")),
        });
    }
    if found.is_empty() { Ok(()) } else { Err(Failure::Shown) }
}

/// The messages of a version by name.
fn messages<'v>(version: &'v Version<'_>) -> BTreeMap<String, &'v Def<'v>> {
    let messages = version.defs.iter().filter(|def| matches!(def.kind, Kind::Message { .. }));
    messages.map(|def| (format!("{}.{}", def.package, def.name), &**def)).collect()
}

/// One for each message whose digest is not the same on both sides, by name.
fn differences(left: &Version<'_>, right: &Version<'_>) -> BTreeMap<String, Difference> {
    let (lefts, rights) = (messages(left), messages(right));
    let mut found = BTreeMap::new();
    for name in lefts.keys().chain(rights.keys()) {
        let only = |def: Option<&&Def<'_>>| def.map(|_| "message".to_owned());
        let differs = match (lefts.get(name), rights.get(name)) {
            (Some(left), Some(right)) => difference(left, right),
            (left, right) => {
                Some(Difference { path: name.clone(), left: only(left), right: only(right) })
            }
        };
        found.extend(differs.map(|differs| (name.clone(), differs)));
    }
    found
}

fn in_words(found: &BTreeMap<String, Difference>, [left, right]: [&String; 2]) -> String {
    let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "not there".to_owned());
    let shown = found.values().map(|one| {
        let (here, there) = (side(&one.left), side(&one.right));
        format!("{}\n  {left}: {here}\n  {right}: {there}\n", one.path)
    });
    shown.collect()
}

fn to_json(found: &BTreeMap<String, Difference>, [left, right]: [&String; 2]) -> String {
    let shown = found.iter().map(|(message, Difference { path, left, right })| {
        json!({ "message": message, "path": path, "a": left, "b": right })
    });
    let all: Vec<Json> = shown.collect();
    pretty(&json!({ "a": left, "b": right, "differences": all }))
}
