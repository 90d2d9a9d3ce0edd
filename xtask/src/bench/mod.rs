//! `cargo xtask bench`: measures, and writes `docs/performance.md`.

mod actors;
mod backtest;
mod bus;
mod compiler;
mod derive;
mod machine;
mod measure;
mod net;
mod ocaml;
mod page;
mod peers;
mod python;
mod results;
mod ring;
mod sections;
mod words;

use std::path::PathBuf;

use clap::Args;

use crate::Outcome;
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::setup;
use crate::setup::ocaml as ocaml_setup;
use crate::tool::Tool;

use results::{Codec, Results, Transports};

const PAGE: &str = "docs/performance.md";
const OCAML_BENCH: &str = "benches/ocaml/codec.exe";

/// What to measure on.
#[derive(Args)]
pub(crate) struct Options {
    /// Captured stream for the codecs; several are merged [default: 120 simulated seconds]
    #[arg(long = "feed", value_name = "FILE")]
    feeds: Vec<PathBuf>,

    /// Round trips in memory; a tenth of them over sockets
    #[arg(long, default_value_t = 500_000)]
    count: usize,

    /// Measure the compiler instead, beside protoc and flatc, and write its section
    #[arg(long, group = "part")]
    compiler: bool,

    /// Measure the Rust codec beside others instead, and write that section
    #[arg(long, group = "part")]
    peers: bool,

    /// Measure the Python codec beside others instead, and write that section
    #[arg(long, group = "part")]
    python: bool,

    /// Measure what the derive adds to a build instead, and write that section
    #[arg(long, group = "part")]
    derive: bool,

    /// Measure the OCaml codec beside others instead, and write that section
    #[arg(long, group = "part")]
    ocaml: bool,

    /// Measure the bus in one process beside others instead, and write that section
    #[arg(long, group = "part")]
    bus: bool,

    /// Measure actors beside others and simulations instead, and write that section
    #[arg(long, group = "part")]
    actors: bool,

    /// Measure a backtest beside hftbacktest instead, on the first --feed or the simulator, and write that section
    #[arg(long, group = "part")]
    backtest: bool,

    /// Measure the ring beside other ways between processes instead, and write that section
    #[arg(long, group = "part")]
    ring: bool,

    /// Measure the bus over sockets beside others instead, and write that section
    #[arg(long, group = "part")]
    net: bool,

    /// Rounds of each operation, with --peers or --ocaml (default: 60) or --bus, --actors or --backtest (default: 5)
    #[arg(long)]
    rounds: Option<usize>,

    /// Count instructions too, with --peers; needs valgrind
    #[arg(long, requires = "peers")]
    instructions: bool,

    /// Runs of each program on the largest set, with --compiler; builds of each package, with --derive
    #[arg(long, default_value_t = 7)]
    runs: usize,

    /// Print the results only; leave docs/performance.md as it is
    #[arg(long)]
    dry_run: bool,
}

/// Builds, measures, writes the page.
pub(crate) fn run(options: &Options) -> Outcome {
    let progress = Progress::start("benchmarks");
    let path = repo::root().join(PAGE);
    let old = std::fs::read_to_string(&path).map_err(io_failure("read", &path))?;
    let measured = match options {
        Options { compiler: true, runs, .. } => compiler::measure(*runs, &progress),
        Options { derive: true, runs, .. } => derive::measure(*runs, &progress),
        Options { ocaml: true, rounds, .. } => ocaml::measure(rounds.unwrap_or(60), &progress),
        Options { python: true, .. } => python::measure(&progress),
        Options { peers: true, rounds, instructions, .. } => {
            peers::measure(rounds.unwrap_or(60), *instructions, &progress)
        }
        Options { ring: true, .. } => ring::measure(&progress),
        Options { net: true, .. } => net::measure(&progress),
        Options { actors: true, rounds, .. } => actors::measure(rounds.unwrap_or(5), &progress),
        Options { backtest: true, rounds, feeds, .. } => {
            let command = command(options);
            backtest::measure(rounds.unwrap_or(5), feeds, &command, &progress)
        }
        Options { bus: true, rounds, .. } => bus::measure(rounds.unwrap_or(5), &progress),
        _ => measure(options, &progress)
            .map(|results| page::write(&results, &machine::describe(), &command(options))),
    };
    progress.finish(if measured.is_ok() { "ok" } else { "FAILED" });
    let measured = measured?;
    println!("{measured}");
    if options.dry_run {
        return Ok(());
    }
    let page = sections::join(&old, &measured);
    std::fs::write(&path, page).map_err(io_failure("write", &path))
}

fn measure(options: &Options, progress: &Progress) -> Result<Results, Failure> {
    let python = setup::python::prepare(progress)?;
    setup::python::build_core(&python, "release", progress)?;
    ocaml_setup::prepare(progress)?;
    let build = ["build", "--release", "--locked", "--package", "mycelium-ffi", "--package"];
    let with_tls = ["mycelium-benches", "--features", "mycelium-benches/tls"];
    Tool::cargo().args(build).args(with_tls).run("bench-rust", progress)?;
    // dune's dev profile keeps functions of other libraries from being inlined.
    let build = ["build", "--profile", "release", OCAML_BENCH];
    ocaml_setup::dune(&build, "release").run("bench-ocaml", progress)?;

    let bench = repo::target().join("release/mycelium-bench");
    let frames = repo::target().join("xtask/bench.frames");
    let feeds = options.feeds.iter().map(|feed| [PathBuf::from("--feed"), feed.clone()]);
    let write = Tool::new(&bench).arg("frames").arg("--out").arg(&frames).args(feeds.flatten());
    write.run("bench-frames", progress)?;

    progress.detail("codec in Rust");
    let rust = Tool::new(&bench).args(["codec", "--frames"]).arg(&frames);
    let rust: Codec = results::read(&rust.run("bench-codec-rust", progress)?)?;
    progress.detail("codec in Python");
    let script =
        Tool::of(setup::python::command(&python, "release")).arg("benches/python/codec.py");
    let python: Codec = results::read(&script.arg(&frames).run("bench-codec-python", progress)?)?;
    progress.detail("codec in OCaml");
    let program = Tool::new(ocaml_setup::built(OCAML_BENCH)).arg(&frames);
    let ocaml: Codec = results::read(&program.run("bench-codec-ocaml", progress)?)?;
    progress.detail("transports");
    let transports = Tool::new(&bench).args(["transports", "--count"]);
    let transports = transports.arg(options.count.to_string()).run("bench-transports", progress)?;
    let transports: Transports = results::read(&transports)?;
    Ok(Results { rust, python, ocaml, transports })
}

/// The command as it can be given again, with names of files instead of their places.
fn command(options: &Options) -> String {
    let mut command = "cargo xtask bench".to_owned();
    if options.backtest {
        command.push_str(" --backtest");
    }
    for feed in &options.feeds {
        let name = feed.file_name().unwrap_or_default().to_string_lossy();
        command.push_str(&format!(" --feed {name}"));
    }
    command
}
