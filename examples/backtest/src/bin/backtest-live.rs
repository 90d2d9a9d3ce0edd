//! `backtest-live`: the backtest's actors, unchanged, as services of a topology.

use std::process::ExitCode;

use backtest::live::{MakerOptions, VenueOptions};
use clap::Parser;

/// The market maker of the backtest, and the exchange in front of it, live
#[derive(Parser)]
enum Cli {
    /// The exchange simulator, fed with the market's data as they come
    Venue(VenueOptions),
    /// The strategy
    MarketMaker(MakerOptions),
}

fn main() -> ExitCode {
    let ended = match Cli::parse() {
        Cli::Venue(options) => options.run(),
        Cli::MarketMaker(options) => options.run(),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("backtest-live: {error}");
            ExitCode::FAILURE
        }
    }
}
