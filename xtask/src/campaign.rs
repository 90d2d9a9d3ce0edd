//! `cargo xtask campaign`: the ring's processes killed at random instants, or let run as long as one likes.

use clap::Args;

use crate::Outcome;
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

/// How much of it.
#[derive(Args)]
pub(crate) struct Options {
    /// Processes to kill
    #[arg(long, default_value_t = 10_000)]
    kills: u64,
    /// Of the random instants
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Instead, write and check frames at full speed for so many seconds
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["kills", "seed"])]
    endurance: Option<u64>,
}

/// Builds the campaign, runs it, prints what it has seen.
pub(crate) fn run(options: &Options) -> Outcome {
    let progress = Progress::start("fault campaign of the ring");
    let build = ["build", "--release", "--locked", "--package", "mycelium-ring", "--example"];
    let ran = Tool::cargo().args(build).arg("campaign").run("campaign-build", &progress);
    let ran = ran.and_then(|_| {
        let program = Tool::new(repo::target().join("release/examples/campaign"));
        let program = match options.endurance {
            Some(seconds) => program.args(["endurance", &seconds.to_string()]),
            None => program.args(["kills", &options.kills.to_string(), &options.seed.to_string()]),
        };
        program.run("campaign", &progress)
    });
    progress.finish(if ran.is_ok() { "ok" } else { "FAILED" });
    println!("{}", ran?.trim_end());
    Ok(())
}
