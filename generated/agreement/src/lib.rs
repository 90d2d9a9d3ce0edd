//! The code of messages beside their tables: what is derived, and what is read in place, do with any bytes
//! what the dynamic codec does.
//!
//! There are the messages of `schemas/`, and made-up ones of every shape, from a schema that the build
//! script makes of one seed. Of those the derives find out the digests themselves.

mod check;
mod splitmix64;
mod to_value;
mod values;

#[allow(clippy::large_enum_variant, reason = "their arms are of any type")]
mod types {
    mycelium::include_schema!("random");
}
use types::random;

/// The schema of the made-up messages.
pub const SCHEMA: &str = include_str!(concat!(env!("OUT_DIR"), "/random.myc"));

/// The messages of `schemas/`.
pub mod given {
    use crate::Visitor;
    use crate::to_value::{ToValue, arm, unknown};
    use mycelium_wire::Value;

    include!(concat!(env!("OUT_DIR"), "/given.rs"));
}

/// The made-up messages.
pub mod made_up {
    use crate::Visitor;
    use crate::to_value::{ToValue, arm, unknown};
    use mycelium_wire::Value;

    include!(concat!(env!("OUT_DIR"), "/made_up.rs"));
}

pub use check::{Codec, Visitor, codecs};
pub use to_value::ToValue;
pub use values::{Random, value_of};
