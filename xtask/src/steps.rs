//! A row of steps with a summary: every step runs, so that one run shows all that is wrong.

use std::time::Duration;

use crate::Outcome;
use crate::failure::Failure;
use crate::progress::Progress;

/// What a step gives back: a word on what it did.
pub(crate) type StepResult = Result<String, Failure>;

/// One thing to do.
pub(crate) struct Step {
    /// What a person calls it: one word, also for choosing it.
    pub(crate) name: &'static str,
    /// What it does, in half a sentence.
    pub(crate) purpose: &'static str,
    pub(crate) run: fn(&Progress) -> StepResult,
}

struct Ended {
    name: &'static str,
    took: Duration,
    result: Result<String, ()>,
}

/// Runs the steps in order, prints the summary, fails if one of them failed.
pub(crate) fn run_all(steps: &[&Step]) -> Outcome {
    let ended: Vec<Ended> =
        steps.iter().enumerate().map(|(index, step)| run_one(step, index, steps.len())).collect();
    print_summary(&ended);
    let failed: Vec<&str> =
        ended.iter().filter(|step| step.result.is_err()).map(|step| step.name).collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("{} of {} steps failed", failed.len(), ended.len()))
        .remedy(format!("cargo xtask test {}  (runs only these again)", failed.join(" "))))
}

fn run_one(step: &Step, index: usize, of: usize) -> Ended {
    let progress = Progress::start(format!("[{}/{of}] {}: {}", index + 1, step.name, step.purpose));
    let result = (step.run)(&progress);
    let took = progress.finish(if result.is_ok() { "ok" } else { "FAILED" });
    let result = result.map_err(|failure| eprintln!("{failure}\n"));
    Ended { name: step.name, took, result }
}

fn print_summary(ended: &[Ended]) {
    println!();
    for step in ended {
        let (mark, note) = match &step.result {
            Ok(note) => ("ok", note.as_str()),
            Err(()) => ("FAILED", "see above"),
        };
        println!("{:<12} {mark:<7} {:>7.1}s  {note}", step.name, step.took.as_secs_f64());
    }
    let total: Duration = ended.iter().map(|step| step.took).sum();
    println!("{:<12} {:<7} {:>7.1}s", "in all", "", total.as_secs_f64());
}
