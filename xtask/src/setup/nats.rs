//! A NATS server, from the distribution: where nodes of the tests meet.

use super::packages;
use crate::progress::Progress;
use crate::tool::Tool;

/// Where Debian puts it, which is not in every user's path.
const DEBIANS: &str = "/usr/sbin/nats-server";

/// Installs it where we may. Gives whether it is there: where it is not, tests that need it say that they are skipped.
pub(crate) fn prepare(progress: &Progress) -> bool {
    if is_there() {
        return true;
    }
    if let Err(failure) = packages::install(&["nats-server"], "a server for tests", progress) {
        progress.detail(format!("without nats-server, nobody meets there: {failure}"));
    }
    is_there()
}

fn is_there() -> bool {
    let answers = |program: &str| Tool::new(program).arg("--version").succeeds();
    answers("nats-server") || answers(DEBIANS)
}
