//! Structs of a frame one after the other, as tuples that are made when they are asked for.
//!
//! The iterator is of a type that is made here: what PyO3 does around each call takes as long as a row does.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_uint, c_void};
use std::ptr::{drop_in_place, null, null_mut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyType};

use crate::items::Reused;
use crate::method::guard;
use crate::object::{Object, Outcome, Raised, signed};
use crate::plan::Record;

/// An iterator over structs that hold nothing but numbers, side by side in a frame. It makes one row at a time, so that
/// they are never all there at once.
///
/// A tuple that nobody has kept is used again, as `zip` does.
struct Rows {
    frame: Py<PyBytes>,
    record: Arc<Record>,
    /// Where the last row ends.
    end: usize,
    /// Bytes of a row.
    size: usize,
    /// Where the next row lies. Threads that share an iterator without a lock may be given one twice.
    at: AtomicUsize,
    row: Reused,
}

#[repr(C)]
struct RowsObject {
    base: ffi::PyObject,
    rows: Rows,
}

/// An iterator over so many rows of such a size, from `start` of a frame.
pub(crate) fn make<'py>(
    py: Python<'py>,
    frame: &Py<PyBytes>,
    record: &Arc<Record>,
    size: usize,
    (start, count): (usize, usize),
) -> Outcome<Object<'py>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = TYPE.get_or_try_init(py, || make_type(py))?;
    let rows = Rows {
        frame: frame.clone_ref(py),
        record: record.clone(),
        end: start + count * size,
        size,
        at: AtomicUsize::new(start),
        row: Reused::new(py, record.numbers.len())?,
    };
    // SAFETY: the type is the one made below, whose instances have room for a `RowsObject`; the rows are written before
    // anybody else knows the object.
    unsafe {
        let made = ffi::PyType_GenericAlloc(class.bind(py).as_type_ptr(), 0);
        let made = Bound::from_owned_ptr_or_opt(py, made).ok_or(Raised)?;
        (&raw mut (*made.as_ptr().cast::<RowsObject>()).rows).write(rows);
        Ok(made)
    }
}

impl Rows {
    /// The row that is next; an error, which is not set, behind the last.
    #[inline(always)]
    fn next<'py>(&self, py: Python<'py>) -> Outcome<Object<'py>> {
        let start = self.at.load(Relaxed);
        let end = start + self.size;
        if end > self.end {
            return Err(Raised);
        }
        let bytes = self.frame.as_bytes(py).get(start..end).ok_or(Raised)?;
        self.at.store(end, Relaxed);
        let numbers = &self.record.numbers;
        self.row.fill(py, numbers, |(offset, number)| number.read(py, bytes, *offset))
    }

    fn count_left(&self) -> usize {
        (self.end - self.at.load(Relaxed)) / self.size
    }
}

fn make_type(py: Python<'_>) -> PyResult<Py<PyType>> {
    // The interpreter keeps the pointer to these for as long as the type lives, which is for good.
    let methods = Box::leak(Box::new([
        ffi::PyMethodDef {
            ml_name: c"__length_hint__".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunction: length_hint },
            ml_flags: ffi::METH_NOARGS,
            ml_doc: null(),
        },
        ffi::PyMethodDef::zeroed(),
    ]));
    let slot = |slot, function: *mut c_void| ffi::PyType_Slot { slot, pfunc: function };
    let mut slots = [
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_iter, ffi::PyObject_SelfIter as *mut c_void),
        slot(ffi::Py_tp_iternext, next as *mut c_void),
        slot(ffi::Py_tp_methods, methods.as_mut_ptr().cast()),
        slot(0, null_mut()),
    ];
    // Only `make` fills in what an instance needs.
    let flags = ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION;
    let mut spec = ffi::PyType_Spec {
        name: c"mycelium._core.Rows".as_ptr(),
        basicsize: size_of::<RowsObject>() as c_int,
        itemsize: 0,
        flags: flags as c_uint,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec and its slots are complete and end as they must; the interpreter copies them, and keeps the name
    // and the methods, which live for good.
    let made = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_FromSpec(&raw mut spec))? };
    Ok(made.cast_into::<PyType>()?.unbind())
}

unsafe extern "C" fn next(rows: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls this with the lock held and one of our objects.
    unsafe {
        let py = Python::assume_attached();
        let rows = &(*rows.cast::<RowsObject>()).rows;
        guard(py, || rows.next(py))
    }
}

unsafe extern "C" fn length_hint(
    rows: *mut ffi::PyObject,
    _: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: as above.
    unsafe {
        let py = Python::assume_attached();
        let rows = &(*rows.cast::<RowsObject>()).rows;
        guard(py, || signed(py, rows.count_left() as i64))
    }
}

unsafe extern "C" fn dealloc(rows: *mut ffi::PyObject) {
    // SAFETY: the interpreter calls this once, with the lock held, when the last reference is gone. What `make` put in is
    // taken out again, then the memory and the reference to the type.
    unsafe {
        let class = ffi::Py_TYPE(rows);
        drop_in_place(&raw mut (*rows.cast::<RowsObject>()).rows);
        ffi::PyObject_Free(rows.cast());
        ffi::Py_DECREF(class.cast());
    }
}
