//! A virtual environment under `target/venv` with what the Python side is checked by.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::packages;
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::tool::Tool;
use crate::{repo, workspace};

const INTERPRETERS: &[&str] = &["python3", "python3.13", "python3.12", "python3.11", "python"];
const NEWEST_ENOUGH: &str = "import sys; sys.exit(sys.version_info < (3, 11))";
const SUFFIX: &str = "import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))";
const HAS_LIBPYTHON: &str = "
import os, sys, sysconfig
library = sysconfig.get_config_var
sys.exit(not os.path.exists(os.path.join(library('LIBDIR'), library('LDLIBRARY'))))";
const REQUIREMENTS: &str = "runtime/python/requirements-dev.txt";

/// Python code that is checked: the package, its tests, the generated code, the examples.
pub(crate) const CHECKED: &[&str] = &[
    "runtime/python",
    "runtime/python-host",
    "generated/python",
    "examples/market",
    "benches/python",
];

/// Python code whose types are checked: all of that but the tests.
pub(crate) const TYPED: &[&str] =
    &["runtime/python/mycelium", "generated/python", "examples/market", "benches/python/codec.py"];

/// Makes the environment where it is missing or old; gives its interpreter.
pub(crate) fn prepare(progress: &Progress) -> Result<PathBuf, Failure> {
    let base = Path::new(find_interpreter()?);
    prepare_with(base, "venv", &repo::root().join(REQUIREMENTS), progress)
}

/// As [`prepare`], an environment of another name with other packages, on a given interpreter.
pub(crate) fn prepare_with(
    base: &Path,
    name: &str,
    requirements: &Path,
    progress: &Progress,
) -> Result<PathBuf, Failure> {
    let venv = repo::target().join(name);
    let python = venv.join("bin/python");
    let wanted = fs::read_to_string(requirements).map_err(io_failure("read", requirements))?;
    let done_path = venv.join("requirements.txt");
    if fs::read_to_string(&done_path).is_ok_and(|done| done == wanted) && runs(&python) {
        return Ok(python);
    }

    make_venv(base, &venv, progress)?;
    progress.detail(format!("installing {}", repo::shown(requirements)));
    Tool::new(&python)
        .args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"])
        .arg(requirements)
        .run("pip", progress)
        .map_err(|failure| failure.remedy("see whether pip reaches its package index from here"))?;
    // Written last: an environment that was only half made is made again.
    fs::write(&done_path, wanted).map_err(io_failure("write", &done_path))?;
    Ok(python)
}

/// The interpreter with the package, the generated code and the native library at hand, the last
/// from the folder of a cargo profile (`debug` or `release`).
pub(crate) fn command(python: &Path, profile: &str) -> Command {
    let mut command = Command::new(python);
    command
        .env("PYTHONPATH", path(&[]))
        .env("PYTHONUNBUFFERED", "1")
        .env("MYCELIUM_FFI_DIR", repo::target().join(profile));
    command
}

/// Where Python finds the package and the generated code, and what is in more folders of the repository.
pub(crate) fn path(more: &[&str]) -> OsString {
    let folders = ["runtime/python", "generated/python"].iter().chain(more);
    let folders = folders.map(|folder| repo::root().join(folder));
    // No folder has a colon in its name, unless the repository itself lies in such a one.
    std::env::join_paths(folders).unwrap_or_default()
}

/// Builds the native core in a cargo profile (`debug` or `release`) and puts it where the package looks for it.
pub(crate) fn build_core(python: &Path, profile: &str, progress: &Progress) -> Result<(), Failure> {
    let mut build = match profile {
        "release" => {
            Tool::cargo().args(["build", "--locked", "--release", "--package", "mycelium-python"])
        }
        _ => workspace::cargo("build"),
    };
    // Only where it must be said: another value makes cargo build the bindings anew.
    let suffix = suffix_of(python);
    if suffix_of(Path::new("python3")) != suffix {
        build = build.env("PYO3_PYTHON", python);
    }
    build.run("build-python-core", progress)?;
    let built = repo::target().join(profile).join("lib_core.so");
    let folder = repo::root().join("runtime/python/mycelium");
    let place = folder.join(format!("_core{suffix}"));
    // Renamed into its place: whoever has the old one loaded keeps it.
    let fresh = folder.join(format!("_core.so.{}", std::process::id()));
    fs::copy(&built, &fresh).map_err(io_failure("copy", &built))?;
    fs::rename(&fresh, &place).map_err(io_failure("rename", &fresh))
}

/// Sees to it that programs can be linked with the interpreter that cargo builds for; whether they can.
pub(crate) fn prepare_libpython(progress: &Progress) -> bool {
    let is_there = || Tool::new("python3").args(["-c", HAS_LIBPYTHON]).succeeds();
    is_there()
        || (packages::install(&["libpython3-dev"], "programs that host Python", progress).is_ok()
            && is_there())
}

/// The end of an extension's file name, which tells apart interpreters that need different cores.
fn suffix_of(python: &Path) -> String {
    let output = Command::new(python).args(["-c", SUFFIX]).output();
    output
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}

fn make_venv(base: &Path, venv: &Path, progress: &Progress) -> Result<(), Failure> {
    if !makes_environments(base) {
        packages::install(&["python3-venv"], "the Python environment", progress)?;
    }
    progress.detail(format!("making {}", repo::shown(venv)));
    Tool::new(base).args(["-m", "venv", "--clear"]).arg(venv).run("venv", progress).map(drop)
}

fn find_interpreter() -> Result<&'static str, Failure> {
    INTERPRETERS.iter().copied().find(|name| runs(Path::new(name))).ok_or_else(|| {
        Failure::new(format!("no Python 3.11 or newer among {}", INTERPRETERS.join(", ")))
            .remedy("sudo apt-get install python3 python3-venv")
    })
}

/// Whether it has what Debian packs apart.
pub(crate) fn makes_environments(python: &Path) -> bool {
    Tool::new(python).args(["-c", "import ensurepip, venv"]).succeeds()
}

/// Whether an interpreter starts, and is new enough.
pub(crate) fn runs(python: &Path) -> bool {
    Tool::new(python).args(["-c", NEWEST_ENOUGH]).succeeds()
}
