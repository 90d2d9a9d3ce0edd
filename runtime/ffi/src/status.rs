//! What calls answer: a code, and for failures a message.
#![allow(unsafe_code)]

use mycelium::topology::TopologyError;
use mycelium_ring::{
    AnnounceError, AttachError, CreateError, DirectoryError, PollError, ReserveError,
};
use std::ffi::c_int;
use std::fmt::Display;

/// The version of the header that this library implements.
pub const ABI_VERSION: u32 = 1;

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn myc_abi_version() -> u32 {
    ABI_VERSION
}

/// The codes of the header, without their prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
#[allow(missing_docs, reason = "the header says what each means")]
pub enum Code {
    Ok = 0,
    None = 1,
    Argument = -1,
    Io = -2,
    NotFound = -3,
    Unusable = -4,
    Busy = -5,
    NoSpace = -6,
    TooLong = -7,
    NoSlot = -8,
    Closed = -9,
    WriterVanished = -10,
    Evicted = -11,
    Corrupt = -12,
    Topology = -13,
    Panic = -14,
}

impl Code {
    /// As C sees it.
    pub fn as_int(self) -> c_int {
        self as c_int
    }
}

/// A failed call: its code, which is negative, and what to tell about it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn argument(message: impl Display) -> Self {
        Self { code: Code::Argument, message: message.to_string() }
    }

    pub(crate) fn folder(error: DirectoryError) -> Self {
        let code = match &error {
            DirectoryError::Io { .. } => Code::Io,
            _ => Code::Unusable,
        };
        Self { code, message: error.to_string() }
    }
}

impl From<CreateError> for Failure {
    fn from(error: CreateError) -> Self {
        let code = match &error {
            CreateError::Capacity { .. } => Code::TooLong,
            CreateError::Busy { .. } => Code::Busy,
            CreateError::Occupied { .. } => Code::Unusable,
            CreateError::NoSpace { .. } => Code::NoSpace,
            _ => Code::Io,
        };
        Self { code, message: error.to_string() }
    }
}

impl From<AnnounceError> for Failure {
    fn from(error: AnnounceError) -> Self {
        Self { code: Code::NoSpace, message: error.to_string() }
    }
}

impl From<AttachError> for Failure {
    fn from(error: AttachError) -> Self {
        let code = match &error {
            AttachError::NotFound { .. } => Code::NotFound,
            AttachError::Unusable { .. } => Code::Unusable,
            AttachError::WriterVanished { .. } => Code::WriterVanished,
            AttachError::NoFreeSlot { .. } => Code::NoSlot,
            AttachError::Corrupt { .. } => Code::Corrupt,
            _ => Code::Io,
        };
        Self { code, message: error.to_string() }
    }
}

impl From<PollError> for Failure {
    fn from(error: PollError) -> Self {
        let code = match error {
            PollError::Closed => Code::Closed,
            PollError::WriterVanished { .. } => Code::WriterVanished,
            PollError::Evicted => Code::Evicted,
            _ => Code::Corrupt,
        };
        Self { code, message: error.to_string() }
    }
}

impl From<TopologyError> for Failure {
    fn from(error: TopologyError) -> Self {
        Self { code: Code::Topology, message: error.to_string() }
    }
}

/// A full ring is no failure, but a matter of time.
pub(crate) fn full_is_none(error: ReserveError) -> Result<Code, Failure> {
    match error {
        ReserveError::Full { .. } => Ok(Code::None),
        other => Err(Failure { code: Code::TooLong, message: other.to_string() }),
    }
}
