//! One service: runs it, and starts it again as its policy says.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use _core::Bus;
use mycelium::MessageBus;
use mycelium::actor::{Policy, Restart, Restarts};
use pyo3::prelude::*;
use pyo3::types::IntoPyDict;

use crate::children::Children;
use crate::error::{Escalation, Failure, PythonError};

/// The module of the package that does what is easier said in Python.
const HOSTED: &str = "mycelium._hosted";

/// What a service raises whose bus was closed under it.
const CLOSED: &str = "mycelium.errors.Closed";

/// Told of each failure, with the service's name.
pub(crate) type OnFailure = Arc<dyn Fn(&str, &PythonError) + Send + Sync>;

/// A service and what it is run with.
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) number: usize,
    /// `module:function`.
    pub(crate) target: String,
    /// What the function gets beside the bus, by name.
    pub(crate) arguments: Vec<(String, OsString)>,
    pub(crate) policy: Policy,
    pub(crate) bus: MessageBus,
    pub(crate) children: Arc<Children>,
    pub(crate) on_failure: OnFailure,
}

impl Service {
    /// Runs it until it has ended for good.
    pub(crate) fn look_after(self) {
        // Also when it panics: whoever joins would wait for ever.
        let _ended = self.children.at_end(|table| table.end(self.number));
        let mut restarts = Restarts::new(&self.policy);
        while let Some(failure) = self.run_once() {
            let Some(at) = restarts.next(Instant::now()) else {
                let service = self.name.clone();
                let escalation = Escalation { service, failure };
                self.children.change(|table| table.escalation.get_or_insert(escalation).clone());
                break;
            };
            if self.children.wait(Some(at), |table| table.is_stopping()) {
                break;
            }
        }
    }

    /// Runs it; why it is to be started again, if it is.
    fn run_once(&self) -> Option<Failure> {
        let outcome =
            Python::attach(|py| self.call(py).map_err(|error| PythonError::of(py, &error)));
        // Of a bus that the program has shut down a service has nothing more to take or to give.
        let is_over = self.children.table().is_stopping() || self.bus.is_shut_down();
        let failure = match outcome {
            Err(error) if !(is_over && error.class == CLOSED) => {
                self.tell(&error);
                Some(Failure::Raised(error))
            }
            _ => None,
        };
        match (self.policy.restart, failure) {
            _ if is_over => None,
            (Restart::Never, _) => None,
            (Restart::Always, None) => Some(Failure::Returned),
            (_, failure) => failure,
        }
    }

    /// Tells of a failure. A panic of who is told has been printed, and is no failure of the service.
    fn tell(&self, error: &PythonError) {
        let _ = catch_unwind(AssertUnwindSafe(|| (self.on_failure)(&self.name, error)));
    }

    /// Calls the function with a handle of the bus, which is closed at its end.
    fn call(&self, py: Python<'_>) -> PyResult<()> {
        let hosted = py.import(HOSTED)?;
        let bus = hosted.call_method1("bus_of", (Bus::guest(self.bus.clone()),))?;
        if !self.children.change(|table| table.begin(self.number, bus.clone().unbind())) {
            return Ok(());
        }
        let arguments = self.arguments.iter().map(|(name, value)| (name, value));
        let called = arguments
            .into_py_dict(py)
            .and_then(|arguments| hosted.call_method1("run", (&self.target, &bus, arguments)));
        // Dropped while the interpreter is there.
        drop(self.children.change(|table| table.take_bus(self.number)));
        let closed = bus.call_method0("close");
        // Why it failed says more than what came of that.
        called.and(closed).map(drop)
    }
}

/// Lets a service's subscribers end behind what has reached them; with `at_once` closes them and its publishers.
pub(crate) fn tell_to_end(children: &Children, number: usize, at_once: bool) {
    Python::attach(|py| {
        let Some(bus) = children.table().bus(py, number) else { return };
        let told = match at_once {
            false => py.import(HOSTED).and_then(|hosted| hosted.call_method1("end", (bus,))),
            true => bus.bind(py).call_method0("close"),
        };
        if let Err(error) = told {
            error.write_unraisable(py, None);
        }
    });
}

impl PythonError {
    pub(crate) fn of(py: Python<'_>, error: &PyErr) -> Self {
        let class = error.get_type(py).fully_qualified_name();
        let class = class.map(|name| name.to_string()).unwrap_or_default();
        let class = class.strip_prefix("builtins.").unwrap_or(&class).to_owned();
        let message = error.value(py).to_string();
        let format = |error: &PyErr| {
            let lines =
                py.import("traceback")?.call_method1("format_exception", (error.value(py),))?;
            PyResult::Ok(lines.extract::<Vec<String>>()?.concat())
        };
        let traceback = format(error).unwrap_or_else(|_| format!("{class}: {message}"));
        Self { class, message, traceback }
    }
}
