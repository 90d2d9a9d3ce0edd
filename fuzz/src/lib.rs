//! What must hold for any input, a module a fuzz target.
//!
//! Each module has a function `check` that panics where something does not hold. What a target needs
//! besides the bytes that the fuzzer makes, and where it starts from, are the schemas, vectors and error
//! pages of this repository; see [`seeds`] and [`messages`].

pub mod canon;
pub mod fmt;
pub mod generate;
pub mod import;
pub mod inspect;
pub mod json;
pub mod machine;
pub mod messages;
pub mod parse;
pub mod read;
pub mod ring;
pub mod seeds;
