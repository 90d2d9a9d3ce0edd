//! `cargo xtask bench --python`: our Python codec beside others, on the same values, and the bus beside queues.

use std::fs;

use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::setup::python;
use crate::tool::Tool;

const SECTION: &str = include_str!("section.md");
const FOLDER: &str = "benches/python/peers";

/// Sets up the peers, builds, measures; gives the section of the page.
pub(super) fn measure(progress: &Progress) -> Result<String, Failure> {
    let base = python::prepare(progress)?;
    let requirements = repo::root().join(FOLDER).join("requirements.txt");
    let interpreter = python::prepare_with(&base, "bench-venv", &requirements, progress)?;
    python::build_core(&base, "release", progress)?;
    // The ends in Rust, of an extension that is built apart.
    let extension = ["build", "--release", "--locked", "--package", "extension"];
    Tool::cargo().args(extension).run("bench-python-extension", progress)?;
    let shapes = repo::target().join("bench-python");
    let mycc = ["run", "--locked", "--package", "myc-codegen", "--bin", "mycc", "--", "gen"];
    Tool::cargo()
        .args(mycc)
        .args(["--lang", "python", "--out"])
        .arg(&shapes)
        .arg(repo::root().join(FOLDER).join("shapes.myc"))
        .run("bench-python-shapes", progress)?;
    progress.detail("codecs in turns");
    let folders = [repo::root().join("runtime/python"), shapes];
    let path = std::env::join_paths(folders).unwrap_or_default();
    let extension = repo::target().join("release/libextension.so");
    let run = |script: &str, log: &str| {
        let script = repo::root().join(FOLDER).join(script);
        let tool = Tool::new(&interpreter).arg(script).arg(&extension);
        tool.env("PYTHONPATH", &path).run(log, progress)
    };
    let tables = run("side_by_side.py", "bench-python")?;
    progress.detail("the bus beside queues");
    let bus = run("bus.py", "bench-python-bus")?;
    let wanted = fs::read_to_string(&requirements).map_err(io_failure("read", &requirements))?;
    let section = SECTION.replace("{versions}", &versions(&wanted));
    Ok(section.replace("{tables}", tables.trim()).replace("{bus}", bus.trim()))
}

/// Such as `msgspec 0.22.0, numpy 2.4.6`.
fn versions(requirements: &str) -> String {
    let pinned = requirements.lines().filter_map(|line| line.split_once("=="));
    pinned.map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::versions;

    #[test]
    fn comments_are_no_versions() {
        assert_eq!(versions("# Peers.\na==1\nb==2.3\n"), "a 1, b 2.3");
    }
}
