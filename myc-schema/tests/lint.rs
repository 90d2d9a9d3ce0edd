//! Each lint has a file in `lint`: what it finds there, what it leaves alone, and a place at which a
//! comment silences it. With `MYC_BLESS=1` in the environment the findings are written.

mod golden;

use std::path::Path;

use myc_schema::lint::{Level, Levels, RULES, lint};
use myc_schema::{Memory, SourceSet, compile};

/// The findings of the rule that the file is named after.
fn findings(case: &Path) -> String {
    let rule = case.file_stem().and_then(|stem| stem.to_str()).expect("a name");
    let mut levels = Levels::default();
    assert!(levels.set(rule, Level::Deny), "{rule} is no rule");
    let (folder, name) = (case.parent().expect("a folder"), case.file_name().expect("a name"));
    let read = |path: &Path| std::fs::read(folder.join(path));
    let (schema, diagnostics) = compile(&SourceSet::new(read).root(name));
    let schema = schema.unwrap_or_else(|| {
        panic!("{}", diagnostics.render(myc_schema::Format::Text { color: false }))
    });
    let found = lint(&schema, &diagnostics, &levels);
    let line = |found: &myc_schema::lint::Finding| {
        assert_eq!((found.rule, found.level), (rule, Level::Deny));
        let place = found.place;
        format!("{}:{}: {}\n  {}\n", place.line, place.column, found.message, found.help)
    };
    found.iter().map(line).collect()
}

#[test]
fn each_rule_finds_what_it_is_for() {
    golden::check_folder("lint", "txt", findings);
}

/// The attribute stands where the type is declared, not where it is used.
#[test]
fn a_deprecated_type_of_another_file_is_found() {
    let files = Memory::new()
        .file("old.myc", "package a; @deprecated(\"use New\") struct Old { x: u8 }")
        .file("use.myc", "package b; import \"old.myc\"; message Used = 1 { old: Old }");
    let (schema, diagnostics) = compile(&SourceSet::new(files).root("use.myc"));
    let schema = schema.expect("it compiles");
    let mut levels = Levels::default();
    assert!(levels.set("deprecated", Level::Warn));
    let found = lint(&schema, &diagnostics, &levels);
    let found: Vec<_> =
        found.iter().map(|found| (found.path.to_str(), found.help.as_str())).collect();
    assert_eq!(found, [(Some("use.myc"), "use New")]);
}

#[test]
fn every_rule_has_a_case_and_every_case_silences_it_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint");
    for rule in RULES {
        let case = folder.join(format!("{}.myc", rule.name));
        let text = std::fs::read_to_string(&case).expect("each rule has a case");
        let comment = format!("mycc: allow({})", rule.name);
        assert!(text.contains(&comment), "{} does not allow it anywhere", case.display());
        assert!(!findings(&case).is_empty(), "{} finds nothing", rule.name);
    }
}
