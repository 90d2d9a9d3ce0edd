//! A fault campaign: a writer and readers at full load, killed with `SIGKILL` at random instants, again and
//! again; and an endurance run of the same checks without the killing.
//!
//! ```text
//! cargo run --release -p mycelium-ring --example campaign -- kills 10000 [seed]
//! cargo run --release -p mycelium-ring --example campaign -- endurance 60
//! ```
//!
//! What is checked stands in `parts` (each frame) and `nemesis` (what the processes have seen in common).

mod endurance;
mod nemesis;
mod parts;

use nemesis::Campaign;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    if parts::play() || endurance::play() {
        return ExitCode::SUCCESS;
    }
    match run() {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next();
    let amount = arguments.next().map(|text| text.parse::<u64>()).transpose()?;
    match (kind.as_deref(), amount) {
        (Some("kills"), Some(kills)) => {
            let seed = arguments.next().map_or(Ok(1), |text| text.parse())?;
            Ok(Campaign { kills, seed, arguments: Vec::new() }.run()?.to_string())
        }
        (Some("endurance"), Some(seconds)) => endurance::run(Duration::from_secs(seconds)),
        _ => Err("usage: campaign kills COUNT [SEED] | campaign endurance SECONDS".into()),
    }
}
