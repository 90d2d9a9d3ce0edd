//! Takes the bus of Python's package, which hands it over in a capsule.
#![allow(unsafe_code)]

use std::ffi::CStr;

use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::abi::{BUS_API_VERSION, BusApi, SharedBus};
use crate::bus::MessageBus;
use crate::error::OpenError;

/// The capsule's name.
const NAME: &CStr = c"mycelium.bus";

/// The method that gives one, for a version and a size of the table.
const METHOD: &str = "__mycelium_bus__";

impl MessageBus {
    /// The bus of a `mycelium.MessageBus`.
    ///
    /// ```text
    /// #[pyfunction]
    /// fn start(bus: &Bound<'_, PyAny>) -> PyResult<()> {
    ///     let bus = mycelium::MessageBus::from_python(bus)?;
    ///     std::thread::spawn(move || { /* publishers and subscribers of it */ });
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// What Python raises: a `TypeError` where it is no such bus, and a `RuntimeError` where the package was
    /// built for another version of the table.
    pub fn from_python(bus: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !bus.hasattr(METHOD)? {
            let found = format!("a {}", bus.get_type().name()?);
            return Err(PyTypeError::new_err(OpenError::NoBus(found).to_string()));
        }
        let capsule = bus.call_method1(METHOD, (BUS_API_VERSION, size_of::<BusApi>()))?;
        let capsule = capsule.cast_into::<PyCapsule>()?;
        let shared = capsule.pointer_checked(Some(NAME))?.cast::<SharedBus>();
        // SAFETY: by its name the capsule holds such a thing, and the bus as long as the capsule lives; Python
        // unloads no extension.
        let taken = unsafe { Self::from_shared(shared.as_ptr()) };
        taken.map_err(|error| PyRuntimeError::new_err(error.to_string()))
    }
}
