//! `cargo xtask miri`: the tests of what reads and writes bytes, in an interpreter that sees undefined behaviour.
//!
//! It takes long, and a nightly Rust: so it is no step of `cargo xtask test`.

use crate::Outcome;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

/// An address is never made a pointer; files are read, of which the golden vectors are made.
const FLAGS: &str = "-Zmiri-strict-provenance -Zmiri-disable-isolation";

/// Random cases of a property: Miri takes some hundred times as long for each.
const CASES: &str = "4";

/// Tests of derived code that lies in memory as it does on the wire, borrows from a frame, or makes text of it.
const DERIVED: &[&str] = &["borrowed", "by_hand", "in_place", "lists", "records", "texts"];

/// Runs the tests, or says what is missing.
pub(crate) fn run() -> Outcome {
    if !is_there() {
        return Err(Failure::new("there is no nightly Rust with Miri here")
            .remedy("rustup toolchain install nightly --component miri --component rust-src"));
    }
    let progress = Progress::start("tests under Miri");
    test(&progress)?;
    progress.finish("ok");
    Ok(())
}

fn is_there() -> bool {
    nightly().args(["miri", "--version"]).succeeds()
}

fn test(progress: &Progress) -> Result<(), Failure> {
    let wire = miri().args(["--package", "mycelium-wire", "--lib", "--tests"]);
    wire.run("miri-wire", progress)?;
    let bus = miri().args([
        "--package",
        "mycelium",
        "--lib",
        "--",
        "stream",
        "recycle",
        "inbox",
        "count",
    ]);
    bus.run("miri-bus", progress)?;
    let derived = DERIVED.iter().flat_map(|name| ["--test", name]);
    let derive = miri().args(["--package", "mycelium-derive"]).args(derived);
    derive.run("miri-derive", progress).map(drop)
}

fn miri() -> Tool {
    let tool = nightly().args(["miri", "test", "--locked"]);
    let tool = tool.env("MIRIFLAGS", FLAGS).env("PROPTEST_CASES", CASES);
    tool.env("CARGO_TARGET_DIR", repo::target().join("miri"))
}

/// The nightly's cargo, which is not the one that runs us.
fn nightly() -> Tool {
    Tool::new("rustup").args(["run", "nightly", "cargo"])
}
