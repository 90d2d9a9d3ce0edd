//! What `mycc gen` makes of `schemas/`, as one crate for tests, examples and benchmarks.
//!
//! The files stay as they were generated: `cargo xtask test` compares them with a new run.

#[rustfmt::skip]
#[path = "rust/market.rs"]
pub mod market;

/// The types of the golden vectors.
#[rustfmt::skip]
#[path = "rust"]
pub mod vectors {
    #[path = "vectors.containers.rs"]
    pub mod containers;
    #[path = "vectors.enums.rs"]
    pub mod enums;
    #[path = "vectors.evolution.rs"]
    pub mod evolution;
    #[path = "vectors.names.rs"]
    pub mod names;
    #[path = "vectors.nested.rs"]
    pub mod nested;
    #[path = "vectors.optionals.rs"]
    pub mod optionals;
    #[path = "vectors.scalars.rs"]
    pub mod scalars;
    #[path = "vectors.text.rs"]
    pub mod text;
    #[path = "vectors.unions.rs"]
    pub mod unions;
}
