//! The commands of this repository, each in a file of its own.
//!
//! `cargo xtask demo` and `cargo xtask test` do all of their own set-up: they need a Rust toolchain
//! and Python 3.11, make a virtual environment under `target/`, and install OCaml and, for the tests,
//! Chromium with the system's package manager where they may.

mod bench;
mod book;
mod c;
mod campaign;
mod demo;
mod editors;
mod excerpt;
mod failure;
mod fuzz;
mod generate;
mod interop;
mod markdown;
mod miri;
mod peak;
mod progress;
mod recordings;
mod repo;
mod setup;
mod site;
mod smoke;
mod soak;
mod steps;
mod test;
mod tidy;
mod tool;
mod wheels;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "The commands of this repository"
)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the market pipeline in three languages; compare, measure and draw it
    Demo(demo::Options),
    /// Set up what is needed and run every test: Rust, Python, OCaml, across languages
    Test(test::Options),
    /// Generate code from the schemas
    Gen(generate::Options),
    /// Run every command and all code of the documentation
    Book(book::Options),
    /// Measure codecs and transports; write docs/performance.md
    Bench(bench::Options),
    /// Run made-up inputs against the compiler, the formatter and the codecs
    Fuzz(fuzz::Options),
    /// Kill the processes of a ring at random instants; check that nothing is torn, doubled or missing
    Campaign(campaign::Options),
    /// Let two processes run at load; check that neither grows in memory or descriptors
    Soak(soak::Options),
    /// Make a recording of several GB and run every command on it; check that none needs more memory than for a small one
    Recordings(recordings::Options),
    /// Run the tests of what reads and writes bytes under Miri, with a nightly Rust that has it
    Miri,
    /// Build the Python package's source archive and wheels, and install each into a fresh environment
    Wheels(wheels::Options),
    /// Pack the extension for Visual Studio Code, without network
    Editors,
    /// Check the house rules: file length, unsafe code, import direction, words
    Tidy,
}

fn main() -> ExitCode {
    let outcome = match Args::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Gen(options) => generate::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Book(options) => book::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Campaign(options) => campaign::run(&options),
        Command::Soak(options) => soak::run(&options),
        Command::Recordings(options) => recordings::run(&options),
        Command::Miri => miri::run(),
        Command::Wheels(options) => wheels::run(&options),
        Command::Editors => editors::run(),
        Command::Tidy => tidy::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// What every command gives back.
type Outcome = Result<(), Failure>;
