//! Ways between two processes, side by side: the ring of `mycelium-ring`, and others.
//!
//! Each measurement runs the same code over each way, in turns, between two processes that are pinned to a
//! processor each. It needs two processors that have nothing else to do.

mod foreign;
mod link;
mod links;
mod measure;
mod part;
mod publish;
mod report;
#[path = "../../shared/second.rs"]
mod second;

use clap::Parser;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

/// Measures ways between processes; prints the tables of a section in Markdown.
#[derive(Parser)]
pub(crate) struct Args {
    /// Turns of each measurement; medians are shown
    #[arg(long, default_value_t = 5)]
    turns: usize,
    /// Round trips of small messages in a turn; fewer of large ones
    #[arg(long, default_value_t = 100_000)]
    rounds: usize,
    /// Only measurements whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// Interpreter and script of an end in Python; without them its rows are left out
    #[arg(long, num_args = 2, value_names = ["INTERPRETER", "SCRIPT"])]
    python: Vec<PathBuf>,
    /// Program of an end in OCaml; without it its rows are left out
    #[arg(long, num_args = 1, value_name = "PROGRAM")]
    ocaml: Vec<PathBuf>,
}

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let done = match part::plan() {
        Some(plan) => plan.and_then(|plan| part::play(&plan)),
        None => report::run(&Args::parse()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
