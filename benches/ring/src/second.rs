//! The second process of a measurement: this program again.

use crate::Outcome;
use crate::link::{Kind, Plan};
use crate::links;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// The variable in which the plan stands.
const PLAN: &str = "MYC_RING_BENCH_PLAN";

/// The plan, if this is a second process.
pub(crate) fn plan() -> Option<Outcome<Plan>> {
    std::env::var(PLAN).ok().map(|text| parse(&text).ok_or_else(|| "a bad plan".into()))
}

fn write(plan: &Plan) -> String {
    let (kind, receivers) = match plan.kind {
        Kind::PingPong => ("ping", 0),
        Kind::Loan => ("loan", 0),
        Kind::Stream(receivers) => ("stream", receivers),
        Kind::Bulk => ("bulk", 0),
    };
    let Plan { link, len, rounds, folder, .. } = plan;
    format!("{link}\n{kind}\n{receivers}\n{len}\n{rounds}\n{}", folder.display())
}

fn parse(text: &str) -> Option<Plan> {
    let mut lines = text.lines();
    let link = lines.next()?.to_owned();
    let kind = lines.next()?;
    let receivers = lines.next()?.parse().ok()?;
    let kind = match kind {
        "ping" => Kind::PingPong,
        "loan" => Kind::Loan,
        "stream" => Kind::Stream(receivers),
        "bulk" => Kind::Bulk,
        _ => return None,
    };
    let (len, rounds) = (lines.next()?.parse().ok()?, lines.next()?.parse().ok()?);
    Some(Plan { link, kind, len, rounds, folder: lines.next()?.into() })
}

pub(crate) fn play(plan: &Plan) -> Outcome<()> {
    links::second(plan, || {
        println!("ready");
        Ok(())
    })
}

/// The second process, from outside. It is killed if the measurement ends early.
pub(crate) struct Second(Child);

impl Second {
    /// Starts it, and waits until it is ready.
    pub(crate) fn start(plan: &Plan) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .env(PLAN, write(plan))
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        let second = Self(child);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        if line.trim_end() != "ready" {
            return Err(format!("the second process of {} could not begin", plan.link).into());
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

/// Where this thread could run before it was pinned; it can again once this is dropped.
pub(crate) struct Pinned(CpuSet);

/// Pins this thread to the `index`-th of the processors that it may use, as far as there are so many.
pub(crate) fn pin(index: usize) -> Outcome<Pinned> {
    let allowed = sched_getaffinity(None)?;
    let mut processors = (0..CpuSet::MAX_CPU).filter(|&processor| allowed.is_set(processor));
    if let Some(processor) = processors.nth(index) {
        let mut one = CpuSet::new();
        one.set(processor);
        sched_setaffinity(None, &one)?;
    }
    Ok(Pinned(allowed))
}

impl Drop for Pinned {
    fn drop(&mut self) {
        let _ = sched_setaffinity(None, &self.0);
    }
}
