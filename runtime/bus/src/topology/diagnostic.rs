//! Faults in topology files, shown the way a compiler shows them.
//!
//! The files of one topology lie behind one another in one range of positions: a span says by itself
//! in which file it is.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::harmless;

/// What was found in a topology's files, in their order: faults, or what is suspicious.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    /// The topology, then what it includes.
    sources: Vec<Source>,
    found: Vec<Diagnostic>,
}

/// One file.
#[derive(Debug, Clone)]
struct Source {
    path: PathBuf,
    text: String,
    /// Position of its first byte.
    start: usize,
}

/// One finding: what, where, and the way out.
#[derive(Debug, Clone)]
pub(super) struct Diagnostic {
    /// What is wrong, in one line.
    pub(super) title: String,
    /// Where.
    pub(super) span: Range<usize>,
    /// Said beside the place.
    pub(super) label: String,
    /// Other places that belong to it.
    pub(super) related: Vec<(Range<usize>, String)>,
    /// What to do.
    pub(super) help: String,
    /// Whether the topology can be used all the same.
    pub(super) is_warning: bool,
}

/// One finding, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding<'a> {
    /// The file.
    pub path: &'a Path,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Whether the topology can be used all the same.
    pub is_warning: bool,
    /// What is wrong.
    pub title: &'a str,
    /// What is said of the place.
    pub label: &'a str,
    /// What to do.
    pub help: &'a str,
}

impl Diagnostics {
    /// Takes in a file; its spans start at the position that is returned.
    pub(super) fn add_source(&mut self, path: &Path, text: &str) -> usize {
        // One more than its bytes, for what is missing at its end.
        let start = self.sources.last().map_or(0, |last| last.start + last.text.len() + 1);
        self.sources.push(Source { path: path.to_owned(), text: text.to_owned(), start });
        start
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
            is_warning: false,
        });
    }

    pub(super) fn sort(&mut self) {
        self.found.sort_by_key(|diagnostic| diagnostic.span.start);
    }

    /// The text at a place.
    pub(super) fn text(&self, span: &Range<usize>) -> &str {
        let Some(source) = self.source(span.start) else { return "" };
        source.text.get(source.within(span)).unwrap_or("")
    }

    /// The folder of the file in which a place is: there its relative paths start.
    pub(super) fn folder(&self, span: &Range<usize>) -> &Path {
        let parent = self.source(span.start).and_then(|source| source.path.parent());
        parent.unwrap_or(Path::new(""))
    }

    fn source(&self, position: usize) -> Option<&Source> {
        self.sources.iter().rev().find(|source| source.start <= position)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The topology's file.
    pub fn path(&self) -> &Path {
        self.sources.first().map_or(Path::new(""), |source| &source.path)
    }

    /// Every finding with its place.
    pub fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        self.found.iter().filter_map(|diagnostic| {
            let source = self.source(diagnostic.span.start)?;
            let before = source.text.get(..source.within(&diagnostic.span).start)?;
            Some(Finding {
                path: &source.path,
                line: before.matches('\n').count() + 1,
                column: before.chars().rev().take_while(|&c| c != '\n').count() + 1,
                is_warning: diagnostic.is_warning,
                title: &diagnostic.title,
                label: &diagnostic.label,
                help: &diagnostic.help,
            })
        })
    }

    /// As text for a terminal that shows colours. What the files say does nothing to it, here and where it is displayed.
    pub fn coloured(&self) -> String {
        self.render(&Renderer::styled())
    }

    fn render(&self, renderer: &Renderer) -> String {
        let renderer = renderer.clone().decor_style(DecorStyle::Ascii);
        let sources: Vec<Shown> = self.sources.iter().map(Shown::of).collect();
        let all = self.found.iter();
        let all = all.map(|diagnostic| renderer.render(&[self.group(diagnostic, &sources)]));
        all.collect::<Vec<_>>().join("\n\n")
    }

    /// The primary place's file first, then what is related in others.
    fn group<'a>(&self, diagnostic: &Diagnostic, sources: &'a [Shown]) -> Group<'a> {
        let level = if diagnostic.is_warning { Level::WARNING } else { Level::ERROR };
        let mut snippets: Vec<(usize, Vec<Annotation<'a>>)> = Vec::new();
        let primary = (&diagnostic.span, &diagnostic.label, AnnotationKind::Primary);
        let related = diagnostic.related.iter();
        let related = related.map(|(span, label)| (span, label, AnnotationKind::Context));
        for (span, label, kind) in std::iter::once(primary).chain(related) {
            let Some(index) = self.sources.iter().rposition(|source| source.start <= span.start)
            else {
                continue;
            };
            let annotation =
                kind.span(self.sources[index].within(span)).label(harmless::words(label));
            match snippets.iter_mut().find(|(file, _)| *file == index) {
                Some((_, annotations)) => annotations.push(annotation),
                None => snippets.push((index, vec![annotation])),
            }
        }
        let mut group = Group::with_title(level.primary_title(harmless::words(&diagnostic.title)));
        for (index, annotations) in snippets {
            let snippet = Snippet::source(&sources[index].text).path(&sources[index].path);
            group = group.element(snippet.annotations(annotations));
        }
        group.element(Level::HELP.message(harmless::words(&diagnostic.help)))
    }
}

/// A file as a terminal may be given it.
struct Shown {
    path: String,
    text: String,
}

impl Shown {
    fn of(source: &Source) -> Self {
        let path = harmless::words(&source.path.display().to_string());
        Self { path, text: harmless::source(&source.text) }
    }
}

impl Source {
    /// A place in bytes of this file's text.
    fn within(&self, span: &Range<usize>) -> Range<usize> {
        let place = |position: usize| position.saturating_sub(self.start).min(self.text.len());
        place(span.start)..place(span.end)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(&Renderer::plain()))
    }
}
