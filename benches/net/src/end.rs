//! What the measurements need of a way between two processes.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::Outcome;
use crate::plan::{LEN, Plan};
use crate::processes::Part;

/// A message; only the first word is looked at.
pub(crate) type Words = [u64; LEN / 8];

/// One end of a way, which sends and receives. Ends that are no task's business never yield.
pub(crate) trait End: Sized {
    /// Runs what an end does: on a thread that knows of no runtime, unless it is a task's business.
    fn run<T>(_part: Part, _plan: &Plan, doing: impl Future<Output = T>) -> Outcome<T> {
        run_thread(doing)
    }

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

/// Runs what an end does that never yields.
pub(crate) fn run_thread<T>(doing: impl Future<Output = T>) -> Outcome<T> {
    match pin!(doing).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Ok(done),
        Poll::Pending => Err("an end that is no task has yielded".into()),
    }
}

/// Runs what an end does in a runtime of its own.
pub(crate) fn run_task<T>(doing: impl Future<Output = T>) -> Outcome<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    Ok(runtime.block_on(doing))
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
