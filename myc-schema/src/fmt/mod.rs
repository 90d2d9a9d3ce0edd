//! The one style of `.myc` files.
//!
//! [`format`] works on tokens, not on the tree: it moves white space and the commas that may stand
//! before a closing bracket, and nothing else. So it cannot change a fact, keeps every comment, and
//! need not know what a construct means. The text is parsed first; one with errors stays as it is.
//!
//! - Four spaces a level, lines of at most 100 characters where brackets let them break.
//! - A body in braces that stands on one line stays there while it fits and has no comments; any
//!   other has a line for each member, with a comma behind the last one too.
//! - Attributes stand in front of a field on its line, and on lines of their own above an item.
//! - Blank lines stay, several become one; there is one around items of several lines.

mod print;
pub(crate) mod token;
mod tree;

use std::path::Path;

use crate::diag::{Diagnostics, Sink};
use crate::source::Files;
use crate::{load, parse};

/// The text of one file in the one style, unless something is wrong with it.
///
/// Only syntax is looked at; imports are not followed. What was formatted once stays as it is.
///
/// ```
/// let source = b"package   ping;message Ping=1{sent:timestamp}".to_vec();
/// let (text, diagnostics) = myc_schema::format("ping.myc".as_ref(), source);
/// assert!(diagnostics.is_empty());
/// assert_eq!(text.unwrap(), "package ping;\n\nmessage Ping = 1 { sent: timestamp }\n");
/// ```
pub fn format(path: &Path, source: Vec<u8>) -> (Option<String>, Diagnostics) {
    let (mut files, mut sink) = (Files::default(), Sink::default());
    let text = load::decode(path, source).unwrap_or_else(|diagnostic| {
        sink.report(*diagnostic);
        String::new()
    });
    let file = files.add(path.to_owned(), text);
    if !sink.has_errors() {
        parse::parse(file, files.text(file), &mut sink);
    }
    let text = (!sink.has_errors()).then(|| restyle(files.text(file)));
    (text, sink.finish(files))
}

/// Formats a text that the grammar takes.
fn restyle(text: &str) -> String {
    let tokens = token::lex(text);
    let formatted = print::print(&tree::build(&tokens));
    debug_assert_eq!(facts(&tokens), facts(&token::lex(&formatted)), "tokens are only moved");
    formatted
}

/// Texts of the tokens that carry meaning, then those of the comments.
fn facts<'t>(tokens: &[token::Token<'t>]) -> (Vec<&'t str>, Vec<&'t str>) {
    use token::Kind;
    let (comments, others): (Vec<&token::Token<'t>>, Vec<_>) =
        tokens.iter().partition(|token| token.kind == Kind::Comment);
    let mut facts: Vec<&str> = Vec::new();
    for token in others {
        if token.kind == Kind::Close && facts.last() == Some(&",") {
            facts.pop();
        }
        // A space behind the marker of documentation is not part of it.
        let marked = token.kind.is_doc().then(|| token.text[3..].trim_start());
        facts.push(marked.unwrap_or(token.text));
    }
    (facts, comments.iter().map(|comment| comment.text).collect())
}
