//! The publishing end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use mycelium::{FramePublisher, PublishError, TryPublishError, Unpublished, Window};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};

use super::room::Room;
use super::{Bus, Kind, raise, waiting};
use crate::codec::{self, Codec};
use crate::object::Raised;
use crate::refuse;

/// Bytes of the memory that frames are encoded into, one behind the other.
const CHUNK_BYTES: usize = 16 << 10;

/// How long a thread waits for room before it looks whether it was interrupted.
pub(super) const LOOK_FOR_SIGNALS: Duration = Duration::from_millis(100);

/// Publishes messages of one class: the base of Python's `Publisher`.
#[pyclass(frozen, subclass, generic, module = "mycelium._core")]
pub(crate) struct Publisher {
    publisher: Arc<FramePublisher>,
    class: Py<PyType>,
    codec: Py<Codec>,
    /// Memory for the next frames; away while one is being encoded.
    memory: Mutex<BytesMut>,
    /// Through which Python writes into the ring, once it has.
    window: Mutex<Option<Arc<Window>>>,
}

impl Publisher {
    /// Encodes a message and sends it.
    fn encode_and_send(&self, message: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = message.py();
        // Encoding may run code of others, which may publish here: so the memory is taken, not locked.
        let mut memory = std::mem::take(&mut *self.memory());
        if memory.capacity() - memory.len() < CHUNK_BYTES / 8 {
            memory = BytesMut::with_capacity(CHUNK_BYTES);
        }
        let record = self.codec.get().record();
        let encoded = codec::append_frame(record, message, &mut memory);
        let sent = encoded.map_err(|Raised| PyErr::fetch(py)).and_then(|()| {
            waiting::check(py)?;
            self.publisher.try_publish_copy(&memory).map_err(|error| self.refused(py, error))
        });
        let frame = match sent {
            Ok(false) => Ok(Some(memory.split().freeze())),
            // It is not needed here any more. Memory for a large one is not kept.
            sent => {
                memory.clear();
                if memory.capacity() > CHUNK_BYTES {
                    memory = BytesMut::new();
                }
                sent.map(|_| None)
            }
        };
        *self.memory() = memory;
        frame?.map_or(Ok(()), |frame| self.send(py, frame))
    }

    #[cold]
    fn refused(&self, py: Python<'_>, error: PublishError) -> PyErr {
        raise::publishing(py, self.publisher.topic(), &TryPublishError::Failed(error))
    }

    fn memory(&self) -> MutexGuard<'_, BytesMut> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn window(&self) -> MutexGuard<'_, Option<Arc<Window>>> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn frames(&self) -> &FramePublisher {
        &self.publisher
    }

    pub(super) fn codec<'py>(&self, py: Python<'py>) -> &Bound<'py, Codec> {
        self.codec.bind(py)
    }

    pub(super) fn send(&self, py: Python<'_>, frame: Bytes) -> PyResult<()> {
        waiting::check(py)?;
        match self.publisher.try_publish(frame) {
            Ok(()) => Ok(()),
            Err(TryPublishError::Full(frame)) => self.send_waiting(py, frame),
            Err(error) => Err(raise::publishing(py, self.publisher.topic(), &error)),
        }
    }

    #[inline(never)]
    fn send_waiting(&self, py: Python<'_>, mut frame: Unpublished) -> PyResult<()> {
        loop {
            let publisher = &self.publisher;
            let sent = waiting::wait(py, || {
                publisher.publish_until(frame, Some(Instant::now() + LOOK_FOR_SIGNALS))
            });
            frame = match sent {
                Ok(()) => return Ok(()),
                Err(TryPublishError::Full(frame)) => frame,
                Err(error) => return Err(raise::publishing(py, publisher.topic(), &error)),
            };
            py.check_signals()?;
        }
    }

    #[cold]
    fn refuse(&self, message: &Bound<'_, PyAny>) -> PyErr {
        let name = |class: &Bound<'_, PyType>| class.name().map(|name| name.to_string());
        let names = name(self.class.bind(message.py()))
            .and_then(|ours| Ok((ours, name(&message.get_type())?)));
        match names {
            Ok((ours, theirs)) => {
                PyTypeError::new_err(format!("this publisher takes {ours}, got {theirs}"))
            }
            Err(error) => error,
        }
    }
}

#[pymethods]
impl Publisher {
    #[new]
    fn new(py: Python<'_>, bus: &Bound<'_, Bus>, class: &Bound<'_, PyType>) -> PyResult<Self> {
        let (bus, kind) = (bus.get().get(py)?, Kind::of(class)?);
        waiting::check(py)?;
        let opened = py.detach(|| bus.frame_publisher_of(&kind.frames));
        let publisher = Arc::new(opened.map_err(|error| raise::opening(py, &error))?);
        let class = class.clone().unbind();
        let (memory, window) = (Mutex::default(), Mutex::default());
        Ok(Self { publisher, class, codec: kind.codec, memory, window })
    }

    /// Encodes a message and sends it to all subscribers; waits while one of them has no room for it.
    fn publish(&self, message: &Bound<'_, PyAny>) -> PyResult<()> {
        if !message.get_type_ptr().cast::<()>().eq(&self.class.as_ptr().cast()) {
            return Err(self.refuse(message));
        }
        self.encode_and_send(message)
    }

    /// Sends a frame of the type that was encoded before. Its contents are checked where they are decoded.
    fn publish_frame(&self, frame: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = frame.py();
        let bytes = codec::as_bytes(frame).map_err(|Raised| PyErr::fetch(py))?;
        let record = self.codec.get().record();
        refuse::check_header(py, &bytes, record.type_id, &record.name)
            .map_err(|Raised| PyErr::fetch(py))?;
        self.send(py, Bytes::copy_from_slice(bytes.cast::<PyBytes>()?.as_bytes()))
    }

    /// Lends room for a frame of this length; waits for it.
    fn lend(slf: &Bound<'_, Self>, length: usize) -> PyResult<Room> {
        Room::new(slf, length)
    }

    /// How many take this topic now.
    fn subscribers(&self, py: Python<'_>) -> PyResult<usize> {
        waiting::check(py)?;
        Ok(waiting::wait(py, || self.publisher.subscribers()))
    }

    /// The class of its messages.
    #[getter]
    fn message_type(&self, py: Python<'_>) -> Py<PyType> {
        self.class.clone_ref(py)
    }

    #[getter]
    fn topic(&self) -> &str {
        self.publisher.topic()
    }

    #[getter]
    fn is_closed(&self) -> bool {
        self.publisher.is_closed()
    }

    /// Says that nothing more comes.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        waiting::check(py)?;
        waiting::wait(py, || self.publisher.close());
        Ok(())
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        let publisher = self.publisher.clone();
        waiting::afterwards(move || publisher.close());
    }
}
