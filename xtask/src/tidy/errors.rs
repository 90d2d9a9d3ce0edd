//! The book's page on troubles knows every kind of error that a user may meet.

use super::{Finding, Source};

const PAGE: &str = "docs/troubleshooting.md";

/// Folders of crates whose public enums of errors the page names, each with its variants: `RecvError::Lost`.
const CRATES: &[&str] = &["runtime/bus/src/", "runtime/ring/src/"];

/// Files with lines that name an error, and what stands around its name.
const NAMES: &[(&str, &str, &str)] = &[
    ("runtime/wire/src/error.rs", "=> \"", "\""),
    ("runtime/ffi/include/mycelium.h", "#define MYC_ERR_", " "),
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let Some(page) = sources.iter().find(|source| source.path == PAGE) else { return Vec::new() };
    let text_of = |path: &str| {
        sources.iter().find(|source| source.path == path).map_or("", |source| &source.text)
    };
    let mut wanted: Vec<String> = Vec::new();
    let is_theirs = |source: &&Source| CRATES.iter().any(|start| source.path.starts_with(start));
    for source in sources.iter().filter(is_theirs).filter(|source| source.has_extension(&["rs"])) {
        for (name, variants) in enums_in(&source.text) {
            wanted.extend(variants.iter().map(|variant| format!("{name}::{variant}")));
        }
    }
    for (file, before, behind) in NAMES {
        let lines = text_of(file).lines().filter_map(|line| line.split_once(before));
        let names = lines.filter_map(|(_, rest)| rest.split_once(behind));
        let prefix = before.strip_prefix("#define ").unwrap_or_default();
        wanted.extend(names.map(|(name, _)| format!("{prefix}{name}")));
    }
    wanted
        .iter()
        .filter(|name| !page.text.contains(&format!("`{name}`")))
        .map(|name| page.find(1, format!("`{name}` is not on the page")))
        .collect()
}

/// The public enums of errors in a file that rustfmt has formatted, with their variants.
fn enums_in(text: &str) -> Vec<(&str, Vec<&str>)> {
    let lines: Vec<&str> = text.lines().collect();
    let heads = lines.iter().enumerate().filter_map(|(index, line)| {
        let name = word_of(line.strip_prefix("pub enum ")?)?;
        name.ends_with("Error").then_some((index, name))
    });
    heads.map(|(index, name)| (name, variants_of(&lines[index + 1..]))).collect()
}

fn variants_of<'t>(lines: &[&'t str]) -> Vec<&'t str> {
    let body = lines.iter().take_while(|line| **line != "}");
    body.filter_map(|line| {
        let line = line.strip_prefix("    ")?;
        line.starts_with(char::is_uppercase).then(|| word_of(line))?
    })
    .collect()
}

fn word_of(text: &str) -> Option<&str> {
    text.split(|char: char| !char.is_alphanumeric()).next()
}
