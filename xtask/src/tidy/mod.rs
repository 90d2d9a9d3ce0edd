//! The rules of the house that no compiler checks, each in a file of its own.

mod errors;
mod functions;
mod imports;
mod lengths;
mod links;
mod unsafety;
mod words;

use std::fmt;
use std::fs;
use std::process::Command;

use crate::failure::Failure;
use crate::{Outcome, repo};

/// A file of the repository, as git sees it.
pub(crate) struct Source {
    /// Path from the repository's folder.
    path: String,
    text: String,
}

/// A place where a rule is broken.
pub(crate) struct Finding {
    path: String,
    line: usize,
    what: String,
}

type Rule = fn(&[Source]) -> Vec<Finding>;

const RULES: &[Rule] = &[
    lengths::check,
    functions::check,
    unsafety::check,
    imports::check,
    links::check,
    errors::check,
    words::check,
];

/// Checks every rule and prints what breaks one.
pub(crate) fn run() -> Outcome {
    println!("{}", check()?);
    Ok(())
}

/// Checks every rule; gives a word on what was read.
pub(crate) fn check() -> Result<String, Failure> {
    let sources = read_sources()?;
    let findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&sources)).collect();
    if findings.is_empty() {
        return Ok(format!("{} files keep the house rules", sources.len()));
    }
    let listed: Vec<String> = findings.iter().map(Finding::to_string).collect();
    Err(Failure::new(format!("{} places break a house rule", findings.len()))
        .seen(listed.join("\n"))
        .remedy("mend the place, or list it with its reason in the rule's file in xtask/src/tidy"))
}

fn read_sources() -> Result<Vec<Source>, Failure> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(repo::root())
        .output()
        .map_err(|error| Failure::new(format!("cannot run git to list the files: {error}")))?;
    if !listed.status.success() {
        return Err(Failure::new("git cannot list the files of the repository")
            .seen(String::from_utf8_lossy(&listed.stderr)));
    }
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    // Files that are deleted but not yet committed, and those that are not text, have no rules.
    let read = |name: &str| {
        let text = fs::read_to_string(repo::root().join(name)).ok()?;
        Some(Source { path: name.to_owned(), text })
    };
    Ok(names.split('\0').filter(|name| !name.is_empty()).filter_map(read).collect())
}

