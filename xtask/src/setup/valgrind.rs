//! valgrind, from the distribution.

use super::packages;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::tool::Tool;

/// Makes sure that `valgrind` is there.
pub(crate) fn prepare(progress: &Progress) -> Result<(), Failure> {
    if is_ready() {
        return Ok(());
    }
    packages::install(&["valgrind", "libc6-dbg"], "memory checks", progress)?;
    match is_ready() {
        true => Ok(()),
        false => Err(Failure::new("valgrind is installed, but does not run")
            .remedy("`valgrind --version` shows what is wrong")),
    }
}

fn is_ready() -> bool {
    Tool::new("valgrind").arg("--version").succeeds()
}
