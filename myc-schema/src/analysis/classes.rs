//! What each token of a file is, for colours.

use super::{Analysis, Symbol};
use crate::parse::{self, Class};
use crate::source::{FileId, Span};

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Place, within one line.
    pub span: Span,
    /// What it is.
    pub class: Class,
    /// Whether it is declared here.
    pub is_declaration: bool,
}

impl Analysis {
    /// All tokens of a file but punctuation, by place.
    pub fn tokens(&self, file: FileId) -> Vec<Token> {
        let declared: Vec<usize> = (self.uses.iter())
            .filter(|found| found.span.file == file && found.is_declaration)
            .filter(|found| !matches!(found.symbol, Symbol::Package(_)))
            .map(|found| found.span.start)
            .collect();
        parse::classes(self.files().text(file))
            .into_iter()
            .map(|(range, class)| Token {
                span: Span { file, start: range.start, end: range.end },
                class,
                is_declaration: declared.binary_search(&range.start).is_ok(),
            })
            .collect()
    }
}
