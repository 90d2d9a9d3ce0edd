//! `cargo xtask soak`: two processes at load for as long as one likes, of which neither may grow.

use clap::Args;

use crate::Outcome;
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

/// How much of it.
#[derive(Args)]
pub(crate) struct Options {
    /// How long; parts of a minute too
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
}

/// Builds the soak, runs it, prints what it has seen.
pub(crate) fn run(options: &Options) -> Outcome {
    let progress = Progress::start("two processes at load over Unix sockets, TCP and TLS");
    let build = ["build", "--release", "--locked", "--package", "mycelium", "--features", "tls"];
    let ran = Tool::cargo().args(build).args(["--example", "soak"]).run("soak-build", &progress);
    let ran = ran.and_then(|_| {
        let program = Tool::new(repo::target().join("release/examples/soak"));
        program.arg(options.minutes.to_string()).run("soak", &progress)
    });
    progress.finish(if ran.is_ok() { "ok" } else { "FAILED" });
    println!("{}", ran?.trim_end());
    Ok(())
}
