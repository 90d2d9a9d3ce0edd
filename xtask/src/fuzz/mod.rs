//! `cargo xtask fuzz`: inputs that a fuzzer makes up, against the targets in `fuzz/`.
//!
//! [`build`] makes the targets with the toolchain that is here, [`target`] runs one. Inputs that reach
//! something new are kept under `target/fuzz/corpus`, so that a later run begins where this one ended.

mod build;
mod target;

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ScopedJoinHandle};

use clap::Args;

use crate::Outcome;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::setup::compiler;
use crate::steps::StepResult;

/// The targets, each a file of `fuzz/fuzz_targets`.
const TARGETS: [&str; 10] = [
    "parse",
    "fmt",
    "generate",
    "import",
    "inspect",
    "read",
    "canon",
    "json",
    "ring",
    "conversation",
];

/// What to run, and for how long.
#[derive(Args)]
pub(crate) struct Options {
    /// Only these targets (default: all of them, one after another)
    #[arg(value_name = "TARGET", value_parser = clap::builder::PossibleValuesParser::new(TARGETS))]
    targets: Vec<String>,
    /// How long each target runs, beyond its seeds
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u32,
    /// Run only this input, of the one target that is named: to repeat what was found
    #[arg(long, value_name = "FILE", conflicts_with = "seconds", requires = "targets")]
    input: Option<PathBuf>,
}

/// Builds, runs, prints what each target did.
pub(crate) fn run(options: &Options) -> Outcome {
    if let Some(input) = &options.input {
        let [target] = options.targets.as_slice() else {
            return Err(Failure::new("an input is run by one target").remedy("name one target"));
        };
        let target = built(target)?;
        println!("{}", target::repeat(target, input)?);
        return Ok(());
    }
    let progress = Progress::start("build the fuzz targets");
    prepare(&progress)?;
    progress.finish("ok");
    let named = |target: &&str| options.targets.iter().any(|name| name == target);
    let all = options.targets.is_empty();
    for target in TARGETS.iter().filter(|target| all || named(target)) {
        let progress = Progress::start(format!("{target}: {} s", options.seconds));
        let ran = target::explore(target, options.seconds, &progress)?;
        progress.finish(&ran.to_string());
    }
    Ok(())
}

/// Seconds of a target in a run that is there to see that it works, and to meet what is near.
const SHORT_SECONDS: u32 = 5;

/// A short run of every target, as many at once as there are processors.
pub(crate) fn short(progress: &Progress) -> StepResult {
    prepare(progress)?;
    let left = Mutex::new(TARGETS.iter());
    let work = || {
        let mut inputs = 0;
        loop {
            let next = left.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(target) = next else { return Ok(inputs) };
            inputs += explore_shortly(target, progress)?;
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from).min(TARGETS.len());
    let inputs = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let ended = |worker: ScopedJoinHandle<'_, _>| {
            worker.join().unwrap_or_else(|panic| resume_unwind(panic))
        };
        workers.into_iter().map(ended).sum::<Result<u64, Failure>>()
    })?;
    Ok(format!("{inputs} inputs to {} targets", TARGETS.len()))
}

/// Gives how many inputs ran.
fn explore_shortly(target: &'static str, progress: &Progress) -> Result<u64, Failure> {
    match target::explore(target, SHORT_SECONDS, progress)?.executions {
        0 => Err(Failure::new(format!("the target {target} ran no input"))),
        inputs => Ok(inputs),
    }
}

fn prepare(progress: &Progress) -> Result<(), Failure> {
    compiler::prepare(progress)?;
    build::build(progress)
}

/// Builds, and gives the name as a target has it.
fn built(name: &str) -> Result<&'static str, Failure> {
    let progress = Progress::start("build the fuzz targets");
    prepare(&progress)?;
    progress.finish("ok");
    let found = TARGETS.into_iter().find(|target| *target == name);
    found.ok_or_else(|| Failure::new(format!("no fuzz target is called {name}")))
}
