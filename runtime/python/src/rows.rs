//! Structs of a frame one after the other, as tuples that are made when they are asked for.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use pyo3::prelude::*;

use crate::items::Reused;
use crate::object::{Object, Outcome, Raised};
use crate::packed::Packed;

/// An iterator over the rows of a list, which makes one at a time: what is read row by row is never all there at once.
///
/// A tuple that nobody has kept is used again, as `zip` does.
#[pyclass(frozen, module = "mycelium._core")]
pub(crate) struct Rows {
    packed: Py<Packed>,
    /// The row that is next. Threads that share an iterator without a lock may be given one twice.
    next: AtomicUsize,
    row: Reused,
}

impl Rows {
    /// The rows of a list of structs that hold nothing but numbers.
    pub(crate) fn make<'py>(packed: &Bound<'py, Packed>, width: usize) -> PyResult<Object<'py>> {
        let py = packed.py();
        let row = Reused::new(py, width).map_err(|Raised| PyErr::fetch(py))?;
        let rows = Rows { packed: packed.clone().unbind(), next: AtomicUsize::new(0), row };
        Ok(Bound::new(py, rows)?.into_any())
    }

    fn row<'py>(&self, py: Python<'py>) -> Outcome<Option<Object<'py>>> {
        let index = self.next.load(Relaxed);
        let Some(row) = self.packed.get().row(py, index, &self.row) else {
            return Ok(None);
        };
        self.next.store(index + 1, Relaxed);
        row.map(Some)
    }
}

#[pymethods]
impl Rows {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.row(py).map_err(|Raised| PyErr::fetch(py))
    }

    fn __length_hint__(&self) -> usize {
        self.packed.get().len() - self.next.load(Relaxed)
    }
}
