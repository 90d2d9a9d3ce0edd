//! Why something cannot be opened, published or received.

use std::error::Error;
use std::fmt;

use mycelium_wire::{DecodeError, TooLong, ValidationError};

use crate::abi::BUS_API_VERSION;
use crate::code::Code;

/// What the module that has the bus says of a call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it is.
    pub code: Code,
    /// What was expected, what was found, and what to do.
    pub message: String,
}

/// There is no bus to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The module that has the bus was built for another version of its table.
    OtherVersion {
        /// The version that it has.
        found: u32,
    },
    /// It is of the same version, but lacks functions that this module was built with.
    TooOld {
        /// Bytes of its table.
        found_bytes: u32,
        /// Bytes that this module needs.
        needed_bytes: u32,
    },
    /// What was given is no bus.
    NoBus(String),
    /// The bus refuses.
    Failed(Failure),
}

/// A message cannot be published.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishError {
    /// It does not keep what its schema holds it to.
    Invalid(Box<ValidationError>),
    /// No frame can hold it.
    TooLong(TooLong),
    /// The bus refuses.
    Failed(Failure),
}

/// Something came in place of a message; receiving can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecvError {
    /// So many messages were lost here.
    Lost(u64),
    /// Bytes that are no message of the type.
    Decode(DecodeError),
    /// What the bus tells.
    Failed(Failure),
}

/// There is no message yet, or something else came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TryRecvError {
    /// Nothing came in time; something may come.
    Empty,
    /// What `recv_blocking` would have failed with.
    Failed(RecvError),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const REMEDY: &str = "build both from one release";
        match self {
            Self::OtherVersion { found } => write!(
                f,
                "the bus has version {found} of its table of functions, and this module was built for version \
                 {BUS_API_VERSION}: {REMEDY}"
            ),
            Self::TooOld { found_bytes, needed_bytes } => write!(
                f,
                "the bus has {found_bytes} bytes of its table of functions, and this module was built for \
                 {needed_bytes}: {REMEDY}"
            ),
            Self::NoBus(what) => write!(f, "{what}: pass a `mycelium.MessageBus`"),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::TooLong(error) => error.fmt(f),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(count) => write!(f, "{count} messages were lost here"),
            Self::Decode(error) => error.fmt(f),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no message yet"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl Error for Failure {}
impl Error for OpenError {}
impl Error for PublishError {}
impl Error for RecvError {}
impl Error for TryRecvError {}

impl From<Failure> for OpenError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Failure> for PublishError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<RecvError> for TryRecvError {
    fn from(error: RecvError) -> Self {
        Self::Failed(error)
    }
}
