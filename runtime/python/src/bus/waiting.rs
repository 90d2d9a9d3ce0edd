//! Waiting without the interpreter's lock, and how the interpreter ends all the same.
//!
//! A thread that comes back from a wait takes the lock. Where the interpreter has ended meanwhile there is none to be
//! taken, and the thread may not run on. So at exit all buses are closed, which ends every wait, and then
//! [`wait_for_waiting`] lets the threads come back.

use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// Threads that are waiting in Rust and will want the lock.
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// How often whoever ends the interpreter looks whether they are back.
const LOOK: Duration = Duration::from_micros(200);

/// Counts a thread for as long as it lives.
struct Counted;

impl Counted {
    fn new() -> Self {
        WAITING.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Runs what may wait, without the lock.
pub(super) fn wait<T: Send>(py: Python<'_>, body: impl FnOnce() -> T + Send) -> T {
    // Ends behind the lock's return.
    let _counted = Counted::new();
    py.detach(body)
}

/// Refuses what would wait for a message that the thread itself is writing in place.
#[inline]
pub(super) fn check(py: Python<'_>) -> PyResult<()> {
    if mycelium::is_lending() { Err(refuse(py)) } else { Ok(()) }
}

/// As [`check`], for what Python does itself before it calls something here.
#[pyfunction]
pub(crate) fn check_lending(py: Python<'_>) -> PyResult<()> {
    check(py)
}

#[cold]
fn refuse(_: Python<'_>) -> PyErr {
    PyRuntimeError::new_err(
        "nothing is published, opened or closed while a message is written in place: leave its `with` block first",
    )
}

/// Runs what may wait where an object is dropped: by another thread, where this one writes a message in place.
pub(super) fn afterwards(body: impl FnOnce() + Send + 'static) {
    if !mycelium::is_lending() {
        return detached(body);
    }
    // Where there is no thread to be had, it ends with the process: dropped here, it would wait here.
    let body = ManuallyDrop::new(body);
    let run = move || ManuallyDrop::into_inner(body)();
    let _ = std::thread::Builder::new().name("mycelium-closing".to_owned()).spawn(run);
}

/// Runs what may wait from wherever an object is dropped, which may be where no interpreter is.
fn detached(body: impl FnOnce() + Send) {
    let mut body = Some(body);
    let mut run = || body.take().map(|body| body());
    if Python::try_attach(|py| wait(py, &mut run)).is_none() {
        run();
    }
}

/// Waits until no thread waits any more, at most for so many seconds; gives whether that is so.
#[pyfunction]
pub(crate) fn wait_for_waiting(py: Python<'_>, seconds: f64) -> bool {
    let until = Instant::now() + Duration::try_from_secs_f64(seconds).unwrap_or_default();
    py.detach(|| {
        while WAITING.load(Ordering::Relaxed) > 0 {
            if Instant::now() >= until {
                return false;
            }
            std::thread::sleep(LOOK);
        }
        true
    })
}
