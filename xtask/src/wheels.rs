//! `cargo xtask wheels`: the Python package as others install it, in `target/wheels/dist`.
//!
//! That is its source archive, a wheel for the interpreter's stable ABI, which each Python from 3.11 on can load, and a
//! faster one for each interpreter that is asked for. The wheels are built of the archive, as somebody does who has
//! nothing else. Each is then installed into a fresh environment, where it must find its native core and pass messages.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::setup::python;
use crate::steps::StepResult;
use crate::tool::Tool;
use crate::{Outcome, repo};

/// For whom.
#[derive(Args)]
pub(crate) struct Options {
    /// Interpreters to build a wheel for beside that of the tests; Python 3.11 or newer
    #[arg(value_name = "PYTHON")]
    also: Vec<PathBuf>,
    /// Cargo's profile; `dev` builds faster
    #[arg(long, default_value = "release")]
    profile: String,
}

/// Builds them to be handed out, tries them, and prints where they are.
pub(crate) fn run(options: &Options) -> Outcome {
    let progress = Progress::start("the Python package's source archive and wheels");
    let made = python::prepare(&progress)
        .and_then(|interpreter| make(&interpreter, &options.also, &options.profile, &progress));
    progress.finish(if made.is_ok() { "ok" } else { "FAILED" });
    let made = made?;
    println!("{}", repo::shown(&made.archive));
    for wheel in &made.wheels {
        let versions: Vec<&str> = wheel.tried.iter().map(String::as_str).collect();
        println!("{}  installed on Python {}", repo::shown(&wheel.path), versions.join(", "));
    }
    Ok(())
}

/// Builds and tries them as a test, without what only makes them fast.
pub(crate) fn check(interpreter: &Path, progress: &Progress) -> StepResult {
    let made = make(interpreter, &[], "dev", progress)?;
    let installed: usize = made.wheels.iter().map(|wheel| wheel.tried.len()).sum();
    Ok(format!("wheels of the source archive: {installed} installed"))
}

struct Made {
    archive: PathBuf,
    wheels: Vec<Wheel>,
}

struct Wheel {
    path: PathBuf,
    /// The versions of the interpreters that it was tried on.
    tried: Vec<String>,
}

fn make(
    interpreter: &Path,
    also: &[PathBuf],
    profile: &str,
    progress: &Progress,
) -> Result<Made, Failure> {
    let room = Room::open()?;
    let archive = room.pack(interpreter, progress)?;
    let source = room.unpack(&archive, progress)?;
    let own = room.build_by_pip(interpreter, &source, &[profile], progress)?;
    let stable =
        room.build_by_pip(interpreter, &source, &[profile, "--features=abi3"], progress)?;
    let version = version_of(interpreter)?;
    let mut others = other_interpreters();
    others.retain(|(_, other)| *other != version);
    let own_only = [(interpreter.to_owned(), version.clone())];
    let everywhere: Vec<_> = own_only.iter().chain(&others).cloned().collect();
    let mut wheels = vec![room.attempt(own, &own_only, progress)?];
    wheels.push(room.attempt(stable, &everywhere, progress)?);
    for other in also {
        let wheel = room.build_for(other, interpreter, &source, profile, progress)?;
        let owner = [(other.clone(), version_of(other)?)];
        wheels.push(room.attempt(wheel, &owner, progress)?);
    }
    Ok(Made { archive, wheels })
}

/// The folder in which all of it lies.
struct Room {
    folder: PathBuf,
}

impl Room {
    /// What was made before is gone; what cargo has built stays.
    fn open() -> Result<Self, Failure> {
        let folder = repo::target().join("wheels");
        for name in ["dist", "source", "installed"] {
            let old = folder.join(name);
            if old.exists() {
                fs::remove_dir_all(&old).map_err(io_failure("remove", &old))?;
            }
            fs::create_dir_all(&old).map_err(io_failure("make", &old))?;
        }
        Ok(Self { folder })
    }

    fn dist(&self) -> PathBuf {
        self.folder.join("dist")
    }

    fn pack(&self, interpreter: &Path, progress: &Progress) -> Result<PathBuf, Failure> {
        Tool::new(interpreter)
            .args([
                "-m",
                "maturin",
                "sdist",
                "--manifest-path",
                "runtime/python/Cargo.toml",
                "--out",
            ])
            .arg(self.dist())
            .run("wheels-sdist", progress)?;
        self.only_new(&[])
    }

    /// The folder of the archive's files, which are as new as they look to cargo.
    fn unpack(&self, archive: &Path, progress: &Progress) -> Result<PathBuf, Failure> {
        let folder = self.folder.join("source");
        let unpack = Tool::new("tar").args(["--extract", "--touch", "--file"]).arg(archive);
        unpack.arg("--directory").arg(&folder).run("wheels-unpack", progress)?;
        only_entry(&folder, &[])
    }

