//! The library nng, from the distribution, to be measured beside ours.

use super::packages;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::tool::Tool;

/// Makes sure that it can be linked.
pub(crate) fn prepare(progress: &Progress) -> Result<(), Failure> {
    if is_ready() {
        return Ok(());
    }
    packages::install(&["libnng-dev"], "measuring nng", progress)?;
    match is_ready() {
        true => Ok(()),
        false => Err(Failure::new("the package libnng-dev is installed, but does not link")),
    }
}

fn is_ready() -> bool {
    let link = "echo 'int main(void) { return 0; }' | cc -x c - -lnng -o /dev/null";
    Tool::new("sh").args(["-c", link]).succeeds()
}
