//! The formatter: what it makes of a file, and what it must never change.

mod golden;

use std::path::Path;
use std::sync::LazyLock;

use myc_schema::{Memory, Schema, SourceSet, compile, format};
use proptest::prelude::*;

/// The text after formatting; the source must be right.
#[track_caller]
fn formatted(source: &str) -> String {
    let (text, diagnostics) = format("test.myc".as_ref(), source.into());
    let shown = diagnostics.render(myc_schema::Format::Line);
    text.unwrap_or_else(|| panic!("{shown}{source}"))
}

fn schema(source: &str) -> Option<Schema> {
    let files = Memory::new().file("test.myc", source);
    let (schema, diagnostics) = compile(&SourceSet::new(files).root("test.myc"));
    let _ = diagnostics.is_empty();
    schema
}

#[test]
fn goldens() {
    golden::check_folder("fmt", "out", |path| {
        let text = formatted(&std::fs::read_to_string(path).unwrap());
        assert_eq!(formatted(&text), text, "{} is not settled", path.display());
        text
    });
}

/// All schemas that compile alone, the good ones of the compiler's own tests.
fn sources() -> &'static [String] {
    static SOURCES: LazyLock<Vec<String>> = LazyLock::new(read_sources);
    &SOURCES
}

fn read_sources() -> Vec<String> {
    let folders = ["tests/ok", "tests/fmt", "../schemas", "../schemas/vectors"];
    let paths = folders
        .iter()
        .flat_map(|folder| golden::cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)));
    let texts = paths.map(|path| std::fs::read_to_string(path).unwrap());
    texts.filter(|text| schema(text).is_some()).collect()
}

#[test]
fn nothing_changes_but_white_space() {
    let sources = sources();
    assert!(sources.len() > 20, "{}", sources.len());
    for source in sources {
        let text = formatted(source);
        assert_eq!(formatted(&text), text);
        assert_eq!(schema(&text), schema(source), "{text}");
    }
}

#[test]
fn a_source_with_errors_is_not_formatted() {
    for (source, expected) in [
        (&b"package a; message A = 1 { x u8 }"[..], "E0001"),
        (b"package a; \xff", "not UTF-8"),
        (b"package a; \0", "control character"),
        (&[b'('; 1 << 16], "nested"),
        (&[b' '; (1 << 20) + 1], "more than 1048576 bytes"),
    ] {
        let (text, diagnostics) = format("test.myc".as_ref(), source.to_vec());
        assert_eq!(text, None);
        let shown = diagnostics.render(myc_schema::Format::Line);
        assert!(shown.contains(expected), "{shown}");
    }
}

/// White space, and comments that are none of the file's documentation.
fn gap() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        8 => Just(" "),
        2 => Just("\n"),
        1 => Just("\n\n\n"),
        1 => Just("\r\n\t"),
        1 => Just(" // a comment\n"),
        1 => Just("\n//close\n"),
        1 => Just("\n\n  //// four slashes, ünïcode\n\n\n"),
    ]
}

/// The source with other white space between its tokens.
fn perturbed(source: &str, gaps: &[&str]) -> String {
    let mut gaps = gaps.iter().cycle();
    let mut out = String::new();
    for line in source.lines() {
        let code = line.trim();
        if code.starts_with("//") || code.contains("//") || code.contains('"') {
            out.push_str(code);
            out.push('\n');
            continue;
        }
        for word in code.split(' ') {
            for (index, part) in split_marks(word).into_iter().enumerate() {
                // Where no space was, there may be none now.
                let gap = gaps.next().unwrap_or(&" ");
                if index == 0 || *gap != " " {
                    out.push_str(gap);
                }
                out.push_str(part);
            }
        }
        out.push('\n');
    }
    out
}

/// A word cut at its punctuation.
fn split_marks(word: &str) -> Vec<&str> {
    let is_mark = |c: char| "{}()[]<>,;:=?@".contains(c);
    word.split_inclusive(is_mark)
        .flat_map(|part| match part.char_indices().last() {
            Some((at, last)) if is_mark(last) && at > 0 => vec![&part[..at], &part[at..]],
            _ => vec![part],
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn whatever_the_white_space_was(
        which in any::<prop::sample::Index>(),
        gaps in prop::collection::vec(gap(), 1..200),
    ) {
        let source = which.get(sources());
        let other = perturbed(source, &gaps);
        let expected = schema(source);
        prop_assume!(schema(&other) == expected);
        let text = formatted(&other);
        prop_assert_eq!(&formatted(&text), &text, "of\n{}", other);
        prop_assert_eq!(schema(&text), expected, "{}", text);
        prop_assert!(!text.contains("\n\n\n") && !text.contains(" \n") && !text.contains('\t'));
        prop_assert_eq!(other.matches("//").count(), text.matches("//").count());
    }
}
