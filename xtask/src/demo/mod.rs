//! `cargo xtask demo`: the market pipeline in three languages, run, watched, compared and drawn.

mod build;
mod compare;
mod folder;
mod format;
mod monitor;
mod picture;
mod report;
mod routes;
mod service;
mod supervise;
mod table;
mod trading;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use monitor::Monitor;

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
    #[arg(long, default_value = "10x", value_parser = speed)]
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

    /// Start a process in a network namespace (`ip netns`), which stands for a host: `risk=NAMESPACE`
    #[arg(long, value_name = "PROCESS=NAMESPACE", value_parser = inside)]
    inside: Vec<(String, String)>,

    /// Folder for topology, reports and pictures [default: target/demo]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,

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
    let folder = folder::RunFolder::make(options)?;
    let is_trading = trading::is_wanted(&folder.topology)?;
    let monitor = Monitor::of(&folder.topology)?;
    let programs = build::prepare(options.profile, monitor)?;
    let services = service::start_all(&programs, &folder, options, is_trading, monitor)?;
    // Services that share a process with another one: each says how far it is.
    let sharing = if monitor == Monitor::Hosted { 2 } else { 1 };
    supervise::watch(services, sharing)?;

    let reports = report::read_all(&folder.reports())?;
    let routes = routes::measure(&reports, &folder.topology)?;
    println!("{}", table::of_routes(&routes));
    if options.speed == "max" {
        println!(
            "at full speed a message waits for those before it: latencies are those of queues\n"
        );
    }
    println!("{}", compare::check(&reports, &routes)?);
    if is_trading {
        println!("{}", trading::check(&reports)?);
    }
    for path in picture::draw_all(&reports, &routes, &folder.root)? {
        println!("picture  {}", path.display());
    }
    Ok(())
}

/// The engine reads it; what is wrong is said before anything is built.
fn speed(text: &str) -> Result<String, String> {
    match factor(text) {
        _ if text == "max" => Ok(text.to_owned()),
        Some(factor) if factor.is_finite() && factor > 0.0 => Ok(text.to_owned()),
        _ => Err("expected `max`, or a factor above 0 such as `1x` or `10x`".to_owned()),
    }
}

fn inside(text: &str) -> Result<(String, String), String> {
    let named = text.split_once('=').ok_or("expected a process and a namespace: `risk=host-b`")?;
    Ok((named.0.to_owned(), named.1.to_owned()))
}

/// How much faster than the market's the demo's time goes by; nothing at full speed.
fn factor(speed: &str) -> Option<f64> {
    speed.strip_suffix('x').and_then(|factor| factor.parse().ok())
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
