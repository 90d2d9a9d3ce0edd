//! The one seam through which `local` gets what threads share.
//!
//! `tests/loom.rs` compiles the same modules against loom's models of these, so that the orderings
//! that are tested are the ones that run.

use std::time::Duration;

use rustix::fs::Timespec;
use rustix::thread::futex;

pub(crate) use std::sync::Mutex;
pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::sync::atomic::{compiler_fence, fence};
pub(crate) use std::thread::yield_now;

/// A cell whose accesses a model can watch.
#[derive(Debug)]
pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    /// Reads through the pointer.
    #[inline]
    pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        read(self.0.get())
    }

    /// Writes through the pointer.
    #[inline]
    pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        write(self.0.get())
    }
}

/// A `SeqCst` fence.
#[inline]
pub(crate) fn full_fence() {
    if cfg!(all(target_arch = "x86_64", not(miri))) {
        // Any locked instruction is a fence there, and takes less than half the time of the one that
        // the compiler makes of a fence.
        compiler_fence(Ordering::SeqCst);
        let _ = AtomicU32::new(0).compare_exchange(0, 1, Ordering::SeqCst, Ordering::SeqCst);
        compiler_fence(Ordering::SeqCst);
    } else {
        fence(Ordering::SeqCst);
    }
}

/// Stores a value with release, and stands before what comes as a `SeqCst` fence does.
#[inline]
pub(crate) fn store_and_fence(word: &AtomicU64, value: u64) {
    if cfg!(all(target_arch = "x86_64", not(miri))) {
        // One instruction that does both, in less than half the time of a fence. Whoever waits on
        // the other side fences, so that the loads behind this, which are `SeqCst`, are in order.
        word.swap(value, Ordering::SeqCst);
    } else {
        word.store(value, Ordering::Release);
        fence(Ordering::SeqCst);
    }
}

/// Puts a value in the place of another with release, and stands before what comes as a `SeqCst` fence does.
#[inline]
pub(crate) fn swap_and_fence(word: &AtomicU32, value: u32) {
    if cfg!(all(target_arch = "x86_64", not(miri))) {
        // As `store_and_fence`: the locked instruction is the fence.
        word.swap(value, Ordering::SeqCst);
    } else {
        word.swap(value, Ordering::Release);
        fence(Ordering::SeqCst);
    }
}

/// Sleeps while `word` holds `expected`, until a thread of this process wakes it, at most for
/// `timeout`. It may return early for any reason: callers look again.
pub(crate) fn futex_wait(word: &AtomicU32, expected: u32, timeout: Option<Duration>) {
    // A time too far for the clock is for ever.
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    let _ = futex::wait(word, futex::Flags::PRIVATE, expected, timeout.as_ref());
}

/// Wakes everybody in this process who sleeps on `word`.
pub(crate) fn futex_wake_all(word: &AtomicU32) {
    // Fails only for a bad address or flag; neither depends on anything at run time.
    let _ = futex::wake(word, futex::Flags::PRIVATE, u32::MAX >> 1);
}
