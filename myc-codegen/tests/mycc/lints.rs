//! Lints of `mycc check`, their levels and the comments that silence them.

use serde_json::Value as Json;

use crate::{folder, mycc};

const SCHEMA: &str = "package a;

/// Documented.
struct Wasteful { small: u8, wide: u64, middle: u16 }

message First = 1 {}
message Third = 3 {}
";

#[test]
fn nothing_is_said_by_default() {
    let dir = folder(&[("a.myc", SCHEMA)]);
    assert_eq!(mycc(dir.path(), &["check", "a.myc"]).stderr, "ok: 1 file, 3 types\n");
}

#[test]
fn rules_warn_or_deny() {
    let toml = |level: &str| format!("schemas = \"a.myc\"\n[lints]\npadding = \"{level}\"\n");
    let dir = folder(&[("a.myc", SCHEMA), ("myc.toml", &toml("warn"))]);
    let run = mycc(dir.path(), &["check"]);
    run.ok();
    let expected = "\
warning[padding]: another order of `Wasteful` saves 8 bytes
 --> a.myc:4:8
  = help: the order wide, middle, small

ok: 1 file, 3 types
";
    assert_eq!(run.stderr, expected);
    std::fs::write(dir.path().join("myc.toml"), toml("deny")).unwrap();
    let run = mycc(dir.path(), &["check", "--message-format", "json"]);
    let found: Json = serde_json::from_str(run.failed(1)).unwrap();
    assert_eq!((&found["severity"], &found["rule"]), (&"error".into(), &"padding".into()));
    let run = mycc(dir.path(), &["check", "--message-format", "github"]);
    assert!(run.failed(1).starts_with("::error file=a.myc,line=4,col=8,title=padding::"));
}

#[test]
fn each_rule() {
    let toml = "[lints]\nmissing_docs = \"warn\"\nid_gaps = \"warn\"\npadding = \"warn\"\n";
    let dir = folder(&[("a.myc", SCHEMA), ("myc.toml", toml)]);
    let run = mycc(dir.path(), &["check", "a.myc"]);
    run.ok();
    let heads: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("warning")).collect();
    assert_eq!(
        heads,
        [
            "warning[padding]: another order of `Wasteful` saves 8 bytes",
            "warning[missing_docs]: the field `small` has no documentation",
            "warning[missing_docs]: the field `wide` has no documentation",
            "warning[missing_docs]: the field `middle` has no documentation",
            "warning[missing_docs]: the item `First` has no documentation",
            "warning[id_gaps]: id 3 follows 1: some are left out",
            "warning[missing_docs]: the item `Third` has no documentation",
        ]
    );
}

#[test]
fn comments_silence_a_rule_at_one_place() {
    let toml = "[lints]\npadding = \"deny\"\n";
    let body = "{ small: u8, wide: u64, middle: u16 }";
    let silent = format!(
        "package a;
// mycc: allow(padding)
/// Documented.
@deprecated(\"no\")
struct A {body}
struct B {body} // mycc: allow(id_gaps, padding)
"
    );
    let everywhere =
        format!("// mycc: allow(padding)\npackage a;\nstruct A {body}\nstruct B {body}\n");
    for source in [&silent, &everywhere] {
        let dir = folder(&[("a.myc", source), ("myc.toml", toml)]);
        let run = mycc(dir.path(), &["check", "a.myc"]);
        run.ok();
        assert!(!run.stderr.contains("padding"), "{}", run.stderr);
    }
    let other = format!("package a;\n// mycc: allow(pading)\nstruct A {body}\n");
    let dir = folder(&[("a.myc", &other), ("myc.toml", toml)]);
    let run = mycc(dir.path(), &["check", "a.myc"]);
    let error = run.failed(1);
    assert!(error.contains("warning[lints]: `pading` is no rule"), "{error}");
    assert!(error.contains("= help: did you mean `padding`?"), "{error}");
    // Also where no rule is on.
    let alone = mycc(dir.path(), &["check", "a.myc", "--lint", "padding=allow"]);
    alone.ok();
    assert!(alone.stderr.contains("`pading` is no rule"), "{}", alone.stderr);
    assert!(error.contains("error[padding]"), "{error}");
}

#[test]
fn a_level_on_the_command_line_goes_first() {
    let dir = folder(&[("a.myc", SCHEMA), ("myc.toml", "[lints]\npadding = \"deny\"\n")]);
    let check = |lints: &[&str]| {
        let options = lints.iter().flat_map(|lint| ["--lint", *lint]);
        mycc(dir.path(), &["check", "a.myc"].into_iter().chain(options).collect::<Vec<_>>())
    };
    check(&[]).failed(1);
    check(&["padding=allow"]).ok();
    let both = check(&["padding=warn", "id_gaps=deny"]);
    let said = both.failed(1);
    assert!(said.contains("warning[padding]") && said.contains("error[id_gaps]"), "{said}");
    for (lint, expected) in [
        ("pading=warn", "did you mean `padding`?"),
        ("xyzzy=warn", "there are deprecated, id_gaps,"),
        ("padding=loud", "a level is allow, warn or deny"),
        ("padding", "write a rule, `=` and a level"),
    ] {
        assert!(check(&[lint]).failed(2).contains(expected), "{lint}");
    }
}

#[test]
fn a_fixed_message_is_held_to_it_without_any_setting() {
    let dir = folder(&[("a.myc", "package a;\n@fixed message A = 1 { x: u8, text: string }\n")]);
    let expected = "\
error[unbounded]: the field `text` puts something in the tail, and `A` is to be fixed
 --> a.myc:2:31
  = help: give it a bound: string<32>

";
    assert_eq!(mycc(dir.path(), &["check", "a.myc"]).failed(1), expected);
    // It is a wish about the schema, not one of its facts.
    mycc(dir.path(), &["gen", "--out", "out", "a.myc"]).ok();
    mycc(dir.path(), &["check", "a.myc", "--lint", "unbounded=allow"]).ok();
}

#[test]
fn levels_that_are_wrong() {
    for (text, expected) in [
        ("[lints]\npading = \"warn\"", "did you mean `padding`?"),
        ("[lints]\npadding = \"loud\"", "`padding` is no level"),
        ("[lints]\npadding = true", "`padding` is no level"),
        ("lints = 1", "`lints` is a number, not a table"),
    ] {
        let dir = folder(&[("a.myc", SCHEMA), ("myc.toml", text)]);
        let run = mycc(dir.path(), &["check", "a.myc"]);
        assert!(run.failed(1).contains(expected), "{}", run.stderr);
    }
}
