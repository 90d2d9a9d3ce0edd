//! Puts a site into a folder of its own, and takes out of it what it made earlier and no longer makes.
//!
//! A list of all files lies beside them. A folder without that list, and with anything else in it, is
//! somebody else's and is left alone.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::GeneratedFile;
use crate::file::{self, Change, FileError};

/// Name of the list.
const LIST: &str = ".mycc-doc";

/// What it begins with.
const HEAD: &str = "# Files that `mycc doc` made; it removes those that it no longer makes.\n";

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Files of the site.
    pub files: usize,
    /// Files that are new or have other bytes.
    pub changed: Vec<PathBuf>,
    /// Files that were taken out.
    pub removed: Vec<PathBuf>,
}

/// Why nothing, or not all, was done.
#[derive(Debug)]
pub enum FolderError {
    /// There are files in it that are not ours.
    NotOurs(PathBuf),
    /// The disk did not let us read or write.
    File(FileError),
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FolderError::NotOurs(path) => write!(
                f,
                "the folder `{}` has files in it that `mycc doc` did not make",
                path.display()
            ),
            FolderError::File(error) => error.fmt(f),
        }
    }
}

impl Error for FolderError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            FolderError::NotOurs(_) => None,
            FolderError::File(error) => Some(error),
        }
    }
}

impl From<FileError> for FolderError {
    fn from(error: FileError) -> FolderError {
        FolderError::File(error)
    }
}

/// Brings a folder up to date with a site.
pub fn write(dir: &Path, mut files: Vec<GeneratedFile>) -> Result<Written, FolderError> {
    let earlier = earlier_files(dir)?;
    let now: BTreeSet<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
    let count = files.len();
    // The old list is true until the new one stands, also where we are stopped in between. The last
    // file is the first to be put in place.
    let mut removed = Vec::new();
    for path in earlier.difference(&now) {
        if remove(dir, path)? {
            removed.push(path.clone());
        }
    }
    files.push(GeneratedFile { path: PathBuf::from(LIST), contents: list(&now) });
    let outcomes = file::write(dir, &files)?;
    let changed = files.iter().zip(outcomes).take(count);
    let changed = changed.filter(|(_, outcome)| outcome.change != Change::Same);
    Ok(Written {
        files: count,
        changed: changed.map(|(file, _)| file.path.clone()).collect(),
        removed,
    })
}

fn list(files: &BTreeSet<PathBuf>) -> String {
    let mut text = HEAD.to_owned();
    for path in files {
        text.push_str(&path.display().to_string());
        text.push('\n');
    }
    text
}

/// The files of the list; none where the folder is empty or not there.
fn earlier_files(dir: &Path) -> Result<BTreeSet<PathBuf>, FolderError> {
    let path = dir.join(LIST);
    match fs::read_to_string(&path) {
        Ok(text) => match text.strip_prefix(HEAD) {
            Some(files) => Ok(files.lines().map(PathBuf::from).collect()),
            None => Err(FolderError::NotOurs(dir.to_owned())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => match is_empty(dir) {
            Ok(true) => Ok(BTreeSet::new()),
            Ok(false) => Err(FolderError::NotOurs(dir.to_owned())),
            Err(source) => Err(cannot("read", dir, source)),
        },
        Err(source) => Err(cannot("read", &path, source)),
    }
}

fn is_empty(dir: &Path) -> io::Result<bool> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Removes a file of the list. Lists can be edited: what leads out of the folder stays.
fn remove(dir: &Path, path: &Path) -> Result<bool, FolderError> {
    let mut full = dir.to_owned();
    for part in path.components() {
        let Component::Normal(name) = part else { return Ok(false) };
        full.push(name);
        match fs::symlink_metadata(&full) {
            Ok(found) if found.is_symlink() => return Ok(false),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(source) => return Err(cannot("read", &full, source)),
        }
    }
    if !full.is_file() {
        return Ok(false);
    }
    fs::remove_file(&full).map_err(|source| cannot("remove", &full, source))?;
    Ok(true)
}

fn cannot(action: &'static str, path: &Path, source: io::Error) -> FolderError {
    FolderError::File(FileError { action, path: path.to_owned(), source })
}
