//! `mycc check`.

use serde_json::Value as Json;

use crate::{POINT, folder, mycc};

const WRONG: &str = "package shapes;
message Point = 7 { x: i33 }
";

#[test]
fn a_right_schema_is_ok() {
    let dir = folder(&[("a/point.myc", POINT), ("a/notes.txt", "no schema")]);
    let run = mycc(dir.path(), &["check", "a"]);
    assert_eq!(run.ok(), "");
    assert_eq!(run.stderr, "ok: 1 file, 2 types\n");
}

#[test]
fn errors_are_shown_with_their_source() {
    let dir = folder(&[("point.myc", WRONG)]);
    let run = mycc(dir.path(), &["check", "point.myc"]);
    let error = run.failed(1);
    assert!(
        error.starts_with("error[E0010]: unknown type `i33`\n --> point.myc:2:24\n"),
        "{error}"
    );
    assert!(error.contains("2 | message Point = 7 { x: i33 }\n"), "{error}");
    assert!(!error.contains('\x1b'), "no colours but on a terminal: {error}");
}

#[test]
fn errors_for_tools() {
    let dir = folder(&[("point.myc", WRONG)]);
    let run = mycc(dir.path(), &["check", "--message-format", "json", "point.myc"]);
    let error: Json = serde_json::from_str(run.failed(1)).unwrap();
    assert_eq!(error["code"], "E0010");
    assert_eq!(error["place"]["line"], 2);
    let run = mycc(dir.path(), &["check", "--message-format", "json", "none.myc"]);
    let error: Json = serde_json::from_str(run.failed(1)).unwrap();
    assert_eq!(error["severity"], "error");
    let run = mycc(dir.path(), &["check", "--message-format", "github", "point.myc"]);
    assert!(run.failed(1).starts_with("::error file=point.myc,line=2,"), "{}", run.stderr);
}

#[test]
fn warnings_do_not_fail() {
    let dir = folder(&[
        ("a.myc", "package a;\nimport \"b.myc\";\nstruct A { x: u8 }\n"),
        ("b.myc", "package b;\nstruct B { x: u8 }\n"),
    ]);
    let run = mycc(dir.path(), &["check", "a.myc"]);
    run.ok();
    assert!(run.stderr.starts_with("warning[E0008]"), "{}", run.stderr);
}

#[test]
fn files_that_are_no_schemas() {
    let dir = folder(&[("empty/readme.txt", ""), ("bytes.myc", "")]);
    std::fs::write(dir.path().join("bytes.myc"), [0xff, 0xfe]).unwrap();
    let check = |path| mycc(dir.path(), &["check", path]);
    assert_eq!(
        check("none.myc").failed(1),
        "error: cannot read `none.myc`: No such file or directory (os error 2)\n"
    );
    assert_eq!(
        check("empty").failed(1),
        "error: no .myc file in `empty`\n  = help: name a schema, or a folder that has some\n"
    );
    assert!(check("bytes.myc").failed(1).contains("`bytes.myc` is not UTF-8"));
}
