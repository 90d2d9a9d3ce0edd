//! What the second process of a measurement does: this program again.

use crate::Outcome;
use crate::foreign::Programs;
use crate::link::{Kind, Plan};
use crate::links;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::process::Command;

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
    // The first process starts what there is to be started.
    let programs = Programs::default();
    Some(Plan { link, kind, len, rounds, folder: lines.next()?.into(), programs })
}

pub(crate) fn play(plan: &Plan) -> Outcome<()> {
    links::second(plan, || {
        println!("ready");
        Ok(())
    })
}

/// The command of the second process.
pub(crate) fn command(plan: &Plan) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.env(PLAN, write(plan));
    Ok(command)
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
