//! Callables that the interpreter calls without making a tuple of the arguments or a bound method.
//!
//! `to_frame` is an object of a type of its own, in the class's namespace: the interpreter hands it the
//! instance and the arguments as an array. `from_frame` and `view` are built-in functions whose `self` is the
//! codec. Panics end at these edges.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::offset_of;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{null, null_mut};
use std::slice;
use std::sync::Arc;

use pyo3::exceptions::{PyException, PyRuntimeError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyInt, PyTuple, PyType};

use crate::codec::{self, Codec};
use crate::object::{Object, Outcome, Raised};
use crate::plan::Record;

/// What a method does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// `to_frame(self, channel=0, sequence=0)`.
    ToFrame,
    /// `encode(*values)`, a function.
    Encode,
}

#[repr(C)]
struct Method {
    base: ffi::PyObject,
    vectorcall: ffi::vectorcallfunc,
    call: Call,
    /// From `Arc::into_raw`.
    record: *const Record,
    /// A strong reference: the Python function that documents it.
    twin: *mut ffi::PyObject,
}

// In the interpreter's headers since 3.8; the limited API leaves out their names, not their meaning.
const HAVE_VECTORCALL: std::ffi::c_ulong = 1 << 11;
const METHOD_DESCRIPTOR: std::ffi::c_ulong = 1 << 17;
const SIZE_MEMBER: c_int = 19;
const READ_ONLY: c_int = 1;
const ARGUMENTS_OFFSET: usize = 1 << (usize::BITS - 1);

/// What `to_frame` takes besides the message.
const PLACES: [&str; 2] = ["channel", "sequence"];

/// A method of a class, documented by a Python function.
pub(crate) fn make<'py>(
    twin: &Object<'py>,
    call: Call,
    record: &Arc<Record>,
) -> PyResult<Bound<'py, PyAny>> {
    static METHOD: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static FUNCTION: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = twin.py();
    let class = match call {
        Call::ToFrame => {
            METHOD.get_or_try_init(py, || make_type(py, c"mycelium._core.Method", true))?
        }
        Call::Encode => {
            FUNCTION.get_or_try_init(py, || make_type(py, c"mycelium._core.Function", false))?
        }
    };
    // SAFETY: the type is the one made below, whose instances are a `Method`; the generic allocation zeroes
    // them, and every field is written before anybody else knows the object.
    unsafe {
        let made = ffi::PyType_GenericAlloc(class.bind(py).as_type_ptr(), 0);
        let made = Bound::from_owned_ptr_or_err(py, made)?;
        let method = made.as_ptr().cast::<Method>();
        (&raw mut (*method).vectorcall).write(vectorcall);
        (&raw mut (*method).call).write(call);
        (&raw mut (*method).record).write(Arc::into_raw(record.clone()));
        (&raw mut (*method).twin).write(twin.clone().into_ptr());
        Ok(made)
    }
}

fn make_type(py: Python<'_>, name: &'static CStr, is_method: bool) -> PyResult<Py<PyType>> {
    let mut members = [
        ffi::PyMemberDef {
            name: c"__vectorcalloffset__".as_ptr(),
            type_code: SIZE_MEMBER,
            offset: offset_of!(Method, vectorcall) as isize,
            flags: READ_ONLY,
            doc: null(),
        },
        ffi::PyMemberDef { name: null(), type_code: 0, offset: 0, flags: 0, doc: null() },
    ];
    let getter = |name: &'static CStr, what: &'static CStr| ffi::PyGetSetDef {
        name: name.as_ptr(),
        get: Some(of_twin),
        set: None,
        doc: null(),
        closure: what.as_ptr() as *mut c_void,
    };
    // The interpreter keeps the pointer to these for as long as the type lives, which is for good.
    let getters = Box::leak(Box::new([
        getter(c"__doc__", c"__doc__"),
        getter(c"__name__", c"__name__"),
        getter(c"__qualname__", c"__qualname__"),
        getter(c"__module__", c"__module__"),
        getter(c"__wrapped__", c""),
        ffi::PyGetSetDef { name: null(), get: None, set: None, doc: null(), closure: null_mut() },
    ]));
    let slot = |slot, function: *mut c_void| ffi::PyType_Slot { slot, pfunc: function };
    let mut slots = vec![
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_call, call_with_tuple as *mut c_void),
        slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
        slot(ffi::Py_tp_getset, getters.as_mut_ptr().cast()),
    ];
    // Only `make` fills in what an instance needs.
    let mut flags =
        ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION | HAVE_VECTORCALL;
    if is_method {
        slots.push(slot(ffi::Py_tp_descr_get, bind as *mut c_void));
        flags |= METHOD_DESCRIPTOR;
    }
    slots.push(slot(0, null_mut()));
    let mut spec = ffi::PyType_Spec {
        name: name.as_ptr(),
        basicsize: size_of::<Method>() as c_int,
        itemsize: 0,
        flags: flags as std::ffi::c_uint,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec and its slots are complete and end as they must; the interpreter copies them and the
    // members, and keeps the name and the getters, which live for good.
    let made = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_FromSpec(&raw mut spec))? };
    Ok(made.cast_into::<PyType>()?.unbind())
}

