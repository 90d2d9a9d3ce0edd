//! The book's page on troubles knows every kind of error that a user may meet.

use super::{Finding, Source};

const PAGE: &str = "docs/troubleshooting.md";

/// Files with enums whose variants the page names, `RecvError::Lost`.
const ENUMS: &[(&str, &[&str])] = &[
    (
        "runtime/bus/src/error.rs",
        &["OpenError", "PublishError", "TryPublishError", "RecvError", "TryRecvError"],
    ),
    ("runtime/bus/src/topology/error.rs", &["TopologyError"]),
    ("runtime/bus/src/actor/failure.rs", &["SpawnError"]),
    ("runtime/bus/src/observe/mod.rs", &["ObserveError"]),
    ("runtime/ring/src/error.rs", &["CreateError", "ReserveError", "AttachError", "PollError"]),
];

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
    for (file, names) in ENUMS {
        for name in *names {
            let variants = variants_of(text_of(file), name);
            if variants.is_empty() {
                wanted.push(format!("{name}::?"));
            }
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

/// The variants of an enum that rustfmt has formatted.
fn variants_of<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let head = text.lines().position(|line| {
        let rest = line.strip_prefix("pub enum ").and_then(|rest| rest.strip_prefix(name));
        rest.is_some_and(|rest| rest.starts_with([' ', '<']))
    });
    let Some(head) = head else { return Vec::new() };
    let body = text.lines().skip(head + 1).take_while(|line| *line != "}");
    let variant = |line: &'t str| {
        let line = line.strip_prefix("    ").filter(|line| line.starts_with(char::is_uppercase))?;
        line.split(|char: char| !char.is_alphanumeric()).next()
    };
    body.filter_map(variant).collect()
}
