//! The receiving end.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use mycelium::{Closer, Frame, FrameSubscriber, RecvError, TryRecvError};
use pyo3::exceptions::{PyTimeoutError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple, PyType};

use super::wake::Wake;
use super::{Bus, Kind, raise, waiting};
use crate::codec;
use crate::object::{self, Outcome, Raised};
use crate::plan::HEADER_SIZE;
use crate::scalar::{take, u32_at};

/// How long a thread waits before it looks whether it was interrupted.
const LOOK_FOR_SIGNALS: Duration = Duration::from_millis(100);

/// Receives messages of some classes: the base of Python's `Subscriber`.
#[pyclass(frozen, subclass, generic, module = "mycelium._core")]
pub(crate) struct Subscriber {
    /// Nothing once it is closed. Locked by one who waits, without the interpreter's lock.
    receiver: Mutex<Option<FrameSubscriber>>,
    /// Threads that wait for a message, with the receiver locked or about to lock it.
    waiters: AtomicUsize,
    closer: Closer,
    is_closed: AtomicBool,
    /// Whether it takes nothing more in; what has come is still received.
    has_ended: AtomicBool,
    kinds: Vec<Kind>,
    /// The topics, as losses name them.
    topics: String,
    /// Whether it gives views.
    gives_views: bool,
    /// What ended batches, and is raised first the next time; of several threads' batches there may be several.
    held: Mutex<VecDeque<PyErr>>,
    has_held: AtomicBool,
}

/// What one look gives.
enum Look {
    Frame(Frame),
    /// Nothing now.
    Nothing,
    End,
}

impl Subscriber {
    /// Takes what is there. Never waits.
    #[inline]
    fn look(&self, py: Python<'_>) -> PyResult<Look> {
        if self.has_held.load(Ordering::Relaxed)
            && let Some(error) = self.take_held()
        {
            return Err(error);
        }
        let Some(mut receiver) = self.lock_unless_waited() else { return Ok(Look::Nothing) };
        let found = receiver.as_mut().map(FrameSubscriber::try_recv);
        drop(receiver);
        self.found(py, found.unwrap_or(Ok(None)))
    }

