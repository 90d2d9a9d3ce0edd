//! Callables that the interpreter calls without making a tuple of the arguments or a bound method.
//!
//! `to_frame` is a method descriptor, as those of classes written in C: the interpreter knows its kind, and calls the
//! function behind it at once, with the instance and the arguments as an array. `encode`, `from_frame` and `view` are
//! built-in functions whose `self` is the codec. Panics end at these edges.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_int};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;
use std::slice;

use pyo3::exceptions::{PyException, PyRuntimeError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyTuple, PyType};

use crate::classes;
use crate::codec::{self, Codec};
use crate::object::{Object, Outcome, Raised};
use crate::plan::Record;

/// What `to_frame` takes besides the message.
const PLACES: [&str; 2] = ["channel", "sequence"];

/// `to_frame(self, channel=0, sequence=0)`, a method of the codec's class with the documentation of `twin`.
pub(crate) fn to_frame<'py>(
    codec: &Bound<'py, Codec>,
    twin: &Object<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = codec.py();
    let record = codec.get().record();
    let class = record.class.bind(py).cast::<PyType>()?;
    classes::enter(class, record);
    let doc = documented("to_frame($self, /, channel=0, sequence=0)", twin)?;
    let body = ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: call_to_frame };
    let definition = definition(c"to_frame", body, ffi::METH_FASTCALL | ffi::METH_KEYWORDS, doc);
    // SAFETY: the definition lives for good, and its function takes what its flags say.
    unsafe {
        Bound::from_owned_ptr_or_err(py, ffi::PyDescr_NewMethod(class.as_type_ptr(), definition))
    }
}

/// `encode(*values, **fields)`, a function with the documentation of `twin`.
pub(crate) fn encode<'py>(
    codec: &Bound<'py, Codec>,
    twin: &Object<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let doc = documented("encode(*values, **fields)", twin)?;
    let body = ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: call_encode };
    function(codec, definition(c"encode", body, ffi::METH_FASTCALL | ffi::METH_KEYWORDS, doc))
}

/// `from_frame` of a codec.
pub(crate) fn from_frame<'py>(codec: &Bound<'py, Codec>) -> PyResult<Bound<'py, PyAny>> {
    let doc = c"from_frame(buf, /)\n--\n\nReads a value from exactly one frame of the type.\n\n\
        Whatever the bytes are, the result is a value or a `DecodeError`.";
    let body = ffi::PyMethodDefPointer { PyCFunction: read };
    function(codec, definition(c"from_frame", body, ffi::METH_O, doc))
}

/// `view` of a codec.
pub(crate) fn view<'py>(codec: &Bound<'py, Codec>) -> PyResult<Bound<'py, PyAny>> {
    let doc = c"view(buf, /)\n--\n\nChecks one frame, and gives a view that reads each field when it is asked \
        for.\n\nThe view keeps the frame; what is wrong with it is a `DecodeError` here, not later.";
    let body = ffi::PyMethodDefPointer { PyCFunction: look };
    function(codec, definition(c"view", body, ffi::METH_O, doc))
}

/// A signature as the interpreter's own functions have it, and the documentation of a Python function.
fn documented(signature: &str, twin: &Object<'_>) -> PyResult<&'static CStr> {
    let doc: Option<String> = twin.getattr("__doc__")?.extract()?;
    let text = format!("{signature}\n--\n\n{}", doc.unwrap_or_default());
    Ok(Box::leak(CString::new(text)?.into_boxed_c_str()))
}

/// Functions keep a pointer to this, and may outlive anything: a few words for each class.
fn definition(
    name: &'static CStr,
    body: ffi::PyMethodDefPointer,
    flags: c_int,
    doc: &'static CStr,
) -> &'static mut ffi::PyMethodDef {
    Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: body,
        ml_flags: flags,
        ml_doc: doc.as_ptr(),
    }))
}

