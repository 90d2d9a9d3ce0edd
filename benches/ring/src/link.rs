//! What the measurements need of a way between two processes.

use crate::Outcome;
use crate::foreign::Programs;
use std::path::PathBuf;

/// What is measured: the same in both processes.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Which way.
    pub(crate) link: String,
    pub(crate) kind: Kind,
    /// Bytes of each message; at least 8.
    pub(crate) len: usize,
    pub(crate) rounds: usize,
    /// Where files and sockets lie; unique to this turn.
    pub(crate) folder: PathBuf,
    /// Ends in other languages: known to the first process alone.
    pub(crate) programs: Programs,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A message there, one of the same length back.
    PingPong,
    /// The same, but of each message only the first word is written and read.
    Loan,
    /// One way, to so many receivers in the second process.
    Stream(usize),
    /// One way; every byte is written in place and read in place, where the way has that.
    Bulk,
}

/// One end that sends.
pub(crate) trait Sender: Sized {
    /// Opens the way called `name`; receivers may not be there yet.
    fn create(plan: &Plan, name: &str) -> Outcome<Self>;

    /// Sends the bytes; waits while there is no room.
    fn send(&mut self, bytes: &[u8]) -> Outcome<()>;

    /// Lends room for a message of `len` bytes, and sends what is there once `write` has written.
    fn lend(&mut self, len: usize, write: impl FnOnce(&mut [u8])) -> Outcome<()> {
        let _ = (len, write);
        Err("this way lends no room".into())
    }
}

/// One end that receives.
pub(crate) trait Receiver: Sized {
    /// Opens the way called `name`, whose sender is there.
    fn attach(plan: &Plan, name: &str) -> Outcome<Self>;

    /// Hands the next message to `take`, if there is one. May block.
    fn try_receive(&mut self, take: impl FnMut(&[u8])) -> Outcome<bool>;

    /// Hands all messages that are there to `take`, `limit` at most, where the way has that.
    fn try_receive_many(&mut self, limit: usize, take: impl FnMut(&[u8])) -> Outcome<usize> {
        let _ = limit;
        Ok(usize::from(self.try_receive(take)?))
    }
}

/// Writes all words of a message, from `first` on.
pub(crate) fn fill(bytes: &mut [u8], first: u64) {
    for (word, place) in (first..).zip(bytes.chunks_exact_mut(8)) {
        place.copy_from_slice(&word.to_le_bytes());
    }
}

/// Reads all words of a message: their sum.
pub(crate) fn sum(bytes: &[u8]) -> u64 {
    let words = bytes.chunks_exact(8);
    words.fold(0, |sum, word| sum.wrapping_add(first_word(word)))
}

/// The first word of a message.
pub(crate) fn first_word(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |word| u64::from_le_bytes(*word))
}
