//! Short texts that are read again and again.
#![allow(unsafe_code)]

#[cfg(not(Py_GIL_DISABLED))]
use std::cell::UnsafeCell;

use pyo3::prelude::*;
#[cfg(not(Py_GIL_DISABLED))]
use pyo3::types::PyString;

#[cfg(not(Py_GIL_DISABLED))]
use crate::object::Name;
use crate::object::{Object, text};

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
// borrows them only for as long as no code of others can run.
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
        let hash = data
            .iter()
            .fold(data.len(), |hash, byte| hash.wrapping_mul(31).wrapping_add(usize::from(*byte)));
        let place = hash % Self::PLACES;
        // SAFETY: see `Sync` above; the borrow ends before anything else runs.
        if let Some(kept) = unsafe { &(&*self.0.get())[place] }
            && kept.data[..kept.length] == *data
        {
            return Some(kept.object.bind(py).clone().into_any());
        }
        // An error on the way may run code, and so come back here: nothing is borrowed now.
        let made = text(py, data)?.cast_into::<PyString>().ok()?;
        let mut copy = [0; Self::LONGEST];
        copy[..data.len()].copy_from_slice(data);
        let text = Text { data: copy, length: data.len(), object: made.clone().unbind() };
        // SAFETY: as above.
        let former = unsafe { (&mut *self.0.get())[place].replace(text) };
        if let Some(former) = former {
            drop(former.object.into_bound(py));
        }
        Some(made.into_any())
    }

    /// A `str`; nothing, and no error set, where the bytes are not UTF-8.
    #[cfg(Py_GIL_DISABLED)]
    pub(crate) fn get<'py>(&self, py: Python<'py>, data: &[u8]) -> Option<Object<'py>> {
        text(py, data)
    }
}
