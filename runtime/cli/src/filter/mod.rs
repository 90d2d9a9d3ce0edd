//! Conditions on messages: `price > 60000 and symbol == "BTCUSDT"`.
//!
//! text → tokens → tree (`parse`) → tree whose paths and literals have a type's types (`bind`) → yes or no. A fault
//! of the text is told when it is read, one of its types when the first message of a type comes; both with the place.
//!
//! Numbers are compared exactly: integers of any width and decimals of any scale with each other and with what is
//! written. Where one of the two is a float, both are compared as floats; what is written is rounded as the field it is
//! compared with. What is absent is `null`: equal to
//! itself, unequal to everything else, and neither more nor less than anything.

mod bind;
mod datum;
mod parse;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;
use std::ops::Range;

pub(crate) use self::bind::Bound;
use self::parse::Expr;

/// A condition, before it is known of what type the messages are.
#[derive(Debug)]
pub(crate) struct Filter {
    text: String,
    expr: Expr,
}

/// A fault of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilterError {
    /// The whole condition.
    text: String,
    /// Where in it.
    at: Range<usize>,
    fault: Fault,
}

/// What is wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Something else stands where this should.
    Expected(&'static str),
    /// It can be read, but means nothing.
    Refused(String),
    /// The type has no such member.
    Unknown {
        /// What was asked for.
        name: String,
        /// The type that was looked at.
        holder: String,
        /// What it has; maybe nothing, as a number.
        known: Vec<String>,
    },
    /// Two things that cannot be compared so.
    Types {
        /// What is on the left.
        left: String,
        /// The operator.
        operator: &'static str,
        /// What is on the right.
        right: String,
    },
}

impl Filter {
    /// Reads a condition.
    pub(crate) fn parse(text: &str) -> Result<Self, FilterError> {
        let expr = parse::parse(text).map_err(|(at, fault)| FilterError::new(text, at, fault))?;
        Ok(Self { text: text.to_owned(), expr })
    }

    fn fault(&self, (at, fault): Placed) -> FilterError {
        FilterError::new(&self.text, at, fault)
    }
}

/// A fault and its place.
type Placed = (Range<usize>, Fault);

impl FilterError {
    fn new(text: &str, at: Range<usize>, fault: Fault) -> Self {
        Self { text: text.to_owned(), at, fault }
    }

    /// Whether the type of the messages has nothing of that name, which another type may have.
    pub(crate) fn is_unknown_member(&self) -> bool {
        matches!(self.fault, Fault::Unknown { .. })
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Range { start, end } = self.at.clone();
        let before = self.text.get(..start).unwrap_or_default().chars().count();
        let marked = self.text.get(start..end).unwrap_or_default().chars().count().max(1);
        writeln!(f, "{}", self.fault)?;
        writeln!(f, "  {}", self.text.replace(['\n', '\t'], " "))?;
        write!(f, "  {}{}", " ".repeat(before), "^".repeat(marked))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(what) => write!(f, "expected {what}"),
            Self::Refused(why) => f.write_str(why),
            Self::Unknown { name, holder, known } if known.is_empty() => {
                write!(f, "{holder} has nothing inside: `{name}` leads nowhere")
            }
            Self::Unknown { name, holder, known } => {
                write!(f, "{holder} has no `{name}`; it has: {}", known.join(", "))
            }
            Self::Types { left, operator, right } => {
                write!(f, "{left} cannot be compared with {right} by `{operator}`")
            }
        }
    }
}

impl std::error::Error for FilterError {}
