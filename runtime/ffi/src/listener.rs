//! A thread that calls the caller back with what a subscriber receives.
#![allow(unsafe_code)]

use crate::fence::run;
use crate::status::{Code, Failure};
use crate::taking::{NOTHING, Taking};
use crate::topic::MycFrame;
use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};
use std::thread::{self, JoinHandle, Thread};
use std::time::Duration;

/// A subscriber's receiving end, which a thread that listens takes away as long.
pub(crate) struct Source {
    taking: Mutex<Option<Taking>>,
    listener: Mutex<Option<JoinHandle<()>>>,
    /// Set when the thread is to end.
    stops: AtomicBool,
}

/// What the caller is called by.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub(crate) callback: unsafe extern "C" fn(*mut c_void, c_int, *const MycFrame),
    pub(crate) user: *mut c_void,
}

// SAFETY: whoever gives it says by that that it may be called with its user data on another thread.
unsafe impl Send for Call {}

thread_local! {
    /// The source for which this thread listens.
    static MINE: Cell<*const Source> = const { Cell::new(ptr::null()) };
}

impl Source {
    pub(crate) fn new(taking: Taking) -> Arc<Self> {
        let (taking, listener) = (Mutex::new(Some(taking)), Mutex::default());
        Arc::new(Self { taking, listener, stops: AtomicBool::new(false) })
    }

    /// Uses the receiving end, unless somebody else does.
    pub(crate) fn with<R>(
        &self,
        f: impl FnOnce(&mut Taking) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let mut taking = self.taking.try_lock().map_err(|_| in_use())?;
        f(taking.as_mut().ok_or_else(in_use)?)
    }

    /// Calls back, in a thread of its own, until the end or until it is stopped.
    pub(crate) fn listen(self: &Arc<Self>, call: Call) -> Result<(), Failure> {
        if self.is_mine() {
            return Err(in_use());
        }
        let mut listener = self.listener();
        let taking = self.taking.try_lock().map_err(|_| in_use())?.take();
        let taking = taking.ok_or_else(in_use)?;
        if let Some(ended) = listener.take() {
            // It has put the receiving end back, and calls nobody any more.
            let _ = ended.join();
        }
        self.stops.store(false, Ordering::Relaxed);
        let source = self.clone();
        // In a cell, so that it comes back where there is no thread.
        let place = Arc::new(Mutex::new(Some(taking)));
        let placed = place.clone();
        let spawned = thread::Builder::new().name("myc-callback".to_owned()).spawn(move || {
            let taking = placed.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(taking) = taking {
                source.work(taking, call);
            }
        });
        match spawned {
            Ok(thread) => {
                *listener = Some(thread);
                Ok(())
            }
            Err(error) => {
                *self.taking() = place.lock().unwrap_or_else(PoisonError::into_inner).take();
                Err(Failure::exhausted(format!("no thread for the callback: {error}")))
            }
        }
    }

    /// Ends the calling back, and waits until no call runs any more; from such a call: makes it the last.
    pub(crate) fn stop(&self) {
        if self.is_mine() {
            return self.stops.store(true, Ordering::Relaxed);
        }
        let mut listener = self.listener();
        self.stops.store(true, Ordering::Relaxed);
        if let Some(thread) = listener.take() {
            thread.thread().unpark();
            // It is fenced, and never panics.
            let _ = thread.join();
        }
    }

    fn work(&self, mut taking: Taking, call: Call) {
        MINE.set(self);
        let waker: Waker = Arc::new(Sleeper(thread::current())).into();
        while !self.stops.load(Ordering::Relaxed) && next(&mut taking, call) {
            if !taking.is_ready(&waker) && !self.stops.load(Ordering::Relaxed) {
                thread::park();
            }
        }
        *self.taking() = Some(taking);
        MINE.set(ptr::null());
    }

    fn is_mine(&self) -> bool {
        ptr::eq(MINE.get(), self)
    }

    fn taking(&self) -> MutexGuard<'_, Option<Taking>> {
        self.taking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listener(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes a thread that is parked.
struct Sleeper(Thread);

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Passes on what is there, if something is. Whether there can be more.
fn next(taking: &mut Taking, call: Call) -> bool {
    let mut shown = NOTHING;
    let code = run(|| taking.take(Some(Duration::ZERO), &mut shown));
    if code != Code::None.as_int() {
        // SAFETY: whoever gave the call said so; what is shown lives until the next `take`.
        unsafe { (call.callback)(call.user, code, &raw const shown) };
    }
    code != Code::Closed.as_int() && code != Code::Panic.as_int()
}

fn in_use() -> Failure {
    Failure::busy("another thread, or a callback, has the subscriber; wait for it, or stop it")
}
