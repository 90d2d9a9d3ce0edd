//! tmux, from the distribution: a terminal for tests.

use super::packages;
use crate::progress::Progress;
use crate::tool::Tool;

/// Installs it where we may. Where we may not, the test that needs it says that it is skipped.
pub(crate) fn prepare(progress: &Progress) {
    if Tool::new("tmux").arg("-V").succeeds() {
        return;
    }
    if let Err(failure) = packages::install(&["tmux"], "a terminal for tests", progress) {
        progress.detail(format!("without tmux, `mycelium top` is not driven: {failure}"));
    }
}
