//! Why a command stopped, told to a person: what is wrong, what was seen, what to do.

use std::fmt;

/// A failure with its remedy; printed once, by `main`.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    seen: Option<String>,
    remedy: Option<String>,
}

impl Failure {
    /// `what` is wrong, in one sentence.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), seen: None, remedy: None }
    }

    /// Adds what the failing tool printed.
    pub(crate) fn seen(mut self, output: impl Into<String>) -> Self {
        self.seen = Some(output.into()).filter(|text| !text.trim().is_empty());
        self
    }

    /// Adds what the reader can do.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(seen) = &self.seen {
            for line in seen.trim_end().lines() {
                writeln!(f, "  │ {line}")?;
            }
        }
        write!(f, "error: {}", self.what)?;
        if let Some(remedy) = &self.remedy {
            write!(f, "\n  try: {remedy}")?;
        }
        Ok(())
    }
}

/// Names the file or folder in an error of the file system.
pub(crate) fn io_failure(
    doing: &str,
    path: &std::path::Path,
) -> impl FnOnce(std::io::Error) -> Failure {
    let place = format!("cannot {doing} {}", path.display());
    move |error| Failure::new(format!("{place}: {error}"))
}
