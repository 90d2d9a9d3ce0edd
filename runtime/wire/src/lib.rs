//! The bytes of Mycelium.
//!
//! One form everywhere: the [frame]. In a socket, in shared memory, in a file and across a
//! foreign-function call a message has the same bytes, and a value has exactly one byte string. This
//! crate says what they are ([`layout`]), makes and reads them ([`Wire`], [`Message`]), names them
//! ([`digest`], [`canon`]) and describes them to tools ([`reflect`]). It needs no operating system:
//! only `alloc`.
//!
//! Most people meet it through `#[derive(Message)]` of the crate `mycelium`, which re-exports it.
//!
//! Bytes from outside are never trusted: decoding gives a value or a [`DecodeError`] that names the
//! place; it does not panic, read past the input, or allocate more than the input's size warrants.

#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod canon;
pub mod digest;
pub mod frame;
pub mod hex;
#[cfg(feature = "json")]
pub mod json;
pub mod layout;
pub mod reflect;
pub mod value;

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod arm;
mod borrowed;
mod bytes;
mod decimal;
mod default;
mod each;
mod error;
mod field;
mod float;
mod in_place;
mod limits;
mod list;
mod literal;
mod map;
#[cfg(feature = "serde")]
mod mapping;
mod message;
mod optional;
mod outline;
mod owned;
mod plain;
mod primitive;
mod room;
mod row;
mod rules;
mod run;
#[cfg(feature = "serde")]
mod serde;
mod sha256;
mod shape;
#[cfg(all(unix, feature = "std"))]
mod system_time;
mod tail;
mod text;
mod time;
mod tuple;
mod u256;
mod update;
mod utf8;
mod uuid;
mod validate;
mod wire;

#[macro_use]
mod impls;

#[doc(hidden)]
pub mod embedded;
#[doc(hidden)]
pub mod private;
#[doc(hidden)]
pub use private as __private;

pub use borrowed::BytesRef;
pub use bytes::{BoundedBytes, Bytes};
pub use decimal::{Decimal, ParseDecimalError};
pub use digest::Digest;
pub use embedded::UnknownArm;
pub use error::{DecodeError, ErrorKind, Failed, Fault, Place};
pub use frame::{Frame, FrameHeader};
pub use in_place::{InPlace, PlainFrame};
pub use list::{BoundedList, ListView};
pub use map::{Key, MapView};
pub use message::Message;
pub use sha256::sha256;
pub use shape::{Items, LenOf, Row, Shape};
#[cfg(all(unix, feature = "std"))]
pub use system_time::TimestampOutOfRange;
pub use tail::{Tail, TailReader, TailWriter};
pub use text::{BoundedString, TooMany};
pub use time::{Duration, Timestamp};
pub use u256::{NarrowU256Error, ParseU256Error, U256};
pub use update::{FieldOf, FrameMut, UpdateError};
pub use uuid::{ParseUuidError, Uuid};
pub use validate::ValidationError;
pub use value::{Value, ValueError};
pub use wire::{Decode, DecodeOwned, TooLong, Wire};
