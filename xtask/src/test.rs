//! `cargo xtask test`: every check of the repository, in one row of steps.
//!
//! Everything is built in the dev profile and in one target folder, so that nothing is built twice;
//! only the loom models and the fuzz targets have folders of their own, since their flags reach every crate.

use clap::Args;

use crate::failure::Failure;
use crate::progress::Progress;
use crate::setup::{compiler, hosts, nats, ocaml, python, tmux};
use crate::steps::{Step, StepResult, run_all};
use crate::tool::Tool;
use crate::{
    Outcome, book, c, fuzz, generate, interop, repo, site, smoke, tidy, wheels, workspace,
};

/// What to test.
#[derive(Args)]
pub(crate) struct Options {
    /// Only these steps (default: all of them)
    #[arg(value_name = "STEP", value_parser = step_named)]
    steps: Vec<&'static Step>,
}

/// Sets up, runs the steps, prints the summary.
pub(crate) fn run(options: &Options) -> Outcome {
    if options.steps.is_empty() {
        return run_all(&STEPS.iter().collect::<Vec<_>>());
    }
    run_all(&options.steps)
}

const STEPS: &[Step] = &[
    Step { name: "tidy", purpose: "the rules of the house", run: |_| tidy::check() },
    Step { name: "fmt", purpose: "Rust and the schemas are formatted", run: fmt },
    Step { name: "clippy", purpose: "Rust has no warnings", run: clippy },
    Step { name: "rust", purpose: "tests of every crate", run: rust },
    Step { name: "nats", purpose: "nodes that meet at a NATS server", run: meet_at_server },
    Step { name: "docs", purpose: "documentation's examples and links", run: docs },
    Step { name: "loom", purpose: "models of the ring", run: loom },
    Step { name: "generated", purpose: "generated code is what mycc gives", run: generated },
    Step { name: "python", purpose: "the Python package and generated code", run: test_python },
    Step { name: "ocaml", purpose: "the OCaml library and generated code", run: test_ocaml },
    Step { name: "book", purpose: "the documentation's commands and code", run: book::step },
    Step { name: "c", purpose: "the C ABI under valgrind", run: c::step },
    Step { name: "site", purpose: "the documentation site in a browser", run: site::run },
    Step { name: "interop", purpose: "each language meets each other one", run: meet },
    Step { name: "fuzz", purpose: "a few seconds of each fuzz target", run: fuzz::short },
    Step { name: "demo", purpose: "short runs, bad input, killed processes", run: demo },
];

fn step_named(name: &str) -> Result<&'static Step, String> {
    STEPS.iter().find(|step| step.name == name).ok_or_else(|| {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        format!("no such step; the steps are {}", names.join(", "))
    })
}

fn fmt(progress: &Progress) -> StepResult {
    let failed = |failure: Failure| failure.remedy("cargo fmt --all");
    Tool::cargo().args(["fmt", "--all", "--check"]).run("fmt", progress).map_err(failed)?;
    // Workspaces of their own, which `--all` does not know.
    for (log, manifest) in [
        ("fmt-fuzz", "fuzz/Cargo.toml"),
        ("fmt-peers", "benches/peers/Cargo.toml"),
        ("fmt-net", "benches/net/Cargo.toml"),
        ("fmt-ring", "benches/ring/Cargo.toml"),
        ("fmt-bus-peers", "benches/bus/Cargo.toml"),
        ("fmt-actors", "benches/actors/Cargo.toml"),
        ("fmt-backtest", "benches/backtest/Cargo.toml"),
    ] {
        let format = ["fmt", "--manifest-path", manifest];
        let failed = |failure: Failure| failure.remedy(format!("cargo {}", format.join(" ")));
        Tool::cargo().args(format).arg("--check").run(log, progress).map_err(failed)?;
    }
    workspace::build(progress)?;
    let failed = |failure: Failure| failure.remedy("mycc fmt schemas examples");
    let tool = generate::built_mycc().args(["fmt", "--check", "schemas", "examples"]);
    tool.run("fmt-schemas", progress).map_err(failed)?;
    Ok("formatted".into())
}

