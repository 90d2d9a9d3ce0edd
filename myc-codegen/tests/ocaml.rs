//! What the OCaml back end makes of a schema full of traps, held against files that dune compiles and
//! tests (`runtime/ocaml/test/odd`). `UPDATE=1` rewrites them.

use std::fs;
use std::path::{Path, PathBuf};

use myc_codegen::{Backend, GeneratedFile, ocaml::Ocaml};
use myc_schema::{Format, Lock, Memory, SourceSet, compile};

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn source(name: &str) -> String {
    fs::read_to_string(folder("tests/ocaml").join(name)).unwrap()
}

fn generate() -> Vec<GeneratedFile> {
    let files = ["odd.myc", "odd.parts.myc"];
    let memory = files.iter().fold(Memory::new(), |memory, name| memory.file(*name, source(name)));
    let set = files.iter().fold(SourceSet::new(memory), |set, name| set.root(*name));
    let (schema, diagnostics) = compile(&set);
    let schema = schema.unwrap_or_else(|| panic!("{}", diagnostics.render(Format::Line)));
    let lock = Lock::parse(&source("odd.lock")).unwrap();
    Ocaml.generate(&schema.with_ancestors(&lock).unwrap())
}

#[test]
fn odd_names_and_comments_come_out_as_dune_tests_them() {
    let golden = folder("../runtime/ocaml/test/odd");
    let files = generate();
    assert_eq!(files.len(), 4);
    for file in files {
        let path = golden.join(&file.path);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &file.contents).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), file.contents, "{}", path.display());
    }
}

#[test]
fn the_same_schema_gives_the_same_bytes() {
    assert_eq!(generate(), generate());
}

#[test]
fn lines_are_short() {
    for file in generate() {
        // Comments are as long as their author made them, digests as they are, and conditions stay
        // on one line.
        let code =
            file.contents.lines().filter(|line| !line.contains("(*") && !line.contains("myc1:"));
        for line in code {
            assert!(line.chars().count() <= 110, "{}: {line}", file.path.display());
        }
    }
}
