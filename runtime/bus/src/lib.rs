//! Typed messages between services: in one process, through shared memory, over sockets.

// The derives name this crate `::mycelium`, here too.
extern crate self as mycelium;

pub use mycelium_derive::{Enum, Flags, Message, Struct, Union};
pub use mycelium_wire::*;

pub mod topology;