    /// The receiver; nothing where another thread is waiting for a message, which will get the next.
    ///
    /// Where the interpreter has no lock, another thread may be looking at this moment: that is soon over, and no reason
    /// to say that there is nothing.
    #[inline]
    fn lock_unless_waited(&self) -> Option<MutexGuard<'_, Option<FrameSubscriber>>> {
        loop {
            match self.receiver.try_lock() {
                Ok(receiver) => return Some(receiver),
                Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if self.waiters.load(Ordering::Relaxed) > 0 => {
                    return None;
                }
                Err(TryLockError::WouldBlock) => std::thread::yield_now(),
            }
        }
    }

    fn found(&self, py: Python<'_>, found: Result<Option<Frame>, TryRecvError>) -> PyResult<Look> {
        match found {
            _ if self.is_closed.load(Ordering::Relaxed) => Ok(Look::End),
            Ok(Some(frame)) => Ok(Look::Frame(frame)),
            Ok(None) => Ok(Look::End),
            Err(TryRecvError::Empty) => Ok(Look::Nothing),
            Err(TryRecvError::Failed(fault)) => Err(self.fault(py, &fault)),
            Err(other) => Err(raise::raise(py, "TransportError", (other.to_string(),))),
        }
    }

    #[cold]
    fn fault(&self, py: Python<'_>, fault: &RecvError) -> PyErr {
        raise::receiving(py, &self.topics, fault)
    }

    /// Waits for what is not there yet; nothing if it does not come in time.
    #[inline(never)]
    fn wait(&self, py: Python<'_>, deadline: Option<Instant>) -> PyResult<Look> {
        loop {
            py.check_signals()?;
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(Look::Nothing);
            }
            let turn = left.map_or(LOOK_FOR_SIGNALS, |left| left.min(LOOK_FOR_SIGNALS));
            let found = waiting::wait(py, || {
                self.waiters.fetch_add(1, Ordering::Relaxed);
                let found = self.lock().as_mut().map(|receiver| receiver.recv_timeout(turn));
                self.waiters.fetch_sub(1, Ordering::Relaxed);
                found
            });
            match self.found(py, found.unwrap_or(Ok(None)))? {
                Look::Nothing => {}
                found => return Ok(found),
            }
        }
    }

    /// The next frame, or the error that says why there is none.
    #[inline]
    fn next(&self, py: Python<'_>, timeout: Option<&Bound<'_, PyAny>>) -> PyResult<Frame> {
        let mut look = self.look(py)?;
        if matches!(look, Look::Nothing) {
            look = self.wait(py, deadline_of(timeout)?)?;
        }
        match (look, timeout) {
            (Look::Frame(frame), _) => Ok(frame),
            (Look::Nothing, Some(timeout)) => {
                Err(PyTimeoutError::new_err(format!("no message within {timeout} s")))
            }
            _ => Err(ended(py)),
        }
    }

    /// Makes of a frame what this subscriber gives.
    #[inline]
    fn open<'py>(&self, py: Python<'py>, frame: &Frame) -> PyResult<Bound<'py, PyAny>> {
        let codec = self.kind_of(frame).codec.get();
        let opened = match self.gives_views {
            false => codec.read_slice(py, &frame.bytes),
            true => object::octets(py, &frame.bytes).and_then(|bytes| codec.look(&bytes)),
        };
        opened.map_err(|Raised| PyErr::fetch(py))
    }

    #[inline]
    fn kind_of(&self, frame: &Frame) -> &Kind {
        if let [only] = &*self.kinds {
            return only;
        }
        let topic = frame.base_topic();
        let kind = self.kinds.iter().find(|kind| kind.frames.topic == topic);
        kind.unwrap_or(&self.kinds[0])
    }

    /// Appends a frame as this version of its type has it.
    fn append(
        &self,
        py: Python<'_>,
        frame: &Frame,
        size: usize,
        into: &mut Vec<u8>,
    ) -> Outcome<()> {
        let (codec, bytes) = (self.kind_of(frame).codec.get(), &*frame.bytes);
        let record = codec.record();
        let is_ours = bytes.len() == size
            && u32_at(bytes, 0) as usize == size - HEADER_SIZE
            && u16::from_le_bytes(take(bytes, 4)) == record.type_id
            && u32_at(bytes, 8) as usize == record.block;
        if is_ours {
            into.extend_from_slice(bytes);
            return Ok(());
        }
        let value = codec.read_slice(py, bytes)?;
        let frame = codec::frame_of(record, &value, 0, 0)?;
        into.extend_from_slice(object::bytes_of(&frame).unwrap_or_default());
        Ok(())
    }

    /// Looks for a message; if there is none, lets the wake be rung when there is one.
    fn look_or_arm(&self, py: Python<'_>, wake: &Wake) -> PyResult<Look> {
        match self.look(py)? {
            Look::Nothing => {}
            found => return Ok(found),
        }
        let waker = wake.waker();
        let Some(mut receiver) = self.lock_unless_waited() else {
            // Another thread waits: so this one asks again.
            wake.ring();
            return Ok(Look::Nothing);
        };
        let found = poll(&mut receiver, &waker);
        drop(receiver);
        self.found(py, found)
    }

    fn take_held(&self) -> Option<PyErr> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let error = held.pop_front();
        self.has_held.store(!held.is_empty(), Ordering::Relaxed);
        error
    }

    fn hold(&self, error: PyErr) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.push_back(error);
        self.has_held.store(true, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Option<FrameSubscriber>> {
        self.receiver.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
        self.closer.close();
        let receiver = self.lock().take();
        drop(receiver);
    }
}

fn poll(
    receiver: &mut Option<FrameSubscriber>,
    waker: &Waker,
) -> Result<Option<Frame>, TryRecvError> {
    let Some(receiver) = receiver else { return Ok(None) };
    match receiver.poll_recv(&mut Context::from_waker(waker)) {
        Poll::Ready(found) => found.map_err(TryRecvError::Failed),
        Poll::Pending => Err(TryRecvError::Empty),
    }
}

