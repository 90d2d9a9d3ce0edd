//! Messages that the tests send.
#![allow(dead_code, reason = "each test uses a part")]

#[cfg(any(feature = "tls", feature = "nats"))]
pub(crate) mod authority;
pub(crate) mod child;
pub(crate) mod deployment;

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use mycelium::Message;

/// Longer than anything that is not stuck takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A message of fixed size.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 1)]
pub(crate) struct Tick {
    pub(crate) number: u64,
    pub(crate) source: u32,
}

/// A message with a tail.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 2)]
pub(crate) struct Note {
    pub(crate) number: u64,
    pub(crate) text: String,
    pub(crate) values: Vec<u64>,
}

pub(crate) fn tick(number: u64) -> Tick {
    Tick { number, source: 0 }
}

pub(crate) fn note(number: u64) -> Note {
    Note { number, text: format!("note {number}"), values: (0..number % 50).collect() }
}

/// `Tick` as an older schema had it: the same topic, another digest.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", name = "Tick", id = 1)]
pub(crate) struct OldTick {
    pub(crate) number: u32,
}

/// Runs a future by parking the thread: the bus needs no particular runtime.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
