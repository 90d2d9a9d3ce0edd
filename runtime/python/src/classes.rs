//! Records by their classes, for a method that the interpreter hands nothing but an instance.
//!
//! A table of chains that only grow, since classes with codecs live for as long as the process: who looks takes no lock.

use std::sync::{Arc, OnceLock};

use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::plan::Record;

const CHAINS: usize = 256;
/// A type lies at a multiple of 16 bytes, and has some hundred of them.
const SHIFT: u32 = 5;

static TABLE: [OnceLock<Link>; CHAINS] = [const { OnceLock::new() }; CHAINS];

/// One class, and the next of the same chain.
struct Link {
    /// Where the type lies. Its record keeps it, and this keeps the record: no other type comes to lie there.
    class: usize,
    record: Arc<Record>,
    next: OnceLock<Box<Link>>,
}

/// The record of this very class, if [`enter`] has been told it.
#[inline(always)]
pub(crate) fn record_of(class: *mut pyo3::ffi::PyTypeObject) -> Option<&'static Record> {
    let mut link = chain_of(class as usize).get()?;
    while link.class != class as usize {
        link = link.next.get()?;
    }
    Some(&link.record)
}

/// Enters the record of a class.
pub(crate) fn enter(class: &Bound<'_, PyType>, record: &Arc<Record>) {
    let class = class.as_type_ptr() as usize;
    let fresh = || Link { class, record: record.clone(), next: OnceLock::new() };
    let mut link = chain_of(class).get_or_init(fresh);
    while link.class != class {
        link = link.next.get_or_init(|| Box::new(fresh()));
    }
}

fn chain_of(class: usize) -> &'static OnceLock<Link> {
    &TABLE[(class >> SHIFT) % CHAINS]
}
