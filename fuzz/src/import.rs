//! Any bytes as definitions of another system are refused, or become files that compile.
//!
//! The first byte names the format.

use myc_codegen::import::{Format, Source, import};
use myc_schema::{Memory, SourceSet, compile, format};

/// Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let kind = Format::ALL[usize::from(*first) % Format::ALL.len()];
    let source = Source { path: path(kind).into(), bytes: rest.to_vec() };
    let imported = match import(kind, &[source], None) {
        Ok(imported) => imported,
        Err(error) => return assert_one_line(&error.to_string()),
    };
    imported.notes.iter().for_each(|note| assert_one_line(&note.to_string()));
    let mut files = Memory::new();
    for file in &imported.files {
        let text = file.contents.clone().into_bytes();
        let (formatted, diagnostics) = format(&file.path, text.clone());
        assert!(!diagnostics.has_errors(), "what is imported can be formatted");
        assert_eq!(formatted.as_ref(), Some(&file.contents), "what is imported is formatted");
        files = files.file(file.path.clone(), text);
    }
    let roots = imported.files.iter().map(|file| file.path.clone());
    let (schema, diagnostics) = compile(&SourceSet::new(files).roots(roots));
    assert!(!diagnostics.has_errors() && schema.is_some(), "what is imported compiles");
}

/// A path that each format takes.
pub fn path(format: Format) -> &'static str {
    match format {
        Format::Proto => "feed.proto",
        Format::Sbe => "feed.xml",
        Format::Ros => "feed/msg/Feed.msg",
        Format::Ulog => "feed.ulg",
        Format::Contracts => "feed.yaml",
    }
}

fn assert_one_line(text: &str) {
    assert!(!text.is_empty() && !text.contains(char::is_control), "{text:?}");
}
