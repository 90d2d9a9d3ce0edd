//! The second process of a measurement, from outside: for the benchmarks whose program plays both parts.

use crate::Outcome;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// It is killed if the measurement ends early.
pub(crate) struct Second(Child);

impl Second {
    /// Starts it, and waits until it says that it is ready; `way` is what it measures.
    pub(crate) fn start(mut command: Command, way: &str) -> Outcome<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        let second = Self(child);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        if line.trim_end() != "ready" {
            return Err(format!("the second process of {way} could not begin").into());
        }
        Ok(second)
    }

    /// Waits until it has ended in order.
    pub(crate) fn end(mut self) -> Outcome<()> {
        match self.0.wait()?.success() {
            true => Ok(()),
            false => Err("the second process has failed".into()),
        }
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
