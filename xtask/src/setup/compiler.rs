//! A C++ compiler, from the distribution, for the engine of the fuzz targets.

use super::packages;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::tool::Tool;

/// Makes sure that there is one, under the name that build scripts look for.
pub(crate) fn prepare(progress: &Progress) -> Result<(), Failure> {
    if is_ready() {
        return Ok(());
    }
    packages::install(&["g++"], "fuzzing", progress)?;
    if is_ready() {
        return Ok(());
    }
    Err(Failure::new("the package g++ is installed, but `c++` does not run")
        .remedy("`c++ --version` shows what is wrong, or name another compiler in CXX"))
}

fn is_ready() -> bool {
    let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
    Tool::new(compiler).arg("--version").succeeds()
}
