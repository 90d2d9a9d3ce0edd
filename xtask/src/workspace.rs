//! The workspace in the one configuration in which everything is tested: all crates together, with all that the
//! bus can have. Cargo builds a crate anew for each set of features, so whoever tests asks for this one.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

/// Gives the bus and the command what they have beyond what every program gets: cargo builds each crate once for all.
const FEATURES: &str = "xtask/whole-bus,mycelium-cli/parquet";

/// A command of cargo on every crate.
pub(crate) fn cargo(command: &str) -> Tool {
    Tool::cargo().args([command, "--workspace", "--locked", "--features", FEATURES])
}

/// Builds every library and program.
pub(crate) fn build(progress: &Progress) -> Result<(), Failure> {
    cargo("build").run("build", progress).map(drop)
}

/// A program or library that `build` has made.
pub(crate) fn built(name: &str) -> PathBuf {
    repo::target().join("debug").join(name)
}
