//! Names in the styles of the language, distinct also in the languages that code is generated in.

use std::collections::{HashMap, HashSet};

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use super::report::{At, Report};

/// How a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Style {
    /// PascalCase.
    Type,
    /// SCREAMING_SNAKE_CASE.
    Constant,
    /// snake_case.
    Member,
}

/// Bytes that a name may have; the compiler takes a few more.
const LONGEST: usize = 112;

/// Names of types that the compiler refuses: keywords of Rust or Python.
const REFUSED_TYPES: [&str; 4] = ["Self", "None", "True", "False"];

/// Names that may not be equal: those of a package, or the members of one item.
#[derive(Debug, Default)]
pub(super) struct Scope {
    taken: HashSet<String>,
    /// The last number that was given to a name: that one and all below are taken.
    numbers: HashMap<(Style, String), usize>,
    /// Whether names that are one in PascalCase are one.
    is_camel_somewhere: bool,
    /// Whether generated code has an `unknown` of its own.
    has_unknown: bool,
}

impl Scope {
    /// Types and constants of a package, or fields of a struct or message.
    pub(super) fn new() -> Scope {
        Scope::default()
    }

    /// Members of an open enum, or arms of an open union.
    pub(super) fn of_open_members() -> Scope {
        Scope { is_camel_somewhere: true, has_unknown: true, ..Scope::default() }
    }

    /// Members of flags.
    pub(super) fn of_flags() -> Scope {
        Scope { is_camel_somewhere: true, ..Scope::default() }
    }

    /// The name in style; where that is taken, another one, which is noted.
    pub(super) fn claim(
        &mut self,
        style: Style,
        original: &str,
        at: At,
        report: &mut Report,
    ) -> String {
        let plain = styled(style, original);
        let mut name = plain.clone();
        if self.has_unknown && name == "unknown" {
            "unknown_value".clone_into(&mut name);
        } else if style == Style::Type && REFUSED_TYPES.contains(&name.as_str()) {
            name.push_str("Type");
        }
        let (name, number) = self.free(style, name);
        self.taken.extend(self.keys(style, &name));
        let shortened = plain.len() == LONGEST && original.len() > LONGEST;
        if name != plain || shortened {
            let why = match number {
                _ if shortened && name == plain => "which is too long",
                1 => "which generated code needs for itself",
                _ => "which is taken",
            };
            report.note(at, format!("`{original}` is called `{name}`, not `{plain}`, {why}"));
        }
        name
    }

    /// The first of a name and the numbered ones behind it that is free, and its number.
    fn free(&mut self, style: Style, base: String) -> (String, usize) {
        let last = self.numbers.get(&(style, base.clone())).copied().unwrap_or_default();
        let mut number = last + 1;
        let mut name = if number == 1 { base.clone() } else { numbered(style, &base, number) };
        while self.keys(style, &name).iter().any(|key| self.taken.contains(key)) {
            number += 1;
            name = numbered(style, &base, number);
        }
        self.numbers.insert((style, base), number);
        (name, number)
    }

    /// What may not be equal: the name, and what becomes of it. Topics are made of names of types.
    fn keys(&self, style: Style, name: &str) -> Vec<String> {
        match style {
            Style::Member if self.is_camel_somewhere => vec![name.to_upper_camel_case()],
            Style::Type => vec![name.to_owned(), format!("{}.", name.to_snake_case())],
            Style::Member | Style::Constant => vec![name.to_owned()],
        }
    }
}

/// A package in style: parts in snake_case with points between them.
pub(super) fn package(original: &str) -> String {
    let parts: Vec<String> = original
        .split(['.', '/'])
        .filter(|part| !part.is_empty())
        .map(|part| styled(Style::Member, part))
        .collect();
    if parts.is_empty() { "imported".to_owned() } else { parts.join(".") }
}

/// Part of a topic: lower-case letters, digits and `_`.
pub(super) fn topic_part(original: &str) -> String {
    styled(Style::Member, original)
}

/// The name in style, whatever it was: words of ASCII letters and digits that begin with a letter.
fn styled(style: Style, original: &str) -> String {
    let ascii: String =
        original.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let (mut name, front, nameless) = match style {
        // `HTTPServer` stays as it is.
        Style::Type if is_pascal(&ascii) => (ascii, "T", "Type"),
        Style::Type => (ascii.to_upper_camel_case(), "T", "Type"),
        Style::Constant => (ascii.to_shouty_snake_case(), "C_", "CONSTANT"),
        Style::Member => (ascii.to_snake_case(), "n_", "name"),
    };
    if name.is_empty() {
        nameless.clone_into(&mut name);
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert_str(0, front);
    }
    name.truncate(LONGEST);
    name.truncate(name.trim_end_matches('_').len());
    name
}

fn is_pascal(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && (name.len() < 4 || name.contains(|c: char| c.is_ascii_lowercase()))
}

fn numbered(style: Style, base: &str, number: usize) -> String {
    match style {
        Style::Type => format!("{base}N{number}"),
        Style::Constant => format!("{base}_N{number}"),
        Style::Member => format!("{base}_n{number}"),
    }
}
