//! Why a text is not canonical.

use alloc::string::String;
use core::fmt;

/// A text that is not that of types, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Line, from 1: that of the fault, or the first of the type that has it.
    pub line: usize,
    /// What is wrong.
    pub kind: ParseErrorKind,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseErrorKind {
    /// Something else stands where this should.
    Expected(&'static str),
    /// The type has two texts, or two members share a name or number.
    Twice(String),
    /// No text describes this type, which a member uses.
    Unknown(String),
    /// The type contains itself.
    Cycle(String),
    /// More than is taken.
    Limit {
        /// Of what.
        of: &'static str,
        /// The most that is taken.
        max: usize,
    },
    /// A fact that the language refuses.
    Refused(&'static str),
    /// The facts can be read, but have another spelling or order.
    NotCanonical,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.kind {
            ParseErrorKind::Expected(what) => write!(f, "expected {what}"),
            ParseErrorKind::Twice(name) => write!(f, "`{name}` is described twice"),
            ParseErrorKind::Unknown(name) => write!(f, "no text describes `{name}`"),
            ParseErrorKind::Cycle(name) => write!(f, "`{name}` contains itself"),
            ParseErrorKind::Limit { of, max } => write!(f, "more than {max} {of}"),
            ParseErrorKind::Refused(what) => f.write_str(what),
            ParseErrorKind::NotCanonical => {
                f.write_str("not the canonical spelling; take the text as it was written")
            }
        }
    }
}

impl std::error::Error for ParseError {}
