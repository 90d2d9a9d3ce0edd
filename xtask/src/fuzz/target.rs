//! Runs one fuzz target; what it found is named, with the command that repeats it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::build;
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

/// An input that takes longer counts as found. The machine may have other work, so this is much.
const INPUT_SECONDS: u32 = 25;

/// Longest input that the fuzzer makes up; enough for any construct, and small inputs are fast.
const INPUT_BYTES: u32 = 4096;

/// Memory that counts as found.
const MEMORY_MB: u32 = 2048;

/// What a run did that found nothing.
pub(super) struct Ran {
    pub(super) executions: u64,
    /// Counters that are not zero, of all that the program has.
    edges: u64,
    /// Inputs that each reach something of their own.
    inputs: u64,
}

/// Runs over the seeds, and on until the time is over.
pub(super) fn explore(
    target: &'static str,
    seconds: u32,
    progress: &Progress,
) -> Result<Ran, Failure> {
    let (kept, seeds) = (place("corpus", target), place("seeds", target));
    clear(&seeds)?;
    let found = place("found", target);
    for folder in [&kept, &seeds, &found] {
        fs::create_dir_all(folder).map_err(io_failure("make the folder", folder))?;
    }
    let before = newest(&found);
    let tool = program(target, progress)?
        .args(limits())
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", found.display()))
        .args(["-print_final_stats=1", "-reload=0"])
        .args([&kept, &seeds])
        .env("MYCELIUM_SEEDS", &seeds);
    match tool.run(&format!("fuzz-{target}"), progress) {
        Ok(output) => Ok(Ran::read(&output)),
        Err(failure) => match newest(&found) {
            input if input == before => Err(failure),
            Some((_, input)) => Err(failure.remedy(how_to_repeat(target, &input))),
            None => Err(failure),
        },
    }
}

/// Runs one input; gives what the program printed.
pub(super) fn repeat(target: &'static str, input: &Path) -> Result<String, Failure> {
    let input = std::path::absolute(input).map_err(io_failure("find", input))?;
    fs::metadata(&input).map_err(io_failure("read", &input))?;
    let progress = Progress::start(format!("{target}: {}", repo::shown(&input)));
    let tool = program(target, &progress)?.args(limits()).arg(&input);
    let output = tool.run(&format!("fuzz-{target}"), &progress)?;
    progress.finish("ok");
    Ok(output)
}

fn program(target: &'static str, progress: &Progress) -> Result<Tool, Failure> {
    let host = build::host(progress)?;
    let tool = Tool::new(build::programs(&host).join(target));
    Ok(tool.env("RUST_BACKTRACE", "1"))
}

fn limits() -> [String; 3] {
    [
        format!("-timeout={INPUT_SECONDS}"),
        format!("-max_len={INPUT_BYTES}"),
        format!("-rss_limit_mb={MEMORY_MB}"),
    ]
}

fn place(kind: &str, target: &str) -> PathBuf {
    build::folder().join(kind).join(target)
}

fn clear(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(io_failure("empty the folder", folder))?;
    }
    Ok(())
}

/// The newest file of a folder and its time.
fn newest(folder: &Path) -> Option<(std::time::SystemTime, PathBuf)> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    entries.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()))).max()
}

fn how_to_repeat(target: &str, input: &Path) -> String {
    let input = repo::shown(input);
    format!("cargo xtask fuzz {target} --input {input}  (the input that it stopped at)")
}

impl Ran {
    /// From lines such as `#4096 DONE cov: 812 ft: 2031 corp: 60/9Kb …`.
    fn read(output: &str) -> Self {
        let lines = || output.lines().rev();
        let number = |text: &str| text.split(['/', ' ']).next()?.parse().ok();
        let behind = |name: &str| {
            let found = lines().find_map(|line| line.split_once(name));
            found.and_then(|(_, rest)| number(rest.trim_start())).unwrap_or_default()
        };
        Self {
            executions: behind("stat::number_of_executed_units:"),
            edges: behind("cov:"),
            inputs: behind("corp:"),
        }
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { executions, edges, inputs } = self;
        write!(f, "{executions} inputs run, {edges} edges reached, {inputs} inputs kept")
    }
}

#[cfg(test)]
mod tests {
    use super::Ran;

    #[test]
    fn the_figures_of_a_run_are_read() {
        let output = "#2\tINITED cov: 3 ft: 4 corp: 1/1b exec/s: 0 rss: 60Mb\n\
            #900\tDONE   cov: 812 ft: 2031 corp: 60/9Kb lim: 4096 exec/s: 300 rss: 61Mb\n\
            stat::number_of_executed_units: 900\n";
        let ran = Ran::read(output);
        assert_eq!(ran.to_string(), "900 inputs run, 812 edges reached, 60 inputs kept");
    }
}
