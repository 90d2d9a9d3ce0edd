//! `cargo xtask bench --ring`: the ring beside other ways between processes.

use std::fs;

use super::{machine, peers};
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

const SECTION: &str = include_str!("section.md");
const MANIFEST: &str = "benches/ring/Cargo.toml";
const LOCK: &str = "benches/ring/Cargo.lock";
/// Turns of each measurement.
const TURNS: usize = 5;

/// Builds, measures; gives the section of the page.
pub(super) fn measure(progress: &Progress) -> Result<String, Failure> {
    let target = repo::target().join("ring-bench");
    let build = ["build", "--release", "--locked", "--manifest-path", MANIFEST];
    Tool::cargo().args(build).env("CARGO_TARGET_DIR", &target).run("bench-ring-build", progress)?;
    progress.detail("ways in turns");
    let program = Tool::new(target.join("release/mycelium-ring-bench"));
    let tables = program.args(["--turns", &TURNS.to_string()]).run("bench-ring", progress)?;
    let lock = repo::root().join(LOCK);
    let lock = fs::read_to_string(&lock).map_err(io_failure("read", &lock))?;
    Ok(SECTION
        .replace("{machine}", &machine::describe())
        .replace("{versions}", &peers::versions(&lock, &["iceoryx2"]))
        .replace("{turns}", &TURNS.to_string())
        .replace("{tables}", tables.trim()))
}
