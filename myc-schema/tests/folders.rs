//! Every file of `ok` compiles to the dump beside it; every file of `err` is refused, or warned of,
//! with the text beside it.

mod dump;
mod golden;

use std::collections::BTreeSet;
use std::path::Path;

use myc_schema::{Code, Diagnostics, Format, Schema, SourceSet, compile};

/// Compiles one file under the name that it has in its folder.
fn compile_case(case: &Path) -> (Option<Schema>, Diagnostics) {
    let folder = case.parent().expect("a case lies in a folder").to_owned();
    let name = case.file_name().expect("a case has a name").to_owned();
    compile(&SourceSet::new(move |path: &Path| std::fs::read(folder.join(path))).root(name))
}

const PLAIN: Format = Format::Text { color: false };

#[test]
fn what_is_right_compiles() {
    golden::check_folder("ok", "dump", |case| {
        let (schema, diagnostics) = compile_case(case);
        assert!(diagnostics.is_empty(), "{}", diagnostics.render(PLAIN));
        dump::dump(&schema.expect("there is a schema where nothing is wrong"))
    });
}

#[test]
fn what_is_wrong_is_reported() {
    golden::check_folder("err", "stderr", |case| {
        let (schema, diagnostics) = compile_case(case);
        assert!(!diagnostics.is_empty(), "{} is right", case.display());
        assert_eq!(schema.is_none(), diagnostics.has_errors());
        diagnostics.render(PLAIN)
    });
}

#[test]
fn every_code_has_a_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/err");
    let mut reported = BTreeSet::new();
    for case in golden::cases(&folder) {
        let (_, diagnostics) = compile_case(&case);
        reported.extend(diagnostics.iter().map(|diagnostic| diagnostic.code));
    }
    let missing: Vec<Code> = Code::all().filter(|code| !reported.contains(code)).collect();
    assert!(missing.is_empty(), "no case reports {missing:?}");
}
