//! The interpreter of the process, in a thread of its own, which is Python's main thread.
#![allow(unsafe_code)]

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Instant;

use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::error::{PythonError, StartError};

/// Whether this process has had one. PyO3 and the core keep objects of it in statics, so that there cannot be a
/// second after its end.
static WAS_STARTED: AtomicBool = AtomicBool::new(false);

/// A running interpreter; it ends when it is told to.
pub(crate) struct Interpreter {
    end: Sender<()>,
    /// Is disconnected when it has ended.
    over: Receiver<()>,
    thread: JoinHandle<()>,
}

impl Interpreter {
    /// Starts it, with folders where it looks for modules first.
    pub(crate) fn start(paths: Vec<PathBuf>) -> Result<Self, StartError> {
        // SAFETY: it may be asked at any time.
        let is_there = unsafe { pyo3::ffi::Py_IsInitialized() } != 0;
        if is_there || WAS_STARTED.swap(true, Ordering::Relaxed) {
            return Err(StartError::StartedBefore);
        }
        let (end, ended) = channel();
        let (ready, is_ready) = channel();
        let (lives, over) = channel();
        let body = move || {
            let _lives: Sender<()> = lives;
            live(&paths, &ready, ended);
        };
        let thread = Builder::new().name("python".to_owned()).spawn(body).map_err(|error| {
            WAS_STARTED.store(false, Ordering::Relaxed);
            StartError::NoThread(error)
        })?;
        let error = match is_ready.recv() {
            Ok(Ok(())) => return Ok(Self { end, over, thread }),
            Ok(Err(error)) => StartError::NotReady(error),
            // It cannot end without an answer, unless it panicked.
            Err(_) => StartError::Panicked,
        };
        // Python is not there any more for whoever is told.
        let _ = thread.join();
        Err(error)
    }

    /// Ends it in order: threads of Python that are no daemons are waited for, what is open is closed, and the
    /// functions of `atexit` run. No thread of Rust may be in Python. Gives it back if that takes longer; it ends
    /// later then, if it can.
    pub(crate) fn end(self, until: Instant) -> Result<(), Self> {
        // It ends by itself only where it was not ready; and may have been told before.
        let _ = self.end.send(());
        let left = until.saturating_duration_since(Instant::now());
        if let Err(RecvTimeoutError::Timeout) = self.over.recv_timeout(left) {
            return Err(self);
        }
        let _ = self.thread.join();
        Ok(())
    }
}

/// The life of the interpreter.
fn live(paths: &[PathBuf], ready: &Sender<Result<(), PythonError>>, ended: Receiver<()>) {
    let body = move |py: Python<'_>| {
        let prepared = prepare(py, paths).map_err(|error| PythonError::of(py, &error));
        let is_ready = prepared.is_ok();
        // Whoever starts it waits for this.
        let _ = ready.send(prepared);
        if is_ready {
            // Ends too when the host is gone.
            py.detach(move || ended.recv()).ok();
        }
    };
    // SAFETY: there is none in this process, nor was there, and no object of it outlives the call but in statics, which
    // nobody reaches without an interpreter.
    unsafe { pyo3::with_embedded_python_interpreter(body) };
}

/// Puts the native core where the package looks for it, so that it is the program's, and imports the package.
fn prepare(py: Python<'_>, paths: &[PathBuf]) -> PyResult<()> {
    let sys = py.import("sys")?;
    let path = sys.getattr("path")?.cast_into::<PyList>()?;
    for (place, folder) in paths.iter().enumerate() {
        path.insert(place, folder.as_os_str())?;
    }
    let core = pyo3::wrap_pymodule!(_core::_core)(py);
    sys.getattr("modules")?.set_item("mycelium._core", core)?;
    py.import("mycelium._hosted")?;
    Ok(())
}
