//! `cargo xtask bench --bus`: the bus in one process beside others, on the same payload.

use std::fs;

use super::peers::versions;
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

const SECTION: &str = include_str!("section.md");
const MANIFEST: &str = "benches/bus/Cargo.toml";
const LOCK: &str = "benches/bus/Cargo.lock";
/// The packages of the others.
const PEERS: [&str; 9] = [
    "async-broadcast",
    "bus",
    "crossbeam-channel",
    "disruptor",
    "flume",
    "kanal",
    "photon-ring",
    "rtrb",
    "tokio",
];

/// Builds, measures; gives the section of the page.
pub(super) fn measure(rounds: usize, progress: &Progress) -> Result<String, Failure> {
    let target = repo::target().join("bus-peers");
    let build = ["build", "--release", "--locked", "--manifest-path", MANIFEST];
    Tool::cargo().args(build).env("CARGO_TARGET_DIR", &target).run("bench-bus-build", progress)?;
    progress.detail("ways between threads, in turns");
    let program = Tool::new(target.join("release/mycelium-bus-peers"));
    let program = program.args(["--rounds", &rounds.to_string()]);
    let tables = program.run("bench-bus", progress)?;
    let lock = repo::root().join(LOCK);
    let lock = fs::read_to_string(&lock).map_err(io_failure("read", &lock))?;
    Ok(SECTION
        .replace("{versions}", &versions(&lock, &PEERS))
        .replace("{rounds}", &rounds.to_string())
        .replace("{tables}", tables.trim()))
}

#[cfg(test)]
mod tests {
    use super::{PEERS, versions};

    #[test]
    fn every_peer_has_a_version() {
        let found = versions(include_str!("../../../../benches/bus/Cargo.lock"), &PEERS);
        assert_eq!(found.split(", ").count(), PEERS.len(), "{found}");
    }
}
