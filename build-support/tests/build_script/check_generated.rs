//! Generated code under version control.

use std::fs;
use std::path::Path;

use mycelium_build::{BuildError, Config, Feature, check_generated};

use crate::releases::{NEW, OLD, lock};
use crate::small_crate::Crate;

/// What this repository keeps, in an order and in paths that are not those of its own command.
fn ours() -> Config {
    Config::new()
        .schemas(["../schemas/vectors", "../schemas/market.myc"])
        .lock("../schemas/myc.lock")
}

#[test]
fn code_of_this_repository() {
    ours().check_generated("../generated/rust").unwrap();
}

#[test]
fn says_what_differs_and_what_mends_it() {
    let dir = tempfile::tempdir().unwrap();
    for entry in fs::read_dir("../generated/rust").unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, dir.path().join(path.file_name().unwrap())).unwrap();
    }
    ours().check_generated(dir.path()).unwrap();

    let (market, maps) = (dir.path().join("market.rs"), dir.path().join("vectors.maps.rs"));
    fs::write(&market, "by hand").unwrap();
    fs::remove_file(&maps).unwrap();
    let error = ours().check_generated(dir.path()).unwrap_err();
    let shown = format!(
        "error: generated code is out of date\n  out of date: {}\n  missing: {}\n  \
         = help: in the crate's folder: mycc gen --lang rust --out {} --lock ../schemas/myc.lock \
         ../schemas/vectors ../schemas/market.myc",
        market.display(),
        maps.display(),
        dir.path().display(),
    );
    assert_eq!(error.to_string(), shown);
    // What a test shows that returns it.
    assert_eq!(format!("Error: {error:?}"), format!("Error: \n{shown}"));

    // Nothing was written.
    assert_eq!(fs::read_to_string(market).unwrap(), "by hand");
    assert!(!maps.exists());
}

#[test]
fn wrong_schemas_are_told_as_such() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.myc");
    fs::write(&file, "package a; struct A { b: u33 }").unwrap();
    let error = check_generated(&file, dir.path()).unwrap_err();
    assert!(matches!(error, BuildError::Schema(_)));
    assert!(error.to_string().starts_with("error[E0010]: unknown type `u33`\n"), "{error}");
    let error = check_generated(dir.path().join("b.myc"), dir.path()).unwrap_err();
    assert!(error.to_string().contains("b.myc`: No such file or directory"), "{error}");
}

#[test]
fn words_of_the_command_are_quoted() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.myc"), "package a;").unwrap();
    let error = check_generated(dir.path().join("a.myc"), Path::new("it's 1")).unwrap_err();
    assert!(error.to_string().contains(r" --out 'it'\''s 1' "), "{error}");
}

#[test]
fn features_are_part_of_it() {
    let config = ours().features([Feature::Serde, Feature::Arbitrary]);
    let error = config.check_generated("../generated/rust").unwrap_err().to_string();
    assert!(error.contains(" --rust-features serde,arbitrary --lock "), "{error}");
}

#[test]
fn in_a_build_script() {
    let build = "fn main() -> Result<(), mycelium_build::BuildError> {
    mycelium_build::Config::new().schema(\"schemas\").lock(\"myc.lock\").check_generated(\"src\")
}";
    let krate = Crate::new(
        "checks-generated",
        &[
            ("build.rs", build),
            ("schemas/shapes.myc", NEW),
            ("myc.lock", &lock(&[OLD])),
            ("src/lib.rs", "pub mod shapes;"),
        ],
    );
    krate.script_fails(&[
        "Error: \n  error: generated code is out of date\n    missing: src/shapes.rs\n    = help: \
         in the crate's folder: mycc gen --lang rust --out src --lock myc.lock schemas\n",
    ]);
    assert!(!krate.path().join("src/shapes.rs").exists());
    krate.write("src/shapes.rs", &generated(&krate));
    krate.rebuilds();
    krate.stays();

    // Code that was changed by hand, and a schema that the code has not followed.
    krate.edit("src/shapes.rs", "pub x: i32", "pub x: i64");
    krate.script_fails(&["    out of date: src/shapes.rs\n"]);
    krate.write("src/shapes.rs", &generated(&krate));
    krate.rebuilds();
    krate.edit("schemas/shapes.myc", "i32?", "i64?");
    krate.script_fails(&["    out of date: src/shapes.rs\n"]);
}

/// What `mycc gen` makes of the crate's schema.
fn generated(krate: &Crate) -> String {
    use myc_codegen::{Backend, rust::Rust};
    let sources = myc_schema::SourceSet::new(|path: &Path| fs::read(path));
    let root = krate.path().join("schemas/shapes.myc");
    let (schema, diagnostics) = myc_schema::compile(&sources.root(root));
    assert!(diagnostics.is_empty());
    let lock = myc_codegen::file::read_lock(&krate.path().join("myc.lock")).unwrap();
    let schema = schema.unwrap().with_ancestors(&lock).unwrap();
    Rust::default().generate(&schema).remove(0).contents
}
