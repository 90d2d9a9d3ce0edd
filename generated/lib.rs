//! What `mycc gen` makes of `schemas/`, as one crate for tests, examples and benchmarks.
//!
//! Modules of one output folder are siblings: package `a.b` is the module `a_b`.
//!
//! All of it is held to clippy's pedantic lints, but for those that argue with the schema.

#![warn(clippy::pedantic)]
#![allow(clippy::module_name_repetitions, reason = "types are called as in the schema")]
#![allow(clippy::doc_markdown, reason = "docs are written by the schema's author")]
#![allow(clippy::struct_excessive_bools, reason = "a message has the fields that it has")]

pub mod messages;

#[path = "rust/market.rs"]
pub mod market;
#[path = "rust/vectors.constraints.rs"]
pub mod vectors_constraints;
#[path = "rust/vectors.containers.rs"]
pub mod vectors_containers;
#[path = "rust/vectors.defaults.rs"]
pub mod vectors_defaults;
#[path = "rust/vectors.enums.rs"]
pub mod vectors_enums;
#[path = "rust/vectors.evolution.rs"]
pub mod vectors_evolution;
#[path = "rust/vectors.identifiers.rs"]
pub mod vectors_identifiers;
#[path = "rust/vectors.maps.rs"]
pub mod vectors_maps;
#[path = "rust/vectors.names.rs"]
pub mod vectors_names;
#[path = "rust/vectors.nested.rs"]
pub mod vectors_nested;
#[path = "rust/vectors.optionals.rs"]
pub mod vectors_optionals;
#[path = "rust/vectors.renames.rs"]
pub mod vectors_renames;
#[path = "rust/vectors.scalars.rs"]
pub mod vectors_scalars;
#[path = "rust/vectors.text.rs"]
pub mod vectors_text;
#[path = "rust/vectors.unions.rs"]
pub mod vectors_unions;
