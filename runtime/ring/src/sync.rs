//! The one seam through which this crate gets its atomics: std, or loom's models of them.
//!
//! No part of the protocol (`producer`, `consumer`, `slot`, `park`) names `std::sync::atomic` or a futex
//! itself: so what the models check is what runs.

#[cfg(not(loom))]
pub(crate) use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, compiler_fence, fence};
#[cfg(not(loom))]
pub(crate) use std::thread;

#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicU32, AtomicU64, Ordering};
#[cfg(loom)]
pub(crate) use loom::thread;

#[cfg(not(loom))]
pub(crate) use real::{fence_others, futex_wait, futex_wake_all, let_others_fence};

#[cfg(loom)]
pub(crate) use model::{
    compiler_fence, fence, fence_others, futex_wait, futex_wake_all, let_others_fence,
};

#[cfg(not(loom))]
mod real {
    use super::AtomicU32;
    use rustix::io::Errno;
    use rustix::thread::futex::{self, Flags, Timespec};
    use rustix::thread::{MembarrierCommand, membarrier};
    use std::time::Duration;

    /// Lets others put fences into the threads of this process. False if the system cannot.
    pub(crate) fn let_others_fence() -> bool {
        membarrier(MembarrierCommand::RegisterGlobalExpedited).is_ok()
    }

    /// Puts a full fence into every running thread of the processes that let others do so, somewhere between
    /// two of its instructions. False if the system cannot.
    pub(crate) fn fence_others() -> bool {
        membarrier(MembarrierCommand::GlobalExpedited).is_ok()
    }

    /// Sleeps while `word` holds `expected`, until woken or until `timeout` has passed. It may
    /// return early for any reason: callers look again.
    ///
    /// The futex is a shared one (not `PRIVATE`): waiter and waker are different processes.
    /// Where a sandbox forbids futexes, it becomes a short sleep, which the callers' loops allow.
    pub(crate) fn futex_wait(word: &AtomicU32, expected: u32, timeout: Duration) {
        let Ok(limit) = Timespec::try_from(timeout) else { return };
        match futex::wait(word, Flags::empty(), expected, Some(&limit)) {
            Ok(()) | Err(Errno::AGAIN | Errno::INTR | Errno::TIMEDOUT) => {}
            Err(_) => std::thread::sleep(timeout.min(Duration::from_micros(200))),
        }
    }

    /// Wakes everybody who sleeps on `word`, in any process.
    pub(crate) fn futex_wake_all(word: &AtomicU32) {
        // It can fail only where futexes are forbidden; there, nobody sleeps on one.
        let _ = futex::wake(word, Flags::empty(), i32::MAX as u32);
    }
}

#[cfg(loom)]
mod model {
    use super::{AtomicU32, Ordering};
    use loom::sync::{Condvar, Mutex};
    use std::time::Duration;

    loom::lazy_static! {
        /// The kernel's queue of sleepers, one for all words: waking the wrong one does no harm.
        static ref QUEUE: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());
        /// Counts fences.
        static ref FENCES: AtomicU32 = AtomicU32::new(0);
    }

    /// Loom does not try what happens when another thread runs just before a fence, unless something
    /// beside it depends on the order of fences: this count does.
    pub(crate) fn fence(ordering: Ordering) {
        FENCES.fetch_add(1, Ordering::Relaxed);
        loom::sync::atomic::fence(ordering);
    }

    /// In a model each side has its own fence: what the system does to running threads has no model.
    pub(crate) fn let_others_fence() -> bool {
        false
    }

    pub(crate) fn fence_others() -> bool {
        true
    }

    pub(crate) fn compiler_fence(_ordering: Ordering) {
        unreachable!("nobody is fenced by others in a model");
    }

    /// The model of a futex has no timeout: loom reports a lost wake-up as a deadlock.
    pub(crate) fn futex_wait(word: &AtomicU32, expected: u32, _timeout: Duration) {
        let guard = QUEUE.0.lock().expect("no panic");
        // As the kernel does it: the word is looked at under the queue's lock.
        if word.load(Ordering::Relaxed) == expected {
            drop(QUEUE.1.wait(guard).expect("no panic"));
        }
    }

    pub(crate) fn futex_wake_all(_word: &AtomicU32) {
        let _guard = QUEUE.0.lock().expect("no panic");
        QUEUE.1.notify_all();
    }
}
