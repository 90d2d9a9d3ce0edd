//! The services of a host, as its threads share them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use pyo3::prelude::*;

use crate::error::{Escalation, ServiceError};

/// A table behind a lock, and a condition that says that it has changed. Nobody holds the lock who waits for Python's.
#[derive(Default)]
pub(crate) struct Children {
    table: Mutex<Table>,
    changed: Condvar,
}

/// What is known of all services.
#[derive(Default)]
pub(crate) struct Table {
    /// In the order of their start.
    children: Vec<Child>,
    is_stopping: bool,
    pub(crate) escalation: Option<Escalation>,
}

struct Child {
    name: String,
    /// Its handle of the bus, while it runs.
    bus: Option<Py<PyAny>>,
    has_ended: bool,
    /// How many threads are about to tell it to end.
    telling: usize,
}

impl Children {
    pub(crate) fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the table, and wakes all who wait for a change.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Table) -> T) -> T {
        let changed = change(&mut self.table());
        self.changed.notify_all();
        changed
    }

    /// Changes the table when what this gives is dropped, also by a panic.
    pub(crate) fn at_end<F: Fn(&mut Table)>(&self, change: F) -> AtEnd<'_, F> {
        AtEnd { children: self, change }
    }

    /// Waits until the table is so, or until a moment; whether it is.
    pub(crate) fn wait(&self, until: Option<Instant>, is_so: impl Fn(&Table) -> bool) -> bool {
        let mut table = self.table();
        while !is_so(&table) {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            table = match left {
                None => self.changed.wait(table).unwrap_or_else(PoisonError::into_inner),
                Some(left) if left.is_zero() => return false,
                Some(left) => {
                    let waited = self.changed.wait_timeout(table, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        true
    }
}

/// A change of the table that is still to come.
pub(crate) struct AtEnd<'a, F: Fn(&mut Table)> {
    children: &'a Children,
    change: F,
}

impl<F: Fn(&mut Table)> Drop for AtEnd<'_, F> {
    fn drop(&mut self) {
        self.children.change(&self.change);
    }
}

impl Table {
    /// Takes in a service; its number.
    pub(crate) fn add(&mut self, name: &str) -> Result<usize, ServiceError> {
        if self.is_stopping {
            return Err(ServiceError::Stopped);
        }
        if self.children.iter().any(|child| child.name == name) {
            return Err(ServiceError::NameTaken(name.to_owned()));
        }
        let name = name.to_owned();
        self.children.push(Child { name, bus: None, has_ended: false, telling: 0 });
        Ok(self.children.len() - 1)
    }

    /// Notes that a service begins to run on this handle, unless the host is stopping.
    pub(crate) fn begin(&mut self, number: usize, bus: Py<PyAny>) -> bool {
        if !self.is_stopping {
            self.children[number].bus = Some(bus);
        }
        !self.is_stopping
    }

    /// The handle of a service that runs, taken from it.
    pub(crate) fn take_bus(&mut self, number: usize) -> Option<Py<PyAny>> {
        self.children[number].bus.take()
    }

    /// The handle of a service that runs.
    pub(crate) fn bus(&self, py: Python<'_>, number: usize) -> Option<Py<PyAny>> {
        self.children[number].bus.as_ref().map(|bus| bus.clone_ref(py))
    }

    pub(crate) fn end(&mut self, number: usize) {
        self.children[number].has_ended = true;
    }

    pub(crate) fn begin_telling(&mut self, number: usize) {
        self.children[number].telling += 1;
    }

    pub(crate) fn end_telling(&mut self, number: usize) {
        self.children[number].telling -= 1;
    }

    pub(crate) fn stop(&mut self) {
        self.is_stopping = true;
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping
    }

    pub(crate) fn has_ended(&self, number: usize) -> bool {
        self.children[number].has_ended
    }

    pub(crate) fn have_ended(&self) -> bool {
        self.children.iter().all(|child| child.has_ended)
    }

    pub(crate) fn count(&self) -> usize {
        self.children.len()
    }

    /// Those that have not ended, or are still being told to: a thread is in Python for their sake.
    pub(crate) fn stuck(&self) -> Vec<String> {
        let stuck = self.children.iter().filter(|child| !child.has_ended || child.telling > 0);
        stuck.map(|child| child.name.clone()).collect()
    }
}