fn clippy(progress: &Progress) -> StepResult {
    let strict = ["--", "-D", "warnings"];
    let all = workspace::cargo("clippy").args(HOSTED).args(["--features", "market/python"]);
    all.arg("--all-targets").args(strict).run("clippy", progress)?;
    // The bus as it is without its features.
    let plain = ["clippy", "--package", "mycelium", "--lib", "--locked"];
    Tool::cargo().args(plain).args(strict).run("clippy-plain", progress)?;
    // The same core for the interpreter's stable ABI.
    let stable = workspace::cargo("clippy").args(["--features", "mycelium-python/abi3"]);
    stable.args(strict).run("clippy-abi3", progress)?;
    Ok("no warnings".into())
}

fn rust(progress: &Progress) -> StepResult {
    // Generated headers are compiled as C++ too.
    compiler::prepare(progress)?;
    tmux::prepare(progress);
    let has_hosts = hosts::prepare(progress);
    let mut tests = workspace::cargo("test").args(["--all-targets", "--no-fail-fast"]);
    if has_hosts {
        // So that a test that gets none is a failure.
        tests = tests.env("MYCELIUM_EXPECTED_HOSTS", "1");
    }
    let tested = tests.run("rust", progress)?;
    let skipped =
        if has_hosts { "" } else { ", but none between hosts: there are no network namespaces" };
    Ok(format!("{}{skipped}", count_tests(&tested)))
}

/// The bus with a feature that no other build has: its client of NATS brings much that nobody else needs.
fn meet_at_server(progress: &Progress) -> StepResult {
    let is_there = nats::prepare(progress);
    let bus = |command: &str| {
        let bus = [command, "--package", "mycelium", "--features", "nats", "--locked"];
        Tool::cargo().args(bus)
    };
    let all = ["--lib", "--test", "nats", "--example", "over_nats", "--example", "partitions"];
    let strict = ["--", "-D", "warnings"];
    bus("clippy").args(all).args(strict).run("nats-clippy", progress)?;
    // What else has a feature of that name, which hands it on.
    let mut others = Tool::cargo().args(["check", "--locked"]);
    for package in ["mycelium-cli", "mycelium-ffi", "mycelium-python"] {
        others = others.args(["--package", package, "--features", &format!("{package}/nats")]);
    }
    others.run("nats-others", progress)?;
    // A test starts it; as a test itself, an example is another program.
    bus("build").args(["--example", "partitions"]).run("nats-example", progress)?;
    let mut tests = bus("test").args(all);
    if is_there {
        // So that a test that finds none is a failure.
        tests = tests.env("MYCELIUM_EXPECTED_NATS_SERVER", "1");
    }
    let tested = tests.run("nats", progress)?;
    let skipped = if is_there { "" } else { ", but none at a server: there is no `nats-server`" };
    Ok(format!("{}{skipped}", count_tests(&tested)))
}

fn docs(progress: &Progress) -> StepResult {
    let tested = workspace::cargo("test").arg("--doc").run("doctests", progress)?;
    // Modules explain themselves to whoever reads the source, and name private neighbours.
    let flags = "-D warnings -A rustdoc::private-intra-doc-links";
    let tool = workspace::cargo("doc").arg("--no-deps").env("RUSTDOCFLAGS", flags);
    tool.run("rustdoc", progress)?;
    Ok(count_tests(&tested))
}

fn loom(progress: &Progress) -> StepResult {
    let tool = Tool::cargo().args(["test", "--package", "mycelium-ring", "--release", "--locked"]);
    let tool = tool.env("RUSTFLAGS", "--cfg loom");
    let tool = tool.env("CARGO_TARGET_DIR", repo::target().join("loom"));
    Ok(count_tests(&tool.arg("--lib").run("loom", progress)?))
}

fn generated(progress: &Progress) -> StepResult {
    workspace::build(progress)?;
    generate::check(generate::built_mycc, progress)?;
    Ok("up to date".into())
}

