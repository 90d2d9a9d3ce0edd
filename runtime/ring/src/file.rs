//! The file of a ring, for the process that writes it: made under a temporary name, put in place
//! when complete, in place of one whose writer is dead.

use crate::error::{CreateError, UnusableFile};
use crate::layout::{Facts, WRITER_LOCK_AT, file_len};
use crate::lock;
use crate::open::{OpenError, is_at, is_writer_alive, open_ring};
use crate::process::own_pid;
use rustix::fs::{self, AtFlags, FallocateFlags, Mode, OFlags, RenameFlags};
use rustix::io::{Errno, pwrite};
use rustix::process::{Resource, getrlimit};
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// How often we try again when others create rings of the same name at the same time.
const ATTEMPTS: u32 = 16;

/// The file of a ring that this process writes. While it is open, its writer lock is ours.
#[derive(Debug)]
pub(crate) struct RingFile {
    file: OwnedFd,
    folder: OwnedFd,
    path: PathBuf,
    name: OsString,
    /// The name until [`RingFile::install`].
    temporary: Option<OsString>,
}

impl AsFd for RingFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl RingFile {
    /// Makes the file under a temporary name, with all its blocks, and locks it as its writer.
    pub(crate) fn create(path: &Path, facts: &Facts) -> Result<Self, CreateError> {
        let io_error = |action| io_error(path, action);
        let (folder, name) = open_folder(path).map_err(io_error("opening its folder"))?;
        let (file, temporary) =
            create_temporary(&folder, &name).map_err(io_error("creating a file"))?;
        let path = path.to_owned();
        let ring = Self { file, folder, path, name, temporary: Some(temporary) };
        ring.allocate(file_len(facts.geometry))?;
        write_at_start(ring.as_fd(), &facts.to_bytes()).map_err(io_error("writing its header"))?;
        Ok(ring)
    }

    /// Gives the complete file its name, in place of a ring whose writer is dead if there is one.
    pub(crate) fn install(&mut self) -> Result<(), CreateError> {
        for _ in 0..ATTEMPTS {
            match self.rename(RenameFlags::NOREPLACE) {
                Err(Errno::EXIST) => {}
                other => return other.map_err(|error| self.io_error("naming it", error)),
            }
            let Some(stale) = lock_stale(&self.path)? else { continue };
            // While we hold the stale ring's lock, nobody else replaces it.
            if is_at(&self.path, &stale) {
                let replaced = self.rename(RenameFlags::empty());
                return replaced.map_err(|error| self.io_error("replacing a stale one", error));
            }
        }
        Err(self.io_error("naming it", Errno::BUSY))
    }

    /// Removes the file's name, unless it is another file's by now.
    pub(crate) fn remove(&self) {
        if is_at(&self.path, &self.file) {
            // Whoever removed it before us did our work.
            let _ = fs::unlinkat(&self.folder, &self.name, AtFlags::empty());
        }
    }

    /// Takes all blocks from the file system now: a write to a missing one would kill the process.
    fn allocate(&self, needed: u64) -> Result<(), CreateError> {
        // The kernel would not only refuse what is beyond it, but kill with SIGXFSZ.
        if let Some(limit) = getrlimit(Resource::Fsize).current.filter(|&limit| limit < needed) {
            return Err(CreateError::FileSizeLimit { needed, limit });
        }
        match fs::fallocate(&self.file, FallocateFlags::empty(), 0, needed) {
            Err(Errno::NOSPC | Errno::DQUOT | Errno::FBIG | Errno::NOMEM) => {
                Err(CreateError::NoSpace { path: self.path.clone(), needed })
            }
            other => other.map_err(|error| self.io_error("allocating its blocks", error)),
        }
    }

    fn rename(&mut self, flags: RenameFlags) -> Result<(), Errno> {
        let Some(temporary) = &self.temporary else { return Ok(()) };
        fs::renameat_with(&self.folder, temporary, &self.folder, &self.name, flags)?;
        self.temporary = None;
        Ok(())
    }

    fn io_error(&self, action: &'static str, error: Errno) -> CreateError {
        io_error(&self.path, action)(error.into())
    }
}

impl Drop for RingFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::unlinkat(&self.folder, temporary, AtFlags::empty());
        }
    }
}

fn io_error(path: &Path, action: &'static str) -> impl Fn(io::Error) -> CreateError {
    move |source| CreateError::Io { path: path.to_owned(), action, source }
}

fn open_folder(path: &Path) -> io::Result<(OwnedFd, OsString)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok((fs::open(folder, flags, Mode::empty())?, name))
}

/// Creates a file that did not exist, beside the later one, for the owner only, and locks it.
fn create_temporary(folder: &OwnedFd, name: &OsStr) -> io::Result<(OwnedFd, OsString)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    for _ in 0..ATTEMPTS {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let temporary = temporary_name(name, count);
        match fs::openat(folder, &temporary, flags, Mode::RUSR | Mode::WUSR) {
            // Who removes stale files may have been faster with the lock, and removes this one.
            Ok(file) if lock::try_lock(file.as_fd(), WRITER_LOCK_AT)? => {
                return Ok((file, temporary));
            }
            Ok(_) => {}
            // Left behind by a dead process with our pid.
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn temporary_name(name: &OsStr, count: u32) -> OsString {
    let mut temporary = OsString::from(TEMPORARY_PREFIX);
    temporary.push(name);
    temporary.push(format!(".{}.{count}", own_pid()));
    temporary
}

/// How the names of files begin that are not complete yet.
pub(crate) const TEMPORARY_PREFIX: &str = ".new-";

/// Opens the ring at `path`, and takes its writer lock, if its writer is dead. `None` if it went
/// away meanwhile.
fn lock_stale(path: &Path) -> Result<Option<OwnedFd>, CreateError> {
    let io_error_of_lock = io_error(path, "asking for its writer");
    let try_lock =
        |file: &OwnedFd| lock::try_lock(file.as_fd(), WRITER_LOCK_AT).map_err(&io_error_of_lock);
    let ring = match open_ring(path) {
        Ok(ring) => ring,
        Err(OpenError::NotFound) => return Ok(None),
        Err(OpenError::Resized { file, .. }) if try_lock(&file)? => return Ok(Some(file)),
        Err(OpenError::Resized { error, .. }) => {
            return Err(occupied(path, UnusableFile::Facts(error)));
        }
        Err(OpenError::Unusable(reason)) => return Err(occupied(path, reason)),
        Err(OpenError::Io { action, source }) => return Err(io_error(path, action)(source)),
    };
    // A forked child of a dead writer may still hold the lock. Then nothing keeps two new writers apart
    // that come at the same moment: the later one's ring has the name.
    if try_lock(&ring.file)? || !is_writer_alive(&ring).map_err(&io_error_of_lock)? {
        return Ok(Some(ring.file));
    }
    Err(CreateError::Busy { path: path.to_owned(), pid: ring.facts.writer.pid })
}

fn occupied(path: &Path, reason: UnusableFile) -> CreateError {
    CreateError::Occupied { path: path.to_owned(), reason }
}

fn write_at_start(file: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<()> {
    let mut written = 0;
    while written < bytes.len() {
        written += pwrite(file, &bytes[written..], written as u64)?;
    }
    Ok(())
}
