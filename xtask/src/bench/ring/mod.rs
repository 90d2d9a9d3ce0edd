//! `cargo xtask bench --ring`: the ring beside other ways between processes.

use std::fs;
use std::path::{Path, PathBuf};

use super::{machine, peers};
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::setup::{aeron, ocaml, python};
use crate::tool::Tool;

const SECTION: &str = include_str!("section.md");
const MANIFEST: &str = "benches/ring/Cargo.toml";
const LOCK: &str = "benches/ring/Cargo.lock";
/// What ends in other languages send.
const MESSAGES: &str = "benches/ocaml/ring/ends.myc";
const PYTHON_END: &str = "benches/python/ring/end.py";
const OCAML_END: &str = "benches/ocaml/ring/ring_end.exe";
/// Turns of each measurement.
const TURNS: usize = 5;

/// Builds, measures; gives the section of the page.
pub(super) fn measure(progress: &Progress) -> Result<String, Failure> {
    let interpreter = python::prepare(progress)?;
    let messages = build_python_end(&interpreter, progress)?;
    let ocaml_end = build_ocaml_end(progress)?;
    let cmake = aeron::prepare(&interpreter, progress).ok();
    let features: &[&str] = if cmake.is_some() { &["--features", "aeron"] } else { &[] };
    // Run by cargo, for it knows where Aeron's libraries lie.
    let cargo = |command: &str| {
        let tool = Tool::cargo().args([command, "--release", "--locked", "--manifest-path"]);
        let tool = tool.arg(MANIFEST).args(features);
        let tool = tool.env("CARGO_TARGET_DIR", repo::target().join("ring-bench"));
        tool.env("CMAKE", cmake.clone().unwrap_or_else(|| "cmake".into()))
    };
    cargo("build").run("bench-ring-build", progress)?;
    progress.detail("ways in turns");
    let path = std::env::join_paths([repo::root().join("runtime/python"), messages]);
    let program = cargo("run").arg("--quiet").env("PYTHONPATH", path.unwrap_or_default());
    let program = program.args(["--", "--turns", &TURNS.to_string(), "--ocaml"]).arg(ocaml_end);
    let program = program.arg("--python").arg(&interpreter).arg(repo::root().join(PYTHON_END));
    let tables = program.run("bench-ring", progress)?;
    let lock = repo::root().join(LOCK);
    let lock = fs::read_to_string(&lock).map_err(io_failure("read", &lock))?;
    let aeron = match cmake {
        Some(_) => peers::versions(&lock, &["rusteron-media-driver"]),
        None => "which was not here".to_owned(),
    };
    Ok(SECTION
        .replace("{machine}", &machine::describe())
        .replace("{versions}", &peers::versions(&lock, &["iceoryx2"]))
        .replace("{aeron}", &aeron)
        .replace("{turns}", &TURNS.to_string())
        .replace("{tables}", tables.trim()))
}

/// Builds the native core, and the classes of the messages; gives the folder of these.
fn build_python_end(interpreter: &Path, progress: &Progress) -> Result<PathBuf, Failure> {
    python::build_core(interpreter, "release", progress)?;
    let messages = repo::target().join("bench-ring");
    let mycc = ["run", "--locked", "--package", "myc-codegen", "--bin", "mycc", "--", "gen"];
    let tool = Tool::cargo().args(mycc).args(["--lang", "python", "--out"]).arg(&messages);
    tool.arg(MESSAGES).run("bench-ring-messages", progress)?;
    Ok(messages)
}

fn build_ocaml_end(progress: &Progress) -> Result<PathBuf, Failure> {
    ocaml::prepare(progress)?;
    let build = ["build", "--release", "--locked", "--package", "mycelium-ffi"];
    Tool::cargo().args(build).run("bench-ring-library", progress)?;
    let build = ["build", "--profile", "release", OCAML_END];
    ocaml::dune(&build, "release").run("bench-ring-ocaml", progress)?;
    Ok(ocaml::built(OCAML_END))
}
