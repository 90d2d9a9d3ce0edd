//! Memory and descriptors of both processes, second by second.

use std::fmt;
use std::fs;
use std::time::{Duration, Instant};

use crate::Outcome;

/// How much more memory than after warming up is no growth: buffers are as long as what was in them.
const MARGIN_KB: u64 = 16 * 1024;

/// How many more descriptors than after warming up are no growth: connections come and go.
const MARGIN_DESCRIPTORS: u64 = 8;

/// Longest time for warming up; a fifth of the soak if that is shorter.
const WARM_UP: Duration = Duration::from_secs(120);

pub(crate) struct Watch {
    started: Instant,
    warm_up: Duration,
    processes: [Process; 2],
}

struct Process {
    id: u32,
    memory_kb: Level,
    descriptors: Level,
}

/// The highest value while warming up, and after.
#[derive(Default)]
struct Level {
    before: u64,
    after: u64,
    last: u64,
}

impl Watch {
    pub(crate) fn new(length: Duration, ids: [u32; 2]) -> Self {
        let process =
            |id| Process { id, memory_kb: Level::default(), descriptors: Level::default() };
        Self {
            started: Instant::now(),
            warm_up: WARM_UP.min(length / 5),
            processes: ids.map(process),
        }
    }

    /// Reads what both processes have by now, and fails if that is too much.
    pub(crate) fn look(&mut self) -> Outcome<()> {
        let is_warm = self.started.elapsed() > self.warm_up;
        for process in &mut self.processes {
            process.memory_kb.take(memory_kb(process.id)?, is_warm);
            process.descriptors.take(descriptors(process.id)?, is_warm);
            process.memory_kb.check("KB of memory", MARGIN_KB)?;
            process.descriptors.check("descriptors", MARGIN_DESCRIPTORS)?;
        }
        Ok(())
    }
}

impl Level {
    fn take(&mut self, value: u64, is_warm: bool) {
        let highest = if is_warm { &mut self.after } else { &mut self.before };
        *highest = value.max(*highest);
        self.last = value;
    }

    fn check(&self, what: &str, margin: u64) -> Outcome<()> {
        if self.after <= self.before + margin {
            return Ok(());
        }
        Err(format!("grown: {} {what}, {} after warming up", self.after, self.before).into())
    }
}

fn memory_kb(id: u32) -> Outcome<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| format!("process {id} has no memory any more").into())
}

fn descriptors(id: u32) -> Outcome<u64> {
    Ok(fs::read_dir(format!("/proc/{id}/fd"))?.count() as u64)
}

impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:.0} s, of which {:.0} to warm up",
            self.started.elapsed().as_secs_f64(),
            self.warm_up.as_secs_f64()
        )?;
        writeln!(f, "{:<24} {:>10} {:>10} {:>10}", "highest", "warming up", "after", "at the end")?;
        for (process, name) in self.processes.iter().zip(["stays", "comes and goes"]) {
            for (level, unit) in [(&process.memory_kb, "KB"), (&process.descriptors, "fds")] {
                let Level { before, after, last } = level;
                writeln!(
                    f,
                    "{:<24} {before:>10} {after:>10} {last:>10}",
                    format!("{name}, {unit}")
                )?;
            }
        }
        Ok(())
    }
}
