//! Hosts for tests: network namespaces, which `ip` of Debian's iproute2 makes where the machine lets us.

use super::packages;
use crate::progress::Progress;
use crate::tool::Tool;

/// Installs what makes them where we may. Gives whether they can be made: where not, tests that need them say that they are
/// skipped.
pub(crate) fn prepare(progress: &Progress) -> bool {
    if !Tool::new("unshare").args(["--net", "true"]).succeeds() {
        return false;
    }
    if !has_ip()
        && let Err(failure) = packages::install(&["iproute2"], "hosts for tests", progress)
    {
        progress.detail(format!("without iproute2, no cable is pulled: {failure}"));
    }
    has_ip()
}

fn has_ip() -> bool {
    Tool::new("ip").arg("-V").succeeds()
}
