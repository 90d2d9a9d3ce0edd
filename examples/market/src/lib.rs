//! The market pipeline: Rust, Python and OCaml services from one topology
