//! Runs a program and takes its time and memory from the kernel.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

use crate::failure::{Failure, io_failure};
use crate::peak::Peak;

/// A program with its arguments and the folder that it runs in.
pub(super) struct Run<'r> {
    pub(super) program: &'r Path,
    pub(super) args: Vec<String>,
    pub(super) folder: &'r Path,
}

/// Of one run, with those of the programs that it started itself.
#[derive(Clone, Copy)]
pub(super) struct Sample {
    /// On the processor, the kernel's part too.
    pub(super) cpu_ms: f64,
    /// From start to end.
    pub(super) wall_ms: f64,
    /// Most memory that was held at once; where that is less than we hold ourselves, without what the programs held that
    /// it started.
    pub(super) peak_mib: f64,
}

/// Of the runs of one program.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    /// Least time that a run spent on the processor: what other programs on the machine disturb least.
    pub(super) cpu_ms: f64,
    /// Of the fastest run, from start to end.
    pub(super) least_ms: f64,
    /// Of the run in the middle.
    pub(super) median_ms: f64,
    /// Most memory that a run held at once.
    pub(super) peak_mib: f64,
}

impl Run<'_> {
    /// Runs that often on one core; `before` makes each start from the same state.
    pub(super) fn measure(
        &self,
        count: usize,
        mut before: impl FnMut() -> Result<(), Failure>,
    ) -> Result<Cost, Failure> {
        let mut times_ms = Vec::with_capacity(count);
        let (mut peak_mib, mut cpu_ms) = (0.0_f64, f64::INFINITY);
        for _ in 0..count.max(1) {
            before()?;
            let mut command = Command::new("taskset");
            command.args(["--cpu-list", "0"]).arg(self.program);
            let sample = self.take(command)?;
            times_ms.push(sample.wall_ms);
            cpu_ms = cpu_ms.min(sample.cpu_ms);
            peak_mib = peak_mib.max(sample.peak_mib);
        }
        times_ms.sort_by(f64::total_cmp);
        let (least_ms, median_ms) = (times_ms[0], times_ms[times_ms.len() / 2]);
        Ok(Cost { cpu_ms, least_ms, median_ms, peak_mib })
    }

    /// Runs once, on all cores.
    pub(super) fn once(&self) -> Result<Sample, Failure> {
        self.take(Command::new(self.program))
    }

    fn take(&self, mut command: Command) -> Result<Sample, Failure> {
        command.args(&self.args).current_dir(self.folder).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let mut child = command.spawn().map_err(io_failure("start", self.program))?;
        let peak = Peak::watch(&child);
        let ended = child.wait4().map_err(io_failure("wait for", self.program))?;
        let wall_ms = started.elapsed().as_secs_f64() * 1e3;
        if !ended.status.success() {
            let shown = format!("{} {}", self.program.display(), self.args.join(" "));
            return Err(Failure::new(format!("`{shown}` failed ({})", ended.status)));
        }
        let used = ended.rusage;
        Ok(Sample {
            cpu_ms: (used.utime + used.stime).as_secs_f64() * 1e3,
            wall_ms,
            peak_mib: peak.bytes(used.maxrss) as f64 / f64::from(1 << 20),
        })
    }
}
