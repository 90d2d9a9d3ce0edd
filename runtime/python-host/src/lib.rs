//! Services in Python within a program of Rust, on its bus: Rust hosts Python.
//!
//! A [`Host`] starts the interpreter, in a thread of its own, and services in it, each a function of Python that takes the
//! bus. That is the program's own `MessageBus`, not another beside it: the native core of the Python package is linked
//! into the program, and the package finds it there. Services are looked after as actors are: by the same
//! [`Policy`](mycelium::actor::Policy), with their tracebacks in the errors.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use mycelium::actor::Policy;
//! use mycelium_python_host::Host;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bus = mycelium::MessageBus::new();
//! let python = Host::start(&bus, &["services".as_ref()])?;
//! python.service("risk", "risk_service:run", Policy::default())?;
//! // … publishers and subscribers of Rust …
//! python.shutdown(Duration::from_secs(5))?;
//! # Ok(())
//! # }
//! ```
//!
//! ```python
//! def run(bus):
//!     with bus.publisher(Verdict) as verdicts:
//!         for signal in bus.subscriber(Signal):
//!             verdicts.publish(judge(signal))
//! ```
//!
//! The package `mycelium` of this release, and what the services import, is found as Python finds modules: in the folders
//! given, in `PYTHONPATH`, and where packages are installed. The program is linked with libpython.

mod children;
mod error;
mod host;
mod interpreter;
mod service;

pub use crate::error::{Escalation, Failure, PythonError, ServiceError, ShutdownError, StartError};
pub use crate::host::Host;
