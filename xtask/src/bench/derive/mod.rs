//! `cargo xtask bench --derive`: what our derive adds to a build, beside prost's and rkyv's.

mod packages;
mod section;
mod set;
mod source;

use std::fs;
use std::path::Path;

use super::measure::{Run, Sample};
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

use packages::{FORMS, Form};
use source::{CODECS, Codec};

/// The builds of one package.
struct Measured {
    codec: Codec,
    form: Form,
    samples: Vec<Sample>,
}

/// Writes the packages, builds each so many times; gives the section of the page.
pub(super) fn measure(rounds: usize, progress: &Progress) -> Result<String, Failure> {
    let workspace = repo::target().join("xtask/derive");
    packages::write(&workspace, &set::make())?;
    let manifest = workspace.join("Cargo.toml");
    let build = ["build", "--release", "--workspace", "--manifest-path"];
    let build = Tool::cargo().args(build).arg(&manifest);
    build.env("CARGO_TARGET_DIR", target(&workspace)).run("bench-derive", progress)?;

    let all = CODECS.into_iter().flat_map(|codec| FORMS.map(|form| (codec, form)));
    let mut results: Vec<Measured> =
        all.map(|(codec, form)| Measured { codec, form, samples: Vec::new() }).collect();
    for round in 1..=rounds.max(1) {
        for measured in &mut results {
            let package = packages::package(measured.codec, measured.form);
            progress.detail(format!("{package}, round {round} of {rounds}"));
            touch(&packages::root(&workspace, measured.codec, measured.form))?;
            measured.samples.push(rebuild(&workspace, package)?);
        }
    }
    let lock = repo::root().join(packages::LOCK);
    let lock = fs::read_to_string(&lock).map_err(io_failure("read", &lock))?;
    Ok(section::write(&results, &super::peers::versions(&lock, &["rkyv", "prost"])))
}

fn target(workspace: &Path) -> std::path::PathBuf {
    workspace.join("target")
}

/// Of one package, everything that it depends on being there.
fn rebuild(workspace: &Path, package: String) -> Result<Sample, Failure> {
    let mut args: Vec<String> = ["build", "--release", "--offline"].map(str::to_owned).to_vec();
    args.extend(["--target-dir".to_owned(), target(workspace).display().to_string()]);
    args.extend(["--package".to_owned(), package]);
    Run { program: Path::new("cargo"), args, folder: workspace }.once()
}

fn touch(path: &Path) -> Result<(), Failure> {
    let text = fs::read(path).map_err(io_failure("read", path))?;
    fs::write(path, text).map_err(io_failure("write", path))
}
