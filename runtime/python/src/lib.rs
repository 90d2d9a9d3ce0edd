//! The native core of the Python package: codecs that read and write the slots of generated classes, and the
//! [`bus`] of the runtime in Rust.
//!
//! Python describes each class once, by the nodes of `mycelium._codec.types`. From them a [`plan`] is made:
//! where each field lies on the wire, and where its slot lies in an instance. [`encode`] and [`decode`] follow
//! that plan without looking up a name. What is refused is told to Python, which words the error: so both
//! cores of the package say the same.

mod batch;
mod bus;
mod check;
mod classes;
mod codec;
mod constraint;
mod decode;
mod encode;
mod given;
mod items;
mod lower;
mod measure;
mod memory;
mod method;
mod numpy;
mod object;
mod packed;
mod plan;
mod reference;
mod refuse;
mod rows;
mod scalar;
mod steps;
mod texts;
mod view;

use pyo3::prelude::*;

pub use crate::bus::Bus;

/// The native core of `mycelium`. What several threads may have stands behind locks or atomics of Rust; slots of
/// objects are read straight where the interpreter has its lock, and by their descriptors where it has none. It asks for
/// the lock all the same until its tests have run on a free-threaded interpreter that PyO3 supports, 3.14t or newer.
#[pymodule(gil_used = true)]
pub mod _core {
    #[pymodule_export]
    use crate::batch::records;
    #[pymodule_export]
    use crate::bus::{Bus, Publisher, Room, Subscriber, Wake, check_lending, wait_for_waiting};
    #[pymodule_export]
    use crate::codec::{Codec, codec};
    #[pymodule_export]
    use crate::packed::Packed;

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::memory::check(module.py())
    }

    /// By which a program that hosts Python sees that the package is of its release.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
