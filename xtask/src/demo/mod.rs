//! `cargo xtask demo`: the market pipeline in three languages, run, watched, compared and drawn.

mod build;
mod compare;
mod folder;
mod format;
mod picture;
mod report;
mod routes;
mod service;
mod supervise;
mod table;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::Outcome;
use crate::failure::Failure;

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Replay a captured stream (`.jsonl` or `.gz`); several are merged by receive time [default:
    /// the simulator]
    #[arg(long = "feed", value_name = "FILE")]
    feeds: Vec<PathBuf>,

    /// `max`, or times the speed of the market: 1x, 10x
    #[arg(long, default_value = "10x")]
    speed: String,

    /// Market seconds to run [default: 120 simulated, or the whole feed]
    #[arg(long, value_name = "SECONDS")]
    duration: Option<f64>,

    /// Seed of the simulator
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Another topology than examples/market/topology.toml, used as it is
    #[arg(long, value_name = "FILE")]
    topology: Option<PathBuf>,

    /// Cargo profile of the native parts
    #[arg(long, value_enum, default_value_t = Profile::Release)]
    profile: Profile,
}

/// How the native parts are compiled.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Profile {
    /// As the tests are.
    Dev,
    /// Optimised.
    Release,
}

/// Sets up, runs, compares, draws.
pub(crate) fn run(options: &Options) -> Outcome {
    check_files(options)?;
    let programs = build::prepare(options.profile)?;
    let folder = folder::RunFolder::make(options.topology.as_deref())?;
    let services = service::start_all(&programs, &folder, options)?;
    supervise::watch(services)?;

    let reports = report::read_all(&folder.reports())?;
    let routes = routes::measure(&reports)?;
    println!("{}", table::of_routes(&routes));
    println!("{}", compare::check(&reports, &routes)?);
    for path in picture::draw_all(&reports, &routes, &folder.root)? {
        println!("picture  {}", path.display());
    }
    Ok(())
}

/// What can be known to be wrong before anything is built.
fn check_files(options: &Options) -> Result<(), Failure> {
    let given = options.feeds.iter().map(|path| ("--feed", path));
    let given = given.chain(options.topology.iter().map(|path| ("--topology", path)));
    for (option, path) in given {
        std::fs::File::open(path).map_err(|error| {
            Failure::new(format!("{option} {}: {error}", path.display()))
                .remedy("check the path; it is taken from the folder that you are in")
        })?;
    }
    Ok(())
}

impl Profile {
    /// Name of its folder under `target/`.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}
