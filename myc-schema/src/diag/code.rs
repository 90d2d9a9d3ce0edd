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
    /// Name of the constant.
    pub(super) name: &'static str,
    pub(super) severity: Severity,
    /// `# E0012: title`, what it means, and examples, as Markdown.
    pub(super) page: &'static str,
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

    /// Its name, as the constant of it is called: `UNKNOWN_TYPE`.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// What it is, in a few words.
    pub fn title(self) -> &'static str {
        let heading = self.page().lines().next().unwrap_or_default();
        heading.split_once(": ").map_or("", |(_, title)| title)
    }

    /// Its page of the manual, as Markdown: the title, what it means, a wrong and a right example.
    pub fn page(self) -> &'static str {
        self.entry().page
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
