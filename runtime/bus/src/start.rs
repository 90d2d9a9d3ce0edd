//! Where a subscriber begins in what was published before it came.

use std::time::SystemTime;

/// Where a new subscriber to a durable topic begins: in what the server keeps of it.
///
/// What its own process publishes it receives from the moment on when it was made, wherever it begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Start {
    /// Behind the newest message: only what is published from now on, and the topic's history before.
    #[default]
    Newest,
    /// At the oldest message that is kept.
    Oldest,
    /// At the message with this number, or the oldest behind it that is kept; at the next one where it is not there yet.
    /// The first one that a server took of a topic has number 1.
    Sequence(u64),
    /// At the first message that the server took at this time or later.
    Time(SystemTime),
}
