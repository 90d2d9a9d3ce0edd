//! The Rust services of the market pipeline: *market-data* and *execution*, in one process.

mod engine;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match engine::run(&engine::Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("engine: {error}");
            ExitCode::FAILURE
        }
    }
}
