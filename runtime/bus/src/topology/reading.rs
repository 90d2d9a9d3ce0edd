//! Reads a topology's file and the files that it includes into one draft.
//!
//! What a file says goes before what it includes, and what an earlier include says before what a later
//! one does; each file is read once. Relative paths start at the folder of the file that they stand in.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::diagnostic::Diagnostics;
use super::draft::{self, Draft};
use super::variables::Variables;

/// What a file is read with.
pub(super) struct Reading<'d> {
    pub(super) diagnostics: &'d mut Diagnostics,
    pub(super) variables: Variables<'d>,
    /// Position of the file's first byte.
    pub(super) start: usize,
}

impl Reading<'_> {
    /// A place of the file among those of all files.
    pub(super) fn place(&self, span: Range<usize>) -> Range<usize> {
        self.start + span.start..self.start + span.end
    }
}

/// The topology's text and all that it includes.
pub(super) fn read(
    text: &str,
    path: &Path,
    variables: Variables<'_>,
    diagnostics: &mut Diagnostics,
) -> Draft {
    let mut files = Files { seen: Vec::new(), open: Vec::new(), variables, diagnostics };
    let draft = files.read(text, path);
    if draft.nodes.is_empty() && files.diagnostics.is_empty() {
        diagnostics.at(
            0..0,
            "this topology has no nodes",
            "nothing here",
            "add a `[[nodes]]` table with `name` and `services`",
        );
    }
    draft
}

struct Files<'d> {
    /// Files that were read or are being read.
    seen: Vec<PathBuf>,
    /// Files that are being read, each included by the one before it: as written, and as one of `seen`.
    open: Vec<(PathBuf, PathBuf)>,
    variables: Variables<'d>,
    diagnostics: &'d mut Diagnostics,
}

impl Files<'_> {
    fn read(&mut self, text: &str, path: &Path) -> Draft {
        let start = self.diagnostics.add_source(path, text);
        let variables = self.variables;
        let mut reading = Reading { diagnostics: &mut *self.diagnostics, variables, start };
        let (mut draft, includes) = draft::parse(text, &mut reading);
        let file = identity(path);
        self.seen.push(file.clone());
        self.open.push((path.to_owned(), file));
        for include in includes {
            if let Some(included) = self.include(&include) {
                draft.absorb(included);
            }
        }
        self.open.pop();
        draft
    }

    fn include(&mut self, include: &Spanned<String>) -> Option<Draft> {
        let path = self.diagnostics.folder(&include.span()).join(include.get_ref());
        let file = identity(&path);
        if let Some(first) = self.open.iter().position(|(_, open)| *open == file) {
            self.report_circle(include, first, &path);
            return None;
        }
        if self.seen.contains(&file) {
            return None;
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(self.read(&text, &path)),
            Err(error) => {
                self.diagnostics.at(
                    include.span(),
                    format!("cannot read {}: {error}", path.display()),
                    "included here",
                    "write the path of a topology file, from this file's folder",
                );
                None
            }
        }
    }

    fn report_circle(&mut self, include: &Spanned<String>, first: usize, path: &Path) {
        let circle = self.open[first..].iter().map(|(path, _)| path.as_path());
        let circle: Vec<String> =
            circle.chain([path]).map(|path| path.display().to_string()).collect();
        self.diagnostics.at(
            include.span(),
            "files include one another in a circle",
            circle.join(" -> "),
            "take one of these `include`s out",
        );
    }
}

/// The same for all ways to write a file's path.
fn identity(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