fn test_python(progress: &Progress) -> StepResult {
    let interpreter = python::prepare(progress)?;
    workspace::build(progress)?;
    let module = |name: &str| Tool::of(python::command(&interpreter, "debug")).args(["-m", name]);
    module("ruff").arg("check").args(python::CHECKED).run("ruff", progress)?;
    let format = module("ruff").args(["format", "--check"]).args(python::CHECKED);
    format.run("ruff-format", progress)?;
    module("mypy").args(["--strict"]).args(python::TYPED).run("mypy", progress)?;
    let pyright = module("basedpyright").args(["--project", "runtime/python"]);
    pyright.arg("--pythonpath").arg(&interpreter).run("pyright", progress)?;
    python::build_core(&interpreter, "debug", progress)?;
    let tests = |core: &str, pure: &str, log: &str| -> Result<String, Failure> {
        let tests = module("pytest").arg("runtime/python").env("MYCELIUM_PURE_PYTHON", pure);
        // One writes no cache that the other reads.
        let tests = tests.args(["-p", "no:cacheprovider"]);
        // So that a core that does not load is a failure, not a second run of the other.
        let output = tests.env("MYCELIUM_EXPECTED_CORE", core).run(log, progress)?;
        let summary = output.lines().last().unwrap_or_default().trim_matches(['=', ' ']);
        Ok(format!("{core}: {summary}"))
    };
    let hosted = test_python_host(progress)?;
    // Side by side: each keeps one of the machine's cores busy.
    let (native, pure) = std::thread::scope(|scope| {
        let native = scope.spawn(|| tests("native", "0", "pytest"));
        let pure = tests("python", "1", "pytest-pure");
        (native.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), pure)
    });
    let read = [native?, pure?, hosted, wheels::check(&interpreter, progress)?].join("; ");
    // Tables that Rust has written, read by pyarrow.
    let tables = workspace::cargo("test").args(["--test", "parquet", "--test", "sweep_parquet"]);
    tables.env("MYCELIUM_PYTHON", &interpreter).run("pyarrow", progress)?;
    Ok(read)
}

/// Builds what is linked with libpython too.
const HOSTED: [&str; 2] = ["--features", "mycelium-python-host/libpython"];

/// Programs of Rust that host Python, where they can be linked with it.
fn test_python_host(progress: &Progress) -> StepResult {
    if !python::prepare_libpython(progress) {
        return Ok("no libpython to host Python with".into());
    }
    let tested = workspace::cargo("test").args(HOSTED).args(["--test", "host"]);
    let tested = tested.run("python-host", progress)?;
    let example = "judged_by_python";
    let build = workspace::cargo("build").args(HOSTED).args(["--example", example]);
    build.run("python-host-example-build", progress)?;
    Tool::new(workspace::built("examples").join(example))
        .env("PYTHONPATH", python::path(&[]))
        .run("python-host-example", progress)?;
    Ok(format!("hosted: {}", count_tests(&tested)))
}

/// What is built and run of OCaml by itself: its own bus, and actors on it.
const OCAML_ALONE: [&str; 5] = [
    "build",
    "@runtime/ocaml/wire/all",
    "@runtime/ocaml/bus/all",
    "@runtime/ocaml/actor/all",
    "@runtime/ocaml/test/alone/runtest",
];

fn test_ocaml(progress: &Progress) -> StepResult {
    ocaml::prepare(progress)?;
    workspace::build(progress)?;
    ocaml::dune(&["build", "@default", "@runtest", "@optional"], "debug").run("dune", progress)?;
    ocaml::dune_alone(&OCAML_ALONE).run("dune-alone", progress)?;
    Ok("built without warnings, tests passed, also where the native library is not".into())
}

fn meet(progress: &Progress) -> StepResult {
    workspace::build(progress)?;
    interop::run(progress)
}

fn demo(progress: &Progress) -> StepResult {
    workspace::build(progress)?;
    smoke::run(progress)
}

/// Adds up cargo's `test result: ok. 3 passed; …` lines.
fn count_tests(output: &str) -> String {
    let passed: u64 = output
        .lines()
        .filter_map(|line| {
            line.strip_prefix("test result: ok. ")?.split(' ').next()?.parse::<u64>().ok()
        })
        .sum();
    format!("{passed} passed")
}
