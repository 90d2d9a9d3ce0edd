//! Words on standard error.

use crate::harmless::harmless_lines;
use std::fmt::Display;
use std::io::{Write, stderr};

/// Says a line, or some. Whoever reads it may have gone: that is no reason to stop. Names in it come from outside.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(stderr().lock(), "{}", harmless_lines(&line.to_string()));
}
