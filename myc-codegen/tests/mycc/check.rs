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

#[test]
fn each_syntax_error_of_a_file_is_shown() {
    let text = "package five;\nstruct A { x u8 }\nstruct B { y: }\nenm C: u8 { a = 1 }\n\
                message D = { x: u8 }\nstruct E { z: u8; w }\n";
    let dir = folder(&[("five.myc", text)]);
    let run = mycc(dir.path(), &["check", "five.myc"]);
    let errors = run.failed(1).lines().filter(|line| line.starts_with("error[E0001]"));
    assert_eq!(errors.count(), 5, "{}", run.stderr);
    assert!(!run.stderr.contains('\x1b'), "no colour where there is no terminal");
}

#[test]
fn github_properties_are_escaped() {
    let dir = folder(&[("o,d:d%.myc", WRONG)]);
    let run = mycc(dir.path(), &["check", "--message-format", "github", "o,d:d%.myc"]);
    assert!(run.failed(1).starts_with("::error file=o%2Cd%3Ad%25.myc,line=2,"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_an_error_at_once() {
    use std::os::unix::fs::symlink;
    let dir = folder(&[("a.myc", "package a;\nimport \"link.myc\";\nstruct A { x: u8 }\n")]);
    symlink("a.myc", dir.path().join("link.myc")).unwrap();
    symlink("self.myc", dir.path().join("self.myc")).unwrap();
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    let pipe = dir.path().join("pipe.myc");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for (path, expected) in [
        ("pipe.myc", "not a regular file"),
        ("/dev/zero", "not a regular file"),
        ("self.myc", "cannot read `self.myc`"),
        ("empty", "no .myc file in `empty`"),
        ("link.myc", "error[E0006]: a file imports itself"),
    ] {
        let run = mycc(dir.path(), &["check", path]);
        assert!(run.failed(1).contains(expected), "{path}: {}", run.stderr);
    }
}
