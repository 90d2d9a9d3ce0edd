//! What the compiler has to say about a source, as values.
//!
//! Phases report to a [`Sink`]; at the end the sink and the files that it speaks of become
//! [`Diagnostics`], which know how to show themselves to people and to tools.

mod code;
mod render;
mod suggest;
mod table;

pub use code::{Code, Severity};
pub use render::{Format, escape_data, escape_property};
pub use suggest::nearest;

use std::cell::Cell;

use crate::limits;
use crate::source::{FileId, Files, Span};

/// One error or warning.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Which one.
    pub code: Code,
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// Where, unless no place is to blame.
    pub primary: Option<Label>,
    /// Places that have to do with it.
    pub related: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// A change that would probably do.
    pub suggestion: Option<Suggestion>,
}

/// A place and what is to be said there.
#[derive(Debug, Clone)]
pub struct Label {
    /// Place.
    pub span: Span,
    /// Text, may be empty.
    pub text: String,
}

/// A change of the source.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// What to replace.
    pub span: Span,
    /// What to put there.
    pub replacement: String,
    /// What the change is, `did you mean …?`.
    pub message: String,
}

impl Diagnostic {
    pub(crate) fn new(
        code: Code,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) -> Diagnostic {
        let primary = Some(Label { span, text: label.into() });
        Diagnostic { primary, ..Diagnostic::nowhere(code, message) }
    }

    /// A diagnostic about no place in a file.
    pub(crate) fn nowhere(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            primary: None,
            related: Vec::new(),
            help: None,
            suggestion: None,
        }
    }

    pub(crate) fn related(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.related.push(Label { span, text: text.into() });
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Suggests to replace what stands at `span`.
    pub(crate) fn replace(
        mut self,
        span: Span,
        replacement: impl Into<String>,
        message: impl Into<String>,
    ) -> Diagnostic {
        self.suggestion =
            Some(Suggestion { span, replacement: replacement.into(), message: message.into() });
        self
    }

    /// Suggests the candidate that is nearest to `given`, where one is near.
    pub(crate) fn did_you_mean<'c>(
        self,
        span: Span,
        given: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Diagnostic {
        match nearest(given, candidates) {
            Some(name) => self.replace(span, name, format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// Where phases report to.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    list: Vec<Diagnostic>,
    errors: usize,
    left_out: usize,
}

impl Sink {
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if diagnostic.code.severity() == Severity::Error {
            self.errors += 1;
        }
        if self.list.len() < limits::DIAGNOSTICS {
            self.list.push(diagnostic);
        } else {
            self.left_out += 1;
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many errors there are so far.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether further diagnostics are only counted, so that they need not be worded well.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= limits::DIAGNOSTICS
    }

    /// Whether anything is wrong that lies in `file`.
    pub(crate) fn has_errors_in(&self, file: FileId) -> bool {
        self.list.iter().any(|d| d.primary.as_ref().is_some_and(|label| label.span.file == file))
    }

    pub(crate) fn finish(mut self, files: Files) -> Diagnostics {
        self.list.sort_by_key(|d| {
            let place = d.primary.as_ref().map(|p| (p.span.file, p.span.start));
            (place.is_some(), place)
        });
        let has_errors = self.has_errors();
        let Sink { list, left_out, .. } = self;
        Diagnostics { files, list, left_out, has_errors, seen: Cell::new(false) }
    }
}

/// All that the compiler had to say, in the order of the source.
///
/// In a debug build a non-empty value that nobody has looked at panics when it is dropped.
#[must_use = "the source may be wrong"]
#[derive(Debug)]
pub struct Diagnostics {
    files: Files,
    list: Vec<Diagnostic>,
    left_out: usize,
    has_errors: bool,
    seen: Cell<bool>,
}

impl Diagnostics {
    /// Whether any of them is an error; warnings are not.
    pub fn has_errors(&self) -> bool {
        self.seen.set(true);
        self.has_errors
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.seen.set(true);
        self.list.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.seen.set(true);
        self.list.iter()
    }

    /// How many more there were than are kept.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// The files of the run; a build script watches their paths.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// All of them as text, empty if there are none.
    pub fn render(&self, format: Format) -> String {
        self.seen.set(true);
        render::render(self, format)
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        let unseen = !self.seen.get() && !self.list.is_empty();
        if cfg!(debug_assertions) && unseen && !std::thread::panicking() {
            panic!("{} diagnostics were dropped unread", self.list.len());
        }
    }
}
