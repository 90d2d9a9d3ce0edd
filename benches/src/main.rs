//! Measurements, side by side with the bare machine.
//!
//! `cargo xtask bench` runs these and writes `docs/performance.md`; each subcommand prints one JSON
//! object, times in nanoseconds.

mod bare;
mod codec;
mod cores;
mod echo;
mod frames;
mod samples;
mod transports;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "mycelium-bench")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write a feed as frames, back to back, for the codec benchmark of every language
    Frames(frames::Options),
    /// Time encoding and decoding of frames
    Codec(codec::Options),
    /// Time the way of one message from one core to another, over every transport
    Transports(transports::Options),
    /// The other end of `transports`, in a process of its own
    #[command(hide = true)]
    Echo(echo::Options),
}

fn main() -> ExitCode {
    match run(Args::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mycelium-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Frames(options) => frames::run(&options),
        Command::Codec(options) => codec::run(&options),
        Command::Transports(options) => transports::run(&options),
        Command::Echo(options) => echo::run(&options),
    }
}
