//! Each rule of evolution has a pair of schemas that breaks it, and the report that it gives. With
//! `MYC_BLESS=1` in the environment the reports are written.

use std::fs;
use std::path::{Path, PathBuf};

use myc_schema::{Arena, Places, RULES, Schema, SourceSet, Version, breaking, compile_located};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/breaking").join(name)
}

fn compile_case(version: &str, case: &str) -> (Schema, Places) {
    let read = |path: &Path| fs::read(folder("").join(path));
    let set = SourceSet::new(read).root(format!("{version}/{case}.myc"));
    let (schema, places, diagnostics) = compile_located(&set);
    (
        schema
            .unwrap_or_else(|| panic!("{case}: {}", diagnostics.render(myc_schema::Format::Line))),
        places,
    )
}

/// The report, and the ids of the rules in it.
fn report(case: &str) -> (String, Vec<&'static str>) {
    let (old, old_places) = compile_case("previous", case);
    let (new, new_places) = compile_case("current", case);
    let arena = Arena::new();
    let (old_defs, new_defs) = (old.reflect_all(&arena), new.reflect_all(&arena));
    let (old_reserved, new_reserved) = (old.reserved(), new.reserved());
    let breaks = breaking(
        Version { defs: &old_defs, reserved: &old_reserved },
        Version { defs: &new_defs, reserved: &new_reserved },
    );
    let text = breaks.iter().map(|found| found.render(&old_places, &new_places)).collect();
    (text, breaks.iter().map(|found| found.rule.id).collect())
}

#[test]
fn every_rule_finds_what_breaks_it() {
    let bless = std::env::var_os("MYC_BLESS").is_some_and(|value| value == "1");
    for rule in RULES {
        let (text, found) = report(rule.id);
        assert!(found.contains(&rule.id), "{} gives\n{text}", rule.id);
        let golden = folder("expected").join(format!("{}.txt", rule.id));
        if bless {
            fs::write(&golden, &text).expect("a report can be written");
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(text, expected, "{}: MYC_BLESS=1 takes it over", rule.id);
    }
}

#[test]
fn every_case_is_that_of_a_rule() {
    for version in ["previous", "current", "expected"] {
        for entry in fs::read_dir(folder(version)).expect("the cases are there") {
            let path = entry.expect("it can be listed").path();
            let case = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
            assert!(case == "compatible" || RULES.iter().any(|rule| rule.id == case), "{case}");
        }
    }
}

#[test]
fn what_may_grow_breaks_nothing() {
    assert_eq!(report("compatible").0, "");
}

#[test]
fn a_version_does_not_break_itself() {
    for rule in RULES {
        let (schema, _) = compile_case("current", rule.id);
        let arena = Arena::new();
        let defs = schema.reflect_all(&arena);
        let reserved = schema.reserved();
        let version = Version { defs: &defs, reserved: &reserved };
        assert!(breaking(version, version).is_empty(), "{}", rule.id);
    }
}
