//! What each token of a text is, by the grammar alone.
//!
//! What no rule takes is told by its look: strings, numbers and comments are known there too, words are not,
//! but for keywords.

use std::ops::Range;

use pest::Parser as _;
use pest::iterators::Pair;

use super::{Grammar, Rule, scan};
use crate::check::is_built_in;
use crate::diag::Sink;
use crate::fmt::token::{self, Kind};
use crate::source::FileId;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// `// …`
    Comment,
    /// `/// …` and `//! …`
    Documentation,
    /// A word of the grammar, where it is one.
    Keyword,
    /// `@topic`, without the sign.
    Attribute,
    /// A package, or the name of an import.
    Namespace,
    /// A type of the language.
    BuiltIn,
    /// A type that is declared somewhere.
    Type,
    /// A constant.
    Constant,
    /// A field, or an arm of a union.
    Field,
    /// A member of an enum or of flags.
    Member,
    /// A number.
    Number,
    /// A string.
    Text,
    /// `true` or `false`, or `null` for a value that is not there.
    Literal,
}

/// All tokens of a text but punctuation, by place.
pub(crate) fn classes(text: &str) -> Vec<(Range<usize>, Class)> {
    let mut found = Found { text, in_size: false, list: Vec::new() };
    let comments = scan::scan(FileId(0), text, &mut Sink::default());
    match Grammar::parse(Rule::file, text) {
        // A text that is nested too deep never reaches the grammar.
        Ok(pairs) if comments.is_some() => pairs.for_each(|pair| found.pair(pair, Rule::file)),
        _ => found.by_look(0..text.len()),
    }
    found.list.extend(comments.into_iter().flatten().map(|span| (span.range(), Class::Comment)));
    found.list.sort_by_key(|(range, _)| (range.start, range.end));
    found.list.dedup_by_key(|(range, _)| range.start);
    found.list
}

struct Found<'t> {
    text: &'t str,
    /// Whether this is what `string<N>`, `bytes<N>` or `decimal<S>` takes.
    in_size: bool,
    list: Vec<(Range<usize>, Class)>,
}

impl Found<'_> {
    fn pair(&mut self, pair: Pair<'_, Rule>, parent: Rule) {
        let rule = pair.as_rule();
        let range = pair.as_span().start()..pair.as_span().end();
        match rule {
            Rule::bad_item | Rule::bad_member | Rule::bad_field => return self.by_look(range),
            Rule::item_start | Rule::missing_comma | Rule::unclosed => return,
            Rule::path => return self.path(&pair, parent),
            // What text and decimals take is a number, however it is written.
            Rule::named if takes_number(pair.as_str()) => self.in_size = true,
            _ => {}
        }
        if let Some(class) = class_of(rule, parent, pair.as_str()) {
            self.list.push((range.start..range.start + pair.as_str().trim_end().len(), class));
        }
        let was_in_size = self.in_size;
        pair.into_inner().for_each(|inner| self.pair(inner, rule));
        self.in_size = was_in_size && rule != Rule::named;
    }

    /// The last part of a path is what is named, the others say where it is.
    fn path(&mut self, pair: &Pair<'_, Rule>, parent: Rule) {
        let (start, path) = (pair.as_span().start(), pair.as_str());
        let last = path.rfind('.').map_or(0, |point| point + 1);
        let class = match parent {
            Rule::package => Class::Namespace,
            Rule::named if is_built_in(path).is_some() => Class::BuiltIn,
            Rule::named if !self.in_size => Class::Type,
            _ if path == "null" => Class::Literal,
            _ if is_constant(&path[last..]) => Class::Constant,
            _ => Class::Member,
        };
        for (at, part) in parts(path) {
            let class = if at == last { class } else { Class::Namespace };
            self.list.push((start + at..start + at + part.len(), class));
        }
    }

    fn by_look(&mut self, range: Range<usize>) {
        let text = &self.text[range.clone()];
        for token in token::lex(text) {
            let start = range.start + (token.text.as_ptr() as usize - text.as_ptr() as usize);
            let class = match token.kind {
                Kind::Comment => Class::Comment,
                Kind::Doc | Kind::InnerDoc => Class::Documentation,
                Kind::Word if token.text.starts_with('"') => Class::Text,
                Kind::Word if token.text.starts_with(|c: char| c.is_ascii_digit()) => Class::Number,
                Kind::Word if is_built_in(token.text).is_some() => Class::BuiltIn,
                Kind::Word if KEYWORDS.contains(&token.text) => Class::Keyword,
                _ => continue,
            };
            self.list.push((start..start + token.text.len(), class));
        }
    }
}

/// Words that begin an item, or stand in front of one.
const KEYWORDS: [&str; 13] = [
    "package", "import", "as", "reserved", "const", "type", "open", "closed", "enum", "flags",
    "struct", "message", "union",
];

fn class_of(rule: Rule, parent: Rule, text: &str) -> Option<Class> {
    Some(match rule {
        Rule::outer_doc | Rule::inner_doc => Class::Documentation,
        Rule::string => Class::Text,
        Rule::number => Class::Number,
        Rule::bool => Class::Literal,
        Rule::ident => match parent {
            Rule::attribute => Class::Attribute,
            Rule::alias => Class::Namespace,
            Rule::const_item => Class::Constant,
            Rule::member => Class::Member,
            Rule::field => Class::Field,
            _ => Class::Type,
        },
        _ if KEYWORDS.contains(&text) && is_keyword(rule) => Class::Keyword,
        _ => return None,
    })
}

fn is_keyword(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        kw_package
            | kw_import
            | kw_as
            | kw_reserved
            | kw_const
            | kw_type
            | kw_open
            | kw_closed
            | kw_enum
            | kw_flags
            | kw_struct
            | kw_message
            | kw_union
    )
}

fn takes_number(named: &str) -> bool {
    let name = named.split(['<', ' ', '\t', '\n']).next().unwrap_or_default();
    matches!(name, "string" | "bytes" | "decimal")
}

/// Whether a name is written as constants are.
fn is_constant(name: &str) -> bool {
    name.chars().any(|c| c.is_ascii_uppercase()) && !name.chars().any(|c| c.is_ascii_lowercase())
}

/// Parts of a path and where each begins.
fn parts(path: &str) -> impl Iterator<Item = (usize, &str)> {
    path.split('.').scan(0, |at, part| {
        let start = *at;
        *at += part.len() + 1;
        Some((start, part))
    })
}
