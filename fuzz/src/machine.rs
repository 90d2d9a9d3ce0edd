//! What the machine may refuse, by its limits on memory, files or processes: that is no finding.

use std::fmt::Display;

/// What the machine has granted.
///
/// # Panics
///
/// If it has not, and says that this is no finding.
pub fn granted<T>(result: Result<T, impl Display>, what: impl Display) -> T {
    result.unwrap_or_else(|error| panic!("no finding, the machine refuses {what}: {error}"))
}
