//! `cargo xtask bench --peers`: our codec beside others, on the same values.

use std::fs;

use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

const SECTION: &str = include_str!("section.md");
const MANIFEST: &str = "benches/peers/Cargo.toml";
const LOCK: &str = "benches/peers/Cargo.lock";
/// The packages of the other codecs.
const PEERS: [&str; 9] = [
    "rkyv",
    "bitcode",
    "wincode",
    "speedy",
    "bincode",
    "postcard",
    "prost",
    "flatbuffers",
    "capnp",
];

/// Builds, measures; gives the section of the page.
pub(super) fn measure(
    rounds: usize,
    counts_instructions: bool,
    progress: &Progress,
) -> Result<String, Failure> {
    let target = repo::target().join("peers");
    let build = ["build", "--release", "--locked", "--manifest-path", MANIFEST];
    Tool::cargo()
        .args(build)
        .env("CARGO_TARGET_DIR", &target)
        .run("bench-peers-build", progress)?;
    progress.detail("codecs in turns");
    let program = Tool::new(target.join("release/mycelium-peers"));
    let program = program.args(["--rounds", &rounds.to_string()]);
    let (program, command) = match counts_instructions {
        true => (program.arg("--instructions"), "cargo xtask bench --peers --instructions"),
        false => (program, "cargo xtask bench --peers"),
    };
    let tables = program.run("bench-peers", progress)?;
    let lock = repo::root().join(LOCK);
    let lock = fs::read_to_string(&lock).map_err(io_failure("read", &lock))?;
    Ok(SECTION
        .replace("{command}", command)
        .replace("{versions}", &versions(&lock, &PEERS))
        .replace("{rounds}", &rounds.to_string())
        .replace("{tables}", tables.trim()))
}

/// Such as `rkyv 0.8.1, bitcode 0.6.9`.
pub(super) fn versions(lock: &str, peers: &[&str]) -> String {
    let version = |name: &&str| {
        let (_, after) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        Some(format!("{name} {}", after.split('"').next()?))
    };
    peers.iter().filter_map(version).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{PEERS, versions};

    #[test]
    fn every_peer_has_a_version() {
        let found = versions(include_str!("../../../../benches/peers/Cargo.lock"), &PEERS);
        assert_eq!(found.split(", ").count(), PEERS.len(), "{found}");
    }
}
