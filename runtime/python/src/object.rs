//! Objects of the interpreter, reached directly: slots of instances, and new numbers, text and bytes.
//!
//! What is unsafe about reading and making values stands here, in [`items`](crate::items) and in [`given`](crate::given),
//! behind functions that are safe to call.
#![allow(unsafe_code)]

use std::ffi::c_char;
#[cfg(not(Py_GIL_DISABLED))]
use std::mem::ManuallyDrop;
use std::mem::size_of;
use std::ptr::null;
use std::slice;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyType};

/// Something was refused. The interpreter's error indicator is set, unless a function says otherwise.
#[derive(Debug)]
pub(crate) struct Raised;

/// A value, or an error that the interpreter knows about.
pub(crate) type Outcome<T> = Result<T, Raised>;

/// Any object.
pub(crate) type Object<'py> = Bound<'py, PyAny>;

impl From<PyErr> for Raised {
    fn from(error: PyErr) -> Self {
        Python::attach(|py| error.restore(py));
        Raised
    }
}

/// What a function of the interpreter gave.
///
/// # Safety
///
/// `made` is a new reference, or null where an error was set.
pub(crate) unsafe fn owned(py: Python<'_>, made: *mut ffi::PyObject) -> Outcome<Object<'_>> {
    // SAFETY: as the caller says.
    unsafe { Bound::from_owned_ptr_or_opt(py, made) }.ok_or(Raised)
}

/// Where the slots of a class's instances lie.
pub(crate) struct Layout {
    class: Py<PyType>,
    /// Bytes from the start of an instance to each slot, found by [`Layout::find`].
    slots: Vec<usize>,
    #[cfg(Py_GIL_DISABLED)]
    names: Vec<Name>,
}

/// An object that is known to be an instance of a layout's very class.
#[derive(Clone, Copy)]
pub(crate) struct Instance<'a, 'py> {
    layout: &'a Layout,
    object: &'a Object<'py>,
}

/// A new instance, whose slots are still to be filled.
pub(crate) struct Unfilled<'a, 'py> {
    layout: &'a Layout,
    object: Object<'py>,
}

impl Layout {
    /// Finds the slots with these names, by writing each and looking where in the instance it went.
    ///
    /// That holds for every interpreter, whatever its descriptors look like inside.
    pub(crate) fn find(class: &Bound<'_, PyType>, names: &[String]) -> PyResult<Layout> {
        let py = class.py();
        let basic_size: usize = class.getattr("__basicsize__")?.extract()?;
        if class.getattr("__itemsize__")?.extract::<usize>()? != 0 {
            return Err(unfit(class));
        }
        let instance = allocate(class).map_err(|Raised| PyErr::fetch(py))?;
        let mut slots = Vec::with_capacity(names.len());
        for name in names {
            let mark = py.get_type::<PyAny>().call0()?;
            // By its descriptor: the class may refuse assignments.
            class.getattr(name)?.call_method1("__set__", (&instance, &mark))?;
            let words = size_of::<ffi::PyObject>()..basic_size;
            let place = words.step_by(size_of::<usize>()).find(|place| {
                // SAFETY: `place` is a multiple of a word's size within the `basic_size` bytes of the
                // instance, which is alive and aligned for words.
                let word =
                    unsafe { instance.as_ptr().cast::<u8>().add(*place).cast::<usize>().read() };
                word == mark.as_ptr() as usize
            });
            slots.push(place.ok_or_else(|| unfit(class))?);
        }
        Ok(Layout {
            class: class.clone().unbind(),
            slots,
            #[cfg(Py_GIL_DISABLED)]
            names: names.iter().map(|name| PyString::intern(py, name).unbind()).collect(),
        })
    }

    /// The object as an instance, if its class is this very one.
    #[inline(always)]
    pub(crate) fn instance<'a, 'py>(
        &'a self,
        object: &'a Object<'py>,
    ) -> Option<Instance<'a, 'py>> {
        (object.get_type_ptr().cast() == self.class.as_ptr())
            .then_some(Instance { layout: self, object })
    }

    /// A new instance; its class's own constructor does not run.
    #[inline(always)]
    pub(crate) fn make<'py>(&self, py: Python<'py>) -> Outcome<Unfilled<'_, 'py>> {
        Ok(Unfilled { layout: self, object: allocate(self.class.bind(py))? })
    }
}

fn unfit(class: &Bound<'_, PyType>) -> PyErr {
    let text = format!("{class}: its fields do not lie in slots");
    PyErr::new::<pyo3::exceptions::PyTypeError, _>(text)
}

