//! Builds the fuzz targets with stable Rust: what the fuzzer needs are flags of LLVM, and the C++ part
//! of it is compiled by the package that brings it.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

/// Every edge of the program has a counter, the fuzzer knows where each stands, and what numbers are
/// compared with, so that it can try those.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Folder of all that fuzzing makes; of its own, since the flags reach every crate.
pub(super) fn folder() -> PathBuf {
    repo::target().join("fuzz")
}

/// Where a target's program and the others lie.
pub(super) fn programs(host: &str) -> PathBuf {
    folder().join(host).join("release")
}

/// Builds all targets.
pub(super) fn build(progress: &Progress) -> Result<(), Failure> {
    let host = host(progress)?;
    // With a target named, build scripts and macros are built without the flags.
    let tool = Tool::cargo().args(["build", "--release", "--locked", "--target", &host]);
    let tool = tool.args(["--manifest-path", "fuzz/Cargo.toml"]);
    let tool = tool.env("CARGO_TARGET_DIR", folder()).env("RUSTFLAGS", FLAGS);
    tool.run("fuzz-build", progress).map(drop)
}

/// The machine's name, as the compiler has it.
pub(super) fn host(progress: &Progress) -> Result<String, Failure> {
    let about = Tool::new("rustc").arg("-vV").run("rustc", progress)?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::new("`rustc -vV` does not name the host"))
}
