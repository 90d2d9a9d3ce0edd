//! `mycc breaking`: which changes since an earlier version break something.

use std::io::{self, Write};
use std::path::PathBuf;

use myc_schema::{Arena, Break, Place, Places, breaking};
use serde_json::{Value as Json, json};

use crate::args::{BreakingArgs, MessageFormat};
use crate::failure::{Failure, print_error};
use crate::version::{self, Version};
use crate::{check, project};

/// Runs the command.
pub(crate) fn run(args: &BreakingArgs, format: MessageFormat) -> Result<(), Failure> {
    let paths = project::paths_or_schemas(&args.paths)?;
    let arena = Arena::new();
    let previous = match &args.against {
        Some(against) => version::earlier(&arena, against, &paths, format)?,
        None => released(&arena, &args.paths)?,
    };
    let current = version::of_paths(&arena, &paths, format)?;
    let breaks = breaking(previous.facts(), current.facts());
    let text = if args.json {
        let breaks: Vec<Json> = breaks.iter().map(|b| to_json(b, &previous, &current)).collect();
        format!("{:#}\n", json!({ "breaks": breaks }))
    } else {
        in_words(&breaks, &previous, &current)
    };
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| Failure::output("to standard output", &error))?;
    outcome(&breaks, format)
}

/// The last release, where no other version was said.
fn released<'a>(arena: &'a Arena, paths: &[PathBuf]) -> Result<Version<'a>, Failure> {
    let lock = project::lock_for(&None, paths)?;
    if lock.exists() {
        return version::latest_of(arena, &lock);
    }
    Err(Failure::input(format!("there is no `{}` to compare with", lock.display()))
        .help("say which version with --against, or begin a lock with `mycc release`"))
}

/// All breaks, for people.
pub(crate) fn in_words(breaks: &[Break], previous: &Version<'_>, current: &Version<'_>) -> String {
    breaks.iter().map(|found| found.render(&previous.places, &current.places)).collect()
}

/// Says how many breaks there are, and fails where there is one.
pub(crate) fn outcome(breaks: &[Break], format: MessageFormat) -> Result<(), Failure> {
    if format == MessageFormat::Text {
        print_error(&match breaks.len() {
            0 => "ok: nothing breaks\n".to_owned(),
            number => format!("{}\n", check::count(number, "break")),
        });
    }
    if breaks.is_empty() { Ok(()) } else { Err(Failure::Shown) }
}

fn to_json(found: &Break, previous: &Version<'_>, current: &Version<'_>) -> Json {
    let directions: Vec<&str> = found.rule.directions.iter().map(|way| way.name()).collect();
    json!({
        "rule": found.rule.id,
        "breaks": directions,
        "message": found.message,
        "previous": side(found.previous.as_deref(), &previous.places),
        "current": side(found.current.as_deref(), &current.places),
        "messages": found.messages,
        "help": found.rule.help,
    })
}

fn side(path: Option<&str>, places: &Places) -> Json {
    let Some(path) = path else { return Json::Null };
    let place = places.get(path).map(|Place { file, at }| {
        json!({ "file": file.display().to_string(), "line": at.line, "column": at.column })
    });
    json!({ "path": path, "place": place })
}
