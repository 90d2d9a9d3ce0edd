//! Stable codes: a number once given keeps its meaning.

use std::fmt;

use super::table::TABLE;

/// Names one kind of error or warning, `E0001`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub(super) u16);

/// Whether a diagnostic stops the compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// There is no schema.
    Error,
    /// There is a schema, and something to look at.
    Warning,
}

/// A row of the table.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) severity: Severity,
    pub(super) title: &'static str,
    pub(super) explanation: &'static str,
}

impl Code {
    /// All codes, ascending.
    pub fn all() -> impl Iterator<Item = Code> {
        (1..).take(TABLE.len()).map(Code)
    }

    /// Reads `E0012`, `e12` or `12`.
    pub fn parse(text: &str) -> Option<Code> {
        let digits = text.strip_prefix(['E', 'e']).unwrap_or(text);
        let number: u16 = digits.parse().ok()?;
        (1..=TABLE.len()).contains(&usize::from(number)).then_some(Code(number))
    }

    /// Whether it stops the compiler.
    pub fn severity(self) -> Severity {
        self.entry().severity
    }

    /// What it is, in a few words.
    pub fn title(self) -> &'static str {
        self.entry().title
    }

    /// What it means and what to do, in a few sentences.
    pub fn explanation(self) -> &'static str {
        self.entry().explanation
    }

    fn entry(self) -> &'static Entry {
        &TABLE[usize::from(self.0) - 1]
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E{:04}", self.0)
    }
}