    /// As `pip install` of the archive does. `words` are cargo's profile, and what else maturin is told.
    fn build_by_pip(
        &self,
        interpreter: &Path,
        source: &Path,
        words: &[&str],
        progress: &Progress,
    ) -> Result<PathBuf, Failure> {
        let before = entries(&self.dist())?;
        let scripts = interpreter.parent().unwrap_or(interpreter);
        Tool::new(interpreter)
            .args(["-m", "pip", "wheel", "--disable-pip-version-check", "--no-deps"])
            // What it needs is pinned, and in the environment of the tests.
            .args(["--no-build-isolation", "--config-settings"])
            .arg(format!("build-args=--profile={}", words.join(" ")))
            .arg("--wheel-dir")
            .arg(self.dist())
            .arg(source)
            .env("PATH", with_folder(scripts)?)
            .env("CARGO_TARGET_DIR", self.folder.join("build"))
            .run("wheels-pip", progress)?;
        self.only_new(&before)
    }

    /// For an interpreter that has no tools of its own.
    fn build_for(
        &self,
        other: &Path,
        interpreter: &Path,
        source: &Path,
        profile: &str,
        progress: &Progress,
    ) -> Result<PathBuf, Failure> {
        let before = entries(&self.dist())?;
        Tool::new(interpreter)
            .args(["-m", "maturin", "build", "--profile", profile, "--manifest-path"])
            .arg(source.join("runtime/python/Cargo.toml"))
            .arg("--interpreter")
            .arg(other)
            .arg("--out")
            .arg(self.dist())
            .env("CARGO_TARGET_DIR", self.folder.join("build"))
            .run("wheels-maturin", progress)?;
        self.only_new(&before)
    }

    /// Installs a wheel into a fresh environment of each interpreter, and uses the package there.
    fn attempt(
        &self,
        path: PathBuf,
        interpreters: &[(PathBuf, String)],
        progress: &Progress,
    ) -> Result<Wheel, Failure> {
        let mut tried = Vec::new();
        for (interpreter, version) in interpreters {
            progress.detail(format!("installing {} on Python {version}", repo::shown(&path)));
            self.install_and_use(&path, interpreter, version, progress)?;
            tried.push(version.clone());
        }
        Ok(Wheel { path, tried })
    }

    fn install_and_use(
        &self,
        wheel: &Path,
        interpreter: &Path,
        version: &str,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let place = self.folder.join("installed").join(version);
        // One that another wheel was installed into is made anew.
        let fresh = ["-m", "venv", "--clear"];
        Tool::new(interpreter).args(fresh).arg(&place).run("wheels-venv", progress)?;
        let inside = place.join("bin/python");
        Tool::new(&inside)
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-index"])
            .arg(wheel)
            .run("wheels-install", progress)?;
        Tool::new(&inside)
            .arg(repo::root().join("runtime/python/tests/installed.py"))
            .env("PYTHONPATH", repo::root().join("generated/python"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .run("wheels-use", progress)
            .map(drop)
    }

    /// What a command has put into `dist`.
    fn only_new(&self, before: &[PathBuf]) -> Result<PathBuf, Failure> {
        only_entry(&self.dist(), before)
    }
}

fn only_entry(folder: &Path, but: &[PathBuf]) -> Result<PathBuf, Failure> {
    let mut found = entries(folder)?;
    found.retain(|entry| !but.contains(entry));
    match <[PathBuf; 1]>::try_from(found) {
        Ok([entry]) => Ok(entry),
        Err(found) => Err(Failure::new(format!(
            "one file was expected in {}, there are {}",
            repo::shown(folder),
            found.len()
        ))),
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let read = fs::read_dir(folder).map_err(io_failure("read", folder))?;
    read.map(|entry| entry.map(|entry| entry.path()).map_err(io_failure("read", folder))).collect()
}

/// `PATH` with a folder before all others.
fn with_folder(folder: &Path) -> Result<std::ffi::OsString, Failure> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(env::split_paths(&path));
    env::join_paths(folders).map_err(|error| Failure::new(format!("no PATH can be made: {error}")))
}

/// Interpreters that the package supports, one a version: those in `PATH`, and those that pyenv keeps.
fn other_interpreters() -> Vec<(PathBuf, String)> {
    let named = (11..20).map(|minor| PathBuf::from(format!("python3.{minor}")));
    let pyenv = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let pyenv = pyenv.or_else(|| env::home_dir().map(|home| home.join(".pyenv")));
    let kept = pyenv.and_then(|root| entries(&root.join("versions")).ok()).unwrap_or_default();
    let kept = kept.into_iter().map(|version| version.join("bin/python3"));
    let mut found: Vec<(PathBuf, String)> = Vec::new();
    for interpreter in named.chain(kept) {
        let Ok(version) = version_of(&interpreter) else { continue };
        let can = python::runs(&interpreter) && python::makes_environments(&interpreter);
        // The stable ABI is of those that have the global lock.
        if can && !version.ends_with('t') && found.iter().all(|(_, known)| *known != version) {
            found.push((interpreter, version));
        }
    }
    found
}

/// Such as `3.11`; `3.14t` where there is no global lock.
fn version_of(interpreter: &Path) -> Result<String, Failure> {
    let asked = "import sys; print('%d.%d' % sys.version_info[:2] + sys.abiflags)";
    let output = Command::new(interpreter).args(["-c", asked]).output();
    let output = output.map_err(io_failure("start", interpreter))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && !version.is_empty() {
        return Ok(version);
    }
    Err(Failure::new(format!("{} tells no version", interpreter.display())))
}
