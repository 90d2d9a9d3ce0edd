//! An extension of Python in Rust, built apart from the package `mycelium`, whose services share a bus with those in
//! Python.
//!
//! Python passes its bus to `start`; the rest is as in any program of Rust. The bus is taken through the C
//! ABI, so that the two may come from different builds, and different compilers.

mod load;
mod measure;
mod risk;

#[path = "../../../generated/rust/market.rs"]
mod market;

/// Services in Rust, on the bus of a `mycelium.MessageBus`.
#[pyo3::pymodule]
mod extension {
    #[pymodule_export]
    use crate::load::{Drained, Flood, drain, flood};
    #[pymodule_export]
    use crate::measure::{Answers, Ends, ask};
    #[pymodule_export]
    use crate::risk::{Risk, start};
}
