//! Objects of the interpreter, reached directly: slots of instances, items of lists, numbers, text.
//!
//! All that is unsafe about reading and making values stands here, behind functions that are safe to call.
#![allow(unsafe_code)]

#[cfg(not(Py_GIL_DISABLED))]
use std::cell::UnsafeCell;
use std::ffi::{c_char, c_long};
#[cfg(not(Py_GIL_DISABLED))]
use std::mem::ManuallyDrop;
use std::mem::size_of;
use std::slice;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyType};

/// Something was refused. The interpreter's error indicator is set, unless a function says otherwise.
#[derive(Debug)]
pub(crate) struct Raised;

/// A value, or an error that the interpreter knows about.
pub(crate) type Outcome<T> = Result<T, Raised>;

/// The last short texts that were read, so that symbols and names are not made anew each time.
///
/// A fixed number of places, each for the last text that fell to it.
pub(crate) struct Texts(#[cfg(not(Py_GIL_DISABLED))] UnsafeCell<Vec<Option<Text>>>);

#[cfg(not(Py_GIL_DISABLED))]
struct Text {
    data: [u8; Texts::LONGEST],
    length: usize,
    object: Name,
}

// SAFETY: the places are touched in `Texts::get` alone, which holds the interpreter's lock, as `py` shows, and
// does not let go of it: making and dropping text runs no code of others.
#[cfg(not(Py_GIL_DISABLED))]
unsafe impl Sync for Texts {}

impl Texts {
    #[cfg(not(Py_GIL_DISABLED))]
    const LONGEST: usize = 16;
    #[cfg(not(Py_GIL_DISABLED))]
    const PLACES: usize = 64;

    pub(crate) fn new() -> Self {
        Self(
            #[cfg(not(Py_GIL_DISABLED))]
            UnsafeCell::new((0..Self::PLACES).map(|_| None).collect()),
        )
    }

    /// A `str`; nothing, and no error set, where the bytes are not UTF-8.
    #[inline(always)]
    #[cfg(not(Py_GIL_DISABLED))]
    pub(crate) fn get<'py>(&self, py: Python<'py>, data: &[u8]) -> Option<Object<'py>> {
        if data.is_empty() || data.len() > Self::LONGEST {
            return text(py, data);
        }
        let hash = data.iter().fold(data.len(), |hash, byte| hash * 31 + usize::from(*byte));
        // SAFETY: see `Sync` above; the borrow ends with this function.
        let place = unsafe { &mut (&mut *self.0.get())[hash % Self::PLACES] };
        if let Some(kept) = place
            && kept.data[..kept.length] == *data
        {
            return Some(kept.object.bind(py).clone().into_any());
        }
        let made = text(py, data)?.cast_into::<PyString>().ok()?;
        let mut copy = [0; Self::LONGEST];
        copy[..data.len()].copy_from_slice(data);
        *place = Some(Text { data: copy, length: data.len(), object: made.clone().unbind() });
        Some(made.into_any())
    }

    /// A `str`; nothing, and no error set, where the bytes are not UTF-8.
    #[cfg(Py_GIL_DISABLED)]
    pub(crate) fn get<'py>(&self, py: Python<'py>, data: &[u8]) -> Option<Object<'py>> {
        text(py, data)
    }
}

/// Any object.
pub(crate) type Object<'py> = Bound<'py, PyAny>;

impl From<PyErr> for Raised {
    fn from(error: PyErr) -> Self {
        Python::attach(|py| error.restore(py));
        Raised
    }
}

