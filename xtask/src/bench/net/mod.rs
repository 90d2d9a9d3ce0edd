//! `cargo xtask bench --net`: the bus over sockets beside bare sockets and others.

use std::fs;

use super::{machine, peers};
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::setup;
use crate::tool::Tool;

const SECTION: &str = include_str!("section.md");
const MANIFEST: &str = "benches/net/Cargo.toml";
const LOCK: &str = "benches/net/Cargo.lock";
/// Turns of each measurement.
const TURNS: usize = 3;

/// Builds, measures; gives the section of the page.
pub(super) fn measure(progress: &Progress) -> Result<String, Failure> {
    // ZeroMQ is built by its crate.
    setup::compiler::prepare(progress)?;
    let has_nng = setup::nng::prepare(progress).is_ok();
    let target = repo::target().join("net-bench");
    let build = ["build", "--release", "--locked", "--manifest-path", MANIFEST];
    let features: &[&str] = if has_nng { &["--features", "nng"] } else { &[] };
    let build = Tool::cargo().args(build).args(features);
    build.env("CARGO_TARGET_DIR", &target).run("bench-net-build", progress)?;
    progress.detail("ways in turns");
    let program = Tool::new(target.join("release/mycelium-net-bench"));
    let tables = program.args(["--turns", &TURNS.to_string()]).run("bench-net", progress)?;
    let lock = repo::root().join(LOCK);
    let lock = fs::read_to_string(&lock).map_err(io_failure("read", &lock))?;
    let nng = if has_nng { "the system's nng" } else { "nng, which was not here," };
    Ok(SECTION
        .replace("{machine}", &machine::describe())
        .replace("{zeromq}", &zeromq(&lock))
        .replace("{nng}", nng)
        .replace("{turns}", &TURNS.to_string())
        .replace("{tables}", tables.trim()))
}

/// The version of the library, which stands behind that of the package that holds it.
fn zeromq(lock: &str) -> String {
    let version = peers::versions(lock, &["zeromq-src"]);
    version.rsplit(['+', ' ']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::zeromq;

    #[test]
    fn the_version_is_the_library_s() {
        assert_eq!(zeromq("name = \"zeromq-src\"\nversion = \"0.2.6+4.3.4\"\n"), "4.3.4");
        assert!(!zeromq(include_str!("../../../../benches/net/Cargo.lock")).is_empty());
    }
}
