//! What importers have to say: errors, and notes on what cannot be carried over.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::text;

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// Where in it.
    pub at: At,
}

/// Where in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// The file as a whole.
    Whole,
    /// A line, from 1.
    Line(usize),
    /// A byte, from 0, of a file that has no lines.
    Byte(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        match self.at {
            At::Whole => Ok(()),
            At::Line(line) => write!(f, ":{line}"),
            At::Byte(byte) => write!(f, ": byte {byte}"),
        }
    }
}

/// Something that is not in the `.myc` text, or not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where it stands.
    pub place: Place,
    /// What it is and what became of it.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: note: {}", self.place, text::visible(&self.text))
    }
}

/// Why a definition cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do, where that is known.
    pub help: Option<String>,
}

impl ImportError {
    /// Says what to do about it.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> ImportError {
        self.help = Some(text::visible(&help.into()).into_owned());
        self
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, text::visible(&self.message))
    }
}

impl Error for ImportError {}

/// Notes on one source.
#[derive(Debug)]
pub(super) struct Report {
    path: PathBuf,
    notes: Vec<Note>,
    /// What occurs so often that it is counted: where first, and how many times.
    counted: BTreeMap<String, (At, usize)>,
}

impl Report {
    pub(super) fn new(path: &Path) -> Report {
        Report { path: path.to_owned(), notes: Vec::new(), counted: BTreeMap::new() }
    }

    pub(super) fn place(&self, at: At) -> Place {
        Place { path: self.path.clone(), at }
    }

    pub(super) fn error(&self, at: At, message: impl Into<String>) -> ImportError {
        ImportError { place: self.place(at), message: message.into(), help: None }
    }

    pub(super) fn note(&mut self, at: At, text: impl Into<String>) {
        self.notes.push(Note { place: self.place(at), text: text.into() });
    }

    /// Notes something that may occur at many places, once.
    pub(super) fn count(&mut self, at: At, text: impl Into<String>) {
        self.counted.entry(text.into()).or_insert((at, 0)).1 += 1;
    }

    /// Notes that ids were given, where the source has none.
    pub(super) fn note_ids(&mut self, first: u16, last: u16, order: &str) {
        let text = match first == last {
            true => format!("message id {first} is given in {order}"),
            false => format!("message ids {first} to {last} are given in {order}"),
        };
        self.note(At::Whole, text);
    }

    /// All notes, in the order of the source.
    pub(super) fn into_notes(mut self) -> Vec<Note> {
        for (text, (at, count)) in std::mem::take(&mut self.counted) {
            let text = if count == 1 { text } else { format!("{text} ({count} times)") };
            self.note(at, text);
        }
        self.notes.sort_by_key(|note| note.place.at);
        self.notes
    }
}