/// When a wait ends; never for what is longer than clocks tell.
fn deadline_of(timeout: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Instant>> {
    let Some(timeout) = timeout else { return Ok(None) };
    let seconds: f64 = timeout.extract()?;
    if seconds.is_nan() {
        return Err(PyValueError::new_err("a timeout is a number of seconds, not nan"));
    }
    let wait = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
    Ok(Instant::now().checked_add(wait))
}

#[cold]
fn ended(py: Python<'_>) -> PyErr {
    raise::raise(py, "Closed", ("all publishers have closed",))
}

#[pymethods]
impl Subscriber {
    #[new]
    fn new(
        bus: &Bound<'_, Bus>,
        classes: &Bound<'_, PyTuple>,
        capacity: usize,
        gives_views: bool,
    ) -> PyResult<Self> {
        let py = bus.py();
        let bus = bus.get().get(py)?;
        let kinds = classes
            .iter()
            .map(|class| Kind::of(class.cast::<PyType>()?))
            .collect::<PyResult<Vec<_>>>()?;
        if kinds.is_empty() {
            return Err(PyTypeError::new_err("a subscriber needs at least one message type"));
        }
        let types: Vec<_> = kinds.iter().map(|kind| kind.frames.clone()).collect();
        let names: Vec<_> = types.iter().map(|of| of.topic.as_str()).collect();
        let topics = names.join(", ");
        waiting::check(py)?;
        let opened = py.detach(|| bus.frames_of(&types, capacity));
        let receiver = opened.map_err(|error| raise::opening(py, &error))?;
        Ok(Self {
            closer: receiver.closer(),
            receiver: Mutex::new(Some(receiver)),
            waiters: AtomicUsize::new(0),
            is_closed: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
            kinds,
            topics,
            gives_views,
            held: Mutex::default(),
            has_held: AtomicBool::new(false),
        })
    }

    /// The next message; waits for it.
    #[pyo3(signature = (timeout=None))]
    fn recv<'py>(
        &self,
        py: Python<'py>,
        timeout: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let frame = self.next(py, timeout)?;
        self.open(py, &frame)
    }

    /// The next message if there is one now.
    fn try_recv<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.look(py)? {
            Look::Frame(frame) => self.open(py, &frame).map(Some),
            Look::Nothing => Ok(None),
            Look::End => Err(ended(py)),
        }
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let mut look = self.look(py)?;
        if matches!(look, Look::Nothing) {
            look = self.wait(py, None)?;
        }
        match look {
            Look::Frame(frame) => self.open(py, &frame).map(Some),
            Look::Nothing | Look::End => Ok(None),
        }
    }

    /// What waits now as frames of `size` bytes side by side, at most `limit`; waits for the first.
    fn recv_frames<'py>(
        &self,
        py: Python<'py>,
        size: usize,
        limit: usize,
        timeout: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let fetch = |Raised| PyErr::fetch(py);
        let mut frames = Vec::new();
        let first = self.next(py, timeout)?;
        self.append(py, &first, size, &mut frames).map_err(fetch)?;
        for _ in 1..limit {
            let next = self.look(py).and_then(|look| match look {
                Look::Frame(frame) => {
                    self.append(py, &frame, size, &mut frames).map_err(fetch).map(|()| true)
                }
                Look::Nothing | Look::End => Ok(false),
            });
            match next {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.hold(error);
                    break;
                }
            }
        }
        Ok(PyBytes::new(py, &frames))
    }

    /// As `try_recv`; if there is nothing, the wake rings when there is.
    fn poll<'py>(
        &self,
        py: Python<'py>,
        wake: &Bound<'py, Wake>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.look_or_arm(py, wake.get())? {
            Look::Frame(frame) => self.open(py, &frame).map(Some),
            Look::Nothing => Ok(None),
            Look::End => Err(ended(py)),
        }
    }

    #[getter]
    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed) || self.has_ended.load(Ordering::Relaxed)
    }

    /// Receives no more, in any thread.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        waiting::check(py)?;
        waiting::wait(py, || self.leave());
        Ok(())
    }

    /// Lets nothing more come; what has is still received.
    fn end(&self) {
        self.has_ended.store(true, Ordering::Relaxed);
        self.closer.close();
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let (closer, receiver) = (self.closer.clone(), self.lock().take());
        waiting::afterwards(move || {
            closer.close();
            drop(receiver);
        });
    }
}
