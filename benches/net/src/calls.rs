//! System calls, counted by the kernel, of both processes with all their threads.

use std::process::Stdio;

use crate::Outcome;
use crate::plan::Plan;
use crate::processes::{Part, command};

const EVENT: &str = "raw_syscalls:sys_enter";

/// System calls a message, those of the start among them. Nothing where `perf` may not count them.
pub(crate) fn per_message(plan: &Plan) -> Outcome<Option<f64>> {
    let counts = plan.folder.join("calls");
    let output = counts.display().to_string();
    let wrapper = ["perf", "stat", "-x", ",", "-o", &output, "-e", EVENT, "--"];
    let mut run = command(Part::First, plan, &wrapper.map(str::to_owned))?;
    // No such program, or no right to count.
    let Ok(status) = run.stdout(Stdio::null()).stderr(Stdio::null()).status() else {
        return Ok(None);
    };
    if !status.success() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&counts)?;
    let line = text.lines().find(|line| line.contains(EVENT));
    let count = line.and_then(|line| line.split(',').next()?.parse::<f64>().ok());
    // Each message goes twice: once to warm up.
    Ok(count.map(|count| count / (2 * plan.rounds) as f64))
}
