//! `cargo xtask bench --actors`: actors beside those of other frameworks, and simulations.

use std::fs;

use super::peers::versions;
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

const SECTION: &str = include_str!("section.md");
const MANIFEST: &str = "benches/actors/Cargo.toml";
const LOCK: &str = "benches/actors/Cargo.lock";
/// The packages of the others.
const PEERS: [&str; 3] = ["actix", "kameo", "ractor"];

/// Builds, measures; gives the section of the page.
pub(super) fn measure(rounds: usize, progress: &Progress) -> Result<String, Failure> {
    let target = repo::target().join("actor-peers");
    let build = ["build", "--release", "--locked", "--manifest-path", MANIFEST];
    let cargo = Tool::cargo().args(build).env("CARGO_TARGET_DIR", &target);
    cargo.run("bench-actors-build", progress)?;
    progress.detail("actors, in turns");
    let program = Tool::new(target.join("release/mycelium-actor-peers"));
    let tables = program.args([&rounds.to_string()]).run("bench-actors", progress)?;
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
        let found = versions(include_str!("../../../../benches/actors/Cargo.lock"), &PEERS);
        assert_eq!(found.split(", ").count(), PEERS.len(), "{found}");
    }
}
