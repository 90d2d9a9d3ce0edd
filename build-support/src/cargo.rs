//! What Cargo tells a build script, and what a build script tells Cargo.
//!
//! Outside of a build script, in a test, say, nothing is told.

use std::env;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use myc_codegen::file::FileError;

use crate::error::BuildError;

/// Where a build script may write.
pub(crate) fn out_dir() -> Option<PathBuf> {
    env::var_os("OUT_DIR").map(PathBuf::from)
}

/// Runs the build script again when the file or folder changes, or is there at last. What the script itself
/// has written is newer than its start, and would be a change for ever.
pub(crate) fn watch(path: &Path) -> Result<(), BuildError> {
    if !is_build_script() || is_built(path) {
        return Ok(());
    }
    let shown = path.display().to_string();
    if shown.contains(['\n', '\r']) {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "its name has a line break");
        return Err(FileError { action: "watch", path: path.to_owned(), source }.into());
    }
    println!("cargo::rerun-if-changed={shown}");
    Ok(())
}

/// Shows a line as Cargo shows its own warnings.
pub(crate) fn warn(line: &str) {
    if is_build_script() {
        println!("cargo::warning={line}");
    }
}

/// Whether what the build writes lies in this folder, so that watching it would never end.
pub(crate) fn builds_into(folder: &Path) -> bool {
    is_build_script() && with_out_dir(folder).is_some_and(|(folder, out)| out.starts_with(folder))
}

/// Whether it lies where the build writes.
fn is_built(path: &Path) -> bool {
    with_out_dir(path).is_some_and(|(path, out)| path.starts_with(out))
}

/// The path and `OUT_DIR`, so that they can be compared.
fn with_out_dir(path: &Path) -> Option<(PathBuf, PathBuf)> {
    path.canonicalize().ok().zip(out_dir()?.canonicalize().ok())
}

/// Whether errors are shown in colours. Cargo reads them through a pipe and prints them as they are.
pub(crate) fn has_color() -> bool {
    let has = |name: &str, value: &str| env::var_os(name).is_some_and(|it| it == value);
    let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || has("CARGO_TERM_COLOR", "never");
    !is_unwanted && (has("CARGO_TERM_COLOR", "always") || io::stderr().is_terminal())
}

/// `OUT_DIR` alone does not say so: Cargo sets it for tests too.
fn is_build_script() -> bool {
    env::var_os("CARGO_CFG_TARGET_ARCH").is_some() && out_dir().is_some()
}
