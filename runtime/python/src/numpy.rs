//! numpy arrays over memory that an object owns, through numpy's own C interface.
//!
//! `numpy.frombuffer` does the same through the interpreter, in three times the time.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

use pyo3::exceptions::{PyImportError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyType};

/// Places in numpy's table of functions, which have not moved since 1.7.
const ARRAY_TYPE: usize = 2;
const NEW_FROM_DESCR: usize = 94;
const SET_BASE_OBJECT: usize = 282;

const C_CONTIGUOUS: c_int = 0x1;
const ALIGNED: c_int = 0x100;

type NewFromDescr = unsafe extern "C" fn(
    *mut ffi::PyTypeObject,
    *mut ffi::PyObject,
    c_int,
    *const isize,
    *const isize,
    *mut c_void,
    c_int,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;
type SetBaseObject = unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject) -> c_int;

struct Api {
    array_type: Py<PyType>,
    new_from_descr: NewFromDescr,
    set_base_object: SetBaseObject,
}

static API: PyOnceLock<Api> = PyOnceLock::new();

/// `count` items of a `dtype` from `start` of an owner's bytes, as an array that cannot be written.
pub(crate) fn array<'py>(
    owner: &Bound<'py, PyBytes>,
    dtype: &Bound<'py, PyAny>,
    start: usize,
    count: usize,
    (size, align): (usize, usize),
) -> PyResult<Bound<'py, PyAny>> {
    let py = owner.py();
    let api = API.get_or_try_init(py, || load(py))?;
    let bytes = owner.as_bytes();
    let Some(data) = bytes.get(start..start + count * size) else {
        return Err(PyValueError::new_err("no such items lie in the frame"));
    };
    let dimension = count as isize;
    let is_aligned = (data.as_ptr() as usize).is_multiple_of(align);
    let flags = C_CONTIGUOUS | if is_aligned { ALIGNED } else { 0 };
    // SAFETY: the `dtype` is one that numpy made, whose items have `size` bytes, and its reference is given away
    // as the function wants; the data has `count` such items and lives as long as the owner, which becomes the
    // array's base, and is never written, since the array is not flagged so.
    unsafe {
        let made = (api.new_from_descr)(
            api.array_type.bind(py).as_type_ptr(),
            dtype.clone().into_ptr(),
            1,
            &raw const dimension,
            std::ptr::null(),
            data.as_ptr() as *mut c_void,
            flags,
            null_mut(),
        );
        let array = Bound::from_owned_ptr_or_err(py, made)?;
        if (api.set_base_object)(array.as_ptr(), owner.clone().into_ptr()) != 0 {
            return Err(PyErr::fetch(py));
        }
        Ok(array)
    }
}

fn load(py: Python<'_>) -> PyResult<Api> {
    let module = PyModule::import(py, "numpy._core.multiarray")
        .or_else(|_| PyModule::import(py, "numpy.core.multiarray"))
        .map_err(|_| {
            PyImportError::new_err("arrays need numpy, which is not installed: pip install numpy")
        })?;
    let capsule = module.getattr("_ARRAY_API")?;
    // SAFETY: numpy's capsule holds the table that its headers describe, for as long as the process lives; the
    // places are those of the headers.
    unsafe {
        let table = ffi::PyCapsule_GetPointer(capsule.as_ptr(), std::ptr::null());
        if table.is_null() {
            return Err(PyErr::fetch(py));
        }
        let entry = |place: usize| table.cast::<*mut c_void>().add(place).read();
        let array_type = Bound::from_borrowed_ptr(py, entry(ARRAY_TYPE).cast::<ffi::PyObject>());
        Ok(Api {
            array_type: array_type.cast_into::<PyType>()?.unbind(),
            new_from_descr: std::mem::transmute::<*mut c_void, NewFromDescr>(entry(NEW_FROM_DESCR)),
            set_base_object: std::mem::transmute::<*mut c_void, SetBaseObject>(entry(
                SET_BASE_OBJECT,
            )),
        })
    }
}
