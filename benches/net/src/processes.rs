//! The two processes of a measurement: this program again.

use std::process::Command;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::Outcome;
use crate::plan::Plan;

const PLAN: &str = "MYC_NET_BENCH_PLAN";
const PART: &str = "MYC_NET_BENCH_PART";

/// Which of the two a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    First,
    Second,
}

/// The part of this process, if it has one.
pub(crate) fn part() -> Option<Outcome<(Part, Plan)>> {
    let part = std::env::var(PART).ok()?;
    let part = if part == "Second" { Part::Second } else { Part::First };
    let plan = std::env::var(PLAN).ok().and_then(|text| Plan::parse(&text));
    Some(plan.map(|plan| (part, plan)).ok_or_else(|| "a bad plan".into()))
}

/// Has a process of this program play a part, with `wrapper` in front of the command.
pub(crate) fn command(part: Part, plan: &Plan, wrapper: &[String]) -> Outcome<Command> {
    let program = std::env::current_exe()?;
    let mut command = match wrapper.split_first() {
        None => Command::new(program),
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    };
    command.env(PLAN, plan.write()).env(PART, format!("{part:?}"));
    Ok(command)
}

/// Pins this thread, and those that it starts, to the `index`-th of the processors that it may use.
pub(crate) fn pin(index: usize) -> Outcome<()> {
    let allowed = sched_getaffinity(None)?;
    let mut processors = (0..CpuSet::MAX_CPU).filter(|&processor| allowed.is_set(processor));
    let processor = processors.nth(index).ok_or("two processors are needed")?;
    let mut one = CpuSet::new();
    one.set(processor);
    Ok(sched_setaffinity(None, &one)?)
}
