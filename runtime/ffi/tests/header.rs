//! The header and the library say the same: in names, in codes, and to a C compiler.

use mycelium_ffi::{ABI_VERSION, Code};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn crate_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn header() -> String {
    fs::read_to_string(crate_file("include/mycelium.h")).expect("the header")
}

/// The names behind `prefix` that start with `myc_` and are called or declared.
fn names_after(text: &str, prefix: &str) -> BTreeSet<String> {
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    text.match_indices(prefix)
        .map(|(at, _)| &text[at + prefix.len()..])
        .filter_map(|rest| rest.split(ends).next())
        .map(|name| format!("myc_{name}"))
        .collect()
}

#[test]
fn every_function_is_in_both() {
    let mut exported = BTreeSet::new();
    for file in fs::read_dir(crate_file("src")).expect("the sources") {
        let source = fs::read_to_string(file.expect("an entry").path()).expect("a source");
        exported.extend(names_after(&source, "extern \"C\" fn myc_"));
    }
    let declared: BTreeSet<String> = header()
        .lines()
        .filter(|line| line.ends_with(';') && line.contains('(') && !line.starts_with(' '))
        .flat_map(|line| names_after(line.split('(').next().unwrap_or(""), "myc_"))
        .collect();
    assert_eq!(declared, exported);
    assert!(declared.len() > 15);
}

#[test]
fn every_code_is_in_both() {
    let codes = [
        ("MYC_OK", Code::Ok),
        ("MYC_NONE", Code::None),
        ("MYC_ERR_ARGUMENT", Code::Argument),
        ("MYC_ERR_IO", Code::Io),
        ("MYC_ERR_NOT_FOUND", Code::NotFound),
        ("MYC_ERR_UNUSABLE", Code::Unusable),
        ("MYC_ERR_BUSY", Code::Busy),
        ("MYC_ERR_NO_SPACE", Code::NoSpace),
        ("MYC_ERR_TOO_LONG", Code::TooLong),
        ("MYC_ERR_NO_SLOT", Code::NoSlot),
        ("MYC_ERR_CLOSED", Code::Closed),
        ("MYC_ERR_WRITER_VANISHED", Code::WriterVanished),
        ("MYC_ERR_EVICTED", Code::Evicted),
        ("MYC_ERR_CORRUPT", Code::Corrupt),
        ("MYC_ERR_TOPOLOGY", Code::Topology),
        ("MYC_ERR_PANIC", Code::Panic),
    ];
    let header = header();
    let defined = |line: &str| {
        let rest = line.strip_prefix("#define ")?;
        let (name, value) = rest.split_once(' ')?;
        let value = value.trim_matches(['(', ')']).parse::<i64>().ok()?;
        Some((name.to_owned(), value))
    };
    let found: BTreeSet<_> = header
        .lines()
        .filter_map(defined)
        .filter(|(name, _)| !name.starts_with("MYC_START_") && name != "MYC_ABI_VERSION")
        .collect();
    let expected: BTreeSet<_> =
        codes.iter().map(|(name, code)| ((*name).to_owned(), i64::from(code.as_int()))).collect();
    assert_eq!(found, expected);
    assert!(header.contains(&format!("#define MYC_ABI_VERSION {ABI_VERSION}\n")));
}

#[test]
fn a_c_program_finds_everything_as_promised() {
    compile_and_run("ring");
}

#[test]
fn a_c_program_that_forks_does_no_harm() {
    compile_and_run("fork");
}

/// Compiles `tests/c/<name>.c` without a warning, and runs it in a folder of its own.
fn compile_and_run(name: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join(name);
    let libraries = library_folder();
    let compiled = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I"])
        .arg(crate_file("include"))
        .arg(crate_file(&format!("tests/c/{name}.c")))
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(&libraries)
        .arg("-lmycelium_ffi")
        .status()
        .expect("a C compiler named cc");
    assert!(compiled.success());
    let run = Command::new(&program)
        .arg(folder.path())
        .env("LD_LIBRARY_PATH", &libraries)
        .output()
        .expect("the program runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

/// Where cargo has put the shared library: beside this test.
fn library_folder() -> PathBuf {
    let test = env::current_exe().expect("this test's path");
    let folder = test.parent().expect("the folder of tests");
    assert!(folder.join("libmycelium_ffi.so").exists(), "no library in {}", folder.display());
    folder.to_owned()
}
