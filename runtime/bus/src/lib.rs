//! Typed messages between services: in one process, through shared memory, over sockets.
//!
//! A service publishes and subscribes by type. Which way a message takes to another service is said in
//! a [topology] file, not in the program.
//!
//! ```
//! use mycelium::prelude::*;
//!
//! #[derive(Message, Debug, PartialEq)]
//! #[myc(package = "weather", id = 1)]
//! struct Reading {
//!     station: String,
//!     celsius: f64,
//! }
//!
//! let bus = MessageBus::new(); // or MessageBus::from_topology("topology.toml", "station")?
//! let mut readings = bus.subscriber::<Reading>()?;
//! let publisher = bus.publisher::<Reading>()?;
//!
//! publisher.publish(Reading { station: "Säntis".into(), celsius: -12.5 })?;
//! drop(publisher); // the last one: subscribers end behind its last message
//!
//! while let Some(reading) = readings.recv_blocking()? {
//!     assert_eq!(reading.celsius, -12.5);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is promised
//!
//! Messages of one publisher arrive in its order. Nothing is dropped: where a subscriber or a route is
//! full, [`Publisher::publish`] waits, unless the topic's [`Qos`] says something else; then what is
//! lost is counted and told. Subscribers in one process share a message, or each get a small plain one
//! by value; a message that leaves the process is encoded straight into where it goes. Two sides that
//! know a type by different digests refuse each other, with both digests in the error.
//!
//! # What happens when
//!
//! - *all publishers close*: a subscriber receives the rest, then `Ok(None)`;
//! - *a peer's process is killed*: what it sent is received, then [`RecvError::PeerVanished`]; publishers
//!   stop waiting for it;
//! - *an actor panics*: its [supervisor](actor::Supervisor) starts it again, as its policy says;
//! - *the bus shuts down*, or the last of its handles, publishers and subscribers is dropped: peers get
//!   what was published and a goodbye; rings, sockets and empty folders are removed.
//!
//! # Features
//!
//! - `serde`: `#[myc(serde)]` on a type of messages, and the runtime's own types, in the formats of serde;
//! - `arbitrary`: `#[myc(arbitrary)]`, the same for values of random bytes;
//! - `metrics`: `MessageBus::record_metrics` hands what was counted to the recorder of the `metrics` crate;
//! - `tracing`: spans around opening and leaving a bus, of the `tracing` crate;
//! - `tls`: TLS for TCP endpoints between nodes that have certificates;
//! - `schema`: `#[myc(schema = "…")]` holds a hand-written message against its schema.
//!
//! All are off by default.

// The derives name this crate `::mycelium`, here too.
extern crate self as mycelium;

pub mod actor;
mod address;
mod bus;
mod carried;
mod count;
mod error;
mod frame_publisher;
mod frame_type;
mod frames;
mod hub;
mod inbox;
mod key;
mod loan;
mod local;
#[cfg(feature = "metrics")]
mod metrics;
pub mod observe;
mod options;
mod outgoing;
pub mod prelude;
mod publisher;
mod publisher_to;
mod qos;
mod random;
mod received;
mod receiver;
mod recycle;
mod route;
mod router;
mod selector;
pub mod sim;
mod start;
mod stats;
mod stream;
mod subscriber;
mod sync;
mod topic;
pub mod topology;
mod transport;
mod views;
mod waiting;

pub use mycelium_derive::{Enum, Flags, Message, Struct, Union};
pub use mycelium_ring::Window;
pub use mycelium_wire as wire;
pub use mycelium_wire::{
    BoundedBytes, BoundedList, BoundedString, Bytes, BytesRef, Decimal, Decode, DecodeError,
    DecodeOwned, Digest, Duration, ErrorKind, Fault, FieldOf, FrameHeader, FrameMut, InPlace,
    Items, Key, LenOf, ListView, MapView, Message, NarrowU256Error, ParseDecimalError,
    ParseU256Error, ParseUuidError, Place, Row, Shape, Timestamp, TooLong, TooMany, U256,
    UnknownArm, UpdateError, Uuid, ValidationError, Wire, reflect,
};

#[doc(hidden)]
pub use mycelium_wire::__private;

#[cfg(fuzzing)]
#[doc(hidden)]
pub use crate::transport::fuzzing;

pub use crate::bus::MessageBus;
pub use crate::carried::Carried;
pub use crate::error::{
    BadFrame, DigestMismatch, OpenError, PublishError, RecvError, TryPublishError, TryRecvError,
    WaitError,
};
pub use crate::frame_publisher::{FrameLoan, FramePublisher, Unpublished};
pub use crate::frame_type::FrameType;
pub use crate::frames::{Closer, Frame, FrameSubscriber};
pub use crate::loan::is_lending;
pub use crate::options::Options;
pub use crate::publisher::{Loan, Publisher};
pub use crate::publisher_to::PublisherTo;
pub use crate::qos::{Qos, WhenFull};
pub use crate::received::Received;
pub use crate::router::{Handle, Route};
pub use crate::start::Start;
pub use crate::stats::{BusStats, RouteStats, SubscriberStats, TopicStats};
pub use crate::subscriber::{Iter, Subscriber};
pub use crate::views::ViewSubscriber;
pub use crate::waiting::Waiting;

/// Includes what `mycelium_build::compile` made in the crate's build script: a public module for each
/// package that is named, or for all of them.
///
/// ```text
/// mycelium::include_schema!("market");              // `pub mod market { … }`
/// mycelium::include_schema!("common", "market.eu"); // `pub mod common`, `pub mod market_eu`
/// mycelium::include_schema!();                      // all packages, imported ones too
/// ```
///
/// Modules refer to one another as siblings: a package and those that it imports are included at one
/// place, and each of them once in a crate. What another crate has included already, `use` brings in.
#[macro_export]
macro_rules! include_schema {
    () => {
        $crate::__include_from_out_dir!("all-packages");
    };
    ($($package:literal),+ $(,)?) => {
        $($crate::__include_from_out_dir!($package);)+
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __include_from_out_dir {
    ($file:literal) => {
        ::core::include!(::core::concat!(
            ::core::env!("OUT_DIR", "no build.rs: `include_schema!` includes what it compiles"),
            "/mycelium/",
            $file,
            ".rs"
        ));
    };
}