impl Source {
    fn has_extension(&self, extensions: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, found)| extensions.contains(&found))
    }

    /// Made by a tool, or written by somebody else's rules.
    fn is_generated(&self) -> bool {
        self.path.starts_with("generated/") || self.path.ends_with(".lock")
    }

    fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.split('/').any(|part| part == "tests" || part == "test")
            || name == "tests.rs"
            || name.starts_with("test_")
            || name == "conftest.py"
    }

    fn find(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::{Rule, Source, errors, functions, imports, lengths, links, unsafety, words};

    fn found(rule: Rule, path: &str, text: &str) -> Vec<String> {
        let source = Source { path: path.into(), text: text.into() };
        rule(&[source]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn long_files_are_found_without_their_tests() {
        let long = "// a line\n".repeat(501);
        assert_eq!(
            found(lengths::check, "a/src/long.rs", &long),
            ["a/src/long.rs:501: 501 lines, at most 500"]
        );
        let tested = format!("{}#[cfg(test)]\nmod tests {{\n{long}}}\n", "// a line\n".repeat(499));
        assert!(found(lengths::check, "a/src/long.rs", &tested).is_empty());
        assert!(found(lengths::check, "a/tests/long.rs", &long).is_empty());
    }

    #[test]
    fn long_functions_are_found() {
        let body = "    step();\n".repeat(80);
        let text = format!("pub(crate) fn walk() {{\n{body}}}\n\nfn short() {{}}\n");
        assert_eq!(
            found(functions::check, "a/src/b.rs", &text),
            ["a/src/b.rs:1: `walk` has 82 lines, at most 80"]
        );
    }

    #[test]
    fn unsafe_code_is_found_outside_its_modules() {
        let text = concat!("#![allow(", "unsafe_code)]\n");
        assert_eq!(found(unsafety::check, "myc-schema/src/lib.rs", text).len(), 1);
        assert!(found(unsafety::check, "runtime/ring/src/map.rs", text).is_empty());
    }

    #[test]
    fn imports_against_the_direction_are_found() {
        let manifest =
            "[package]\nname = \"mycelium-wire\"\n\n[dependencies]\nmyc-schema = \"1\"\n";
        assert_eq!(
            found(imports::check, "runtime/wire/Cargo.toml", manifest),
            ["runtime/wire/Cargo.toml:5: `mycelium-wire` must not import `myc-schema`"]
        );
        let tests = "[package]\nname = \"mycelium-wire\"\n\n[dev-dependencies]\nmycelium = \"1\"\n";
        assert!(found(imports::check, "runtime/wire/Cargo.toml", tests).is_empty());
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        let text = "see [this](Cargo.toml#x), [that](no/such.md) and [more](https://example.com)\n";
        assert_eq!(found(links::check, "page.md", text), ["page.md:1: `no/such.md` leads nowhere"]);
    }

    #[test]
    fn links_to_headings_that_are_not_there_are_found() {
        let text = "# A `b`, c\n\n[1](#a-b-c) [2](#none)\n\n```text\n# None\n[3](no.md)\n```\n";
        assert_eq!(
            found(links::check, "page.md", text),
            ["page.md:3: `#none` leads to no heading"]
        );
    }

    #[test]
    fn anchors_are_those_of_forges_and_of_the_book() {
        let text = concat!(
            "# `mycc` *gen* [x](https://a.b)\n# A\n## A ##\nSee_also\n===\n> # In 1.\n\n",
            "[1](#mycc-gen-x) [2](#a) [3](#a-1) [4](#see_also) [5](#in-1) `[6](#none)`\n\n",
            "[7](#a-2)\n[8](Cargo.toml \"a title\") [9][nine]\n\n[nine]: no.md\n"
        );
        assert_eq!(
            found(links::check, "page.md", text),
            ["page.md:10: `#a-2` leads to no heading", "page.md:11: `no.md` leads nowhere"]
        );
        // The two number what is there twice, and write letters small, each in its way.
        let text = "# A\n# A\n# A-1\n# \u{c9}t\u{e9}\n\n[1](#a-1-1)\n[2](#\u{e9}t\u{e9})\n";
        assert_eq!(
            found(links::check, "page.md", text),
            [
                "page.md:6: `#a-1-1` leads to no heading in the book, though on a forge",
                "page.md:7: `#\u{e9}t\u{e9}` leads to no heading in the book, though on a forge",
            ]
        );
    }

    #[test]
    fn links_out_of_the_repository_are_found() {
        let text = "[1](../README.md) [2](../../README.md)\n[3](/etc/passwd) [4](mailto:a@b.c)\n";
        assert_eq!(
            found(links::check, "docs/page.md", text),
            [
                "docs/page.md:1: `../../README.md` leads out of the repository",
                "docs/page.md:2: `/etc/passwd` leads out of the repository",
            ]
        );
    }

    #[test]
    fn errors_that_the_page_does_not_know_are_found() {
        let source = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
        let sources = [
            source("docs/troubleshooting.md", "`SpawnError::Open`"),
            source(
                "runtime/bus/src/actor/failure.rs",
                "pub enum SpawnError {\n    Open {\n        x: u8,\n    },\n    Stopped,\n}\n",
            ),
        ];
        let found: Vec<String> = errors::check(&sources).iter().map(ToString::to_string).collect();
        let page = "docs/troubleshooting.md:1:";
        // No table says which enums there are.
        let new = source(
            "runtime/ring/src/new.rs",
            "pub enum NewError<T> {\n    /// It is.\n    Odd(T),\n}\n",
        );
        let also: Vec<String> = errors::check(&[source("docs/troubleshooting.md", ""), new])
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(also, [format!("{page} `NewError::Odd` is not on the page")]);
        assert!(found.contains(&format!("{page} `SpawnError::Stopped` is not on the page")));
        assert!(!found.contains(&format!("{page} `SpawnError::Open` is not on the page")));
    }

    #[test]
    fn words_that_say_unfinished_are_found() {
        let text = format!("// {}: later\n", ["TO", "DO"].concat());
        assert_eq!(found(words::check, "a/src/b.rs", &text).len(), 1);
    }
}
