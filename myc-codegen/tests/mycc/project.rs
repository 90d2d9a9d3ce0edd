//! `mycc new`, `myc.toml`, and completions.

use std::fs;

use crate::{POINT, files_in, folder, mycc, mycc_with};

#[test]
fn a_new_project_works() {
    let dir = folder(&[]);
    mycc(dir.path(), &["new", "hello"]).ok();
    let hello = dir.path().join("hello");
    assert_eq!(files_in(&hello), ["myc.toml", "schemas/hello.myc"]);
    mycc(&hello, &["check"]).ok();
    mycc(&hello, &["fmt", "--check"]).ok();
    assert!(mycc(&hello, &["digest"]).ok().starts_with("hello.Greeting  myc1:"));
    mycc(&hello, &["gen"]).ok();
    assert!(hello.join("generated/rust/hello.rs").is_file());
    assert!(hello.join("generated/python/hello.py").is_file());
    // From a folder below, the same.
    let below = hello.join("schemas");
    let run = mycc(&below, &["gen", "--check"]);
    assert_eq!(run.ok(), "");
    fs::remove_file(hello.join("generated/rust/hello.rs")).unwrap();
    let run = mycc(&below, &["gen", "--check"]);
    assert_eq!(run.status, 1);
    assert_eq!(String::from_utf8_lossy(&run.stdout), "missing: generated/rust/hello.rs\n");
}

#[test]
fn a_folder_with_files_is_not_touched() {
    let dir = folder(&[("full/notes.txt", "")]);
    assert!(mycc(dir.path(), &["new", "full"]).failed(1).contains("`full` is not empty"));
    assert_eq!(files_in(dir.path()), ["full/notes.txt"]);
}

#[test]
fn options_come_before_the_project() {
    let dir = folder(&[("myc.toml", "schemas = \"a\"\n"), ("a/point.myc", POINT)]);
    assert!(mycc(dir.path(), &["gen"]).failed(1).contains("names no outputs"));
    mycc(dir.path(), &["gen", "--lang", "rust", "--out", "here"]).ok();
    assert!(dir.path().join("here/shapes.rs").is_file());
}

/// Commands that take schemas by an option find those of the project too, from every folder of it.
#[test]
fn types_are_those_of_the_project() {
    let dir = folder(&[
        ("myc.toml", "schemas = \"a\"\n"),
        ("a/point.myc", POINT),
        ("other.myc", "package other;\nmessage Point = 7 { z: u8 }\n"),
    ]);
    let (top, below) = (dir.path(), dir.path().join("a"));
    for dir in [top, &below] {
        let layout = mycc(dir, &["layout", "Point"]).ok();
        assert!(layout.starts_with("shapes.Point: message"), "{layout}");
        let json = b"{\"x\":1}";
        mycc_with(dir, &["encode", "Point", "-o", "point.bin"], json).ok();
        let value = mycc(dir, &["decode", "Point", "point.bin"]).ok();
        assert_eq!(value, "{\"x\":1,\"y\":-1,\"label\":null}\n");
        for arguments in
            [&["inspect", "point.bin"][..], &["inspect", "--type", "Point", "point.bin"]]
        {
            let text = mycc(dir, arguments).ok();
            assert!(text.contains("32 bytes, shapes.Point"), "{text}");
        }
    }
    // What is named goes before the project.
    let other = mycc(top, &["layout", "Point", "--schema", "other.myc"]).ok();
    assert!(other.starts_with("other.Point: message"), "{other}");
    let unknown = mycc(top, &["decode", "Pint", "point.bin"]);
    assert!(unknown.failed(1).contains("did you mean `Point`?"), "{}", unknown.stderr);
}

#[test]
fn features_of_the_generated_rust() {
    let project = "schemas = \"a\"\n[outputs]\nrust = \"src\"\n[rust]\nfeatures = [\"serde\"]\n";
    let dir = folder(&[("myc.toml", project), ("a/point.myc", POINT)]);
    let made = |path: &str| fs::read_to_string(dir.path().join(path)).unwrap();
    mycc(dir.path(), &["gen"]).ok();
    assert!(made("src/shapes.rs").contains("#[cfg_attr(feature = \"serde\", myc(serde))]\n"));
    mycc(dir.path(), &["gen", "--lang", "rust", "--out", "b"]).ok();
    assert_eq!(made("b/shapes.rs"), made("src/shapes.rs"));

    let both = ["gen", "--rust-features", "arbitrary,serde", "--lang", "rust", "--out", "c", "a"];
    mycc(dir.path(), &both).ok();
    assert!(made("c/shapes.rs").contains("#[cfg_attr(feature = \"arbitrary\", myc(arbitrary))]\n"));
    mycc(dir.path(), &["gen", "--lang", "rust", "--out", "d", "a"]).ok();
    assert!(!made("d/shapes.rs").contains("cfg_attr"), "what is given says all");

    let python = mycc(dir.path(), &["gen", "--rust-features", "serde", "--lang", "python", "a"]);
    assert!(python.failed(2).contains("no Rust is generated"));
    let unknown = mycc(dir.path(), &["gen", "--rust-features", "serd", "a"]);
    assert!(unknown.failed(2).contains("there is serde, arbitrary"));
}

#[test]
fn projects_that_are_wrong() {
    let huge = "#".repeat(1 << 20);
    for (text, expected) in [
        ("schemes = \"a\"", "`schemes` is not known\n  = help: did you mean `schemas`?"),
        ("schemas = 1", "`schemas` is a number, not a path"),
        ("outputs = \"src\"", "`outputs` is text, not a table"),
        ("[outputs]\ncobol = \"src\"", "`cobol` is not known"),
        ("rust = \"src\"", "`rust` is text, not a table"),
        ("[rust]\nfeatures = \"serde\"", "`features` is text, not a list"),
        ("[rust]\nfeatures = [\"serd\"]", "`features` has one that is not known"),
        ("schemas = ", "myc.toml"),
        ("schemas = \"\0\"", "myc.toml"),
        (&huge, "more than 65536 bytes"),
    ] {
        let dir = folder(&[("myc.toml", text)]);
        let run = mycc(dir.path(), &["check"]);
        assert!(run.failed(1).contains(expected), "{}", run.stderr);
    }
    let dir = folder(&[]);
    fs::write(dir.path().join("myc.toml"), b"\xff").unwrap();
    mycc(dir.path(), &["gen"]).failed(1);
}

#[test]
fn completions_of_each_shell() {
    let dir = folder(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = mycc(dir.path(), &["completions", shell]).ok();
        assert!(script.contains("inspect"), "{shell}");
    }
}
