//! The bus over sockets, side by side with bare sockets and with others.
//!
//! Each measurement runs the same code over each way, in turns, between two processes that are pinned to a
//! processor each. It needs two processors that have nothing else to do.

mod calls;
mod end;
mod measure;
mod plan;
mod processes;
mod report;
#[path = "../../shared/second.rs"]
mod second;
mod ways;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

/// Measures ways over sockets; prints the tables of a section in Markdown.
#[derive(Parser)]
pub(crate) struct Args {
    /// Turns of each measurement; medians are shown
    #[arg(long, default_value_t = 5)]
    turns: usize,
    /// Round trips in a turn
    #[arg(long, default_value_t = 2_000)]
    rounds: usize,
    /// Messages of a stream in a turn
    #[arg(long, default_value_t = 1_000_000)]
    messages: usize,
    /// Only tables whose title contains this
    #[arg(long)]
    only: Option<String>,
}

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let done = match processes::part() {
        Some(part) => part.and_then(|(part, plan)| ways::play(part, &plan)),
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