fn function<'py>(
    codec: &Bound<'py, Codec>,
    definition: &'static mut ffi::PyMethodDef,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the definition lives for good, and its function takes what its flags say.
    unsafe {
        let made = ffi::PyCFunction_NewEx(definition, codec.as_ptr(), null_mut());
        Bound::from_owned_ptr_or_err(codec.py(), made)
    }
}

/// Runs a body for the interpreter: gives a new reference, or null with an error set.
pub(crate) fn guard<'py>(
    py: Python<'py>,
    body: impl FnOnce() -> Outcome<Object<'py>>,
) -> *mut ffi::PyObject {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => value.into_ptr(),
        Ok(Err(Raised)) => null_mut(),
        Err(_) => {
            PyRuntimeError::new_err("a fault of mycelium's native core; please report it")
                .restore(py);
            null_mut()
        }
    }
}

/// An object that the interpreter keeps meanwhile.
type Borrowed<'py> = ManuallyDrop<Object<'py>>;

/// # Safety
///
/// This thread is attached, and the object lives for as long as it is used.
#[inline(always)]
unsafe fn borrowed(py: Python<'_>, object: *mut ffi::PyObject) -> Borrowed<'_> {
    // SAFETY: as the caller says; the reference that is made up here is not dropped.
    ManuallyDrop::new(unsafe { Bound::from_owned_ptr(py, object) })
}

/// Arguments as the interpreter hands them over: by place, and by name.
struct Arguments<'a, 'py> {
    positional: &'a [Object<'py>],
    names: Option<Borrowed<'py>>,
    named: &'a [Object<'py>],
}

impl<'a, 'py> Arguments<'a, 'py> {
    /// # Safety
    ///
    /// This thread is attached; at `start` lie `count` objects and one for each of the names, which are a tuple or null;
    /// all live for `'a`.
    #[inline(always)]
    unsafe fn new(
        py: Python<'py>,
        start: *const *mut ffi::PyObject,
        count: isize,
        names: *mut ffi::PyObject,
    ) -> Self {
        // SAFETY: as the caller says. `Bound` is a pointer to an object; these are borrowed and not dropped.
        unsafe {
            let names = (!names.is_null()).then(|| borrowed(py, names));
            let count = count as usize;
            let more = names.as_ref().map_or(0, |names| names.cast_unchecked::<PyTuple>().len());
            let all: &[Object<'_>] = match count + more {
                0 => &[],
                total => slice::from_raw_parts(start.cast(), total),
            };
            let (positional, named) = all.split_at(count);
            Self { positional, names, named }
        }
    }

    /// The names with their values.
    fn by_name(&self) -> Outcome<Vec<(String, &'a Object<'py>)>> {
        let Some(names) = &self.names else { return Ok(Vec::new()) };
        let names: Vec<String> = names.extract()?;
        Ok(names.into_iter().zip(self.named).collect())
    }
}

unsafe extern "C" fn call_to_frame(
    value: *mut ffi::PyObject,
    start: *const *mut ffi::PyObject,
    count: isize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls this with the lock held, an instance of the class or of a subclass, as many arguments
    // as it says, followed by one for each name, and keeps them all until this returns.
    unsafe {
        let py = Python::assume_attached();
        let value = borrowed(py, value);
        if count == 0 && names.is_null() {
            return guard(py, || to_frame_at(&value, 0, 0));
        }
        let arguments = Arguments::new(py, start, count, names);
        guard(py, || to_frame_with(&value, &arguments))
    }
}

unsafe extern "C" fn call_encode(
    codec: *mut ffi::PyObject,
    start: *const *mut ffi::PyObject,
    count: isize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: as above, but with the codec that the function was made with.
    unsafe {
        let py = Python::assume_attached();
        let codec = borrowed(py, codec);
        let record = codec.cast_unchecked::<Codec>().get().record();
        let arguments = Arguments::new(py, start, count, names);
        guard(py, || encode_with(py, record, &arguments))
    }
}

