//! What can go wrong, one type for each operation. Each message says what was expected, what was
//! found and what to do.

mod text;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

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
    /// Somebody has truncated the ring's file. A new writer will replace it; but if not even its first 128
    /// bytes are left, nobody takes it for a ring, and it must be removed first.
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
