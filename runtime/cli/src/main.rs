//! `mycelium`: looks after what runs, watches it, records and replays it.
//!
//! One verb a file. Exit status 0 if all is well, 1 if something is wrong with what was found or given, 2 if
//! the command line is. Results go to standard output, everything else to standard error.

#![deny(clippy::print_stderr, clippy::print_stdout, reason = "they panic where nobody reads")]

mod bench;
mod control;
mod doctor;
mod failure;
mod filter;
mod hangup;
mod harmless;
mod here;
mod manual;
#[cfg(feature = "recordings")]
mod recording;
mod say;
mod shm;
mod table;
mod tap;
#[cfg(feature = "top")]
mod top;
mod topology;
mod types;
mod units;
mod up;
mod watch;

use clap::{CommandFactory, Parser, Subcommand};
use failure::Failure;
use say::{say, say_shown};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "mycelium", version, about = "Looks after Mycelium nodes and what they share", after_help = EXAMPLES)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  mycelium topology check topology.toml
  mycelium up topology.toml
  mycelium tap topology.toml 'market.>' --where 'price > 60000'
  mycelium top topology.toml

Each command has examples of its own: mycelium tap --help.

Exit status: 0 if all is well, 1 if something given or found is wrong, 2 if the command line is.";

#[derive(Subcommand)]
enum Command {
    /// Rings in shared memory: who writes and reads them, and how far they are
    #[command(subcommand)]
    Shm(shm::Command),
    /// What a topology file says: check it, show it, plan a process
    #[command(subcommand)]
    Topology(topology::Command),
    /// Print live messages, decoded
    Tap(tap::Options),
    /// Show topics, rates, sizes, ages, rings and readers while they run
    #[cfg(feature = "top")]
    Top(top::Options),
    /// Record what passes into an MCAP file
    #[cfg(feature = "recordings")]
    Record(recording::record::Options),
    /// Publish what was recorded, at its own speed or another
    #[cfg(feature = "recordings")]
    Replay(recording::replay::Options),
    /// Say what a recording holds
    #[cfg(feature = "recordings")]
    Info(recording::info::Options),
    /// Write a recording as tables, CSV or Parquet, or as another recording
    #[cfg(feature = "recordings")]
    Convert(recording::convert::Options),
    /// Make a recording of captured files of Binance's futures streams
    #[cfg(feature = "recordings")]
    ImportFeed(recording::import::Options),
    /// Measure each route of a topology on this machine
    Bench(bench::Options),
    /// Say what on this machine costs latency, and what to do about it
    Doctor(doctor::Options),
    /// Start the nodes of this machine and look after them
    Up(up::Options),
    /// Print what a shell completes commands with
    Completions(manual::Completions),
    /// Write pages for `man`, one a command
    Man(manual::Man),
    /// Be an end of a route that is measured
    #[command(hide = true)]
    BenchPart(bench::part::Part),
    /// Become a program that ends with its parent
    #[command(hide = true)]
    Child(up::Child),
}

fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Shm(command) => shm::run(&command),
        Command::Topology(command) => topology::run(&command),
        Command::Tap(options) => tap::run(&options),
        #[cfg(feature = "top")]
        Command::Top(options) => top::run(&options),
        #[cfg(feature = "recordings")]
        Command::Record(options) => recording::record::run(&options),
        #[cfg(feature = "recordings")]
        Command::Replay(options) => recording::replay::run(&options),
        #[cfg(feature = "recordings")]
        Command::Info(options) => recording::info::run(&options),
        #[cfg(feature = "recordings")]
        Command::Convert(options) => recording::convert::run(&options),
        #[cfg(feature = "recordings")]
        Command::ImportFeed(options) => recording::import::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::BenchPart(part) => bench::part::run(&part),
        Command::Doctor(options) => doctor::run(&options),
        Command::Up(options) => up::run(&options),
        Command::Completions(options) => manual::complete(&options, Args::command()),
        Command::Man(options) => manual::write(&options, Args::command()),
        Command::Child(child) => return up::become_child(&child),
    };
    match done {
        Ok(()) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(Failure::Silent) => ExitCode::FAILURE,
        Err(Failure::Shown(text)) => {
            say_shown(&text);
            ExitCode::FAILURE
        }
        Err(failure) => {
            say(failure);
            ExitCode::FAILURE
        }
    }
}
