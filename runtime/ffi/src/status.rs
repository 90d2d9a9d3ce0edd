//! What calls answer: a code, and for failures a message.
#![allow(unsafe_code)]

use mycelium::topology::TopologyError;
use mycelium::{OpenError, PublishError, RecvError};
use mycelium_ring::{
    AnnounceError, AttachError, CreateError, DirectoryError, PollError, ReserveError,
};
use std::ffi::c_int;
use std::fmt::Display;

/// The version of this header. Compare it with `myc_abi_version()`: they must be equal.
pub const MYC_ABI_VERSION: u32 = 1;

/// Done.
pub const MYC_OK: c_int = 0;
/// Nothing there (yet): no frame, or no room, within the timeout.
pub const MYC_NONE: c_int = 1;
/// No frame, but the number of those that were lost before the next one.
pub const MYC_LOST: c_int = 2;
/// A null pointer, text that is not UTF-8, a value out of range, a handle of another kind, or a call out of turn.
pub const MYC_ERR_ARGUMENT: c_int = -1;
/// A system call failed.
pub const MYC_ERR_IO: c_int = -2;
/// There is no such ring (yet).
pub const MYC_ERR_NOT_FOUND: c_int = -3;
/// The file is no ring that may be used: its owner, mode, version or beginning is wrong.
pub const MYC_ERR_UNUSABLE: c_int = -4;
/// Another process, alive, writes the ring; or another call, or a callback, has the subscriber.
pub const MYC_ERR_BUSY: c_int = -5;
/// The file system has no room for the ring, or the announcement area none for the announcement.
pub const MYC_ERR_NO_SPACE: c_int = -6;
/// The frame, or the ring, is beyond its limit, which the message names; or there is no memory for the frame.
pub const MYC_ERR_TOO_LONG: c_int = -7;
/// The ring has all the readers that it can have.
pub const MYC_ERR_NO_SLOT: c_int = -8;
/// Nothing comes any more: the writer has closed the ring, or all publishers and the bus their topics, and every
/// frame was read. For publishers: the bus was shut down.
pub const MYC_ERR_CLOSED: c_int = -9;
/// The writer died without closing the ring, and every frame was read.
pub const MYC_ERR_WRITER_VANISHED: c_int = -10;
/// The writer took this process for dead and gave its reader slot away.
pub const MYC_ERR_EVICTED: c_int = -11;
/// The ring's memory holds something that no writer would have put there.
pub const MYC_ERR_CORRUPT: c_int = -12;
/// The topology cannot be used.
pub const MYC_ERR_TOPOLOGY: c_int = -13;
/// A defect of Mycelium itself.
pub const MYC_ERR_PANIC: c_int = -14;
/// The topic carries another type, or another version of the type.
pub const MYC_ERR_TYPE: c_int = -15;
/// Bytes that are no frame of the type.
pub const MYC_ERR_MALFORMED: c_int = -16;
/// A subscriber or a route is full, and the topic says that publishing fails then.
pub const MYC_ERR_FULL: c_int = -17;
/// A peer ended, or was cut off, without leaving in order. What it sent before was received.
pub const MYC_ERR_PEER_VANISHED: c_int = -18;
/// The topic has all the subscribers in this process that it can have, or there is no thread or descriptor left.
pub const MYC_ERR_EXHAUSTED: c_int = -19;

/// The version of the library.
#[unsafe(no_mangle)]
pub extern "C" fn myc_abi_version() -> u32 {
    MYC_ABI_VERSION
}

/// The codes, as one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
#[allow(missing_docs, reason = "the constants say what each means")]
pub enum Code {
    Ok = MYC_OK,
    None = MYC_NONE,
    Lost = MYC_LOST,
    Argument = MYC_ERR_ARGUMENT,
    Io = MYC_ERR_IO,
    NotFound = MYC_ERR_NOT_FOUND,
    Unusable = MYC_ERR_UNUSABLE,
    Busy = MYC_ERR_BUSY,
    NoSpace = MYC_ERR_NO_SPACE,
    TooLong = MYC_ERR_TOO_LONG,
    NoSlot = MYC_ERR_NO_SLOT,
    Closed = MYC_ERR_CLOSED,
    WriterVanished = MYC_ERR_WRITER_VANISHED,
    Evicted = MYC_ERR_EVICTED,
    Corrupt = MYC_ERR_CORRUPT,
    Topology = MYC_ERR_TOPOLOGY,
    Panic = MYC_ERR_PANIC,
    Type = MYC_ERR_TYPE,
    Malformed = MYC_ERR_MALFORMED,
    Full = MYC_ERR_FULL,
    PeerVanished = MYC_ERR_PEER_VANISHED,
    Exhausted = MYC_ERR_EXHAUSTED,
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

    pub(crate) fn busy(message: impl Display) -> Self {
        Self { code: Code::Busy, message: message.to_string() }
    }

    pub(crate) fn exhausted(message: impl Display) -> Self {
        Self { code: Code::Exhausted, message: message.to_string() }
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

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let code = match &error {
            OpenError::Closed => Code::Closed,
            OpenError::OtherType { .. } | OpenError::OtherDigest { .. } => Code::Type,
            OpenError::TooManySubscribers { .. } => Code::Exhausted,
            _ => Code::Io,
        };
        Self { code, message: error.to_string() }
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        let code = match &error {
            PublishError::Closed => Code::Closed,
            PublishError::TooLong { .. } | PublishError::NoMemory { .. } => Code::TooLong,
            PublishError::RouteFull { .. } | PublishError::Full { .. } => Code::Full,
            _ => Code::Malformed,
        };
        Self { code, message: error.to_string() }
    }
}

impl From<RecvError> for Failure {
    fn from(error: RecvError) -> Self {
        let code = match &error {
            RecvError::DigestMismatch(_) => Code::Type,
            RecvError::PeerVanished { .. } => Code::PeerVanished,
            _ => Code::Malformed,
        };
        Self { code, message: error.to_string() }
    }
}

/// A full ring is no failure, but a matter of time.
pub(crate) fn full_is_none(error: ReserveError) -> Result<Code, Failure> {
    match error {
        ReserveError::Full { .. } => Ok(Code::None),
        other => Err(Failure { code: Code::TooLong, message: other.to_string() }),
    }
}
