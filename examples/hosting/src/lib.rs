//! Rust and OCaml in one process and on one bus, whoever has the main: one static library with the bus that both
//! use.
//!
//! Where OCaml has it, a function of C for each service of Rust is all that it needs; it passes the address of its
//! bus. Where Rust has it, it starts OCaml in a thread, and there a function that takes that address. See
//! the folder `ocaml` for the other side.

mod measure;
mod ocaml;
mod risk;
mod rust_main;

// The functions of `mycelium.h`, which the OCaml library calls.
pub use mycelium_ffi as ffi;

pub use crate::measure::{
    hosting_measure_close, hosting_measure_drain, hosting_measure_open, hosting_measure_publish,
};
pub use crate::risk::hosting_risk_start;
pub use crate::rust_main::hosting_rust_main;
