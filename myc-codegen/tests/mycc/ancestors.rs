//! Generated code names the released versions that it still talks with.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::{folder, mycc};

const FIRST: &str = "package shapes;
struct Size { width: u8 }
message Point = 7 { x: i32, y: i32 }
message Box = 8 { size: Size }
";

fn put(dir: &TempDir, source: &str) {
    fs::write(dir.path().join("shapes.myc"), source).unwrap();
}

/// The digest that a message has now.
fn digest(dir: &Path, message: &str) -> String {
    let all = mycc(dir, &["digest", "shapes.myc"]).ok();
    let line = all.lines().find(|line| line.starts_with(&format!("shapes.{message} ")));
    line.unwrap().split_whitespace().nth(1).unwrap().to_owned()
}

/// Two releases of both messages, and the digests of `Point` in them.
fn released_twice(dir: &TempDir) -> [String; 2] {
    let second = FIRST.replace("y: i32", "y: i32, z: i32?");
    [FIRST, &second].map(|source| {
        put(dir, source);
        mycc(dir.path(), &["release", "shapes.myc"]).ok();
        digest(dir.path(), "Point")
    })
}

fn generated(dir: &Path, arguments: &[&str]) -> [String; 3] {
    mycc(dir, &[&["gen", "--out", "out", "shapes.myc"], arguments].concat()).ok();
    ["rust/shapes.rs", "python/shapes.py", "ocaml/shapes.ml"]
        .map(|file| fs::read_to_string(dir.join("out").join(file)).unwrap())
}

#[test]
fn an_appended_field_keeps_both_releases() {
    let dir = folder(&[]);
    let [first, second] = released_twice(&dir);
    put(&dir, &FIRST.replace("y: i32", "y: i32, z: i32?, label: string?"));
    let now = digest(dir.path(), "Point");
    let [rust, python, ocaml] = generated(dir.path(), &["--lock", "myc.lock"]);
    assert!(
        rust.contains(&format!(
            "#[myc(digest = \"{now}\")]\n#[myc(older = \"{first}\")]\n#[myc(older = \"{second}\")]\n"
        )),
        "{rust}"
    );
    assert!(
        python.contains(&format!(
            "    digest=\"{now}\",\n    ancestors=(\n        \"{first}\",\n        \"{second}\",\n    ),\n"
        )),
        "{python}"
    );
    assert!(
        ocaml.contains(&format!(
            "  let digest = \"{now}\"\n\n  let ancestors =\n    [\n      \"{first}\";\n      \"{second}\";\n    ]\n"
        )),
        "{ocaml}"
    );
    // What did not change has no ancestors.
    assert_eq!(rust.matches("older").count(), 2, "{rust}");
    assert_eq!(python.matches("ancestors").count(), 1, "{python}");
    assert_eq!(ocaml.matches("let ancestors = []").count(), 1, "{ocaml}");
    // Nobody asked for them: paths are given, and no lock.
    assert!(!generated(dir.path(), &[])[0].contains("older"));
}

#[test]
fn what_breaks_clears_what_no_longer_talks() {
    let dir = folder(&[]);
    let [_, second] = released_twice(&dir);
    // Against the first release a default is another one; against the second it is as it was.
    put(&dir, &FIRST.replace("y: i32", "y: i64").replace("width: u8", "width: u8, depth: u8"));
    let [rust, ..] = generated(dir.path(), &["--lock", "myc.lock"]);
    assert!(!rust.contains("older"), "{rust}");
    // The struct broke: the message that has it is cleared, the other one is not.
    let grown = FIRST.replace("y: i32", "y: i32, z: i32?, w: u8 = 1");
    put(&dir, &grown.replace("width: u8", "width: u16"));
    let [rust, ..] = generated(dir.path(), &["--lock", "myc.lock"]);
    assert_eq!(rust.matches("older").count(), 2, "{rust}");
    assert!(rust.contains(&second), "{rust}");
}

#[test]
fn a_project_has_a_lock() {
    let toml = "schemas = \"shapes.myc\"\nlock = \"kept/shapes.lock\"\n[outputs]\nrust = \"out\"\n";
    let dir = folder(&[("myc.toml", toml), ("shapes.myc", FIRST), ("kept/below/note", "")]);
    // Before the first release there is none.
    mycc(dir.path(), &["gen"]).ok();
    let below = dir.path().join("kept/below");
    assert!(mycc(&below, &["release"]).stderr.contains("written to ../../kept/shapes.lock"));
    put(&dir, &FIRST.replace("y: i32", "y: i32, z: i32?"));
    assert_eq!(mycc(&below, &["gen"]).ok(), "changed: out/shapes.rs\n");
    let rust = fs::read_to_string(dir.path().join("out/shapes.rs")).unwrap();
    assert_eq!(rust.matches("older").count(), 1, "{rust}");
    // Another one may be named, from where one is.
    fs::write(below.join("empty.lock"), "myc-lock/1\n").unwrap();
    mycc(&below, &["gen", "--lock", "empty.lock"]).ok();
    let rust = fs::read_to_string(dir.path().join("out/shapes.rs")).unwrap();
    assert!(!rust.contains("older"), "{rust}");
    let missing = mycc(&below, &["gen", "--lock", "missing.lock"]);
    assert!(missing.failed(1).contains("cannot read `missing.lock`"));
    fs::write(below.join("empty.lock"), "myc-lock/2\n").unwrap();
    mycc(&below, &["gen", "--lock", "empty.lock"]).failed(1);
}

#[test]
fn the_schemas_of_the_repository_break_no_release() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let schemas = ["schemas/market.myc", "schemas/mycelium"];
    let run = mycc(&root, &[&["breaking", "--against", "schemas/myc.lock"], &schemas[..]].concat());
    assert_eq!(run.ok(), "");
}
