//! Why a command ends early, and how that is shown.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use serde_json::json;

use crate::args::MessageFormat;
use crate::github;

/// Why a command ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The compiler has shown what is wrong with a schema.
    Shown,
    /// Something that was given is wrong.
    Input {
        /// Which place and what about it.
        message: String,
        /// What to do.
        help: Option<String>,
    },
    /// The options do not go together.
    Usage {
        /// What is wrong with them.
        message: String,
        /// What to do.
        help: String,
    },
    /// Nobody reads our output any more.
    BrokenPipe,
}

impl Failure {
    /// Something that was given is wrong.
    pub(crate) fn input(message: impl Into<String>) -> Failure {
        Failure::Input { message: message.into(), help: None }
    }

    /// Says what to do about it.
    #[must_use]
    pub(crate) fn help(self, help: impl Into<String>) -> Failure {
        match self {
            Failure::Input { message, .. } => Failure::Input { message, help: Some(help.into()) },
            other => other,
        }
    }

    /// A file or folder that cannot be read or written.
    pub(crate) fn file(action: &str, path: &Path, error: &io::Error) -> Failure {
        Failure::input(format!("cannot {action} `{}`: {error}", path.display()))
    }

    /// A stream that cannot be written.
    pub(crate) fn output(name: impl Display, error: &io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => Failure::input(format!("cannot write {name}: {error}")),
        }
    }

    /// What it says, if it says something itself.
    #[cfg(feature = "lsp")]
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Failure::Shown | Failure::BrokenPipe => None,
            Failure::Input { message, help: None } => Some(message.clone()),
            Failure::Input { message, help: Some(help) } | Failure::Usage { message, help } => {
                Some(format!("{message}: {help}"))
            }
        }
    }

    /// Exit status: 1 for wrong input, 2 for wrong usage.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Failure::Shown | Failure::Input { .. } => 1,
            Failure::Usage { .. } => 2,
            Failure::BrokenPipe => 0,
        }
    }

    /// Shows it on standard error.
    pub(crate) fn show(&self, format: MessageFormat) {
        let (message, help) = match self {
            Failure::Shown | Failure::BrokenPipe => return,
            Failure::Input { message, help } => (message, help.as_deref()),
            Failure::Usage { message, help } => (message, Some(help.as_str())),
        };
        let text = match format {
            MessageFormat::Text => in_words(message, help),
            MessageFormat::Json => {
                format!("{}\n", json!({ "severity": "error", "message": message, "help": help }))
            }
            MessageFormat::Github => github::annotation("error", &[], message),
        };
        print_error(&text);
    }
}

/// Writes to standard error; if even that fails, there is nobody left to tell.
pub(crate) fn print_error(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Whether standard error shows colours.
pub(crate) fn has_color() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && io::stderr().is_terminal()
}

fn in_words(message: &str, help: Option<&str>) -> String {
    let (red, bold, plain) =
        if has_color() { ("\x1b[1;31m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") };
    let mut text = format!("{red}error{plain}{bold}: {message}{plain}\n");
    if let Some(help) = help {
        text.push_str(&format!("  {bold}= help:{plain} {help}\n"));
    }
    text
}
