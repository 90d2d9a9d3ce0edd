//! Ends in other languages: programs that answer this one, or one another, by the bus over the ring.
//!
//! Such a program is given its part, a topology and a number of round trips. It takes the part of `typed`, says that it is
//! ready where it answers, and prints the median and the 99th percentile in nanoseconds where it asks.

use crate::Outcome;
use crate::link::Plan;
use crate::links::typed;
use crate::measure::{self, Measured, warm_up};
use crate::part::pin;
use crate::second::Second;
use std::path::PathBuf;
use std::process::Command;

/// Those that are here. A program is its file, behind that of its interpreter where it has one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Programs {
    pub(crate) python: Vec<PathBuf>,
    pub(crate) ocaml: Vec<PathBuf>,
}

/// This process asks, the program answers.
pub(crate) fn answers(plan: &Plan, program: &[PathBuf]) -> Outcome<Measured> {
    measure::first_with::<typed::Sender, typed::Receiver>(plan, || start_answering(plan, program))
}

/// The program asks, and answers itself from another process.
pub(crate) fn asks_itself(plan: &Plan, program: &[PathBuf]) -> Outcome<Measured> {
    typed::write_topology(plan)?;
    let second = start_answering(plan, program)?;
    let mut command = command(plan, program, "ask")?;
    let output = {
        let _pinned = pin(0)?;
        command.arg(warm_up(plan).to_string()).output()?
    };
    let text = String::from_utf8(output.stdout)?;
    let times = text.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    match (output.status.success(), &times[..]) {
        (true, &[p50_ns, p99_ns]) => {
            second.end()?;
            Ok(Measured::Latency { p50_ns, p99_ns })
        }
        _ => Err(format!("{}: {}", plan.link, String::from_utf8_lossy(&output.stderr)).into()),
    }
}

/// It inherits the processor that it is to run on.
fn start_answering(plan: &Plan, program: &[PathBuf]) -> Outcome<Second> {
    let _pinned = pin(1)?;
    Second::start(command(plan, program, "answer")?, &plan.link)
}

fn command(plan: &Plan, program: &[PathBuf], part: &str) -> Outcome<Command> {
    let (file, args) = program.split_first().ok_or("no such program was given")?;
    let mut command = Command::new(file);
    command.args(args).arg(part).arg(typed::topology(plan));
    command.arg((warm_up(plan) + plan.rounds).to_string());
    Ok(command)
}