#[inline(always)]
fn allocate<'py>(class: &Bound<'py, PyType>) -> Outcome<Object<'py>> {
    // SAFETY: the class is alive, and made by a `class` statement without items, so that the generic
    // allocation, which zeroes, is its own.
    unsafe { owned(class.py(), ffi::PyType_GenericAlloc(class.as_type_ptr(), 0)) }
}

impl<'py> Instance<'_, 'py> {
    /// Hands what the first slots hold to a function, each with what stands in its place of `beside`.
    #[inline(always)]
    pub(crate) fn zip<T>(
        &self,
        beside: &[T],
        mut take: impl FnMut(usize, &T, &Object<'py>) -> Outcome<()>,
    ) -> Outcome<()> {
        for (index, (place, one)) in self.layout.slots.iter().zip(beside).enumerate() {
            #[cfg(not(Py_GIL_DISABLED))]
            // SAFETY: as in `get`; the slot holds the value.
            unsafe {
                let slot =
                    self.object.as_ptr().cast::<u8>().add(*place).cast::<*mut ffi::PyObject>();
                lend(self.object.py(), slot.read(), |value| take(index, one, value))?;
            }
            #[cfg(Py_GIL_DISABLED)]
            {
                let _ = place;
                take(index, one, &self.get(index).ok_or(Raised)?)?;
            }
        }
        Ok(())
    }

    /// What a slot holds; nothing, with no error set, where nothing was assigned.
    #[inline(always)]
    #[cfg(not(Py_GIL_DISABLED))]
    pub(crate) fn get(&self, index: usize) -> Option<Object<'py>> {
        let place = self.layout.slots[index];
        // SAFETY: the object is of the layout's class, whose slot lies at this place: it holds null or
        // a reference, and cannot change while this thread has the interpreter.
        unsafe {
            let slot = self.object.as_ptr().cast::<u8>().add(place).cast::<*mut ffi::PyObject>();
            Bound::from_borrowed_ptr_or_opt(self.object.py(), slot.read())
        }
    }

    /// What a slot holds; nothing, with no error set, where nothing was assigned.
    ///
    /// Other threads may be assigning: the slot's own descriptor reads it.
    #[cfg(Py_GIL_DISABLED)]
    pub(crate) fn get(&self, index: usize) -> Option<Object<'py>> {
        let name = self.layout.names[index].bind(self.object.py());
        self.object.getattr(name).ok()
    }
}

/// Hands a value that somebody else holds to a function, without a reference of its own.
///
/// Code of others may make whoever holds the value let go of it: a function that runs such code, be it by asking a value
/// for its number, clones the value first. The readers of this module do so by themselves.
///
/// # Safety
///
/// The value is null, or alive for as long as this thread runs no code of others.
#[inline(always)]
#[cfg(not(Py_GIL_DISABLED))]
pub(crate) unsafe fn lend<'py, T>(
    py: Python<'py>,
    value: *mut ffi::PyObject,
    take: impl FnOnce(&Object<'py>) -> Outcome<T>,
) -> Outcome<T> {
    if value.is_null() {
        return Err(Raised);
    }
    // SAFETY: the value is alive: whoever holds it does so until this thread runs other code, before which the function
    // takes a reference. The one that is made up here is not dropped.
    take(&ManuallyDrop::new(unsafe { Bound::from_owned_ptr(py, value) }))
}

impl<'py> Unfilled<'_, 'py> {
    /// Fills a slot that has not been filled.
    #[inline(always)]
    pub(crate) fn set(&self, index: usize, value: Object<'py>) {
        let place = self.layout.slots[index];
        // SAFETY: the object is of the layout's class, is zeroed, and known to nobody else; the slot
        // takes over the reference. What a slot filled twice held would leak, nothing worse.
        unsafe {
            let slot = self.object.as_ptr().cast::<u8>().add(place).cast::<*mut ffi::PyObject>();
            slot.write(value.into_ptr());
        }
    }

    /// The instance, once all is in place.
    #[inline(always)]
    pub(crate) fn done(self) -> Object<'py> {
        self.object
    }
}

/// Whether a value is a list or a tuple.
#[inline(always)]
pub(crate) fn is_list_or_tuple(value: &Object<'_>) -> bool {
    // SAFETY: both look at the type of an object that is alive.
    unsafe { ffi::PyList_Check(value.as_ptr()) != 0 || ffi::PyTuple_Check(value.as_ptr()) != 0 }
}

/// Whether a value's class gives access to its memory; that of a number or text does not.
#[inline(always)]
pub(crate) fn has_buffer(value: &Object<'_>) -> bool {
    // SAFETY: looks at the type of an object that is alive.
    unsafe { ffi::PyObject_CheckBuffer(value.as_ptr()) != 0 }
}