fn owned(py: Python<'_>, made: *mut ffi::PyObject) -> Outcome<Object<'_>> {
    // SAFETY: callers pass what a function of the interpreter just returned: a new reference, or null
    // where it has set an error.
    unsafe { Bound::from_owned_ptr_or_opt(py, made) }.ok_or(Raised)
}

fn error_is_set() -> bool {
    // SAFETY: callers hold a `Bound`, so this thread is attached.
    !unsafe { ffi::PyErr_Occurred() }.is_null()
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
            instance.setattr(name, &mark)?;
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
    owned(class.py(), unsafe { ffi::PyType_GenericAlloc(class.as_type_ptr(), 0) })
}

impl<'py> Instance<'_, 'py> {
    /// Hands what a slot holds to a function; an error, which is not set, where nothing was assigned.
    #[inline(always)]
    pub(crate) fn with<T>(
        &self,
        index: usize,
        take: impl FnOnce(&Object<'py>) -> Outcome<T>,
    ) -> Outcome<T> {
        #[cfg(not(Py_GIL_DISABLED))]
        {
            let place = self.layout.slots[index];
            // SAFETY: as in `get`.
            let value = unsafe {
                self.object.as_ptr().cast::<u8>().add(place).cast::<*mut ffi::PyObject>().read()
            };
            lend(self.object.py(), value, take)
        }
        #[cfg(Py_GIL_DISABLED)]
        take(&self.get(index).ok_or(Raised)?)
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

/// Hands a value that somebody else holds to a function: as it is where looking at it runs no code, else with a
/// reference of its own, since code may make the other let go of it.
#[inline(always)]
#[cfg(not(Py_GIL_DISABLED))]
fn lend<'py, T>(
    py: Python<'py>,
    value: *mut ffi::PyObject,
    take: impl FnOnce(&Object<'py>) -> Outcome<T>,
) -> Outcome<T> {
    if value.is_null() {
        return Err(Raised);
    }
    // SAFETY: the value is alive: whoever holds it does so until this thread runs other code, and numbers and text
    // of the interpreter's own classes run none. The reference that is made up here is not dropped.
    unsafe {
        let is_simple = ffi::PyFloat_CheckExact(value) != 0
            || ffi::PyLong_CheckExact(value) != 0
            || ffi::PyUnicode_CheckExact(value) != 0;
        if is_simple {
            return take(&ManuallyDrop::new(Bound::from_owned_ptr(py, value)));
        }
        take(&Bound::from_borrowed_ptr(py, value))
    }
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

/// Items of a list or tuple.
pub(crate) struct Items<'py> {
    sequence: Object<'py>,
    is_list: bool,
}

impl<'py> Items<'py> {
    /// The items of any iterable; of anything but a list or tuple, a copy.
    #[inline]
    pub(crate) fn of(value: &Object<'py>) -> Outcome<Items<'py>> {
        if let Some(items) = Items::of_sequence(value) {
            return Ok(items);
        }
        // SAFETY: the value is alive and this thread attached.
        let list = owned(value.py(), unsafe { ffi::PySequence_List(value.as_ptr()) })?;
        Ok(Items { sequence: list, is_list: true })
    }

    /// The items of a tuple.
    #[inline(always)]
    pub(crate) fn of_tuple(value: &Object<'py>) -> Option<Items<'py>> {
        // SAFETY: looks at the type of an object that is alive.
        let is_tuple = unsafe { ffi::PyTuple_Check(value.as_ptr()) } != 0;
        is_tuple.then(|| Items { sequence: value.clone(), is_list: false })
    }

    /// The items, if the value is a list or tuple itself.
    #[inline(always)]
    pub(crate) fn of_sequence(value: &Object<'py>) -> Option<Items<'py>> {
        // SAFETY: both look at the type of an object that is alive.
        let (is_list, is_tuple) = unsafe {
            (ffi::PyList_Check(value.as_ptr()) != 0, ffi::PyTuple_Check(value.as_ptr()) != 0)
        };
        (is_list || is_tuple).then(|| Items { sequence: value.clone(), is_list })
    }

    /// How many there are now.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        let sequence = self.sequence.as_ptr();
        // SAFETY: it is a list or a tuple, as `is_list` says; both begin with their size.
        #[cfg(not(Py_LIMITED_API))]
        let count = unsafe { ffi::Py_SIZE(sequence) };
        // SAFETY: it is a list or a tuple, as `is_list` says.
        #[cfg(Py_LIMITED_API)]
        let count = unsafe {
            if self.is_list { ffi::PyList_Size(sequence) } else { ffi::PyTuple_Size(sequence) }
        };
        count as usize
    }

    /// Hands an item to a function; an error, which may not be set, where the list has become shorter.
    #[inline(always)]
    pub(crate) fn with<T>(
        &self,
        index: usize,
        take: impl FnOnce(&Object<'py>) -> Outcome<T>,
    ) -> Outcome<T> {
        #[cfg(not(any(Py_GIL_DISABLED, Py_LIMITED_API)))]
        {
            if index >= self.len() {
                return Err(Raised);
            }
            let (sequence, index) = (self.sequence.as_ptr(), index as isize);
            // SAFETY: it is a list or a tuple, as `is_list` says, and has such an item.
            let value = unsafe {
                if self.is_list {
                    ffi::PyList_GET_ITEM(sequence, index)
                } else {
                    ffi::PyTuple_GET_ITEM(sequence, index)
                }
            };
            lend(self.sequence.py(), value, take)
        }
        #[cfg(any(Py_GIL_DISABLED, Py_LIMITED_API))]
        take(&self.get(index)?)
    }

    /// An item; an error, which may not be set, where the list has become shorter.
    #[inline(always)]
    pub(crate) fn get(&self, index: usize) -> Outcome<Object<'py>> {
        let (sequence, index) = (self.sequence.as_ptr(), index as isize);
        // SAFETY: it is a list or a tuple, as `is_list` says; both functions check the index and give a
        // reference that stays good until this thread lets others run.
        unsafe {
            #[cfg(all(Py_GIL_DISABLED, Py_3_13))]
            if self.is_list {
                return owned(self.sequence.py(), ffi::PyList_GetItemRef(sequence, index));
            }
            let item = if self.is_list {
                ffi::PyList_GetItem(sequence, index)
            } else {
                ffi::PyTuple_GetItem(sequence, index)
            };
            Bound::from_borrowed_ptr_or_opt(self.sequence.py(), item).ok_or(Raised)
        }
    }
}

/// Whether a value is a list or a tuple.
#[inline(always)]
pub(crate) fn is_list_or_tuple(value: &Object<'_>) -> bool {
    // SAFETY: both look at the type of an object that is alive.
    unsafe { ffi::PyList_Check(value.as_ptr()) != 0 || ffi::PyTuple_Check(value.as_ptr()) != 0 }
}

/// A tuple that somebody else holds.
pub(crate) struct Tuple<'a, 'py>(&'a Object<'py>);

impl<'a, 'py> Tuple<'a, 'py> {
    /// The value, if it is a tuple.
    #[inline(always)]
    pub(crate) fn of(value: &'a Object<'py>) -> Option<Self> {
        // SAFETY: looks at the type of an object that is alive.
        let is_tuple = unsafe { ffi::PyTuple_Check(value.as_ptr()) } != 0;
        is_tuple.then_some(Self(value))
    }

    /// How many items it has.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        // SAFETY: it is a tuple.
        #[cfg(not(Py_LIMITED_API))]
        let count = unsafe { ffi::Py_SIZE(self.0.as_ptr()) };
        // SAFETY: it is a tuple.
        #[cfg(Py_LIMITED_API)]
        let count = unsafe { ffi::PyTuple_Size(self.0.as_ptr()) };
        count as usize
    }

    /// Hands an item to a function; an error, which may not be set, where there is none.
    #[inline(always)]
    pub(crate) fn with<T>(
        &self,
        index: usize,
        take: impl FnOnce(&Object<'py>) -> Outcome<T>,
    ) -> Outcome<T> {
        #[cfg(not(any(Py_GIL_DISABLED, Py_LIMITED_API)))]
        if index < self.len() {
            // SAFETY: it is a tuple with such an item.
            let item = unsafe { ffi::PyTuple_GET_ITEM(self.0.as_ptr(), index as isize) };
            return lend(self.0.py(), item, take);
        }
        // SAFETY: it is a tuple; the function checks the index, and the item lives as long as the tuple.
        let item = unsafe { ffi::PyTuple_GetItem(self.0.as_ptr(), index as isize) };
        // SAFETY: as above; tuples do not change.
        let item = unsafe { Bound::from_borrowed_ptr_or_opt(self.0.py(), item) };
        take(&item.ok_or(Raised)?)
    }
}

/// A signed number; an error for what is none or does not fit.
#[inline(always)]
pub(crate) fn signed_of(value: &Object<'_>) -> Outcome<i64> {
    // A C `long` where it has all bits: the interpreter's function for it is the faster one.
    if size_of::<c_long>() == size_of::<i64>() {
        let mut overflow = 0;
        // SAFETY: the value is alive and this thread attached.
        let number =
            unsafe { ffi::PyLong_AsLongAndOverflow(value.as_ptr(), &raw mut overflow) } as i64;
        let is_wrong = number == -1 && (overflow != 0 || error_is_set());
        return if is_wrong { Err(Raised) } else { Ok(number) };
    }
    // SAFETY: as above.
    let number = unsafe { ffi::PyLong_AsLongLong(value.as_ptr()) };
    if number == -1 && error_is_set() { Err(Raised) } else { Ok(number) }
}

/// A number that is not negative; an error for what is none or does not fit.
#[inline(always)]
pub(crate) fn unsigned_of(value: &Object<'_>) -> Outcome<u64> {
    // SAFETY: the value is alive and this thread attached.
    let is_int = unsafe { ffi::PyLong_Check(value.as_ptr()) } != 0;
    if !is_int {
        // SAFETY: as above.
        let index = owned(value.py(), unsafe { ffi::PyNumber_Index(value.as_ptr()) })?;
        return unsigned_of(&index);
    }
    // SAFETY: as above, and it is an int.
    let number = unsafe {
        if size_of::<c_long>() == size_of::<u64>() {
            ffi::PyLong_AsUnsignedLong(value.as_ptr()) as u64
        } else {
            ffi::PyLong_AsUnsignedLongLong(value.as_ptr())
        }
    };
    if number == u64::MAX && error_is_set() { Err(Raised) } else { Ok(number) }
}

/// A float; an error for what is no number or too large.
#[inline(always)]
pub(crate) fn float_of(value: &Object<'_>) -> Outcome<f64> {
    #[cfg(not(Py_LIMITED_API))]
    // SAFETY: the value is alive, and a float itself.
    unsafe {
        if ffi::PyFloat_CheckExact(value.as_ptr()) != 0 {
            return Ok(ffi::PyFloat_AS_DOUBLE(value.as_ptr()));
        }
    }
    // SAFETY: the value is alive and this thread attached.
    let number = unsafe { ffi::PyFloat_AsDouble(value.as_ptr()) };
    if number == -1.0 && error_is_set() { Err(Raised) } else { Ok(number) }
}

/// Whether a value counts as true.
#[inline(always)]
pub(crate) fn truth_of(value: &Object<'_>) -> Outcome<bool> {
    // SAFETY: the value is alive and this thread attached.
    match unsafe { ffi::PyObject_IsTrue(value.as_ptr()) } {
        -1 => Err(Raised),
        truth => Ok(truth == 1),
    }
}

/// The UTF-8 of a `str`; an error, which may not be set, for anything else.
#[inline(always)]
pub(crate) fn utf8_of<'a>(value: &'a Object<'_>) -> Outcome<&'a [u8]> {
    // SAFETY: the value is alive; the type is looked at first. The bytes belong to the object, which is
    // borrowed for as long as they are, and text never changes.
    unsafe {
        if ffi::PyUnicode_Check(value.as_ptr()) == 0 {
            return Err(Raised);
        }
        let mut length = 0;
        let start = ffi::PyUnicode_AsUTF8AndSize(value.as_ptr(), &raw mut length);
        if start.is_null() {
            return Err(Raised);
        }
        Ok(slice::from_raw_parts(start.cast(), length as usize))
    }
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
    owned(py, unsafe { ffi::PyLong_FromLongLong(value) })
}

/// An int.
#[inline(always)]
pub(crate) fn unsigned(py: Python<'_>, value: u64) -> Outcome<Object<'_>> {
    // SAFETY: this thread is attached.
    owned(py, unsafe { ffi::PyLong_FromUnsignedLongLong(value) })
}

/// A float.
#[inline(always)]
pub(crate) fn float(py: Python<'_>, value: f64) -> Outcome<Object<'_>> {
    // SAFETY: this thread is attached.
    owned(py, unsafe { ffi::PyFloat_FromDouble(value) })
}

/// `bytes` with these.
#[inline(always)]
pub(crate) fn octets<'py>(py: Python<'py>, data: &[u8]) -> Outcome<Object<'py>> {
    // SAFETY: the pointer and the length are those of a slice, which is copied.
    owned(py, unsafe {
        ffi::PyBytes_FromStringAndSize(data.as_ptr().cast::<c_char>(), data.len() as isize)
    })
}

/// A `str`; nothing, and no error set, where the bytes are not UTF-8.
#[inline(always)]
pub(crate) fn text<'py>(py: Python<'py>, data: &[u8]) -> Option<Object<'py>> {
    // SAFETY: the pointer and the length are those of a slice, which is copied.
    let made = owned(py, unsafe {
        ffi::PyUnicode_FromStringAndSize(data.as_ptr().cast::<c_char>(), data.len() as isize)
    });
    if made.is_err() {
        drop(PyErr::take(py));
    }
    made.ok()
}

/// A list of so many items, made in order.
#[inline]
pub(crate) fn list<'py>(
    py: Python<'py>,
    count: usize,
    mut item: impl FnMut(usize) -> Outcome<Object<'py>>,
) -> Outcome<Object<'py>> {
    // SAFETY: this thread is attached; a list that is not yet full holds nulls, which its destructor skips.
    let list = owned(py, unsafe { ffi::PyList_New(count as isize) })?;
    for index in 0..count {
        let value = item(index)?.into_ptr();
        // SAFETY: the list was made with `count` places, of which this one is empty and takes over the
        // reference.
        unsafe {
            #[cfg(not(Py_LIMITED_API))]
            ffi::PyList_SET_ITEM(list.as_ptr(), index as isize, value);
            #[cfg(Py_LIMITED_API)]
            ffi::PyList_SetItem(list.as_ptr(), index as isize, value);
        }
    }
    Ok(list)
}

/// A tuple of so many items, made in order.
#[inline]
pub(crate) fn tuple<'py>(
    py: Python<'py>,
    count: usize,
    mut item: impl FnMut(usize) -> Outcome<Object<'py>>,
) -> Outcome<Object<'py>> {
    // SAFETY: as for a list.
    let tuple = owned(py, unsafe { ffi::PyTuple_New(count as isize) })?;
    for index in 0..count {
        let value = item(index)?.into_ptr();
        // SAFETY: as for a list; nobody else has the tuple.
        unsafe {
            #[cfg(not(Py_LIMITED_API))]
            ffi::PyTuple_SET_ITEM(tuple.as_ptr(), index as isize, value);
            #[cfg(Py_LIMITED_API)]
            ffi::PyTuple_SetItem(tuple.as_ptr(), index as isize, value);
        }
    }
    Ok(tuple)
}

/// `bytes` of this size, zeroed and then filled by a function.
#[inline(always)]
pub(crate) fn filled<'py>(
    py: Python<'py>,
    size: usize,
    fill: impl FnOnce(&mut [u8]) -> Outcome<()>,
) -> Outcome<Object<'py>> {
    // SAFETY: this thread is attached.
    let made =
        owned(py, unsafe { ffi::PyBytes_FromStringAndSize(std::ptr::null(), size as isize) })?;
    // SAFETY: nobody else knows the object yet, which has `size` bytes; they are written before they are
    // read through the slice, which ends before the object is handed on.
    let buffer = unsafe {
        let start = ffi::PyBytes_AsString(made.as_ptr()).cast::<u8>();
        start.write_bytes(0, size);
        slice::from_raw_parts_mut(start, size)
    };
    fill(buffer)?;
    Ok(made)
}

/// Text from the interpreter that an error names.
pub(crate) type Name = Py<PyString>;
