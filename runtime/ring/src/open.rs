//! Opening the file of a ring that somebody else made: nothing in it is believed unchecked.

use crate::error::{AttachError, FactsError, UnusableFile};
use crate::layout::{FACTS_LEN, Facts, WRITER_LOCK_AT};
use crate::lock;
use rustix::fs::{self, FileType, Mode, OFlags, Stat};
use rustix::io::{Errno, pread};
use rustix::process::geteuid;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

/// A ring's file, open for reading and writing, and what it says about itself.
#[derive(Debug)]
pub(crate) struct OpenRing {
    pub(crate) file: OwnedFd,
    pub(crate) facts: Facts,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) enum OpenError {
    NotFound,
    Unusable(UnusableFile),
    /// A ring in all but its length, which somebody has changed: unusable, but to be replaced once its writer
    /// is dead.
    Resized {
        file: OwnedFd,
        error: FactsError,
    },
    Io {
        action: &'static str,
        source: io::Error,
    },
}

/// Opens the ring at `path`: a file of ours with the facts of a ring and the length that they call for.
pub(crate) fn open_ring(path: &Path) -> Result<OpenRing, OpenError> {
    let file = open_own_file(path)?;
    match read_facts(&file)? {
        Ok(facts) => Ok(OpenRing { file, facts }),
        Err(error @ FactsError::FileLength { .. }) => Err(OpenError::Resized { file, error }),
        Err(error) => Err(OpenError::Unusable(UnusableFile::Facts(error))),
    }
}

/// What a reader is told of it.
pub(crate) fn explain(path: &Path, error: OpenError) -> AttachError {
    let path = path.to_owned();
    match error {
        OpenError::NotFound => AttachError::NotFound { path },
        OpenError::Resized { error, .. } => {
            AttachError::Unusable { path, reason: UnusableFile::Facts(error) }
        }
        OpenError::Unusable(reason) => AttachError::Unusable { path, reason },
        OpenError::Io { action, source } => AttachError::Io { path, action, source },
    }
}

/// Opens the file at `path`, which must be regular, no link, and open to nobody but us.
pub(crate) fn open_own_file(path: &Path) -> Result<OwnedFd, OpenError> {
    // NONBLOCK: a named pipe must not hold us up.
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = fs::open(path, flags, Mode::empty()).map_err(|error| match error {
        Errno::NOENT => OpenError::NotFound,
        Errno::LOOP | Errno::ISDIR | Errno::NXIO => OpenError::Unusable(UnusableFile::NotRegular),
        other => OpenError::Io { action: "opening it", source: other.into() },
    })?;
    check_file(&examine(&file)?)?;
    Ok(file)
}

/// Whether `path` leads to `file`.
pub(crate) fn is_at(path: &Path, file: &OwnedFd) -> bool {
    match (fs::lstat(path), fs::fstat(file)) {
        (Ok(named), Ok(open)) => (named.st_dev, named.st_ino) == (open.st_dev, open.st_ino),
        _ => false,
    }
}

/// Whether the ring's writer lives, by its lock and, where a forked child may hold that, by its
/// process.
pub(crate) fn is_writer_alive(ring: &OpenRing) -> io::Result<bool> {
    let locked = lock::is_locked(ring.file.as_fd(), WRITER_LOCK_AT)?;
    Ok(locked && !ring.facts.writer.is_gone())
}

fn examine(file: &OwnedFd) -> Result<Stat, OpenError> {
    fs::fstat(file).map_err(|error| OpenError::Io { action: "examining it", source: error.into() })
}

fn check_file(stat: &Stat) -> Result<(), OpenError> {
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(OpenError::Unusable(UnusableFile::NotRegular));
    }
    let own = geteuid().as_raw();
    if stat.st_uid != own {
        return Err(OpenError::Unusable(UnusableFile::Owner { found: stat.st_uid, expected: own }));
    }
    let mode = stat.st_mode & 0o777;
    if mode & 0o077 != 0 {
        return Err(OpenError::Unusable(UnusableFile::Mode { found: mode }));
    }
    Ok(())
}

/// What the file says about itself. One that ends within that is not known to be a ring.
fn read_facts(file: &OwnedFd) -> Result<Result<Facts, FactsError>, OpenError> {
    let file_len = u64::try_from(examine(file)?.st_size).unwrap_or(0);
    let mut bytes = [0; FACTS_LEN];
    let mut filled = 0;
    while filled < FACTS_LEN {
        let read = pread(file, &mut bytes[filled..], filled as u64)
            .map_err(|error| OpenError::Io { action: "reading it", source: error.into() })?;
        if read == 0 {
            return Ok(Err(FactsError::Magic));
        }
        filled += read;
    }
    Ok(Facts::parse(&bytes, file_len))
}
