//! The errors of decoding. `mycelium._codec.refuse` words them, so that both cores say the same.

use pyo3::call::PyCallArgs;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyModule;

use crate::object::{Name, Object, Outcome, Raised};

static REFUSE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();

fn function<'py>(py: Python<'py>, kind: &str) -> PyResult<Object<'py>> {
    let module = REFUSE.get_or_try_init(py, || {
        PyResult::Ok(PyModule::import(py, "mycelium._codec.refuse")?.unbind())
    })?;
    module.bind(py).getattr(kind)
}

/// Sets the error that a function of that module makes of these arguments.
#[cold]
#[inline(never)]
pub(crate) fn raise<'py>(py: Python<'py>, kind: &str, arguments: impl PyCallArgs<'py>) -> Raised {
    match function(py, kind).and_then(|make| make.call1(arguments)) {
        Ok(error) => PyErr::from_value(error).into(),
        Err(error) => error.into(),
    }
}

/// A value that its type does not have: `kind` is the function, `found` its last argument.
#[cold]
#[inline(never)]
pub(crate) fn value<T>(
    py: Python<'_>,
    kind: &str,
    at: usize,
    place: &Name,
    found: i128,
) -> Outcome<T> {
    Err(raise(py, kind, (at, place.bind(py), found)))
}

/// Text that is not UTF-8.
#[cold]
#[inline(never)]
pub(crate) fn utf8<T>(py: Python<'_>, at: usize, place: &Name) -> Outcome<T> {
    Err(raise(py, "utf8", (at, place.bind(py))))
}

/// Two numbers that do not fit each other: a count and its bound, a block and its payload.
#[cold]
#[inline(never)]
pub(crate) fn pair<T>(
    py: Python<'_>,
    kind: &str,
    at: usize,
    place: &Name,
    numbers: (usize, usize),
) -> Outcome<T> {
    Err(raise(py, kind, (at, place.bind(py), numbers.0, numbers.1)))
}

/// Checks a header that is not simply the right one: gives the block's length, or the error.
#[cold]
pub(crate) fn check_header(
    py: Python<'_>,
    frame: &Object<'_>,
    type_id: u16,
    name: &Name,
) -> Outcome<usize> {
    let check = function(py, "check_header")?;
    Ok(check.call1((frame, type_id, name.bind(py)))?.extract()?)
}
