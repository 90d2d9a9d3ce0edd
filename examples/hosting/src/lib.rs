//! Rust services for programs whose main is OCaml, one static library with the bus that both use.
//!
//! A function of C for each service is all that OCaml needs; it passes the address of its bus. See the
//! folder `ocaml` for the other side.

mod measure;
mod risk;

// The functions of `mycelium.h`, which the OCaml library calls.
pub use mycelium_ffi as ffi;

pub use crate::measure::{
    hosting_measure_close, hosting_measure_drain, hosting_measure_open, hosting_measure_publish,
};
pub use crate::risk::hosting_risk_start;
