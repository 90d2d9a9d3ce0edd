//! Source text to tree, and the only place that knows pest.
//!
//! A file that is too long or too deeply nested is refused before the grammar sees it, so that
//! parsing is bounded in time and stack. What no rule takes is skipped and reported, item by item
//! and member by member, so that one run finds every bad one.

#[cfg(feature = "analysis")]
mod classes;
mod expr;
mod item;
mod recover;
mod scan;
mod ty;

use pest::Parser as _;
use pest::iterators::Pair;

#[cfg(feature = "analysis")]
pub use classes::Class;
#[cfg(feature = "analysis")]
pub(crate) use classes::classes;

use crate::diag::Sink;
use crate::source::{FileId, Span};
use crate::tree;

/// What pest makes of the grammar.
mod grammar {
    #![allow(missing_docs, unreachable_pub, reason = "made by pest_derive")]

    #[derive(pest_derive::Parser)]
    #[grammar = "grammar.pest"]
    pub struct Grammar;
}

use grammar::{Grammar, Rule};

/// The tree of a file; what is wrong with the text is reported and left out.
pub(crate) fn parse(file: FileId, text: &str, sink: &mut Sink) -> tree::File {
    let Some(comments) = scan::scan(file, text, sink) else { return tree::File::default() };
    let mut lowering = Lowering { file, text, sink };
    match Grammar::parse(Rule::file, text) {
        Ok(pairs) => tree::File { comments, ..lowering.file(pairs) },
        Err(error) => {
            lowering.report_syntax(error, 0, text.len());
            tree::File::default()
        }
    }
}

/// Makes pairs into tree nodes; one file of `impl` a construct.
struct Lowering<'s> {
    file: FileId,
    text: &'s str,
    sink: &'s mut Sink,
}

impl Lowering<'_> {
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        Span { file: self.file, start: span.start(), end: span.end() }
    }

    /// The span without the white space and comments that an optional end may have taken along.
    fn trimmed(&self, span: Span) -> Span {
        let text = &self.text[span.range()];
        Span { end: span.start + text.trim_end().len(), ..span }
    }

    fn name(&self, pair: &Pair<'_, Rule>) -> tree::Name {
        tree::Name { text: pair.as_str().to_owned(), span: self.span(pair) }
    }

    fn path(&self, pair: &Pair<'_, Rule>) -> tree::Path {
        tree::Path { text: pair.as_str().to_owned(), span: self.span(pair) }
    }
}

/// Text of a documentation line: without the marker and one space.
fn doc_line(pair: &Pair<'_, Rule>) -> String {
    let line = pair.as_str().trim_end();
    let line = line.get(3..).unwrap_or_default();
    line.strip_prefix(' ').unwrap_or(line).to_owned()
}
