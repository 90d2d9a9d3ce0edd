//! `mycelium`: looks after what runs.
//!
//! One verb a file. Exit status 0 if all is well, 1 if something is wrong with what was found or given, 2 if
//! the command line is. Results go to standard output, everything else to standard error.

mod control;
mod failure;
mod shm;

use clap::{Parser, Subcommand};
use failure::Failure;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "mycelium", version, about = "Looks after Mycelium nodes and what they share")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Rings in shared memory: who writes and reads them, and how far they are
    #[command(subcommand)]
    Shm(shm::Command),
}

fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Shm(command) => shm::run(&command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
