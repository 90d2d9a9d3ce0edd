//! The section of the page about the compiler.

use super::set::Set;
use super::{JOBS, Job, Measured, SIZES, Work};

const TEMPLATE: &str = include_str!("section.md");

/// Fills the template.
pub(super) fn write(sets: &[Set], results: &[Measured], versions: &[String]) -> String {
    let Some(set) = sets.last() else { return String::new() };
    TEMPLATE
        .replace("{messages}", &set.messages.to_string())
        .replace("{fields}", &set.fields.to_string())
        .replace("{files}", &set.stems.len().to_string())
        .replace("{mib}", &format!("{:.1}", set.bytes as f64 / f64::from(1 << 20)))
        .replace("{versions}", &versions.join(", "))
        .replace("{compared}", &compared(results))
        .replace("{linear}", &linear(results))
        .replace("{start}", &start(results))
}

/// Each job on the largest set, beside the others of its kind.
fn compared(results: &[Measured]) -> String {
    let mut lines = vec!["| | fastest, ms | median, ms | memory, MiB | to ours |".to_owned()];
    lines.push("|---|--:|--:|--:|--:|".to_owned());
    let jobs = JOBS.iter().filter(|job| job.kind != Work::Start);
    for job in jobs {
        let Some(cost) = find(results, job, SIZES[SIZES.len() - 1]) else { continue };
        let ratio = ours(results, job).map_or(String::new(), |ours| {
            format!("{:.1} ×", cost.cost.median_ms / ours.cost.median_ms)
        });
        lines.push(format!(
            "| {} | {:.0} | {:.0} | {:.0} | {ratio} |",
            job.name, cost.cost.least_ms, cost.cost.median_ms, cost.cost.peak_mib
        ));
    }
    lines.join("\n")
}

/// What another program's job is compared with: our slowest of its kind.
fn ours<'m>(results: &'m [Measured], job: &Job) -> Option<&'m Measured> {
    let is_other = job.program != "mycc";
    let ours = JOBS.iter().filter(|ours| ours.program == "mycc" && ours.kind == job.kind);
    let ours = ours.filter_map(|ours| find(results, ours, SIZES[SIZES.len() - 1]));
    ours.max_by(|one, other| one.cost.median_ms.total_cmp(&other.cost.median_ms))
        .filter(|_| is_other)
}

/// Microseconds a message at each size.
fn linear(results: &[Measured]) -> String {
    let sizes = SIZES.map(|size| format!(" {size} messages |")).concat();
    let mut lines = vec![format!("| |{sizes}"), format!("|---|{}", "--:|".repeat(SIZES.len()))];
    let start_ms = |messages| {
        let start = JOBS.iter().find(|job| job.kind == Work::Start)?;
        Some(find(results, start, messages)?.cost.least_ms)
    };
    for job in JOBS.iter().filter(|job| job.program == "mycc" && job.kind != Work::Start) {
        let cell = |messages| {
            let cost = find(results, job, messages)?.cost;
            let time_us = (cost.least_ms - start_ms(messages)?) * 1e3;
            Some(format!(" {:.0} |", time_us / messages as f64))
        };
        let cells = SIZES.map(|messages| cell(messages).unwrap_or_default()).concat();
        lines.push(format!("| {} |{cells}", job.name));
    }
    lines.join("\n")
}

fn start(results: &[Measured]) -> String {
    let starts = results.iter().filter(|measured| measured.job.kind == Work::Start);
    let cost = starts.map(|measured| measured.cost).next();
    cost.map_or(String::new(), |cost| {
        format!(
            "{:.1} ms in the fastest run and {:.1} ms in the median",
            cost.least_ms, cost.median_ms
        )
    })
}

fn find<'m>(results: &'m [Measured], job: &Job, messages: usize) -> Option<&'m Measured> {
    results.iter().find(|measured| measured.job.name == job.name && measured.messages == messages)
}
