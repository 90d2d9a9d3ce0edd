//! The header and the library say the same: in names, in codes, and to a C compiler.

mod common;

use std::fs;

use common::{SANITIZED, crate_file, program};

fn header() -> String {
    fs::read_to_string(crate_file("include/mycelium.h")).expect("the header")
}

/// What cbindgen makes of the sources. A module a call: they need nothing of each other.
fn generated() -> String {
    let config = cbindgen::Config::from_file(crate_file("cbindgen.toml")).expect("the settings");
    let modules = [
        "status",
        "fence",
        "bus",
        "topic",
        "publisher",
        "subscriber",
        "api",
        "writer",
        "reader",
        "folder",
        "topology",
        "text",
    ];
    let builder = modules.iter().fold(cbindgen::Builder::new(), |builder, module| {
        builder.with_src(crate_file(&format!("src/{module}.rs")))
    });
    let mut text = Vec::new();
    builder.with_config(config).generate().expect("a header").write(&mut text);
    String::from_utf8(text).expect("UTF-8")
}

#[test]
fn the_header_is_what_cbindgen_makes_of_the_sources() {
    if std::env::var_os("MYC_BLESS").is_some() {
        fs::write(crate_file("include/mycelium.h"), generated()).expect("written");
    }
    assert_eq!(header(), generated(), "MYC_BLESS=1 rewrites it");
}

#[test]
fn a_c_program_finds_everything_as_promised() {
    compile_and_run("ring");
}

#[test]
fn a_c_program_uses_the_bus_of_its_process() {
    compile_and_run("bus");
}

#[test]
fn a_c_program_writes_frames_where_they_go() {
    compile_and_run("loans");
}

#[test]
fn a_c_program_writes_lists_where_they_go() {
    compile_and_run("lists");
}

#[test]
fn a_c_program_is_told_where_there_is_no_memory() {
    compile_and_run_with("memory", &[]);
}

#[test]
fn a_c_program_reads_typed_frames_in_place() {
    compile_and_run("frames");
}

#[test]
fn a_c_program_that_forks_does_no_harm() {
    compile_and_run("fork");
}

/// As [`compile_and_run_with`] the sanitizers of addresses and of undefined behaviour.
fn compile_and_run(name: &str) {
    compile_and_run_with(name, &SANITIZED);
}

/// Compiles `tests/c/<name>.c` with these flags, and runs it in a folder of its own.
fn compile_and_run_with(name: &str, flags: &[&str]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = program(name, flags, folder.path()).arg(folder.path()).output();
    let run = run.expect("the program runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}
