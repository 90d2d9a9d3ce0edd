//! The section of the page about the compiler.

use std::mem::discriminant;

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
    let mut lines =
        vec!["| | processor, ms | fastest, ms | median, ms | memory, MiB | to ours |".to_owned()];
    lines.push("|---|--:|--:|--:|--:|--:|".to_owned());
    let jobs = JOBS.iter().filter(|job| job.kind != Work::Start);
    for job in jobs {
        let Some(cost) = find(results, job, SIZES[SIZES.len() - 1]) else { continue };
        let ratio = ours(results, job)
            .map_or(String::new(), |ours| format!("{:.1} ×", cost.cost.cpu_ms / ours.cost.cpu_ms));
        lines.push(format!(
            "| {} | {:.0} | {:.0} | {:.0} | {:.0} | {ratio} |",
            job.name, cost.cost.cpu_ms, cost.cost.least_ms, cost.cost.median_ms, cost.cost.peak_mib
        ));
    }
    lines.join("\n")
}

/// What another program's job is compared with: ours to the same language, else our slowest of the kind.
fn ours<'m>(results: &'m [Measured], job: &Job) -> Option<&'m Measured> {
    if job.program == "mycc" {
        return None;
    }
    let is_alike = |ours: &&Job| discriminant(&ours.kind) == discriminant(&job.kind);
    let ours = JOBS.iter().filter(|ours| ours.program == "mycc").filter(is_alike);
    let ours = ours.filter_map(|ours| find(results, ours, SIZES[SIZES.len() - 1]));
    let is_same = |ours: &Measured| ours.job.kind == job.kind;
    ours.max_by(|one, other| {
        let by_cost = one.cost.cpu_ms.total_cmp(&other.cost.cpu_ms);
        is_same(one).cmp(&is_same(other)).then(by_cost)
    })
}

/// Microseconds of the processor a message at each size.
fn linear(results: &[Measured]) -> String {
    let sizes = SIZES.map(|size| format!(" {size} messages |")).concat();
    let mut lines = vec![format!("| |{sizes}"), format!("|---|{}", "--:|".repeat(SIZES.len()))];
    let start_ms = |messages| {
        let start = JOBS.iter().find(|job| job.kind == Work::Start)?;
        Some(find(results, start, messages)?.cost.cpu_ms)
    };
    for job in JOBS.iter().filter(|job| job.program == "mycc" && job.kind != Work::Start) {
        let cell = |messages| {
            let cost = find(results, job, messages)?.cost;
            let time_us = (cost.cpu_ms - start_ms(messages)?) * 1e3;
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

#[cfg(test)]
mod tests {
    use super::write;
    use crate::bench::compiler::set::Set;
    use crate::bench::compiler::{JOBS, Measured, SIZES};
    use crate::bench::measure::Cost;

    #[test]
    fn the_section_compares_and_divides() {
        let set = Set {
            folder: "set".into(),
            stems: vec!["p00/f000".to_owned()],
            messages: SIZES[2],
            fields: 100_000,
            bytes: 1 << 20,
        };
        let cost = |place: usize, messages: usize| Cost {
            cpu_ms: messages as f64 * (place + 1) as f64 / 100.0,
            least_ms: 3.0,
            median_ms: 4.0,
            peak_mib: 5.0,
        };
        let result = |place: usize, messages| Measured {
            job: &JOBS[place],
            messages,
            cost: cost(place, messages),
        };
        let results: Vec<Measured> = SIZES
            .into_iter()
            .flat_map(|messages| (0..JOBS.len()).map(move |place| result(place, messages)))
            .collect();
        let section = write(&[set], &results, &["libprotoc 1".to_owned()]);
        assert!(section.contains("| mycc check | 100 | 3 | 4 | 5 |  |"), "{section}");
        assert!(section.contains("| protoc to Python | 700 | 3 | 4 | 5 | 1.4 × |"), "{section}");
        assert!(section.contains("| protoc to C++ | 800 | 3 | 4 | 5 | 1.3 × |"), "{section}");
        assert!(!section.contains('{'), "every place is filled: {section}");
    }
}
