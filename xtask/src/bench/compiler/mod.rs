//! `cargo xtask bench --compiler`: the compiler beside `protoc` and `flatc`, on the same shapes.

mod flat;
mod myc;
mod proto;
mod section;
mod set;
mod shapes;

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

use super::measure::{Cost, Run};
use set::Set;

/// Messages of the sets, each ten times the one before.
const SIZES: [usize; 3] = [100, 1_000, 10_000];
/// Runs of each program on the smaller sets, and of `--version`.
const MANY_RUNS: usize = 20;

/// What a program is asked to do.
struct Job {
    /// As the page names it.
    name: &'static str,
    /// Its name, as it is found on the path.
    program: &'static str,
    /// What stands before the sources.
    args: &'static [&'static str],
    kind: Work,
}

/// Jobs that can be compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Check,
    /// Code in this language.
    Generate(&'static str),
    Format,
    Start,
}

/// All jobs; `out` is a folder that is empty when each begins.
const JOBS: [Job; 13] = [
    job("mycc check", "mycc", &["check", "myc"], Work::Check),
    job("protoc to a descriptor set", "protoc", &["-Iproto", "-oout/set"], Work::Check),
    job("flatc to binary schemas", "flatc", &["-b", "--schema", "-o", "out"], Work::Check),
    job(
        "mycc to Rust",
        "mycc",
        &["gen", "--lang=rust", "--out=out", "myc"],
        Work::Generate("Rust"),
    ),
    job(
        "mycc to Python",
        "mycc",
        &["gen", "--lang=python", "--out=out", "myc"],
        Work::Generate("Python"),
    ),
    job(
        "mycc to OCaml",
        "mycc",
        &["gen", "--lang=ocaml", "--out=out", "myc"],
        Work::Generate("OCaml"),
    ),
    job("protoc to Python", "protoc", &["-Iproto", "--python_out=out"], Work::Generate("Python")),
    job("protoc to C++", "protoc", &["-Iproto", "--cpp_out=out"], Work::Generate("C++")),
    job("flatc to Rust", "flatc", &["--rust", "-o", "out"], Work::Generate("Rust")),
    job(
        "flatc to Python",
        "flatc",
        &["--python", "--gen-onefile", "-o", "out"],
        Work::Generate("Python"),
    ),
    job("flatc to C++", "flatc", &["--cpp", "-o", "out"], Work::Generate("C++")),
    job("mycc fmt --check", "mycc", &["fmt", "--check", "myc"], Work::Format),
    job("mycc --version", "mycc", &["--version"], Work::Start),
];

const fn job(
    name: &'static str,
    program: &'static str,
    args: &'static [&'static str],
    kind: Work,
) -> Job {
    Job { name, program, args, kind }
}

/// What a job took on the set of a size.
struct Measured {
    job: &'static Job,
    messages: usize,
    cost: Cost,
}

/// Measures everything; gives the section of the page.
pub(super) fn measure(runs: usize, progress: &Progress) -> Result<String, Failure> {
    let build = ["build", "--release", "--locked", "--package", "myc-codegen", "--bin", "mycc"];
    Tool::cargo().args(build).run("bench-mycc", progress)?;
    let mut results = Vec::new();
    let mut sets = Vec::new();
    for messages in SIZES {
        progress.detail(format!("a set of {messages} messages"));
        let set = set::write(&repo::target().join("xtask/compiler"), messages)?;
        let format = ["fmt", "myc"].map(str::to_owned).to_vec();
        let format = Run { program: &program("mycc"), args: format, folder: &set.folder };
        format.measure(1, || Ok(()))?;
        let runs = if messages == SIZES[SIZES.len() - 1] { runs } else { MANY_RUNS };
        for job in &JOBS {
            progress.detail(format!("{}, {messages} messages", job.name));
            let runs = if job.kind == Work::Start { MANY_RUNS } else { runs };
            results.push(Measured { job, messages, cost: run(job, &set, runs)? });
        }
        sets.push(set);
    }
    Ok(section::write(&sets, &results, &versions()))
}

fn run(job: &Job, set: &Set, runs: usize) -> Result<Cost, Failure> {
    let mut args: Vec<String> = job.args.iter().map(|arg| (*arg).to_owned()).collect();
    match job.program {
        "protoc" => args.extend(set.stems.iter().map(|stem| format!("proto/{stem}.proto"))),
        "flatc" => {
            args.extend(["-I".to_owned(), "fbs".to_owned()]);
            args.extend(set.stems.iter().map(|stem| format!("fbs/{stem}.fbs")));
        }
        _ => {}
    }
    let run = Run { program: &program(job.program), args, folder: &set.folder };
    let out = set.folder.join("out");
    run.measure(runs, || clear(&out))
}

/// Our own compiler as it was built; the others by name.
fn program(name: &str) -> PathBuf {
    match name {
        "mycc" => repo::target().join("release/mycc"),
        other => PathBuf::from(other),
    }
}

fn clear(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(io_failure("remove", folder))?;
    }
    fs::create_dir_all(folder).map_err(io_failure("make the folder", folder))
}

/// Those of the programs that are compared with.
fn versions() -> Vec<String> {
    let version = |program: &str| {
        let output = std::process::Command::new(program).arg("--version").output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    ["protoc", "flatc"].into_iter().filter_map(version).collect()
}
