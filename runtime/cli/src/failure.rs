//! Why a command ends early.

use std::fmt;
use std::io;

/// Why a command ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something that was given or found is wrong.
    Input(String),
    /// The same, as a text that says by itself that it is an error, made for the terminal: it may have colours, and
    /// what comes from outside is harmless in it.
    Shown(String),
    /// Everything has been said.
    Silent,
    /// Nobody reads our output any more.
    BrokenPipe,
}

impl Failure {
    /// What is wrong, without saying that it is an error.
    pub(crate) fn message(self) -> String {
        match self {
            Self::Input(message) | Self::Shown(message) => message,
            Self::Silent | Self::BrokenPipe => String::new(),
        }
    }
}

impl From<io::Error> for Failure {
    /// An error of writing the output.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Input(format!("cannot write the output: {error}")),
        }
    }
}

/// As standard error says it.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(message) => write!(f, "error: {message}"),
            Self::Shown(message) => f.write_str(message),
            Self::Silent | Self::BrokenPipe => Ok(()),
        }
    }
}
