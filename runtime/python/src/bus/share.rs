//! Hands the bus to extensions that were built apart: by the table of functions of the C ABI, in a capsule.
#![allow(unsafe_code)]

use std::ffi::CStr;

use mycelium::MessageBus;
use mycelium_ffi::{MycBus, MycSharedBus, myc_bus_api_get, myc_bus_release, myc_last_error};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// What the capsule is called, so that nobody takes another for it.
const NAME: &CStr = c"mycelium.bus";

/// What the capsule holds; its handle is released with it.
#[repr(transparent)]
struct Shared(MycSharedBus);

// SAFETY: the table is never written, and all threads may use a bus.
unsafe impl Send for Shared {}

impl Drop for Shared {
    fn drop(&mut self) {
        // SAFETY: the handle was made for this capsule; who keeps the bus has retained it.
        unsafe { myc_bus_release(self.0.bus) };
    }
}

/// The bus, for whoever was built for this version of the table and at least so many bytes of it.
pub(super) fn capsule(
    py: Python<'_>,
    bus: MessageBus,
    version: u32,
    size: u32,
) -> PyResult<Bound<'_, PyCapsule>> {
    let api = myc_bus_api_get(version, size);
    if api.is_null() {
        // SAFETY: a call has failed on this thread, so that there is text.
        let why = unsafe { CStr::from_ptr(myc_last_error()) };
        return Err(PyRuntimeError::new_err(why.to_string_lossy().into_owned()));
    }
    let shared = Shared(MycSharedBus { api, bus: MycBus::of(bus) });
    PyCapsule::new_with_value(py, shared, NAME)
}
