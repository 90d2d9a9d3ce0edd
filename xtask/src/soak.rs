//! `cargo xtask soak`: two processes at load for as long as one likes, of which neither may grow; or threads of
//! Python and of Rust in one process.

use clap::Args;

use crate::Outcome;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::repo;
use crate::setup::python;
use crate::tool::Tool;

/// How much of it.
#[derive(Args)]
pub(crate) struct Options {
    /// How long; parts of a minute too
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
    /// Eight threads of Python and eight of Rust on one bus, which come, go and fail
    #[arg(long)]
    python: bool,
}

/// Builds the soak, runs it, prints what it has seen.
pub(crate) fn run(options: &Options) -> Outcome {
    if options.python {
        return run_python(options.minutes);
    }
    let progress = Progress::start("two processes at load over Unix sockets, TCP and TLS");
    let build = ["build", "--release", "--locked", "--package", "mycelium", "--features", "tls"];
    let ran = Tool::cargo().args(build).args(["--example", "soak"]).run("soak-build", &progress);
    let ran = ran.and_then(|_| {
        let program = Tool::new(repo::target().join("release/examples/soak"));
        // The C library gives threads arenas of their own, and what is freed stays in them: they grow where threads come
        // and go. In one arena what grows is what is kept.
        let program = program.env("MALLOC_ARENA_MAX", "1");
        program.arg(options.minutes.to_string()).run("soak", &progress)
    });
    progress.finish(if ran.is_ok() { "ok" } else { "FAILED" });
    println!("{}", ran?.trim_end());
    Ok(())
}

fn run_python(minutes: f64) -> Outcome {
    let progress = Progress::start("threads of Python and of Rust on one bus");
    let ran = python_at_load(minutes, &progress);
    progress.finish(if ran.is_ok() { "ok" } else { "FAILED" });
    println!("{}", ran?.trim_end());
    Ok(())
}

fn python_at_load(minutes: f64, progress: &Progress) -> Result<String, Failure> {
    let interpreter = python::prepare(progress)?;
    python::build_core(&interpreter, "release", progress)?;
    let build = ["build", "--release", "--locked", "--package", "extension"];
    Tool::cargo().args(build).run("soak-build", progress)?;
    Tool::of(python::command(&interpreter, "release"))
        .args(["benches/python/stress.py", "--seconds"])
        .arg((minutes * 60.0).to_string())
        .arg("--extension")
        .arg(repo::target().join("release/libextension.so"))
        .env("MYCELIUM_PURE_PYTHON", "0")
        .run("soak", progress)
}
