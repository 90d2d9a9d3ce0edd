//! numpy arrays over memory that an object owns, and the items of arrays that others made, through numpy's own C
//! interface.
//!
//! `numpy.frombuffer` and `memoryview` do the same through the interpreter, in several times the time.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

use pyo3::exceptions::{PyImportError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyType};

use crate::object::{Object, Outcome, Raised};
use crate::plan::Form;

/// Places in numpy's table of functions, which have not moved since 1.7.
const ARRAY_TYPE: usize = 2;
const DTYPE_TYPE: usize = 3;
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
    dtype_type: Py<PyType>,
    new_from_descr: NewFromDescr,
    set_base_object: SetBaseObject,
}

static API: PyOnceLock<Api> = PyOnceLock::new();

/// An array, as numpy's headers have shown it since 1.7.
#[repr(C)]
struct Array {
    base: ffi::PyObject,
    data: *const u8,
    dimensions: c_int,
    shape: *const isize,
    strides: *const isize,
    owner: *mut ffi::PyObject,
    dtype: *mut ffi::PyObject,
    flags: c_int,
}

/// Items side by side in an array of numpy's own class, whose `dtype` is known to be theirs.
pub(crate) struct Items<'a, 'py> {
    array: &'a Object<'py>,
    item: &'a Form,
    len_bytes: usize,
}

impl<'a, 'py> Items<'a, 'py> {
    /// The items of a value, if it is such an array.
    pub(crate) fn of(array: &'a Object<'py>, item: &'a Form) -> Option<Self> {
        let (_, len_bytes) = memory_of(array, item)?;
        Some(Self { array, item, len_bytes })
    }

    /// How many bytes they have.
    pub(crate) fn len_bytes(&self) -> usize {
        self.len_bytes
    }

    /// Copies them; an error, which is not set, where there are not as many any more.
    pub(crate) fn copy_to(&self, into: &mut [u8]) -> Outcome<()> {
        let (data, len_bytes) = memory_of(self.array, self.item).ok_or(Raised)?;
        if len_bytes != into.len() {
            return Err(Raised);
        }
        // SAFETY: so many bytes lie there, for nothing has run that could change the array since it was looked at; what
        // they are copied to was made by us. Code that holds no lock may write the items meanwhile, of which any are
        // values.
        unsafe { data.copy_to_nonoverlapping(into.as_mut_ptr(), len_bytes) };
        Ok(())
    }
}

/// Where the items of an array lie, and how many bytes they have; nothing for what is no such array.
fn memory_of(value: &Object<'_>, item: &Form) -> Option<(*const u8, usize)> {
    // Without the lock, others may make an array smaller while it is read: a buffer keeps them from it.
    if cfg!(Py_GIL_DISABLED) {
        return None;
    }
    let py = value.py();
    let (api, dtype) = (API.get(py)?, item.dtype.get(py)?);
    if value.get_type_ptr().cast() != api.array_type.as_ptr() {
        return None;
    }
    // SAFETY: the value is of numpy's own class, so it begins as `Array` does; with one dimension its shape has one
    // number.
    unsafe {
        let array = value.as_ptr().cast::<Array>();
        let is_fit = (*array).dtype == dtype.as_ptr()
            && (*array).dimensions == 1
            && (*array).flags & C_CONTIGUOUS != 0;
        let count =
            if is_fit { usize::try_from((*array).shape.read()).ok()? } else { return None };
        Some(((*array).data, count.checked_mul(item.size)?))
    }
}

/// The `dtype` of an array of numpy's own class; nothing for anything else.
pub(crate) fn dtype_of(value: &Object<'_>) -> PyResult<Option<Py<PyAny>>> {
    let py = value.py();
    // Whoever has none of its arrays need not have numpy.
    if value.get_type().module()? != "numpy" {
        return Ok(None);
    }
    let api = API.get_or_try_init(py, || load(py))?;
    if value.get_type_ptr().cast() != api.array_type.as_ptr() {
        return Ok(None);
    }
    Ok(Some(value.getattr("dtype")?.unbind()))
}

/// How many bytes an item of a `dtype` has; an error for what is none.
pub(crate) fn item_size(dtype: &Bound<'_, PyAny>) -> PyResult<usize> {
    let py = dtype.py();
    let api = API.get_or_try_init(py, || load(py))?;
    // Items that are objects are pointers to them.
    if !dtype.is_instance(api.dtype_type.bind(py))? || dtype.getattr("hasobject")?.is_truthy()? {
        return Err(PyTypeError::new_err("expected a dtype of numpy's whose items are bytes"));
    }
    dtype.getattr(intern!(py, "itemsize"))?.extract()
}

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
        let class = |place| {
            let class = Bound::from_borrowed_ptr(py, entry(place).cast::<ffi::PyObject>());
            PyResult::Ok(class.cast_into::<PyType>()?.unbind())
        };
        Ok(Api {
            array_type: class(ARRAY_TYPE)?,
            dtype_type: class(DTYPE_TYPE)?,
            new_from_descr: std::mem::transmute::<*mut c_void, NewFromDescr>(entry(NEW_FROM_DESCR)),
            set_base_object: std::mem::transmute::<*mut c_void, SetBaseObject>(entry(
                SET_BASE_OBJECT,
            )),
        })
    }
}
