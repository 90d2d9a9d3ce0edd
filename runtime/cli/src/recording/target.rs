//! What a conversion writes to, and what it tells at its end.

use super::read::Entry;
use crate::failure::Failure;
use std::collections::BTreeMap;

/// Where messages go.
pub(super) trait Target {
    /// Whether the message was written; if not, the end tells why.
    fn take(&mut self, entry: &Entry<'_>) -> Result<bool, Failure>;
    /// Gives what was left out.
    fn finish(self: Box<Self>, lost: &BTreeMap<String, u64>) -> Result<Vec<LeftOut>, Failure>;
}

/// Messages that were not written.
pub(super) struct LeftOut {
    pub(super) topic: String,
    pub(super) count: u64,
    pub(super) reason: String,
}
