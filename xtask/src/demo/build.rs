//! Everything that has to be there before the services can start.

use std::path::PathBuf;

use super::Profile;
use super::monitor::Monitor;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::setup::{ocaml, python};
use crate::tool::Tool;
use crate::{generate, repo, workspace};

/// The programs of the three processes.
pub(super) struct Programs {
    /// The Rust services' program.
    pub(super) engine: PathBuf,
    /// The Python interpreter.
    pub(super) python: PathBuf,
    /// The OCaml service's program.
    pub(super) risk: PathBuf,
    /// The program of the backtest's services.
    pub(super) trading: PathBuf,
    pub(super) profile: Profile,
}

/// Sets up Python and OCaml, compiles the schemas, builds the programs.
pub(super) fn prepare(profile: Profile, monitor: Monitor) -> Result<Programs, Failure> {
    let python = step("Python environment", python::prepare)?;
    step("OCaml", ocaml::prepare)?;
    step("schemas to Rust, Python and OCaml", |progress| generate_code(profile, progress))?;
    step("Rust services and the native library", |progress| build_rust(profile, progress))?;
    let core = |progress: &Progress| python::build_core(&python, profile.folder(), progress);
    step("the Python package's native core", core)?;
    step("OCaml service", |progress| build_ocaml(profile, progress))?;
    // Last: any build of all puts the plain engine into its place again.
    if monitor == Monitor::Hosted {
        step("the engine that hosts Python", |progress| build_host(profile, progress))?;
    }
    let native = repo::target().join(profile.folder());
    Ok(Programs {
        engine: native.join("market-engine"),
        python,
        risk: ocaml::built("examples/market/ocaml/risk.exe"),
        trading: native.join("backtest-live"),
        profile,
    })
}

fn step<T>(title: &str, work: impl FnOnce(&Progress) -> Result<T, Failure>) -> Result<T, Failure> {
    let progress = Progress::start(title);
    let result = work(&progress);
    progress.finish(if result.is_ok() { "ok" } else { "FAILED" });
    result
}

fn generate_code(profile: Profile, progress: &Progress) -> Result<(), Failure> {
    match profile {
        Profile::Dev => {
            workspace::build(progress)?;
            generate::write(generate::built_mycc, progress)
        }
        Profile::Release => generate::write(generate::mycc, progress),
    }
}

fn build_rust(profile: Profile, progress: &Progress) -> Result<(), Failure> {
    let packages = ["--package", "market", "--package", "backtest", "--package", "mycelium-ffi"];
    let tool = match profile {
        Profile::Dev => workspace::cargo("build"),
        Profile::Release => Tool::cargo().args(["build", "--locked", "--release"]).args(packages),
    };
    tool.run("demo-rust", progress).map(drop)
}

/// The same engine, linked with libpython, in the other one's place.
fn build_host(profile: Profile, progress: &Progress) -> Result<(), Failure> {
    if !python::prepare_libpython(progress) {
        return Err(Failure::new("there is no libpython to link with").remedy(
            "sudo apt-get install libpython3-dev, or give the monitor a node of its own in the topology",
        ));
    }
    let engine = ["--features", "market/python", "--bin", "market-engine"];
    let tool = match profile {
        Profile::Dev => workspace::cargo("build"),
        Profile::Release => {
            Tool::cargo().args(["build", "--locked", "--release", "--package", "market"])
        }
    };
    tool.args(engine).run("demo-engine", progress).map(drop)
}

fn build_ocaml(profile: Profile, progress: &Progress) -> Result<(), Failure> {
    let target = "examples/market/ocaml/risk.exe";
    ocaml::dune(&["build", target], profile.folder()).run("demo-ocaml", progress).map(drop)
}
