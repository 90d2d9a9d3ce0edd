//! Changes that mend what the compiler reports.

use super::Analysis;
use crate::diag::{Code, Diagnostic};
use crate::names::{DeclId, Names};
use crate::source::{FileId, Span};

/// A change of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the change is.
    pub title: String,
    /// What to replace.
    pub span: Span,
    /// What to put there.
    pub replacement: String,
}

impl Analysis {
    /// What would mend a diagnostic: what it suggests itself, and what its help says in words.
    pub fn fixes(&self, diagnostic: &Diagnostic) -> Vec<Fix> {
        let mut fixes = Vec::new();
        if let Some(suggestion) = &diagnostic.suggestion {
            let replacement = suggestion.replacement.clone();
            let title = title(&suggestion.message, &replacement);
            fixes.push(Fix { title, span: suggestion.span, replacement });
        }
        let Some(primary) = &diagnostic.primary else { return fixes };
        if diagnostic.code == Code::UNUSED_IMPORT {
            let title = "remove the import".to_owned();
            fixes.push(Fix {
                title,
                span: self.lines_of(primary.span),
                replacement: String::new(),
            });
        }
        if diagnostic.code == Code::UNKNOWN_TYPE && diagnostic.suggestion.is_none() {
            let text = &self.files().text(primary.span.file)[primary.span.range()];
            fixes.extend(self.import_of(primary.span.file, text));
        }
        if diagnostic.code == Code::OPENNESS {
            fixes.extend(self.openness(primary.span));
        }
        fixes
    }

    /// The import that makes a name known in a file, where another file declares it.
    pub(super) fn import_of(&self, file: FileId, name: &str) -> Option<Fix> {
        let names = self.names();
        self.import_among(&names, file, names.importable(name)?)
    }

    /// The import that makes a declaration known in a file, where another file holds it.
    pub(super) fn import_among(
        &self,
        names: &Names<'_>,
        file: FileId,
        decl: DeclId,
    ) -> Option<Fix> {
        let target = names.decls[decl.0].file;
        if target == file {
            return None;
        }
        let way = way_to(self.files().path(file), self.files().path(target))?;
        let at = self.end_of_imports(file)?;
        Some(Fix {
            title: format!("import `{way}`"),
            span: Span { file, start: at, end: at },
            replacement: format!("\nimport \"{way}\";"),
        })
    }

    /// Behind the last import, or behind the package.
    fn end_of_imports(&self, file: FileId) -> Option<usize> {
        let tree = &self.program.modules[file.0].tree;
        let last = match tree.imports.last() {
            Some(import) => import.span.end,
            None => tree.package.as_ref()?.span.end,
        };
        let text = self.files().text(file);
        text[last..].find(';').map(|semicolon| last + semicolon + 1)
    }

    /// The whole lines that a place lies in.
    fn lines_of(&self, span: Span) -> Span {
        let text = self.files().text(span.file);
        let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at + 1);
        // A line may hold more than the import.
        let is_alone = text[start..end].matches(';').count() <= 1;
        if is_alone { Span { start, end, ..span } } else { self.statement(span) }
    }

    /// From `import` to the semicolon.
    fn statement(&self, span: Span) -> Span {
        let text = self.files().text(span.file);
        let start = text[..span.start].rfind("import").unwrap_or(span.start);
        let end = text[span.end..].find(';').map_or(span.end, |at| span.end + at + 1);
        Span { start, end, ..span }
    }

    /// `open` or `closed` in front of an enum or union; `name` is its name.
    fn openness(&self, name: Span) -> Vec<Fix> {
        let items = &self.program.modules[name.file.0].tree.items;
        let Some(item) = items.iter().find(|item| item.name.span == name) else {
            return Vec::new();
        };
        let span = Span { end: item.span.start, ..item.span };
        let fix = |word: &str, what: &str| Fix {
            title: format!("write `{word}`: {what}"),
            span,
            replacement: format!("{word} "),
        };
        vec![
            fix("open", "values that are added later are kept"),
            fix("closed", "values that are added later are refused"),
        ]
    }
}

/// What a suggestion says of itself, as something to do.
fn title(message: &str, replacement: &str) -> String {
    match message.strip_prefix("did you mean ") {
        Some(_) => format!("replace by `{replacement}`"),
        None => message.to_owned(),
    }
}

/// The relative path from a file to another, as imports are written.
fn way_to(from: &std::path::Path, to: &std::path::Path) -> Option<String> {
    let from: Vec<_> = from.parent()?.components().collect();
    let to: Vec<_> = to.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    let down = to[shared..].iter().map(|part| part.as_os_str().to_str());
    let parts: Option<Vec<&str>> = up.map(Some).chain(down).collect();
    Some(parts?.join("/"))
}
