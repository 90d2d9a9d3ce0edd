//! Values that do not keep what their schema holds them to.

use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::error::ErrorKind;
use crate::reflect::Constraint;

/// A value in a message that its field does not admit: found by [`validate`](crate::Message::validate)
/// before a message is sent, as decoding finds it in one that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationError {
    /// The message with its package, `market.Trade`.
    pub message: &'static str,
    /// Where in the message, `$.bids[3].price`.
    pub path: String,
    /// What is wrong: [`ErrorKind::OutOfRange`] or [`ErrorKind::Len`] of a field with a constraint;
    /// of an unknown arm [`ErrorKind::Tag`], or what its payload is not: [`ErrorKind::Truncated`],
    /// [`ErrorKind::Length`] or [`ErrorKind::Block`].
    pub kind: ErrorKind,
    /// What the field is held to, where it has a constraint.
    pub constraint: Option<Constraint<'static>>,
}

impl ValidationError {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, constraint: Option<Constraint<'static>>) -> Self {
        ValidationError { message: "", path: String::from("$"), kind, constraint }
    }

    /// The same error seen from what holds the field.
    #[cold]
    pub(crate) fn in_field(mut self, name: &str) -> Self {
        self.path.insert_str(1, &format!(".{name}"));
        self
    }

    /// The same error seen from what holds the item.
    #[cold]
    pub(crate) fn in_item(mut self, index: usize) -> Self {
        self.path.insert_str(1, &format!("[{index}]"));
        self
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ValidationError { message, path, kind, constraint } = self;
        write!(f, "{message}{}: {kind}", path.strip_prefix('$').unwrap_or(path))?;
        match (kind, constraint) {
            (ErrorKind::OutOfRange, Some(constraint)) => write!(f, ", {constraint}"),
            _ => Ok(()),
        }
    }
}

impl core::error::Error for ValidationError {}
