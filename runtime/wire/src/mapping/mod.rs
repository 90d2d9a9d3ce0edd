//! The JSON mapping, apart from JSON: what text formats have in common is a [`Tree`], and a value is
//! read from one and written as one by its type.

mod read;
mod tree;
mod write;

pub(crate) use read::read;
pub(crate) use tree::Tree;
pub(crate) use write::write;

/// Member that holds an open union's arm that is not known here.
const UNKNOWN_ARM: &str = "unknown";
