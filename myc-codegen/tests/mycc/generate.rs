//! `mycc gen`.

use std::fs;

use crate::{POINT, files_in, folder, mycc};

#[test]
fn one_language_goes_to_the_folder_itself() {
    let dir = folder(&[("point.myc", POINT)]);
    let run = mycc(dir.path(), &["gen", "--lang", "rust", "--out", "out", "point.myc"]);
    assert_eq!(run.ok(), "new: out/shapes.rs\n");
    assert_eq!(run.stderr, "1 file, 1 changed\n");
    let code = fs::read_to_string(dir.path().join("out/shapes.rs")).unwrap();
    assert!(code.contains("pub struct Point {"), "{code}");
}

#[test]
fn several_languages_have_a_folder_each() {
    let dir = folder(&[("point.myc", POINT)]);
    mycc(dir.path(), &["gen", "--out", "out", "point.myc"]).ok();
    let files = files_in(&dir.path().join("out"));
    for file in ["ocaml/shapes.ml", "ocaml/shapes.mli", "python/shapes.py", "rust/shapes.rs"] {
        assert!(files.iter().any(|it| it == file), "{file} in {files:?}");
    }
}

#[test]
fn generating_twice_changes_nothing() {
    let dir = folder(&[("point.myc", POINT)]);
    let generate = ["gen", "--out", "out", "point.myc"];
    mycc(dir.path(), &generate).ok();
    let path = dir.path().join("out/rust/shapes.rs");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    let again = mycc(dir.path(), &generate);
    assert_eq!(again.ok(), "");
    assert!(again.stderr.ends_with(" 0 changed\n"), "{}", again.stderr);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
}

#[test]
fn only_named_packages_are_generated() {
    let dir = folder(&[
        ("a.myc", "package a.b;\nimport \"c.myc\";\nmessage A = 1 { c: C }\n"),
        ("c.myc", "package c;\nstruct C { x: u8 }\n"),
    ]);
    let generate = |paths: &[&str]| {
        let _ = fs::remove_dir_all(dir.path().join("out"));
        let arguments = [&["gen", "--lang", "rust", "--out", "out"], paths].concat();
        mycc(dir.path(), &arguments).ok();
        files_in(&dir.path().join("out"))
    };
    assert_eq!(generate(&["a.myc"]), ["a.b.rs"]);
    assert_eq!(generate(&["c.myc", "a.myc", "./a.myc"]), ["a.b.rs", "c.rs"]);
}

#[test]
fn check_says_what_would_change_and_writes_nothing() {
    let dir = folder(&[("point.myc", POINT)]);
    let generate = ["gen", "--lang", "rust", "--out", "out", "point.myc"];
    let check = [&generate[..], &["--check"]].concat();

    let run = mycc(dir.path(), &check);
    assert_eq!(run.status, 1);
    assert_eq!(run.stdout, b"missing: out/shapes.rs\n");
    assert!(!dir.path().join("out").exists());

    mycc(dir.path(), &generate).ok();
    assert_eq!(mycc(dir.path(), &check).ok(), "");

    fs::write(dir.path().join("out/shapes.rs"), "edited").unwrap();
    let run = mycc(dir.path(), &check);
    assert_eq!(run.status, 1);
    assert_eq!(run.stdout, b"out of date: out/shapes.rs\n");
    assert_eq!(
        run.stderr,
        "error: 1 generated file out of date\n  = help: run the same command without --check\n"
    );
    assert_eq!(fs::read_to_string(dir.path().join("out/shapes.rs")).unwrap(), "edited");
}

#[test]
fn a_wrong_schema_writes_nothing() {
    let dir = folder(&[("point.myc", POINT), ("wrong.myc", "package wrong;\nstruct A { }\n")]);
    let run = mycc(dir.path(), &["gen", "--out", "out", "point.myc", "wrong.myc"]);
    assert!(run.failed(1).contains("wrong.myc:2:"), "{}", run.stderr);
    assert!(!dir.path().join("out").exists());
}

#[test]
fn a_folder_that_cannot_be_written() {
    let dir = folder(&[("point.myc", POINT), ("out", "a file")]);
    let run = mycc(dir.path(), &["gen", "--lang", "rust", "--out", "out", "point.myc"]);
    let error = run.failed(1);
    assert!(error.starts_with("error: cannot read `out/shapes.rs`"), "{error}");
    assert!(error.contains("= help: choose another folder with --out"), "{error}");
    assert_eq!(files_in(dir.path()), ["out", "point.myc"]);
}