/// Runs a body for the interpreter: gives a new reference, or null with an error set.
fn guard<'py>(py: Python<'py>, body: impl FnOnce() -> Outcome<Object<'py>>) -> *mut ffi::PyObject {
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

unsafe extern "C" fn vectorcall(
    callable: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count_and_flag: usize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls this with the lock held, with an object of one of our types, and with
    // as many arguments as it says, followed by one for each name in `keywords`.
    unsafe {
        let py = Python::assume_attached();
        let method = &*callable.cast::<Method>();
        let count = count_and_flag & !ARGUMENTS_OFFSET;
        let names = Bound::from_borrowed_ptr_or_opt(py, keywords);
        let total = match &names {
            Some(names) => count + names.cast_unchecked::<PyTuple>().len(),
            None => count,
        };
        // `Bound` is a pointer to an object; these are borrowed and not dropped.
        let all: &[Object<'_>] =
            if total == 0 { &[] } else { slice::from_raw_parts(arguments.cast(), total) };
        let (positional, named) = all.split_at(count);
        guard(py, || method.run(py, positional, names.as_ref(), named))
    }
}

unsafe extern "C" fn call_with_tuple(
    callable: *mut ffi::PyObject,
    arguments: *mut ffi::PyObject,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls this with the lock held, a tuple, and a dict or null.
    unsafe {
        let py = Python::assume_attached();
        let method = &*callable.cast::<Method>();
        let arguments = Bound::from_borrowed_ptr(py, arguments);
        let keywords = Bound::from_borrowed_ptr_or_opt(py, keywords);
        guard(py, || {
            let positional: Vec<Object<'_>> = arguments.extract()?;
            let Some(keywords) = keywords else {
                return method.run(py, &positional, None, &[]);
            };
            let dict = keywords.cast::<pyo3::types::PyDict>().map_err(PyErr::from)?;
            let named: Vec<Object<'_>> = dict.values().extract()?;
            let names = dict.keys().to_tuple();
            method.run(py, &positional, Some(names.as_any()), &named)
        })
    }
}

impl Method {
    #[inline(always)]
    fn record(&self) -> &Record {
        // SAFETY: from `Arc::into_raw`, given back only when this object goes.
        unsafe { &*self.record }
    }

    #[inline(always)]
    fn run<'py>(
        &self,
        py: Python<'py>,
        positional: &[Object<'py>],
        names: Option<&Object<'py>>,
        named: &[Object<'py>],
    ) -> Outcome<Object<'py>> {
        match (self.call, positional, names) {
            (Call::ToFrame, [value], None) => codec::frame_of(self.record(), value, 0, 0),
            (Call::Encode, values, None) if values.len() == self.record().fields.len() => {
                let written = codec::frame_of_values(py, self.record(), values);
                written.or_else(|Raised| self.by_hand(py, positional, names, named))
            }
            _ => self.with_keywords(py, positional, names, named),
        }
    }

    #[cold]
    fn with_keywords<'py>(
        &self,
        py: Python<'py>,
        positional: &[Object<'py>],
        names: Option<&Object<'py>>,
        named: &[Object<'py>],
    ) -> Outcome<Object<'py>> {
        if self.call == Call::Encode {
            return self.by_hand(py, positional, names, named);
        }
        let Some((value, rest)) = positional.split_first() else {
            return Err(PyTypeError::new_err("to_frame() needs a message").into());
        };
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
        for (index, number) in rest.iter().enumerate() {
            place(index, number)?;
        }
        if let Some(names) = names {
            for (name, number) in names.try_iter()?.zip(named) {
                let name = name?.extract::<String>()?;
                let known = PLACES.iter().position(|known| *known == name);
                place(known.unwrap_or(PLACES.len()), number)?;
            }
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
        codec::frame_of(self.record(), value, channel, sequence)
    }

    /// Makes the object and encodes that: for defaults, keywords, and errors that name what is wrong.
    #[cold]
    fn by_hand<'py>(
        &self,
        py: Python<'py>,
        positional: &[Object<'py>],
        names: Option<&Object<'py>>,
        named: &[Object<'py>],
    ) -> Outcome<Object<'py>> {
        if let Some(error) = PyErr::take(py)
            && !error.is_instance_of::<PyException>(py)
        {
            return Err(error.into());
        }
        let keywords = pyo3::types::PyDict::new(py);
        if let Some(names) = names {
            for (name, value) in names.try_iter()?.zip(named) {
                keywords.set_item(name?, value)?;
            }
        }
        let arguments = PyTuple::new(py, positional)?;
        let value = self.record().class.bind(py).call(arguments, Some(&keywords))?;
        codec::frame_of(self.record(), &value, 0, 0)
    }
}

unsafe extern "C" fn bind(
    method: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
    _class: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls this with the lock held; `instance` may be null.
    unsafe {
        let py = Python::assume_attached();
        let method = Bound::from_borrowed_ptr(py, method);
        guard(py, || match Bound::from_borrowed_ptr_or_opt(py, instance) {
            None => Ok(method),
            Some(instance) => {
                let bound = PyModule::import(py, "types")?.getattr("MethodType")?;
                Ok(bound.call1((method, instance))?)
            }
        })
    }
}

unsafe extern "C" fn of_twin(method: *mut ffi::PyObject, what: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls this with the lock held and one of our objects; `what` is the text that
    // stands in the getter.
    unsafe {
        let py = Python::assume_attached();
        let twin = Bound::from_borrowed_ptr(py, (*method.cast::<Method>()).twin);
        let name = CStr::from_ptr(what.cast::<c_char>());
        guard(py, || match name.to_str() {
            Ok("") | Err(_) => Ok(twin),
            Ok(name) => Ok(twin.getattr(name)?),
        })
    }
}

unsafe extern "C" fn dealloc(method: *mut ffi::PyObject) {
    // SAFETY: the interpreter calls this once, with the lock held, when the last reference is gone. What
    // `make` put in is taken out again, then the memory and the reference to the type.
    unsafe {
        let class = ffi::Py_TYPE(method);
        let inner = &*method.cast::<Method>();
        drop(Arc::from_raw(inner.record));
        ffi::Py_DECREF(inner.twin);
        ffi::PyObject_Free(method.cast());
        ffi::Py_DECREF(class.cast());
    }
}

unsafe extern "C" fn read(
    codec: *mut ffi::PyObject,
    frame: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls this with the lock held, and with the codec that the function was made
    // with.
    unsafe {
        let py = Python::assume_attached();
        let codec = Bound::from_borrowed_ptr(py, codec).cast_into_unchecked::<Codec>();
        let frame = Bound::from_borrowed_ptr(py, frame);
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
        let codec = Bound::from_borrowed_ptr(py, codec).cast_into_unchecked::<Codec>();
        let frame = Bound::from_borrowed_ptr(py, frame);
        guard(py, || codec.get().look(&frame))
    }
}

/// `from_frame` of a codec.
pub(crate) fn from_frame<'py>(codec: &Bound<'py, Codec>) -> PyResult<Bound<'py, PyAny>> {
    let doc = c"from_frame(buf, /)\n--\n\nReads a value from exactly one frame of the type.\n\n\
        Whatever the bytes are, the result is a value or a `DecodeError`.";
    function(codec, c"from_frame", read, doc)
}

/// `view` of a codec.
pub(crate) fn view<'py>(codec: &Bound<'py, Codec>) -> PyResult<Bound<'py, PyAny>> {
    let doc = c"view(buf, /)\n--\n\nChecks one frame, and gives a view that reads each field when it is asked \
        for.\n\nThe view keeps the frame; what is wrong with it is a `DecodeError` here, not later.";
    function(codec, c"view", look, doc)
}

fn function<'py>(
    codec: &Bound<'py, Codec>,
    name: &'static CStr,
    body: unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject) -> *mut ffi::PyObject,
    doc: &'static CStr,
) -> PyResult<Bound<'py, PyAny>> {
    // Functions keep a pointer to this, and may outlive anything: a few words for each class.
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: body },
        ml_flags: ffi::METH_O,
        ml_doc: doc.as_ptr(),
    }));
    // SAFETY: the definition lives for good, and its function takes one argument as its flag says.
    unsafe {
        let made = ffi::PyCFunction_NewEx(definition, codec.as_ptr(), null_mut());
        Bound::from_owned_ptr_or_err(codec.py(), made)
    }
}
