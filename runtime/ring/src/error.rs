//! What can go wrong, one type for each operation. Each message says what was expected, what was
//! found and what to do.

use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

const TRUNCATED: &str = "somebody has truncated the ring's file";

/// Why a ring could not be made.
#[derive(Debug)]
#[non_exhaustive]
pub enum CreateError {
    /// The capacity is beyond what a ring can have.
    Capacity {
        /// The bytes that were asked for.
        requested: u64,
        /// The most that a ring can have.
        limit: u64,
    },
    /// Another process, alive, writes the ring of this name.
    Busy {
        /// Where the ring is.
        path: PathBuf,
        /// Who writes it, as it says itself.
        pid: u32,
    },
    /// There is a file of this name, but no ring of ours: it is not touched.
    Occupied {
        /// Where the file is.
        path: PathBuf,
        /// What is wrong with it.
        reason: UnusableFile,
    },
    /// A file of this process may not be so long (`RLIMIT_FSIZE`).
    FileSizeLimit {
        /// The bytes that the ring's file needs.
        needed: u64,
        /// The most that a file may have.
        limit: u64,
    },
    /// The file system, or the memory that this process may use, has no room for the ring.
    NoSpace {
        /// Where the ring should have been.
        path: PathBuf,
        /// The bytes that its file needs.
        needed: u64,
    },
    /// A system call failed.
    Io {
        /// Where the ring should have been.
        path: PathBuf,
        /// What was being done.
        action: &'static str,
        /// The system's answer.
        source: io::Error,
    },
}

/// Why an announcement was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnnounceError {
    /// The announcement area has less room than needed.
    Full {
        /// Bytes of the announcement.
        needed: usize,
        /// Bytes that are left.
        left: usize,
    },
}

/// Why no room was given for a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReserveError {
    /// The frame is longer than this ring can ever carry.
    TooLong {
        /// Bytes of the frame.
        len: usize,
        /// The most that a frame may have: a quarter of the ring's capacity.
        limit: usize,
    },
    /// Readers have not yet released enough.
    Full {
        /// The process of the slowest reader.
        slowest_pid: u32,
        /// How many bytes it is behind.
        behind: u64,
        /// How long the writer waited.
        waited: Duration,
    },
    /// Somebody has truncated the ring's file. It must be made anew.
    Truncated,
}

/// Why a reader could not attach.
#[derive(Debug)]
#[non_exhaustive]
pub enum AttachError {
    /// There is no ring of this name (yet).
    NotFound {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// What is there cannot be read as a ring.
    Unusable {
        /// Where it is.
        path: PathBuf,
        /// What is wrong with it.
        reason: UnusableFile,
    },
    /// The ring's writer died without closing it. A new writer will replace the file.
    WriterVanished {
        /// Where the ring is.
        path: PathBuf,
        /// The process that wrote it.
        pid: u32,
    },
    /// As many readers as a ring can have are attached, all alive.
    NoFreeSlot {
        /// Where the ring is.
        path: PathBuf,
        /// How many readers a ring can have.
        limit: usize,
    },
    /// The ring's writer waits for nobody, so it has lossy readers only.
    LossyOnly {
        /// Where the ring is.
        path: PathBuf,
    },
    /// The frame to start at is not in the ring: not any more, or not yet.
    NotKept {
        /// Where the ring is.
        path: PathBuf,
        /// The frame's number.
        sequence: u64,
    },
    /// The ring's memory sends a reader to a place where no frame can begin.
    Corrupt {
        /// Where the ring is.
        path: PathBuf,
        /// The position, in bytes since the ring began.
        position: u64,
    },
    /// A system call failed.
    Io {
        /// Where the ring is.
        path: PathBuf,
        /// What was being done.
        action: &'static str,
        /// The system's answer.
        source: io::Error,
    },
}

/// What keeps a file from being used as a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnusableFile {
    /// It is a symbolic link, a folder, a device: no regular file.
    NotRegular,
    /// It belongs to somebody else.
    Owner {
        /// The user that it belongs to.
        found: u32,
        /// The user that we are.
        expected: u32,
    },
    /// Others than its owner may open it.
    Mode {
        /// Its permission bits.
        found: u32,
    },
    /// Its beginning is not that of a ring.
    Facts(FactsError),
}

/// What is wrong with the beginning of a ring's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FactsError {
    /// It does not begin with a ring's magic bytes.
    Magic,
    /// It has another version than this library reads.
    Version {
        /// The file's version.
        found: u32,
        /// Ours.
        expected: u32,
    },
    /// It was written by a machine with another byte order.
    Architecture {
        /// The mark of the byte order, as it reads here.
        found: u32,
    },
    /// A fixed measure differs from ours.
    Measure {
        /// Which one.
        what: &'static str,
        /// What the file says.
        found: u32,
        /// What it should say.
        expected: u32,
    },
    /// The capacity is no power of two, or out of range.
    Capacity {
        /// What the file says.
        found: u64,
    },
    /// Frames are aligned to neither 8 nor 64 bytes.
    FrameAlign {
        /// What the file says.
        found: u64,
    },
    /// The file is shorter or longer than it says.
    FileLength {
        /// Its real length in bytes.
        found: u64,
        /// The length that follows from its capacity.
        expected: u64,
    },
}

/// Why there is no next frame and will not be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PollError {
    /// The writer has closed the ring, and every frame was read.
    Closed,
    /// The writer died without closing the ring, and every frame that it published was read.
    WriterVanished {
        /// The process that wrote the ring.
        pid: u32,
    },
    /// The writer took this process for dead, or waited for it in vain, and gave its slot away.
    Evicted,
    /// Somebody has truncated the ring's file. A new writer will replace it.
    Truncated,
    /// The ring's memory holds something that no writer would have put there.
    Corrupt {
        /// The position, in bytes since the ring began.
        position: u64,
        /// What was found there.
        found: u64,
    },
}

/// Why a folder for rings cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum DirectoryError {
    /// The path is a symbolic link or no folder.
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// The folder belongs to somebody else.
    Owner {
        /// The path.
        path: PathBuf,
        /// The user that it belongs to.
        found: u32,
        /// The user that we are.
        expected: u32,
    },
    /// Others than its owner may enter the folder.
    Mode {
        /// The path.
        path: PathBuf,
        /// Its permission bits.
        found: u32,
    },
    /// The name cannot be that of a ring.
    Name {
        /// The name.
        name: String,
    },
    /// A system call failed.
    Io {
        /// The path.
        path: PathBuf,
        /// What was being done.
        action: &'static str,
        /// The system's answer.
        source: io::Error,
    },
}

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
