//! Words on standard error.

use std::fmt::Display;
use std::io::{Write, stderr};

/// Says a line. Whoever reads it may have gone: that is no reason to stop.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(stderr().lock(), "{line}");
}
