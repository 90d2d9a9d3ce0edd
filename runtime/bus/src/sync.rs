//! The one seam through which `local` gets what threads share.
//!
//! `tests/loom.rs` compiles the same modules against loom's models of these, so that the orderings
//! that are tested are the ones that run.

use std::cell::Cell;
use std::sync::LazyLock;
use std::time::Duration;

use rustix::fs::Timespec;
use rustix::thread::{MembarrierCommand, futex, membarrier, membarrier_query};

pub(crate) use std::sync::Mutex;
pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::sync::atomic::{compiler_fence, fence};

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
    if IS_LOCKED_A_FENCE {
        // Any locked instruction is a fence there, and takes less than half the time of the one that
        // the compiler makes of a fence.
        compiler_fence(Ordering::SeqCst);
        let _ = AtomicU32::new(0).compare_exchange(0, 1, Ordering::SeqCst, Ordering::SeqCst);
        compiler_fence(Ordering::SeqCst);
    } else {
        fence(Ordering::SeqCst);
    }
}

/// Changes a value if it is the expected one; stands then before what comes as a `SeqCst` fence does. May
/// fail for no reason.
#[inline]
pub(crate) fn exchange_and_fence(word: &AtomicU64, expected: u64, value: u64) -> Result<u64, u64> {
    // On the one processor the instruction is the fence too. Whoever waits on the other side fences, so
    // that the loads behind this, which are `SeqCst`, are in order.
    let order = if IS_LOCKED_A_FENCE { Ordering::SeqCst } else { Ordering::Relaxed };
    let exchanged = word.compare_exchange_weak(expected, value, order, Ordering::Relaxed);
    if !IS_LOCKED_A_FENCE && exchanged.is_ok() {
        fence(Ordering::SeqCst);
    }
    exchanged
}

/// Whether any locked instruction is a fence.
const IS_LOCKED_A_FENCE: bool = cfg!(all(target_arch = "x86_64", not(miri)));

/// A fence against those who pass a [`heavy_fence`] alone: it only keeps the compiler from changing the order.
#[inline]
pub(crate) fn light_fence() {
    compiler_fence(Ordering::SeqCst);
}

/// Whether the system has fences for all threads of a process.
pub(crate) fn has_heavy_fence() -> bool {
    static IS_REGISTERED: LazyLock<bool> = LazyLock::new(|| {
        let command = MembarrierCommand::RegisterPrivateExpedited;
        !cfg!(miri)
            && membarrier_query().contains_command(MembarrierCommand::PrivateExpedited)
            && membarrier(command).is_ok()
    });
    *IS_REGISTERED
}

/// A `SeqCst` fence in this thread and, before it returns, in every other one of the process that runs. It takes a
/// microsecond or more. False where the system refuses; then there was none.
pub(crate) fn heavy_fence() -> bool {
    membarrier(MembarrierCommand::PrivateExpedited).is_ok()
}

/// A number that no other thread has, nor had, and that is not 0.
#[inline]
pub(crate) fn this_thread() -> u64 {
    thread_local! {
        static NUMBER: Cell<u64> = const { Cell::new(0) };
    }
    #[cold]
    fn number_thread() -> u64 {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        NUMBER.set(number);
        number
    }
    match NUMBER.get() {
        0 => number_thread(),
        number => number,
    }
}

/// Passes the time before one looks again for what another thread is about to do, having looked so often. If
/// that takes long the thread was interrupted, and is let go on, whatever its priority.
pub(crate) fn pause(looks: u32) {
    match looks {
        ..1000 => std::hint::spin_loop(),
        _ => std::thread::sleep(Duration::from_micros(50)),
    }
}

/// Puts a value in the place of another with release, and stands before what comes as a `SeqCst` fence does.
#[inline]
pub(crate) fn swap_and_fence(word: &AtomicU32, value: u32) {
    if IS_LOCKED_A_FENCE {
        // As in `exchange_and_fence`.
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