/// The frame of an instance of a class that has this method; generated classes have no subclasses.
#[inline(always)]
fn to_frame_at<'py>(value: &Object<'py>, channel: u16, sequence: u32) -> Outcome<Object<'py>> {
    match classes::record_of(value.get_type_ptr()) {
        Some(record) => codec::frame_of(record, value, channel, sequence),
        None => Err(codec::explain(value)),
    }
}

#[cold]
fn to_frame_with<'py>(value: &Object<'py>, arguments: &Arguments<'_, 'py>) -> Outcome<Object<'py>> {
    let py = value.py();
    let mut given = [None, None];
    let mut place = |index: usize, number: &Object<'py>| {
        let wrong = match given.get_mut(index) {
            Some(place @ None) => {
                *place = Some(number.clone());
                return Ok(());
            }
            Some(Some(_)) => {
                let name = PLACES[index];
                format!("to_frame() got multiple values for argument '{name}'")
            }
            None => "to_frame() takes a channel and a sequence".to_owned(),
        };
        Err(Raised::from(PyTypeError::new_err(wrong)))
    };
    for (index, number) in arguments.positional.iter().enumerate() {
        place(index, number)?;
    }
    for (name, number) in arguments.by_name()? {
        let known = PLACES.iter().position(|known| *known == name);
        place(known.unwrap_or(PLACES.len()), number)?;
    }
    let zero = || PyInt::new(py, 0).into_any();
    let [channel, sequence] = given.map(|number| number.unwrap_or_else(zero));
    // What publishers pass, for each message; the rest, and the errors, are Python's.
    let channel_number = channel.cast_exact::<PyInt>().ok().and_then(|it| it.extract().ok());
    let sequence_number = sequence.cast_exact::<PyInt>().ok().and_then(|it| it.extract().ok());
    let (channel, sequence) = match (channel_number, sequence_number) {
        (Some(channel), Some(sequence)) => (channel, sequence),
        _ => PyModule::import(py, "mycelium._codec.check")?
            .call_method1("check_place", (channel, sequence))?
            .extract()?,
    };
    to_frame_at(value, channel, sequence)
}

#[inline(always)]
fn encode_with<'py>(
    py: Python<'py>,
    record: &Record,
    arguments: &Arguments<'_, 'py>,
) -> Outcome<Object<'py>> {
    if arguments.names.is_none() && arguments.positional.len() == record.fields.len() {
        let written = codec::frame_of_values(py, record, arguments.positional);
        if written.is_ok() {
            return written;
        }
    }
    by_hand(py, record, arguments)
}

/// Makes the object and encodes that: for defaults, keywords, and errors that name what is wrong.
#[cold]
fn by_hand<'py>(
    py: Python<'py>,
    record: &Record,
    arguments: &Arguments<'_, 'py>,
) -> Outcome<Object<'py>> {
    if let Some(error) = PyErr::take(py)
        && !error.is_instance_of::<PyException>(py)
    {
        return Err(error.into());
    }
    let keywords = pyo3::types::PyDict::new(py);
    for (name, value) in arguments.by_name()? {
        keywords.set_item(name, value)?;
    }
    let positional = PyTuple::new(py, arguments.positional)?;
    let value = record.class.bind(py).call(positional, Some(&keywords))?;
    codec::frame_of(record, &value, 0, 0)
}

unsafe extern "C" fn read(
    codec: *mut ffi::PyObject,
    frame: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls this with the lock held, the codec that the function was made with, and an argument
    // that it keeps until this returns.
    unsafe {
        let py = Python::assume_attached();
        let (codec, frame) = (borrowed(py, codec), borrowed(py, frame));
        let codec = codec.cast_unchecked::<Codec>();
        guard(py, || codec.get().read(&frame))
    }
}

unsafe extern "C" fn look(
    codec: *mut ffi::PyObject,
    frame: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: as above.
    unsafe {
        let py = Python::assume_attached();
        let (codec, frame) = (borrowed(py, codec), borrowed(py, frame));
        let codec = codec.cast_unchecked::<Codec>();
        guard(py, || codec.get().look(&frame))
    }
}
