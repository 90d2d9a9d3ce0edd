//! Errors of the bus as those of `mycelium.errors`.

use mycelium::{OpenError, PublishError, RecvError, TryPublishError, Unpublished};
use pyo3::call::PyCallArgs;
use pyo3::exceptions::{PyMemoryError, PyTypeError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyModule;

static ERRORS: PyOnceLock<Py<PyModule>> = PyOnceLock::new();

/// An error of the package.
#[cold]
pub(super) fn raise<'py>(py: Python<'py>, class: &str, arguments: impl PyCallArgs<'py>) -> PyErr {
    let errors = ERRORS
        .get_or_try_init(py, || PyResult::Ok(PyModule::import(py, "mycelium.errors")?.unbind()));
    let made = errors.and_then(|errors| errors.bind(py).getattr(class)?.call1(arguments));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// A publisher or subscriber cannot be made.
#[cold]
pub(super) fn opening(py: Python<'_>, error: &OpenError) -> PyErr {
    match error {
        OpenError::Closed => raise(py, "Closed", ("the bus is closed",)),
        OpenError::OtherType { .. } | OpenError::OtherDigest { .. } => {
            PyTypeError::new_err(error.to_string())
        }
        _ => raise(py, "TransportError", (error.to_string(),)),
    }
}

/// A message cannot be published.
#[cold]
pub(super) fn publishing(
    py: Python<'_>,
    topic: &str,
    error: &TryPublishError<Unpublished>,
) -> PyErr {
    let TryPublishError::Failed(error) = error else {
        return raise(py, "TransportError", (error.to_string(),));
    };
    match error {
        PublishError::Closed => {
            raise(py, "Closed", (format!("the publisher of '{topic}' is closed"),))
        }
        PublishError::TooLong { frame_bytes, limit_bytes, route } => {
            raise(py, "Overflow", (route, *frame_bytes, *limit_bytes))
        }
        PublishError::NoMemory { .. } => PyMemoryError::new_err(error.to_string()),
        PublishError::Full { .. } | PublishError::RouteFull { .. } => {
            raise(py, "Full", (error.to_string(),))
        }
        _ => raise(py, "TransportError", (error.to_string(),)),
    }
}

/// Something came between the messages of these topics.
#[cold]
pub(super) fn receiving(py: Python<'_>, topics: &str, fault: &RecvError) -> PyErr {
    match fault {
        RecvError::Lost(count) => raise(py, "Lost", (topics, *count)),
        RecvError::PeerVanished { node } => raise(py, "PeerVanished", (node,)),
        RecvError::DigestMismatch(found) => {
            let reason = found.difference.as_ref().map(ToString::to_string).unwrap_or_default();
            let digests = (found.ours.to_string(), found.theirs.to_string());
            raise(py, "DigestMismatch", (&found.topic, digests.0, digests.1, &found.peer, reason))
        }
        RecvError::Decode(bad) => {
            raise(py, "DecodeError", ("length", bad.source.at, &bad.topic, bad.source.to_string()))
        }
        _ => raise(py, "TransportError", (fault.to_string(),)),
    }
}
