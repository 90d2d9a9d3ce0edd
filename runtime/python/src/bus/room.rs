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
use pyo3::exceptions::{PyBufferError, PyOSError, PyValueError};
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
    /// Where they lie else, once it has ended.
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

    /// Sees to it that buffers that are still held lead nowhere, and gives a copy of what lies in memory of its own.
    fn part(&self, loan: FrameLoan) -> PyResult<Result<FrameLoan, Bytes>> {
        if self.exports.load(Ordering::Relaxed) == 0 {
            return Ok(Ok(loan));
        }
        let Some(window) = &self.window else {
            let copy = Bytes::copy_from_slice(loan.frame());
            *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = loan.into_bytes();
            return Ok(Err(copy));
        };
        *self.publisher.get().window() = None;
        if let Err(error) = window.revoke() {
            loan.close_ring();
            let text =
                format!("the ring was closed, for arrays over it cannot be taken back: {error}");
            return Err(PyOSError::new_err(text));
        }
        Ok(Ok(loan))
    }

    fn check(&self, py: Python<'_>, frame: &[u8]) -> PyResult<()> {
        let codec = self.publisher.get().codec(py);
        codec.get().check_slice(py, frame).map_err(|Raised| PyErr::fetch(py))
    }
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
    /// Publishes the frame. Buffers that are still held do not lead to it any more.
    fn publish(&self, py: Python<'_>) -> PyResult<()> {
        let loan = self.end()?;
        let publisher = self.publisher.get();
        let frame = match self.part(loan)? {
            Ok(loan) => {
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
            Err(copy) => {
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
        // a window while it is held, and memory of its own until `part` keeps it. No reference of Rust's is in use
        // meanwhile: the loan is looked at only once no buffer leads to it.
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
