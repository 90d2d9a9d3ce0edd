//! Typed messages between services: in one process, through shared memory, over sockets.

// The derives name this crate `::mycelium`, here too.
extern crate self as mycelium;

mod bus;
mod error;
mod frames;
mod hub;
mod inbox;
mod options;
pub mod prelude;
mod publisher;
mod receiver;
mod route;
mod selector;
mod stats;
mod subscriber;
mod topic;
pub mod topology;
mod transport;

pub use mycelium_derive::{Enum, Flags, Message, Struct, Union};
pub use mycelium_wire as wire;
pub use mycelium_wire::{
    BoundedBytes, BoundedList, BoundedString, Bytes, Decimal, DecodeError, Digest, Duration,
    ErrorKind, FrameHeader, ListView, Message, ParseDecimalError, Place, Timestamp, TooLong,
    TooMany, UnknownArm, Wire, reflect,
};

#[doc(hidden)]
pub use mycelium_wire::__private;

pub use crate::bus::MessageBus;
pub use crate::error::{
    BadFrame, DigestMismatch, OpenError, PublishError, RecvError, TryRecvError, WaitError,
};
pub use crate::frames::{Frame, FrameSubscriber};
pub use crate::options::Options;
pub use crate::publisher::Publisher;
pub use crate::stats::{BusStats, RouteStats, SubscriberStats, TopicStats};
pub use crate::subscriber::Subscriber;

/// Includes what `mycelium_build::compile` made of a package in the crate's build script: the module of
/// that name, with `_` for `.`.
///
/// ```text
/// mycelium::include_schema!("market"); // `pub mod market { … }`
/// ```
#[macro_export]
macro_rules! include_schema {
    ($package:literal) => {
        include!(concat!(env!("OUT_DIR"), "/", $package, ".rs"));
    };
}
