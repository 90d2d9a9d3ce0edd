//! The bus of the runtime in Rust, as Python uses it.
//!
//! Frames cross between the languages, not objects: publishing encodes into memory of the bus, and a subscriber makes
//! an object of a frame when it is received. The interpreter's lock is held while there is nothing to wait for,
//! and released before anything is waited for. A thread that publishes in Rust never takes it: it puts
//! frames into a queue of Rust, and wakes a thread that sleeps without the lock, or writes to the [`wake`] of an
//! event loop.
//!
//! Python's classes for users derive from those here and add what is rarely called.

mod publisher;
mod raise;
mod room;
mod share;
mod subscriber;
mod waiting;
mod wake;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use mycelium::topology::TopologyError;
use mycelium::{Digest, FrameType, MessageBus};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyType};

pub(crate) use self::publisher::Publisher;
use self::raise::raise;
pub(crate) use self::room::Room;
pub(crate) use self::subscriber::Subscriber;
pub(crate) use self::waiting::{check_lending, wait_for_waiting};
pub(crate) use self::wake::Wake;
use crate::codec::Codec;

/// A handle of a bus.
#[pyclass(frozen, module = "mycelium._core")]
pub struct Bus {
    /// Nothing once it is closed.
    bus: Mutex<Option<MessageBus>>,
    /// Whether it is a program's in Rust, which leaves it by itself.
    is_guest: bool,
}

/// The buses of nodes that Python has handles of, each as often as it has handles.
///
/// The services of a node share a bus, which leaves when the last of them closes it. Who opens one has the lock alone,
/// and so never gets one that is about to leave; who leaves keeps the others from opening until the bus has left, but
/// not from leaving too.
static HELD: RwLock<Mutex<Vec<MessageBus>>> = RwLock::new(Mutex::new(Vec::new()));

impl Bus {
    fn of(bus: MessageBus) -> Self {
        Self { bus: Mutex::new(Some(bus)), is_guest: false }
    }

    /// A handle of the bus of a program in Rust that hosts Python. Closing it lets go of the bus, which goes on.
    #[must_use]
    pub fn guest(bus: MessageBus) -> Self {
        Self { bus: Mutex::new(Some(bus)), is_guest: true }
    }

    /// Opens a node's bus, or takes part in the one that is open. Waits, so without the interpreter's lock.
    fn open(path: &Path, service: &str) -> Result<Self, TopologyError> {
        let mut held = HELD.write().unwrap_or_else(PoisonError::into_inner);
        let bus = MessageBus::from_topology(path, service)?;
        held.get_mut().unwrap_or_else(PoisonError::into_inner).push(bus.clone());
        Ok(Self::of(bus))
    }

    /// The bus, unless it was closed.
    pub(crate) fn get(&self, py: Python<'_>) -> PyResult<MessageBus> {
        let bus = self.bus.lock().unwrap_or_else(PoisonError::into_inner).clone();
        bus.ok_or_else(|| raise(py, "Closed", ("the bus is closed",)))
    }

    /// What is to be done to leave.
    fn leave(&self) -> impl FnOnce() + Send + use<> {
        let bus = self.bus.lock().unwrap_or_else(PoisonError::into_inner).take();
        let is_guest = self.is_guest;
        move || {
            let Some(bus) = bus.filter(|_| !is_guest) else { return };
            let held = HELD.read().unwrap_or_else(PoisonError::into_inner);
            if is_last(&mut held.lock().unwrap_or_else(PoisonError::into_inner), &bus) {
                bus.shutdown();
            }
        }
    }
}

/// Takes out a handle of a bus; whether no other is left. A bus within the process has but one, which nobody holds.
fn is_last(held: &mut Vec<MessageBus>, bus: &MessageBus) -> bool {
    if let Some(ours) = held.iter().position(|held| held.is_same(bus)) {
        held.swap_remove(ours);
    }
    !held.iter().any(|held| held.is_same(bus))
}

#[pymethods]
impl Bus {
    /// A bus within this process.
    #[new]
    fn new() -> Self {
        Self::of(MessageBus::new())
    }

    /// The bus of the node that holds a service.
    #[staticmethod]
    fn from_topology(py: Python<'_>, path: PathBuf, service: &str) -> PyResult<Self> {
        waiting::check(py)?;
        let opened = py.detach(|| Self::open(&path, service));
        opened.map_err(|error| raise(py, "TopologyError", (error.to_string(),)))
    }

    /// The bus for a module that was built apart, which wants this version of the table of functions, and at least so
    /// many bytes of it.
    fn share<'py>(
        &self,
        py: Python<'py>,
        version: u32,
        size: u32,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        share::capsule(py, self.get(py)?, version, size)
    }

    /// Leaves, if no other handle of Python's is of this bus. Whoever made publishers and subscribers with this one
    /// has closed them.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        waiting::check(py)?;
        py.detach(self.leave());
        Ok(())
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        waiting::afterwards(self.leave());
    }
}

/// What a class says of its messages.
struct Kind {
    codec: Py<Codec>,
    frames: FrameType,
}

impl Kind {
    fn of(class: &Bound<'_, PyType>) -> PyResult<Self> {
        let codec = crate::codec::codec(class)?.cast_into::<Codec>()?;
        let text = |name: &str| class.getattr(name)?.extract::<String>();
        let ancestors: Vec<String> = class.getattr("ANCESTORS")?.extract()?;
        let digests = ancestors.iter().map(|text| parse(text)).collect::<PyResult<_>>()?;
        let type_id = codec.get().record().type_id;
        let frames = FrameType::new(text("TOPIC")?, type_id, parse(&text("DIGEST")?)?);
        Ok(Self { codec: codec.unbind(), frames: frames.ancestors(digests) })
    }
}

fn parse(digest: &str) -> PyResult<Digest> {
    Digest::parse(digest).ok_or_else(|| {
        PyValueError::new_err(format!("{digest} is no digest: generate the class with mycc"))
    })
}
