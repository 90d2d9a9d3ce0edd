//! What is compiled: root files, the way to the files that they import, and places in them.
//!
//! The compiler does no input or output of its own. A [`Loader`] brings the bytes of a file; any
//! function from a path to bytes is one, `|path: &Path| std::fs::read(path)` for a disk and a
//! [`Memory`] for tests and editors.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

/// Brings the bytes of a source file.
pub trait Loader {
    /// Bytes of the file at `path`, which is a root's path or was made from one and an import.
    fn load(&self, path: &Path) -> io::Result<Vec<u8>>;
}

impl<F: Fn(&Path) -> io::Result<Vec<u8>>> Loader for F {
    fn load(&self, path: &Path) -> io::Result<Vec<u8>> {
        self(path)
    }
}

/// Files that are held in memory.
#[derive(Debug, Clone, Default)]
pub struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl Memory {
    /// No files.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// Adds a file, or replaces it.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Memory {
        self.0.insert(path.into(), bytes.into());
        self
    }
}

impl Loader for Memory {
    fn load(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = self.0.get(path);
        bytes.cloned().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such file"))
    }
}

/// What to compile.
pub struct SourceSet<'l> {
    pub(crate) loader: Box<dyn Loader + 'l>,
    pub(crate) roots: Vec<PathBuf>,
}

impl<'l> SourceSet<'l> {
    /// No roots yet; every file will come through `loader`.
    pub fn new(loader: impl Loader + 'l) -> SourceSet<'l> {
        SourceSet { loader: Box::new(loader), roots: Vec::new() }
    }

    /// Adds a file to compile; what it imports is found by the compiler.
    #[must_use]
    pub fn root(mut self, path: impl AsRef<Path>) -> SourceSet<'l> {
        self.roots.push(normalize(path.as_ref()));
        self
    }

    /// Adds several files to compile.
    #[must_use]
    pub fn roots(self, paths: impl IntoIterator<Item = impl AsRef<Path>>) -> SourceSet<'l> {
        paths.into_iter().fold(self, |set, path| set.root(path))
    }
}

/// Removes `.` and resolves `..` by the text alone, so that one file has one path.
pub(crate) fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if ends_with_name(&normal) => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

fn ends_with_name(path: &Path) -> bool {
    matches!(path.components().next_back(), Some(Component::Normal(_)))
}

/// One file of a run, in the order of loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub(crate) usize);

/// A stretch of a file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// File.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
}

impl Span {
    /// As a range of bytes.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    pub(crate) fn to(self, end: Span) -> Span {
        Span { end: end.end, ..self }
    }
}

/// A place for people: both count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineColumn {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// The files that a run has read.
#[derive(Debug, Clone, Default)]
pub struct Files(Vec<File>);

#[derive(Debug, Clone)]
struct File {
    path: PathBuf,
    text: String,
    line_starts: Vec<usize>,
}

impl Files {
    pub(crate) fn add(&mut self, path: PathBuf, text: String) -> FileId {
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1))
            .collect();
        self.0.push(File { path, text, line_starts });
        FileId(self.0.len() - 1)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Path of a file.
    pub fn path(&self, file: FileId) -> &Path {
        &self.0[file.0].path
    }

    /// Text of a file.
    pub fn text(&self, file: FileId) -> &str {
        &self.0[file.0].text
    }

    /// Paths of all files, in the order of loading; those that could not be read as well.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(|file| file.path.as_path())
    }

    /// Line and column of a byte.
    pub fn line_column(&self, file: FileId, offset: usize) -> LineColumn {
        let File { text, line_starts, .. } = &self.0[file.0];
        let line = line_starts.partition_point(|start| *start <= offset);
        let start = line_starts[line - 1];
        let column = text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        LineColumn { line, column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalized_by_their_text() {
        for (given, expected) in [
            ("./a/../b.myc", "b.myc"),
            ("a/b/../../../c.myc", "../c.myc"),
            ("/a/./b.myc", "/a/b.myc"),
            ("../../x", "../../x"),
        ] {
            assert_eq!(normalize(Path::new(given)), Path::new(expected), "{given}");
        }
    }

    #[test]
    fn places_count_characters() {
        let mut files = Files::default();
        let file = files.add("a".into(), "é\nxy".into());
        assert_eq!(files.line_column(file, 2), LineColumn { line: 1, column: 2 });
        assert_eq!(files.line_column(file, 4), LineColumn { line: 2, column: 2 });
    }
}
