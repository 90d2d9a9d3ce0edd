//! Wakes an event loop of Python from any thread: a file that the loop watches.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::task::{self, Waker};

use pyo3::prelude::*;
use rustix::event::{EventfdFlags, eventfd};
use rustix::io;

/// A file that is readable while there may be something to receive.
#[pyclass(frozen, module = "mycelium._core")]
pub(crate) struct Wake {
    file: Arc<File>,
}

struct File(OwnedFd);

impl Wake {
    /// What rings it.
    pub(super) fn waker(&self) -> Waker {
        self.file.clone().into()
    }

    pub(super) fn ring(&self) {
        self.file.ring();
    }
}

#[pymethods]
impl Wake {
    #[new]
    fn new() -> PyResult<Self> {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let file = eventfd(0, flags).map_err(std::io::Error::from)?;
        Ok(Self { file: Arc::new(File(file)) })
    }

    /// The file that an event loop watches.
    fn fileno(&self) -> RawFd {
        self.file.0.as_raw_fd()
    }

    /// Makes it silent. Whoever does looks afterwards whether there is something.
    fn silence(&self) {
        // Refused only where it is silent already.
        let _ = io::read(&self.file.0, &mut [0; 8]);
    }
}

impl File {
    fn ring(&self) {
        // Refused only where it is readable already.
        let _ = io::write(&self.0, &1_u64.to_ne_bytes());
    }
}

impl task::Wake for File {
    fn wake(self: Arc<Self>) {
        self.ring();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}
