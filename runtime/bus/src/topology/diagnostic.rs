//! Faults in a topology file, shown the way a compiler shows them.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// Every fault that was found in one file, in the order of the file.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    path: PathBuf,
    text: String,
    found: Vec<Diagnostic>,
}

/// One fault: what, where, and the way out.
#[derive(Debug, Clone)]
pub(super) struct Diagnostic {
    /// What is wrong, in one line.
    pub(super) title: String,
    /// Where, in bytes of the text.
    pub(super) span: Range<usize>,
    /// Said beside the place.
    pub(super) label: String,
    /// Other places that belong to it.
    pub(super) related: Vec<(Range<usize>, String)>,
    /// What to do.
    pub(super) help: String,
}

impl Diagnostics {
    pub(super) fn new(text: &str, path: &Path) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), found: Vec::new() }
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// The common case: one place, a title, a label, a remedy.
    pub(super) fn at(
        &mut self,
        span: Range<usize>,
        title: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(Diagnostic {
            title: title.into(),
            span,
            label: label.into(),
            related: Vec::new(),
            help: help.into(),
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn sort(&mut self) {
        self.found.sort_by_key(|diagnostic| diagnostic.span.start);
    }

    /// The file that they were found in.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Line and column of each fault, both from 1, with its title.
    pub fn places(&self) -> impl Iterator<Item = (usize, usize, &str)> {
        self.found.iter().map(|diagnostic| {
            let before = &self.text[..diagnostic.span.start];
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
            (line, column, diagnostic.title.as_str())
        })
    }

    fn render(&self, diagnostic: &Diagnostic) -> String {
        let path = self.path.display().to_string();
        let primary =
            AnnotationKind::Primary.span(diagnostic.span.clone()).label(&diagnostic.label);
        let related = diagnostic
            .related
            .iter()
            .map(|(span, label)| AnnotationKind::Context.span(span.clone()).label(label));
        let snippet = Snippet::source(&self.text).path(&path).annotation(primary);
        let group: Group<'_> = Level::ERROR
            .primary_title(&diagnostic.title)
            .element(snippet.annotations(related))
            .element(Level::HELP.message(&diagnostic.help));
        Renderer::plain().decor_style(DecorStyle::Ascii).render(&[group])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.found.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            f.write_str(&self.render(diagnostic))?;
        }
        Ok(())
    }
}
