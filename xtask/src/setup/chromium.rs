//! A browser without a window, from the distribution.

use super::packages;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::tool::Tool;

/// Names under which it is found.
const PROGRAMS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Makes sure that there is one; gives the program's name.
pub(crate) fn prepare(progress: &Progress) -> Result<&'static str, Failure> {
    if let Some(program) = find() {
        return Ok(program);
    }
    packages::install(&["chromium"], "looking at pages in a browser", progress)?;
    find().ok_or_else(|| {
        Failure::new("the package chromium is installed, but `chromium` does not run")
            .remedy("`chromium --version` shows what is wrong")
    })
}

fn find() -> Option<&'static str> {
    PROGRAMS.iter().copied().find(|program| Tool::new(program).arg("--version").succeeds())
}
