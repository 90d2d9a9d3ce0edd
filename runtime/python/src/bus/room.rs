//! Room for a frame that Python writes where it is sent from.
//!
//! Python gets it as a buffer, and may keep arrays over it for as long as it likes. So what lies in a ring is shown
//! through a [`Window`]: if there still are arrays when the loan ends, the window is revoked, and they lead nowhere.
//! Memory of its own that is still held is copied instead. Nobody can write to what was published.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use mycelium::{FrameLoan, Window};
use pyo3::exceptions::{PyBufferError, PyMemoryError, PyOSError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;

use super::publisher::{LOOK_FOR_SIGNALS, Publisher};
use super::{raise, waiting};
use crate::object::Raised;

/// Room for one frame, until it is published or given up.
#[pyclass(frozen, module = "mycelium._core")]
pub(crate) struct Room {
    publisher: Py<Publisher>,
    /// Nothing once it has ended.
    loan: Mutex<Option<FrameLoan>>,
    /// Address of the first byte that Python sees.
    start: usize,
    len: usize,
    /// Buffers that Python has of it. Changed under the interpreter's lock.
    exports: AtomicUsize,
    /// Where they lie in a ring; mapped as long as this lives.
    window: Option<Arc<Window>>,
    /// Where they lie else, once it has ended while buffers were held.
    kept: Mutex<Option<Bytes>>,
}

impl Room {
    pub(super) fn new(publisher: &Bound<'_, Publisher>, len: usize) -> PyResult<Self> {
        let py = publisher.py();
        let mut loan = lend(publisher.get(), py, len)?;
        let mut known = publisher.get().window();
        let place = loan.place_in(&mut known)?;
        let window = place.is_some().then(|| known.clone()).flatten();
        drop(known);
        let start = place.map_or_else(|| loan.frame_mut().as_mut_ptr(), |place| place.as_ptr());
        Ok(Self {
            publisher: publisher.clone().unbind(),
            loan: Mutex::new(Some(loan)),
            start: start.expose_provenance(),
            len,
            exports: AtomicUsize::new(0),
            window,
            kept: Mutex::default(),
        })
    }

    /// Ends it: from here on no buffer is given.
    fn end(&self) -> PyResult<FrameLoan> {
        let loan = self.loan.lock().unwrap_or_else(PoisonError::into_inner).take();
        loan.ok_or_else(|| PyValueError::new_err("the loan has ended"))
    }

    /// Sees to it that buffers that are still held do not lead to the loan. Nothing where it is memory of its own, which is
    /// left to them.
    fn part(&self, loan: FrameLoan) -> PyResult<Option<FrameLoan>> {
        if self.exports.load(Ordering::Relaxed) == 0 {
            return Ok(Some(loan));
        }
        let Some(window) = &self.window else {
            *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = loan.into_bytes();
            return Ok(None);
        };
        *self.publisher.get().window() = None;
        if let Err(error) = window.revoke() {
            loan.close_ring();
            let text =
                format!("the ring was closed, for arrays over it cannot be taken back: {error}");
            return Err(PyOSError::new_err(text));
        }
        Ok(Some(loan))
    }

    /// A copy of the memory that [`part`](Self::part) has left to buffers.
    fn copy_kept(&self) -> PyResult<Bytes> {
        let mut copy = Vec::new();
        copy.try_reserve_exact(self.len).map_err(|_| no_memory(self.len))?;
        let start = std::ptr::with_exposed_provenance::<u8>(self.start);
        // SAFETY: so many bytes lie at either place: here those that `kept` holds as long as this object. Whoever has a
        // buffer may write to them meanwhile, so no reference is made: what is copied is theirs to agree on.
        unsafe {
            std::ptr::copy_nonoverlapping(start, copy.as_mut_ptr(), self.len);
            copy.set_len(self.len);
        }
        Ok(copy.into())
    }

    fn check(&self, py: Python<'_>, frame: &[u8]) -> PyResult<()> {
        let codec = self.publisher.get().codec(py);
        codec.get().check_slice(py, frame).map_err(|Raised| PyErr::fetch(py))
    }
}

#[cold]
fn no_memory(len: usize) -> PyErr {
    PyMemoryError::new_err(format!("there is no memory for a frame of {len} bytes"))
}

/// Waits for room, and looks now and then whether the thread was interrupted.
fn lend(publisher: &Publisher, py: Python<'_>, len: usize) -> PyResult<FrameLoan> {
    waiting::check(py)?;
    loop {
        let frames = publisher.frames();
        let deadline = Instant::now() + LOOK_FOR_SIGNALS;
        let lent = waiting::wait(py, || frames.loan(len, Some(deadline)));
        match lent {
            Ok(Some(loan)) => return Ok(loan),
            Ok(None) => py.check_signals()?,
            Err(error) => {
                let error = mycelium::TryPublishError::Failed(error);
                return Err(raise::publishing(py, frames.topic(), &error));
            }
        }
    }
}

#[pymethods]
impl Room {
    /// Whether what lies there is not known to be zeros.
    #[getter]
    fn is_used(&self) -> bool {
        self.window.is_some()
    }

    /// Publishes the frame. Buffers that are still held do not lead to it any more.
    fn publish(&self, py: Python<'_>) -> PyResult<()> {
        let loan = self.end()?;
        let publisher = self.publisher.get();
        let frame = match self.part(loan)? {
            Some(loan) => {
                self.check(py, loan.frame())?;
                let published = publisher.frames().publish_loan(loan).map_err(|error| {
                    let error = mycelium::TryPublishError::Failed(error);
                    raise::publishing(py, publisher.frames().topic(), &error)
                });
                match published? {
                    None => return Ok(()),
                    Some(frame) => frame,
                }
            }
            None => {
                let copy = self.copy_kept()?;
                self.check(py, &copy)?;
                copy
            }
        };
        publisher.send(py, frame)
    }

    /// Ends it without publishing anything. Nothing is to be done where it has ended.
    fn give_up(&self) -> PyResult<()> {
        match self.end() {
            Ok(loan) => self.part(loan).map(drop),
            Err(_) => Ok(()),
        }
    }

    /// # Safety
    ///
    /// As Python's `bf_getbuffer` wants it.
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let this = slf.get();
        let loan = this.loan.lock().unwrap_or_else(PoisonError::into_inner);
        if loan.is_none() {
            return Err(PyBufferError::new_err("the loan has ended"));
        }
        let start = std::ptr::with_exposed_provenance_mut(this.start);
        // SAFETY: there are so many bytes, and they are there as long as this object, which the view keeps: those of
        // a window while it is held, and memory of its own, which `part` keeps while a buffer leads to it. No reference of
        // Rust's is in use meanwhile: the loan is looked at only once no buffer leads to it, and what is kept is copied.
        let code = unsafe {
            ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start, this.len as isize, 0, flags)
        };
        if code != 0 {
            return Err(PyErr::fetch(slf.py()));
        }
        this.exports.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// # Safety
    ///
    /// As Python's `bf_releasebuffer` wants it.
    unsafe fn __releasebuffer__(&self, _view: *mut ffi::Py_buffer) {
        self.exports.fetch_sub(1, Ordering::Relaxed);
    }
}
