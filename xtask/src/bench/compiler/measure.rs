//! Runs a program on one core and takes its time and memory from the kernel.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

use crate::failure::{Failure, io_failure};

/// A program with its arguments and the folder that it runs in.
pub(super) struct Run<'r> {
    pub(super) program: &'r Path,
    pub(super) args: Vec<String>,
    pub(super) folder: &'r Path,
}

/// Of the runs of one program.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    /// Of the fastest run, from start to end.
    pub(super) least_ms: f64,
    /// Of the run in the middle.
    pub(super) median_ms: f64,
    /// Most memory that a run held at once.
    pub(super) peak_mib: f64,
}

impl Run<'_> {
    /// Runs that often; `before` makes each start from the same state.
    pub(super) fn measure(
        &self,
        count: usize,
        mut before: impl FnMut() -> Result<(), Failure>,
    ) -> Result<Cost, Failure> {
        let mut times_ms = Vec::with_capacity(count);
        let mut peak_mib: f64 = 0.0;
        for _ in 0..count.max(1) {
            before()?;
            let (time_ms, memory_mib) = self.once()?;
            times_ms.push(time_ms);
            peak_mib = peak_mib.max(memory_mib);
        }
        times_ms.sort_by(f64::total_cmp);
        Ok(Cost { least_ms: times_ms[0], median_ms: times_ms[times_ms.len() / 2], peak_mib })
    }

    fn once(&self) -> Result<(f64, f64), Failure> {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", "0"]).arg(self.program).args(&self.args);
        command.current_dir(self.folder).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let mut child = command.spawn().map_err(io_failure("start taskset for", self.program))?;
        let ended = child.wait4().map_err(io_failure("wait for", self.program))?;
        let time_ms = started.elapsed().as_secs_f64() * 1e3;
        if !ended.status.success() {
            let shown = format!("{} {}", self.program.display(), self.args.join(" "));
            return Err(Failure::new(format!("`{shown}` failed ({})", ended.status)));
        }
        Ok((time_ms, ended.rusage.maxrss as f64 / f64::from(1 << 20)))
    }
}
