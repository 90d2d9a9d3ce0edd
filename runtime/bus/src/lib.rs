<<<<<<< HEAD
//! Typed messages between services: in one process, through shared memory, over sockets.

pub mod topology;
=======
//! Typed messages between services: in one process, through shared memory, over sockets

// The derives name this crate `::mycelium`, here too.
extern crate self as mycelium;

pub use mycelium_derive::{Enum, Flags, Message, Struct, Union};
pub use mycelium_wire::*;
>>>>>>> 781381c (Derives for messages, structs, enums, flags and unions; the runtime's helpers for them)