/// The bytes of a `bytes` object; nothing for any other class.
#[inline(always)]
pub(crate) fn bytes_of<'a>(value: &'a Object<'_>) -> Option<&'a [u8]> {
    value.cast_exact::<PyBytes>().ok().map(|bytes| bytes.as_bytes())
}

/// An int.
#[inline(always)]
pub(crate) fn signed(py: Python<'_>, value: i64) -> Outcome<Object<'_>> {
    // SAFETY: this thread is attached.
    unsafe { owned(py, ffi::PyLong_FromLongLong(value)) }
}

/// An int.
#[inline(always)]
pub(crate) fn unsigned(py: Python<'_>, value: u64) -> Outcome<Object<'_>> {
    // SAFETY: this thread is attached.
    unsafe { owned(py, ffi::PyLong_FromUnsignedLongLong(value)) }
}

/// A float.
#[inline(always)]
pub(crate) fn float(py: Python<'_>, value: f64) -> Outcome<Object<'_>> {
    // SAFETY: this thread is attached.
    unsafe { owned(py, ffi::PyFloat_FromDouble(value)) }
}

/// `bytes` with these.
#[inline(always)]
pub(crate) fn octets<'py>(py: Python<'py>, data: &[u8]) -> Outcome<Object<'py>> {
    // SAFETY: the pointer and the length are those of a slice, which is copied.
    unsafe {
        owned(
            py,
            ffi::PyBytes_FromStringAndSize(data.as_ptr().cast::<c_char>(), data.len() as isize),
        )
    }
}

/// A `str`; nothing, and no error set, where the bytes are not UTF-8.
#[inline(always)]
pub(crate) fn text<'py>(py: Python<'py>, data: &[u8]) -> Option<Object<'py>> {
    // SAFETY: the pointer and the length are those of a slice, which is copied.
    let made = unsafe {
        owned(
            py,
            ffi::PyUnicode_FromStringAndSize(data.as_ptr().cast::<c_char>(), data.len() as isize),
        )
    };
    if made.is_err() {
        drop(PyErr::take(py));
    }
    made.ok()
}

/// `bytes` of this size, zeroed and then filled by a function.
#[inline(always)]
pub(crate) fn filled<'py>(
    py: Python<'py>,
    size: usize,
    fill: impl FnOnce(&mut [u8]) -> Outcome<()>,
) -> Outcome<Object<'py>> {
    // SAFETY: this thread is attached; the bytes are written before anybody sees them.
    let made = unsafe {
        let made = owned(py, ffi::PyBytes_FromStringAndSize(null(), size as isize))?;
        start_of(&made).write_bytes(0, size);
        made
    };
    // SAFETY: nobody else knows the object, which has so many bytes.
    unsafe { change(made, size, fill) }
}

/// `bytes` that begin as these, and are then changed by a function.
#[inline(always)]
pub(crate) fn copied<'py>(
    py: Python<'py>,
    pattern: &[u8],
    fill: impl FnOnce(&mut [u8]) -> Outcome<()>,
) -> Outcome<Object<'py>> {
    // The interpreter has one object for all that are so short.
    if pattern.len() <= 1 {
        return Err(Raised);
    }
    let made = octets(py, pattern)?;
    // SAFETY: nobody else knows the object, which has as many bytes.
    unsafe { change(made, pattern.len(), fill) }
}

/// # Safety
///
/// The object is `bytes` of this size that nobody else knows.
#[inline(always)]
unsafe fn change<'py>(
    made: Object<'py>,
    size: usize,
    fill: impl FnOnce(&mut [u8]) -> Outcome<()>,
) -> Outcome<Object<'py>> {
    // SAFETY: as the caller says; the slice ends before the object is handed on.
    fill(unsafe { slice::from_raw_parts_mut(start_of(&made), size) })?;
    Ok(made)
}

/// Where the bytes of a `bytes` object lie.
///
/// # Safety
///
/// It is one.
#[inline(always)]
unsafe fn start_of(bytes: &Object<'_>) -> *mut u8 {
    // SAFETY: as the caller says.
    unsafe {
        #[cfg(not(Py_LIMITED_API))]
        return ffi::PyBytes_AS_STRING(bytes.as_ptr()).cast_mut().cast();
        #[cfg(Py_LIMITED_API)]
        return ffi::PyBytes_AsString(bytes.as_ptr()).cast();
    }
}

/// Text from the interpreter that an error names.
pub(crate) type Name = Py<PyString>;
