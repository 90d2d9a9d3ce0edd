//! Finds sources on disk, puts generated files there, and says what that would change.
//!
//! A file is written only where its bytes differ, so that tools that look at modification times stay
//! quiet. All new contents are written beside their targets first and then renamed into place: a
//! failure on the way leaves every old file as it was and no temporary file behind.

use std::error::Error;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use myc_schema::{FILE_BYTES, Lock, LockError};

use crate::GeneratedFile;

/// What writing a file does, or would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The file is not there yet.
    New,
    /// The file is there with other bytes.
    Changed,
    /// The file is as it should be.
    Same,
}

/// A generated file's place on disk and how it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Path, with the output folder.
    pub path: PathBuf,
    /// What writing it does.
    pub change: Change,
}

/// The disk did not let us read or write.
#[derive(Debug)]
pub struct FileError {
    /// What was tried, as in "cannot write".
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// Why not.
    pub source: io::Error,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}`: {}", self.action, self.path.display(), self.source)
    }
}

impl Error for FileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

/// A file itself; of a folder all `.myc` files below it, in the order of their paths.
pub fn find_schemas(path: &Path) -> Result<Vec<PathBuf>, FileError> {
    find(path, "myc")
}

/// A file itself; of a folder all files below it with this extension, in the order of their paths.
pub fn find(path: &Path, extension: &str) -> Result<Vec<PathBuf>, FileError> {
    let failure = |source| FileError { action: "read", path: path.to_owned(), source };
    if !fs::metadata(path).map_err(failure)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = entries.map_err(failure)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.path();
        // A linked folder is not followed: it may lead back here.
        if entry.file_type().map_err(failure)?.is_dir() {
            found.extend(find(&path, extension)?);
        } else if path.extension().is_some_and(|found| found == extension) && !path.is_dir() {
            found.push(path);
        }
    }
    Ok(found)
}

/// More bytes of a schema than the compiler takes are not read: it refuses the file by them.
pub const SCHEMA_BYTES: usize = FILE_BYTES + 1;

/// Most bytes of a lock.
const LOCK_BYTES: usize = 1 << 28;

/// Bytes of a schema.
pub fn read_schema(path: &Path) -> io::Result<Vec<u8>> {
    read(path, SCHEMA_BYTES)
}

/// Bytes of a file, at most so many: it may never end.
pub fn read(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    // Opening a pipe waits until somebody writes to it, which may never be.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    read_all(File::open(path)?, most)
}

/// Bytes of a stream, likewise.
pub fn read_all(stream: impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why a lock was not read.
#[derive(Debug)]
pub enum ReadLockError {
    /// The disk did not let us.
    File(FileError),
    /// It says what no lock says.
    Wrong(PathBuf, LockError),
}

/// Reads a lock.
pub fn read_lock(path: &Path) -> Result<Lock, ReadLockError> {
    let failed =
        |source| ReadLockError::File(FileError { action: "read", path: path.to_owned(), source });
    let bytes = read(path, LOCK_BYTES + 1).map_err(failed)?;
    if bytes.len() > LOCK_BYTES {
        return Err(failed(io::Error::other(format!("it has more than {LOCK_BYTES} bytes"))));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| failed(io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8")))?;
    Lock::parse(&text).map_err(|error| ReadLockError::Wrong(path.to_owned(), error))
}

/// How each file compares with what lies in `dir`. Writes nothing.
pub fn compare(dir: &Path, files: &[GeneratedFile]) -> Result<Vec<Outcome>, FileError> {
    files.iter().map(|file| compare_one(dir.join(&file.path), &file.contents)).collect()
}

/// Brings `dir` up to date; files that are as they should be are not touched.
pub fn write(dir: &Path, files: &[GeneratedFile]) -> Result<Vec<Outcome>, FileError> {
    let outcomes = compare(dir, files)?;
    let mut staged = Staged::default();
    for (file, outcome) in files.iter().zip(&outcomes) {
        if outcome.change != Change::Same {
            staged.add(&outcome.path, &file.contents)?;
        }
    }
    staged.commit()?;
    Ok(outcomes)
}

fn compare_one(path: PathBuf, contents: &str) -> Result<Outcome, FileError> {
    let change = match fs::read(&path) {
        Ok(bytes) if bytes == contents.as_bytes() => Change::Same,
        Ok(_) => Change::Changed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Change::New,
        Err(source) => return Err(FileError { action: "read", path, source }),
    };
    Ok(Outcome { path, change })
}

/// New contents that lie beside their targets; dropping it removes them again.
#[derive(Default)]
struct Staged {
    /// Temporary file and target.
    files: Vec<(PathBuf, PathBuf)>,
}

impl Staged {
    fn add(&mut self, target: &Path, contents: &str) -> Result<(), FileError> {
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(|source| FileError {
                action: "make the folder",
                path: parent.to_owned(),
                source,
            })?;
        }
        let temporary = beside(target);
        self.files.push((temporary.clone(), target.to_owned()));
        let written = fs::write(&temporary, contents).and_then(|()| match fs::metadata(target) {
            Ok(old) => fs::set_permissions(&temporary, old.permissions()),
            Err(_) => Ok(()),
        });
        written.map_err(|source| FileError { action: "write", path: temporary, source })
    }

    fn commit(mut self) -> Result<(), FileError> {
        while let Some((temporary, target)) = self.files.pop() {
            if let Err(source) = fs::rename(&temporary, &target) {
                self.files.push((temporary, target.clone()));
                return Err(FileError { action: "replace", path: target, source });
            }
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for (temporary, _) in &self.files {
            // Nothing more can be done about a file that cannot be removed; the first error is told.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// A name in the target's folder that no other process uses.
fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}.new", std::process::id()))
}
