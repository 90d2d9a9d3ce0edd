//! A folder for rings that nobody else can enter.

use crate::error::DirectoryError;
use crate::file::TEMPORARY_PREFIX;
use crate::layout::WRITER_LOCK_AT;
use crate::lock;
use crate::open::{OpenError, is_at, is_writer_alive, open_own_file, open_ring};
use rustix::fs::{self, FileType, Mode, OFlags};
use rustix::io::Errno;
use rustix::process::geteuid;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

/// How the names of rings' files end.
const SUFFIX: &str = ".ring";

/// A folder of rings: this user's, mode 0700, no symbolic link. The ring `engine` in it is the file
/// `engine.ring`.
#[derive(Clone, Debug)]
pub struct RingDirectory {
    path: PathBuf,
}

impl RingDirectory {
    /// Opens the folder, and makes it if there is none. Its parent must exist.
    ///
    /// # Errors
    ///
    /// If something else is there, or a folder that others own or may enter, or if a system call
    /// fails.
    pub fn open_or_create(path: impl Into<PathBuf>) -> Result<Self, DirectoryError> {
        let path = path.into();
        match fs::mkdir(&path, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(io_error(&path, "creating it", error)),
        }
        check_folder(&path)?;
        Ok(Self { path })
    }

    /// Opens the folder if there is one.
    ///
    /// # Errors
    ///
    /// As [`RingDirectory::open_or_create`].
    pub fn open(path: impl Into<PathBuf>) -> Result<Option<Self>, DirectoryError> {
        let path = path.into();
        match check_folder(&path) {
            Ok(()) => Ok(Some(Self { path })),
            Err(DirectoryError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the ring of this name is, or would be.
    ///
    /// # Errors
    ///
    /// If the name cannot be that of a ring.
    pub fn ring_path(&self, name: &str) -> Result<PathBuf, DirectoryError> {
        if !is_ring_name(name) {
            return Err(DirectoryError::Name { name: name.to_owned() });
        }
        Ok(self.path.join(format!("{name}{SUFFIX}")))
    }

    /// The names of the rings in the folder, sorted; also of those whose writers are dead.
    ///
    /// # Errors
    ///
    /// If the folder cannot be read.
    pub fn rings(&self) -> Result<Vec<String>, DirectoryError> {
        let mut names: Vec<String> = self
            .file_names()?
            .into_iter()
            .filter_map(|file| file.strip_suffix(SUFFIX).map(str::to_owned))
            .filter(|name| is_ring_name(name))
            .collect();
        names.sort();
        Ok(names)
    }

    /// Removes what dead writers left behind, and tells how many files that were. Rings whose writers
    /// live, and files that are no rings, stay.
    ///
    /// # Errors
    ///
    /// If the folder cannot be read.
    pub fn remove_stale(&self) -> Result<usize, DirectoryError> {
        let names = self.file_names()?;
        let removed = names.iter().filter(|file| {
            let path = self.path.join(file);
            match is_temporary(file) {
                true => remove_if_abandoned(&path),
                false => file.ends_with(SUFFIX) && remove_if_stale(&path),
            }
        });
        Ok(removed.count())
    }

    /// Removes the folder if nothing is in it. True if it is gone.
    pub fn remove_if_empty(&self) -> bool {
        matches!(fs::rmdir(&self.path), Ok(()) | Err(Errno::NOENT))
    }

    fn file_names(&self) -> Result<Vec<String>, DirectoryError> {
        let read = || -> io::Result<Vec<String>> {
            let entries = std::fs::read_dir(&self.path)?;
            let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
            Ok(names.collect::<io::Result<Vec<_>>>()?.into_iter().flatten().collect())
        };
        let path = self.path.clone();
        read().map_err(|source| DirectoryError::Io { path, action: "reading it", source })
    }
}

/// A ring's name is a plain part of a file name, and cannot be taken for a hidden or temporary file.
fn is_ring_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.is_empty() && name.len() <= 200 && !name.starts_with('.') && name.bytes().all(plain)
}

/// Whether this is what [`crate::file`] calls a ring of a folder while it is made: `.new-`, the file's name,
/// the process, a count.
fn is_temporary(file: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some(rest) = file.strip_prefix(TEMPORARY_PREFIX) else { return false };
    let mut parts = rest.rsplitn(3, '.');
    let (count, pid, name) = (parts.next(), parts.next(), parts.next());
    count.is_some_and(is_number)
        && pid.is_some_and(is_number)
        && name.and_then(|name| name.strip_suffix(SUFFIX)).is_some_and(is_ring_name)
}

fn check_folder(path: &Path) -> Result<(), DirectoryError> {
    let folder = open_folder(path)?;
    let stat = fs::fstat(&folder).map_err(|error| io_error(path, "examining it", error))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
        return Err(DirectoryError::NotADirectory { path: path.to_owned() });
    }
    let expected = geteuid().as_raw();
    if stat.st_uid != expected {
        let found = stat.st_uid;
        return Err(DirectoryError::Owner { path: path.to_owned(), found, expected });
    }
    let mode = stat.st_mode & 0o777;
    if mode & 0o077 != 0 {
        return Err(DirectoryError::Mode { path: path.to_owned(), found: mode });
    }
    Ok(())
}

fn open_folder(path: &Path) -> Result<OwnedFd, DirectoryError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    fs::open(path, flags, Mode::empty()).map_err(|error| match error {
        Errno::LOOP | Errno::NOTDIR => DirectoryError::NotADirectory { path: path.to_owned() },
        other => io_error(path, "opening it", other),
    })
}

/// Removes a ring whose writer is dead. We hold its writer lock meanwhile, without which nobody puts a
/// new ring in its place.
fn remove_if_stale(path: &Path) -> bool {
    match open_ring(path) {
        Ok(ring) if !is_writer_alive(&ring).unwrap_or(true) => remove_locked(path, &ring.file),
        Err(OpenError::Resized { file, .. }) => remove_locked(path, &file),
        _ => false,
    }
}

/// Removes a file that was never finished. Who makes one holds its writer lock from the beginning.
fn remove_if_abandoned(path: &Path) -> bool {
    open_own_file(path).is_ok_and(|file| remove_locked(path, &file))
}

fn remove_locked(path: &Path, file: &OwnedFd) -> bool {
    lock::try_lock(file.as_fd(), WRITER_LOCK_AT).unwrap_or(false)
        && is_at(path, file)
        && fs::unlink(path).is_ok()
}

fn io_error(path: &Path, action: &'static str, error: Errno) -> DirectoryError {
    DirectoryError::Io { path: path.to_owned(), action, source: error.into() }
}
