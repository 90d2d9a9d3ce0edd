//! What the errors say.

use super::{
    AnnounceError, AttachError, CreateError, DirectoryError, FactsError, PollError, ReserveError,
    UnusableFile,
};
use std::error::Error;
use std::fmt::{self, Display, Formatter};

const TRUNCATED: &str = "somebody has truncated the ring's file";

impl Display for CreateError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Capacity { requested, limit } => {
                write!(f, "a ring of {requested} bytes was asked for; the limit is {limit}")
            }
            Self::Busy { path, pid } => write!(
                f,
                "process {pid} writes the ring {} already; stop it, or choose another name",
                path.display()
            ),
            Self::Occupied { path, reason } => write!(
                f,
                "{} is not a ring that may be replaced: {reason}; move it away",
                path.display()
            ),
            Self::FileSizeLimit { needed, limit } => write!(
                f,
                "the ring needs a file of {needed} bytes, and this process may have files of {limit}; \
                 raise the limit (`ulimit -f`), or choose a smaller capacity"
            ),
            Self::NoSpace { path, needed } => write!(
                f,
                "the file system of {}, or the memory of this process, has no room for a ring of \
                 {needed} bytes; free some, or choose a smaller capacity",
                path.display()
            ),
            Self::Io { path, action, source } => {
                write!(f, "cannot create the ring {}: {action}: {source}", path.display())
            }
        }
    }
}

impl Display for AnnounceError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self::Full { needed, left } = self;
        write!(f, "the announcement needs {needed} bytes, but the ring's area has {left} left")
    }
}

impl Display for ReserveError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { len, limit } => write!(
                f,
                "a frame of {len} bytes is beyond the ring's limit of {limit} (a quarter of its \
                 capacity); choose a larger capacity"
            ),
            Self::Full { slowest_pid, behind, waited } => write!(
                f,
                "the ring is full after {waited:?}: the reader in process {slowest_pid} is \
                 {behind} bytes behind"
            ),
            Self::Truncated => write!(f, "{TRUNCATED}; create it again"),
        }
    }
}

impl Display for AttachError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { path } => {
                write!(f, "there is no ring {}; its writer may not have started", path.display())
            }
            Self::Unusable { path, reason } => {
                write!(f, "{} cannot be read as a ring: {reason}", path.display())
            }
            Self::WriterVanished { path, pid } => write!(
                f,
                "process {pid}, which wrote the ring {}, died without closing it; start it again",
                path.display()
            ),
            Self::NoFreeSlot { path, limit } => write!(
                f,
                "{limit} readers are attached to the ring {}, and it has no room for more",
                path.display()
            ),
            Self::LossyOnly { path } => write!(
                f,
                "the writer of the ring {} waits for nobody; attach a lossy reader",
                path.display()
            ),
            Self::NotKept { path, sequence } => write!(
                f,
                "the ring {} has no frame {sequence}: it is gone, or not written yet; start at the \
                 oldest frame, or behind the newest",
                path.display()
            ),
            Self::Corrupt { path, position } => write!(
                f,
                "the ring {} is corrupt: no frame can begin at position {position}; its writer must \
                 be started again",
                path.display()
            ),
            Self::Io { path, action, source } => {
                write!(f, "cannot attach to the ring {}: {action}: {source}", path.display())
            }
        }
    }
}

impl Display for UnusableFile {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRegular => write!(f, "it is not a regular file"),
            Self::Owner { found, expected } => {
                write!(f, "it belongs to user {found}, and this process is user {expected}")
            }
            Self::Mode { found } => {
                write!(f, "its mode is {found:04o}; expected 0600, so that nobody else can open it")
            }
            Self::Facts(error) => error.fmt(f),
        }
    }
}

impl Display for FactsError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic => write!(f, "it does not begin as a ring"),
            Self::Version { found, expected } => write!(
                f,
                "it is a ring of version {found}, and this library reads version {expected}; use \
                 the same version of Mycelium on both sides"
            ),
            Self::Architecture { found } => write!(
                f,
                "it was written by a machine with another byte order (its mark reads {found:#010x})"
            ),
            Self::Measure { what, found, expected } => {
                write!(f, "its {what} is {found}; expected {expected}")
            }
            Self::Capacity { found } => {
                write!(f, "its capacity is {found}; expected a power of two from 4096 to 2^40")
            }
            Self::FrameAlign { found } => {
                write!(f, "its frames are aligned to {found} bytes; expected 8 or 64")
            }
            Self::FileLength { found, expected } => {
                write!(f, "it is {found} bytes long; its capacity calls for {expected}")
            }
        }
    }
}

impl Display for PollError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => write!(f, "the writer has closed the ring"),
            Self::WriterVanished { pid } => {
                write!(f, "process {pid} died without closing the ring that it wrote")
            }
            Self::Evicted => write!(
                f,
                "the writer waited for this reader in vain, or took its process for dead, and gave its \
                 slot away; attach again"
            ),
            Self::Truncated => write!(f, "{TRUNCATED}; its writer must be started again"),
            Self::Corrupt { position, found } => write!(
                f,
                "the ring is corrupt: {found:#018x} at position {position} is no frame; its writer \
                 must be started again"
            ),
        }
    }
}

impl Display for DirectoryError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADirectory { path } => {
                write!(f, "{} is not a folder (symbolic links are refused)", path.display())
            }
            Self::Owner { path, found, expected } => write!(
                f,
                "the folder {} belongs to user {found}, and this process is user {expected}",
                path.display()
            ),
            Self::Mode { path, found } => write!(
                f,
                "the folder {} has mode {found:04o}; expected 0700, so that nobody else can enter \
                 it",
                path.display()
            ),
            Self::Name { name } => write!(
                f,
                "`{name}` cannot name a ring: expected letters, digits, `-`, `_` and inner dots"
            ),
            Self::Io { path, action, source } => {
                write!(f, "cannot use the folder {}: {action}: {source}", path.display())
            }
        }
    }
}

impl Error for CreateError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl Error for AttachError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl Error for DirectoryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl Error for AnnounceError {}
impl Error for ReserveError {}
impl Error for UnusableFile {}
impl Error for FactsError {}
impl Error for PollError {}
