//! Words on standard error.

use crate::harmless::harmless_lines;
use std::fmt::Display;
use std::io::{Write, stderr};

/// Says a line, or some. Whoever reads it may have gone: that is no reason to stop. Names in it come from outside.
pub(crate) fn say(line: impl Display) {
    say_shown(&harmless_lines(&line.to_string()));
}

/// Says what was made for the terminal, as it is: colours too. Whatever of it comes from outside must be harmless.
pub(crate) fn say_shown(text: &str) {
    let _ = writeln!(stderr().lock(), "{text}");
}
