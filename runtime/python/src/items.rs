//! Lists and tuples: their items, and new ones made in order.
#![allow(unsafe_code)]

#[cfg(known_layout)]
use std::slice;

use pyo3::ffi;
use pyo3::prelude::*;

use crate::memory;
#[cfg(known_layout)]
use crate::object::lend;
use crate::object::{Object, Outcome, Raised, owned};
use crate::plan::{Form, Kind};

/// Items of a list or tuple.
pub(crate) struct Items<'py> {
    sequence: Object<'py>,
    is_list: bool,
}

impl<'py> Items<'py> {
    /// The items of what may stand for a list; of anything but a list or tuple, a copy.
    #[inline]
    pub(crate) fn of(value: &Object<'py>, item: &Form) -> Outcome<Items<'py>> {
        match Items::of_sequence(value) {
            Some(items) => Ok(items),
            None => Items::of_rare(value, item),
        }
    }

    /// Python says what may stand for a list, so that both cores take the same.
    #[cold]
    fn of_rare(value: &Object<'py>, item: &Form) -> Outcome<Items<'py>> {
        let class = match &item.kind {
            Kind::Struct(record) => Some(record.class.bind(value.py())),
            _ => None,
        };
        let check = PyModule::import(value.py(), "mycelium._codec.check")?;
        let listed = check.call_method1("listed", (value.clone(), class))?;
        if let Some(items) = Items::of_sequence(&listed) {
            return Ok(items);
        }
        // SAFETY: the value is alive and this thread attached.
        let list = unsafe { owned(value.py(), ffi::PySequence_List(listed.as_ptr())) }?;
        Ok(Items { sequence: list, is_list: true })
    }

    /// The items of a tuple; nothing for a subclass, as in Python's own checks.
    #[inline(always)]
    pub(crate) fn of_tuple(value: &Object<'py>) -> Option<Items<'py>> {
        // SAFETY: looks at the type of an object that is alive.
        let is_tuple = unsafe { ffi::PyTuple_CheckExact(value.as_ptr()) } != 0;
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
        #[cfg(known_layout)]
        let count = unsafe { ffi::Py_SIZE(sequence) };
        // SAFETY: it is a list or a tuple, as `is_list` says. Without the lock another thread may be changing a list's
        // size, which these functions read atomically.
        #[cfg(not(known_layout))]
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
        #[cfg(known_layout)]
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
            // SAFETY: the sequence holds the item.
            unsafe { lend(self.sequence.py(), value, take) }
        }
        #[cfg(not(known_layout))]
        take(&self.get(index)?)
    }

    /// Writes the first items, as long as they are floats themselves; how many they are.
    #[inline]
    pub(crate) fn write_floats(&self, into: &mut [u8]) -> usize {
        let (places, _) = into.as_chunks_mut();
        // SAFETY: reading floats where they lie runs no code of others.
        fill_floats(unsafe { self.places() }, places)
    }

    /// Writes the first items, as long as they are tuples of so many floats, and no subclass of either; how many they are.
    #[inline]
    pub(crate) fn write_rows(&self, width: usize, into: &mut [u8]) -> usize {
        let (places, _) = into.as_chunks_mut();
        // SAFETY: as above.
        let rows = unsafe { self.places() };
        let mut written = 0;
        for (row, places) in rows.iter().zip(places.chunks_exact_mut(width)) {
            let tuple = row.as_ref().and_then(Tuple::of);
            // SAFETY: as above.
            let floats = tuple.map_or(&[][..], |tuple| unsafe { tuple.places() });
            if floats.len() != width || fill_floats(floats, places) != width {
                break;
            }
            written += 1;
        }
        written
    }

    /// The items where they lie; none, where that is not known or others may change them.
    ///
    /// # Safety
    ///
    /// No code of others runs while these are looked at.
    #[inline(always)]
    unsafe fn places(&self) -> &[Option<Object<'py>>] {
        #[cfg(known_layout)]
        // SAFETY: it is a list or a tuple, as `is_list` says, with so many items, and stays as it is for as long as the
        // caller says. An object that may be missing is a pointer that may be null.
        unsafe {
            let sequence = self.sequence.as_ptr();
            let start = if self.is_list {
                (*sequence.cast::<ffi::PyListObject>()).ob_item
            } else {
                (&raw mut (*sequence.cast::<ffi::PyTupleObject>()).ob_item).cast()
            };
            if start.is_null() { &[] } else { slice::from_raw_parts(start.cast(), self.len()) }
        }
        #[cfg(not(known_layout))]
        &[]
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

/// A tuple that somebody else holds.
pub(crate) struct Tuple<'a, 'py>(&'a Object<'py>);

impl<'a, 'py> Tuple<'a, 'py> {
    /// The value, if it is a tuple and of no subclass.
    #[inline(always)]
    pub(crate) fn of(value: &'a Object<'py>) -> Option<Self> {
        // SAFETY: looks at the type of an object that is alive.
        let is_tuple = unsafe { ffi::PyTuple_CheckExact(value.as_ptr()) } != 0;
        is_tuple.then_some(Self(value))
    }

    /// The items where they lie; none, where that is not known.
    ///
    /// # Safety
    ///
    /// No code of others runs while these are looked at.
    #[inline(always)]
    unsafe fn places(&self) -> &'a [Option<Object<'py>>] {
        #[cfg(known_layout)]
        // SAFETY: as for lists.
        unsafe {
            let start = &raw mut (*self.0.as_ptr().cast::<ffi::PyTupleObject>()).ob_item;
            slice::from_raw_parts(start.cast(), self.len())
        }
        #[cfg(not(known_layout))]
        &[]
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
        #[cfg(known_layout)]
        if index < self.len() {
            // SAFETY: it is a tuple with such an item.
            let item = unsafe { ffi::PyTuple_GET_ITEM(self.0.as_ptr(), index as isize) };
            // SAFETY: the tuple holds the item.
            return unsafe { lend(self.0.py(), item, take) };
        }
        // SAFETY: it is a tuple; the function checks the index, and the item lives as long as the tuple.
        let item = unsafe { ffi::PyTuple_GetItem(self.0.as_ptr(), index as isize) };
        // SAFETY: as above; tuples do not change.
        let item = unsafe { Bound::from_borrowed_ptr_or_opt(self.0.py(), item) };
        take(&item.ok_or(Raised)?)
    }
}

/// Writes items to their places, as long as they are floats themselves; how many they are. Runs no code of others.
#[inline(always)]
fn fill_floats(items: &[Option<Object<'_>>], places: &mut [[u8; 8]]) -> usize {
    let mut written = 0;
    for (item, place) in items.iter().zip(places) {
        let Some(float) = item.as_ref().and_then(memory::float_of) else { break };
        *place = float.to_le_bytes();
        written += 1;
    }
    written
}

/// A list of so many items, made in order.
#[inline]
pub(crate) fn list<'py>(
    py: Python<'py>,
    count: usize,
    mut item: impl FnMut(usize) -> Outcome<Object<'py>>,
) -> Outcome<Object<'py>> {
    // SAFETY: this thread is attached; a list that is not yet full holds nulls, which its destructor skips.
    let list = unsafe { owned(py, ffi::PyList_New(count as isize)) }?;
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
    let tuple = unsafe { owned(py, ffi::PyTuple_New(count as isize)) }?;
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

/// A tuple that is filled anew for each use, as long as nobody keeps what was handed out; else there is a new one.
pub(crate) struct Reused {
    #[cfg(all(known_layout, not(Py_3_14)))]
    tuple: Py<PyAny>,
    width: usize,
}

impl Reused {
    /// For tuples of so many numbers.
    pub(crate) fn new(py: Python<'_>, width: usize) -> Outcome<Reused> {
        let tuple = tuple(py, width, |_| Ok(py.None().into_bound(py)))?;
        #[cfg(not(all(known_layout, not(Py_3_14))))]
        drop(tuple);
        Ok(Reused {
            #[cfg(all(known_layout, not(Py_3_14)))]
            tuple: tuple.unbind(),
            width,
        })
    }

    /// A tuple of the numbers that a function makes of these, in order.
    #[inline(always)]
    pub(crate) fn fill<'py, T>(
        &self,
        py: Python<'py>,
        of: &[T],
        mut number: impl FnMut(&T) -> Outcome<Object<'py>>,
    ) -> Outcome<Object<'py>> {
        if of.len() != self.width {
            return Err(Raised);
        }
        // Newer interpreters keep a tuple's hash in it.
        #[cfg(all(known_layout, not(Py_3_14)))]
        // SAFETY: this is the only reference, so that nobody sees the tuple change while this thread has the interpreter;
        // it has `width` places, each of which holds a reference, before and after it is exchanged.
        unsafe {
            if ffi::Py_REFCNT(self.tuple.as_ptr()) == 1 {
                let tuple = self.tuple.bind(py).clone();
                for (index, one) in of.iter().enumerate() {
                    let value = number(one)?.into_ptr();
                    let former = ffi::PyTuple_GET_ITEM(tuple.as_ptr(), index as isize);
                    ffi::PyTuple_SET_ITEM(tuple.as_ptr(), index as isize, value);
                    ffi::Py_DECREF(former);
                }
                return Ok(tuple);
            }
        }
        tuple(py, of.len(), |index| number(&of[index]))
    }
}
