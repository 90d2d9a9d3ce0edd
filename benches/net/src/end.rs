//! What the measurements need of a way between two processes.

use crate::Outcome;
use crate::plan::{LEN, Plan};

/// A message; only the first word is looked at.
pub(crate) type Words = [u64; LEN / 8];

/// One end of a way, which sends and receives. Ends that are no task's business never yield.
pub(crate) trait End: Sized {
    /// The second process's end: listens, says that it does, and waits for the first.
    async fn listen(plan: &Plan, ready: impl FnOnce()) -> Outcome<Self>;

    /// The first process's end.
    async fn dial(plan: &Plan) -> Outcome<Self>;

    /// Sends a message; waits while there is no room. It may stay here until `flush`.
    async fn send(&mut self, message: &Words) -> Outcome<()>;

    /// Sends what stayed here.
    async fn flush(&mut self) -> Outcome<()> {
        Ok(())
    }

    /// Waits for the next message; gives its first word.
    async fn receive(&mut self) -> Outcome<u64>;

    /// The measurement is over, at both ends.
    async fn close(self) {}
}

/// The bytes of a message.
pub(crate) fn to_bytes(words: &Words) -> [u8; LEN] {
    let mut bytes = [0; LEN];
    for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

/// The first word of a message.
pub(crate) fn first_word(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |word| u64::from_le_bytes(*word))
}
