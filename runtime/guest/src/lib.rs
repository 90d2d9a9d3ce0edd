//! The bus of a process, for a module that is built apart from the one that has it: an extension of Python, a plugin.
//!
//! Such a module has its own copy of every crate, so that types and statics of the two have nothing in common. What
//! they have in common is C: the one that has the bus hands over a table of functions and the bus
//! (`myc_shared_bus` of `mycelium.h`), and this crate makes of them what `mycelium` calls by the same names. Frames
//! cross, and the types here are encoded to them and decoded from them.
//!
//! It stands in for `mycelium` where code is generated for that name:
//!
//! ```toml
//! [dependencies]
//! mycelium = { package = "mycelium-guest", version = "0.1", features = ["python"] }
//! ```
//!
//! It links neither the bus nor anything that the bus needs. What it leaves out is what a guest has no use for: buses
//! of its own, topologies, `async` (a thread waits), and sharing of messages by `Arc`.

mod abi;
mod bus;
mod code;
mod error;
mod publisher;
#[cfg(feature = "python")]
mod python;
mod subscriber;

pub use mycelium_derive::{Enum, Flags, Message, Struct, Union};
pub use mycelium_wire as wire;
pub use mycelium_wire::{
    BoundedBytes, BoundedList, BoundedString, Bytes, BytesRef, Decimal, Decode, DecodeError,
    DecodeOwned, Digest, Duration, ErrorKind, Fault, FrameHeader, InPlace, Key, ListView, MapView,
    Message, Place, Timestamp, TooLong, TooMany, U256, UnknownArm, Uuid, ValidationError, Wire,
    reflect,
};

#[doc(hidden)]
pub use mycelium_wire::__private;

pub use crate::abi::{BUS_API_VERSION, BusApi, SharedBus};
pub use crate::bus::MessageBus;
pub use crate::code::Code;
pub use crate::error::{Failure, OpenError, PublishError, RecvError, TryRecvError};
pub use crate::publisher::Publisher;
pub use crate::subscriber::Subscriber;
