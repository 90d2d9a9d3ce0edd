//! The pages of the errors say what is true: wrong examples give the code, right ones do not, and no code
//! was ever taken away.

use std::fs;
use std::path::{Path, PathBuf};

use myc_schema::{Code, Format, Memory, Severity, SourceSet, compile};

/// Every code that there ever was. New ones go to the end; nothing else may change.
const CODES: &str = include_str!("codes.txt");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors")
}

/// The files of the examples under a heading, by name; a block without a name is `example.myc`.
fn files<'p>(page: &'p str, heading: &str) -> Vec<(&'p str, String)> {
    let section = page.split("\n## ").find(|section| section.starts_with(heading));
    let blocks = section.unwrap_or_default().split("\n```").skip(1).step_by(2);
    let file = |block: &'p str| {
        let (info, text) = block.split_once('\n')?;
        let name = info.strip_prefix("myc")?.trim();
        let name = if name.is_empty() { "example.myc" } else { name };
        let package = if text.contains("package ") { "" } else { "package example;\n" };
        // The one page about a missing package means what it shows.
        let is_whole = info.contains(' ');
        Some((name, format!("{}{text}", if is_whole { "" } else { package })))
    };
    blocks.filter_map(file).collect()
}

/// The codes that the files give, of which the first is the root, and the report.
fn codes(files: &[(&str, String)]) -> (Vec<Code>, String) {
    let memory =
        files.iter().fold(Memory::new(), |memory, (name, text)| memory.file(*name, text.as_str()));
    let (_, diagnostics) = compile(&SourceSet::new(memory).root(files[0].0));
    let codes = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    (codes, diagnostics.render(Format::Text { color: false }))
}

#[test]
fn examples_do_what_their_page_says() {
    for code in Code::all() {
        let page = code.page();
        let (wrong, right) = (files(page, "Wrong"), files(page, "Right"));
        assert!(!wrong.is_empty() && !right.is_empty(), "{code} has no examples");
        let (given, report) = codes(&wrong);
        assert!(!given.is_empty() && given.iter().all(|given| *given == code), "{code}:\n{report}");
        let (given, report) = codes(&right);
        assert_eq!(given, [], "{code}:\n{report}");
    }
}

#[test]
fn pages_are_in_style() {
    for code in Code::all() {
        let (page, title) = (code.page(), code.title());
        assert!(page.starts_with(&format!("# {code}: {title}\n\n")), "{code}");
        assert!(title.starts_with(char::is_lowercase) && !title.ends_with('.'), "{code}: {title}");
        let text = page.split("\n\n").nth(1).unwrap_or_default();
        assert!(text.ends_with('.') && page.ends_with("```\n"), "{code}: {text}");
        assert_eq!(Code::parse(&code.to_string()), Some(code));
        let short = code.to_string().replace("E0", "e");
        assert_eq!(Code::parse(&short), Some(code), "{short}");
    }
}

#[test]
fn the_index_lists_every_page_and_there_is_no_other() {
    let index = fs::read_to_string(folder().join("README.md")).expect("there is an index");
    let rows: Vec<&str> = index.lines().filter(|line| line.starts_with("| [E")).collect();
    let row = |code: Code| {
        let warning = if code.severity() == Severity::Warning { " (warning)" } else { "" };
        format!("| [{code}]({code}.md) | {}{warning} |", code.title())
    };
    assert_eq!(rows, Code::all().map(row).collect::<Vec<_>>());
    let pages = fs::read_dir(folder()).expect("there are pages").count();
    assert_eq!(pages, Code::all().count() + 1);
}

#[test]
fn codes_are_only_ever_added() {
    let listed: Vec<&str> = CODES.lines().collect();
    let known: Vec<String> = Code::all().map(|code| format!("{code} {}", code.name())).collect();
    assert_eq!(listed, known, "add new codes to the end of tests/codes.txt, and change no others");
}
