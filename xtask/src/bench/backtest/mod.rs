//! `cargo xtask bench --backtest`: the example's exchange simulator beside hftbacktest, on the same events.

use std::fs;
use std::path::PathBuf;

use super::peers::versions;
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

const SECTION: &str = include_str!("section.md");
const MANIFEST: &str = "benches/backtest/Cargo.toml";
const LOCK: &str = "benches/backtest/Cargo.lock";
const PEER: &str = "hftbacktest";

/// Builds, measures on the first of the feeds, or on the simulator; gives the section of the page.
pub(super) fn measure(
    rounds: usize,
    feeds: &[PathBuf],
    command: &str,
    progress: &Progress,
) -> Result<String, Failure> {
    let target = repo::target().join("backtest-peers");
    let build = ["build", "--release", "--locked", "--manifest-path", MANIFEST];
    let cargo = Tool::cargo().args(build).env("CARGO_TARGET_DIR", &target);
    cargo.run("bench-backtest-build", progress)?;
    progress.detail("backtests, in turns");
    let program = Tool::new(target.join("release/mycelium-backtest-peers"));
    let program = program.arg(rounds.to_string()).args(feeds.iter().take(1));
    let table = program.run("bench-backtest", progress)?;
    let lock = repo::root().join(LOCK);
    let lock = fs::read_to_string(&lock).map_err(io_failure("read", &lock))?;
    let feed = match feeds.first() {
        Some(_) => "a captured stream of Binance's futures",
        None => "120 simulated seconds",
    };
    Ok(SECTION
        .replace("hftbacktest {version}", &versions(&lock, &[PEER]))
        .replace("{rounds}", &rounds.to_string())
        .replace("{command}", command)
        .replace("{feed}", feed)
        .replace("{table}", table.trim()))
}

#[cfg(test)]
mod tests {
    use super::{PEER, versions};

    #[test]
    fn the_peer_has_a_version() {
        let found = versions(include_str!("../../../../benches/backtest/Cargo.lock"), &[PEER]);
        assert!(found.starts_with("hftbacktest 0."), "{found}");
    }
}
