//! The demo as a user meets it: run whole, fed with bad input, stopped, and killed part by part.
//!
//! Whatever happens, the demo must say what was wrong, fail where it did not end in order, and leave
//! no process, no socket and nothing in shared memory behind.

mod bad_input;
mod demo;
mod hosts;
mod hybrid;
mod killed;

use crate::failure::Failure;
use crate::progress::Progress;
use crate::setup::{self, python};
use crate::steps::StepResult;

use demo::Demo;

/// A case: its name, and what it does.
type Case = (&'static str, fn() -> Result<(), Failure>);

/// Runs all cases, one after the other.
pub(crate) fn run(progress: &Progress) -> StepResult {
    let runs: [Case; 3] = [
        ("a short run", short_run),
        ("the backtest's strategy, live", live_strategy),
        ("every way at once, the monitor in its own process", hybrid::alone),
    ];
    let has_libpython = python::prepare_libpython(progress);
    let hosted = if has_libpython { &hybrid::HOSTED[..] } else { &[] };
    let has_hosts = setup::hosts::prepare(progress);
    let between: Option<Case> = (has_libpython && has_hosts)
        .then_some(("every way at once, two hosts", hybrid::between_hosts));
    let cases: Vec<Case> = runs
        .into_iter()
        .chain(hosted.iter().copied())
        .chain(between)
        .chain(bad_input::CASES.iter().copied())
        .chain(killed::CASES.iter().copied())
        .collect();
    for (name, case) in &cases {
        progress.detail(*name);
        case().map_err(|failure| Failure::new(format!("{name}: {failure}")))?;
    }
    let skipped = match (has_libpython, has_hosts) {
        (true, true) => "",
        (true, false) => ", but none between hosts: there are no network namespaces",
        (false, _) => ", but none with Python in the engine: there is no libpython",
    };
    Ok(format!("{} cases{skipped}", cases.len()))
}

fn short_run() -> Result<(), Failure> {
    let ended = Demo::start(&["--speed", "max", "--duration", "10"])?.wait()?;
    ended.expect_success()?;
    ended.expect_stdout("alike in Rust, Python and OCaml")?;
    ended.expect_nothing_left()
}

/// Long enough for some of its orders to be filled; all else is checked by the demo itself.
fn live_strategy() -> Result<(), Failure> {
    let ended = Demo::start(&["--speed", "10x", "--duration", "30"])?.wait()?;
    ended.expect_success()?;
    ended.expect_some(" orders")?;
    ended.expect_some(" fills")?;
    ended.expect_stdout("both books agree to the last digit")?;
    ended.expect_nothing_left()
}
