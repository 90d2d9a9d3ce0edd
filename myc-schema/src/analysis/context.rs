//! What may stand at a place, by what stands before it. The text may be half typed, so that this looks at
//! tokens, not at trees.

use crate::fmt::token::{self, Kind, Token};

/// What may stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Context {
    /// Nothing that is known: a comment, a string, a new name.
    Nothing,
    /// An item, or what stands before all items.
    Item,
    /// `enum` or `union`, behind `open` or `closed`.
    Opened,
    /// An attribute; in a body, that of a field, member or arm.
    Attribute(Option<Body>),
    /// A type.
    Type,
    /// A value; of a field, with its type as it is written.
    Value(Option<String>),
    /// What a package or the name of an import stands before.
    Behind(String),
}

/// What stands between the braces of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    Message,
    Struct,
    Union,
    Members,
}

/// Which part of an item or member comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Its beginning.
    Start,
    /// Behind a name or keyword.
    Name,
    Type,
    Value,
}

/// A bracket that is open.
struct Open {
    body: Option<Body>,
    part: Part,
}

/// What may stand at the end of a text, and where the word begins that is typed there.
pub(super) fn context(text: &str) -> (Context, usize) {
    let word = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    let before = &text[..word];
    let tokens = token::lex(before);
    let last = tokens.last();
    let nothing = (Context::Nothing, word);
    let Some(last) = last else { return (Context::Item, word) };
    match last.kind {
        Kind::Comment | Kind::Doc | Kind::InnerDoc if !ends_line(before) => return nothing,
        Kind::Word if is_open_string(last.text) && !ends_line(before) => return nothing,
        _ => {}
    }
    if last.text == "." {
        return (behind(before), word);
    }
    let mut walk = Walk { open: Vec::new(), part: Part::Start, item: None, ty: String::new() };
    tokens.iter().for_each(|token| walk.take(token));
    (walk.context(last), word)
}

fn ends_line(text: &str) -> bool {
    text.trim_end_matches([' ', '\t', '\r']).ends_with('\n')
}

fn is_open_string(word: &str) -> bool {
    let mut inside = word.strip_prefix('"').unwrap_or("\"").chars();
    while let Some(character) = inside.next() {
        match character {
            '"' => return false,
            '\\' => {
                inside.next();
            }
            _ => {}
        }
    }
    true
}

/// The words and points that a text ends with, without the last point.
fn behind(text: &str) -> Context {
    let path = text.trim_end().trim_end_matches('.');
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let start = path.trim_end_matches(is_part).len();
    Context::Behind(path[start..].to_owned())
}

struct Walk {
    open: Vec<Open>,
    part: Part,
    /// Body of the item that has begun.
    item: Option<Body>,
    /// Type of the field that has begun, as it is written.
    ty: String,
}

impl Walk {
    fn take(&mut self, token: &Token<'_>) {
        let text = token.text;
        match (token.kind, text) {
            (Kind::Comment | Kind::Doc | Kind::InnerDoc, _) => {}
            (Kind::Open, _) => self.open(text),
            (Kind::Close, _) => self.close(),
            (_, ";") if self.is_in("[") => self.part = Part::Value,
            (_, ";") => self.start(),
            (_, ",") => self.next_part(),
            (_, ":") if self.part == Part::Name => self.part = Part::Type,
            (_, "=") => self.equals(),
            (Kind::Word, _) => self.word(text),
            _ => {}
        }
        if self.part == Part::Type && !matches!(text, ":" | "=") && !token.kind.is_doc() {
            self.ty.push_str(text);
        }
    }

    /// Whether the innermost bracket is that of a list's type.
    fn is_in(&self, bracket: &str) -> bool {
        let last = self.open.last();
        bracket == "[" && last.is_some_and(|open| open.body.is_none() && open.part == Part::Type)
    }

    fn open(&mut self, text: &str) {
        let is_body = text == "{" && self.open.is_empty();
        let body = if is_body { self.item.take() } else { None };
        self.open.push(Open { body, part: self.part });
        match self.part {
            _ if is_body => self.start(),
            // What an attribute is given.
            Part::Start | Part::Name => self.part = Part::Value,
            Part::Type | Part::Value => {}
        }
    }

    fn close(&mut self) {
        let Some(Open { body, part }) = self.open.pop() else { return self.start() };
        match body {
            Some(_) => self.start(),
            // Behind an attribute's parentheses its owner begins.
            None => self.part = part,
        }
    }

    fn next_part(&mut self) {
        match self.open.last() {
            Some(Open { body: Some(_), .. }) | None => self.start(),
            Some(Open { part: Part::Type, .. }) => self.part = Part::Type,
            Some(_) => self.part = Part::Value,
        }
    }

    fn equals(&mut self) {
        let is_alias = self.open.is_empty() && self.ty == "type";
        self.part = if is_alias { Part::Type } else { Part::Value };
        if is_alias {
            self.ty.clear();
        }
    }

    fn word(&mut self, text: &str) {
        if self.part != Part::Start && self.part != Part::Name {
            return;
        }
        if self.open.is_empty() {
            match text {
                "message" => self.item = Some(Body::Message),
                "struct" => self.item = Some(Body::Struct),
                "union" => self.item = Some(Body::Union),
                "enum" | "flags" => self.item = Some(Body::Members),
                "type" if self.part == Part::Start => text.clone_into(&mut self.ty),
                _ => {}
            }
        }
        self.part = Part::Name;
    }

    fn start(&mut self) {
        self.part = Part::Start;
        self.ty.clear();
        if self.open.is_empty() {
            self.item = None;
        }
    }

    fn body(&self) -> Option<Body> {
        self.open.iter().rev().find_map(|open| open.body)
    }

    fn context(&self, last: &Token<'_>) -> Context {
        if last.text == "@" {
            return Context::Attribute(self.body());
        }
        match self.part {
            Part::Type if last.text == "?" => Context::Nothing,
            Part::Type => Context::Type,
            Part::Value => {
                let of_field = self.open.last().is_none_or(|open| open.body.is_some());
                let is_listed = last.text == "[" || last.text == ",";
                let ty = (of_field || is_listed).then(|| self.ty.clone());
                Context::Value(ty.filter(|ty| !ty.is_empty()))
            }
            Part::Start if self.open.is_empty() => Context::Item,
            Part::Name if matches!(last.text, "open" | "closed") => Context::Opened,
            // Behind an attribute without parentheses an item may begin.
            Part::Name if self.open.is_empty() && self.item.is_none() => match last.text {
                "package" | "import" | "const" | "type" | "as" | "reserved" => Context::Nothing,
                _ => Context::Item,
            },
            _ => Context::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, Context, context};

    fn at_end(text: &str) -> Context {
        context(text).0
    }

    #[test]
    fn what_may_stand_somewhere_is_known_by_what_stands_before() {
        let value = |ty: &str| Context::Value(Some(ty.to_owned()));
        let in_message = |text: &str| at_end(&format!("package a; message M = 1 {{ {text}"));
        assert_eq!(at_end(""), Context::Item);
        assert_eq!(at_end("pack"), Context::Item);
        assert_eq!(at_end("package a; mess"), Context::Item);
        assert_eq!(at_end("package "), Context::Nothing);
        assert_eq!(at_end("package a; @to"), Context::Attribute(None));
        assert_eq!(at_end("package a; @topic(\"a.b\") me"), Context::Item);
        assert_eq!(at_end("package a; open "), Context::Opened);
        assert_eq!(at_end("package a; // mess"), Context::Nothing);
        assert_eq!(at_end("package a; type Price = dec"), Context::Type);
        assert_eq!(at_end("package a; const A: u"), Context::Type);
        assert_eq!(at_end("package a; const A: u8 = "), Context::Value(Some("u8".into())));
        assert_eq!(in_message(""), Context::Nothing);
        assert_eq!(in_message("@k"), Context::Attribute(Some(Body::Message)));
        assert_eq!(in_message("a: "), Context::Type);
        assert_eq!(in_message("a: [u"), Context::Type);
        assert_eq!(in_message("a: [u8; "), Context::Value(None));
        assert_eq!(in_message("a: map<u8, "), Context::Type);
        assert_eq!(in_message("a: (u8, f"), Context::Type);
        assert_eq!(in_message("a: common."), Context::Behind("common".to_owned()));
        assert_eq!(in_message("a: Side = b"), value("Side"));
        assert_eq!(in_message("a: Cond = [au"), value("Cond"));
        assert_eq!(in_message("a: u8 = 1, b: "), Context::Type);
        assert_eq!(in_message("@range(0..=M"), Context::Value(None));
        assert_eq!(in_message("@range(0..=9) a: "), Context::Type);
        assert_eq!(in_message("a: u8 } str"), Context::Item);
        assert_eq!(in_message("a: string = \"in"), Context::Nothing);
        assert_eq!(in_message("a: string = \"in\\\""), Context::Nothing);
        assert_eq!(in_message("a: string = \"in\", b: "), Context::Type);
        assert_eq!(in_message("a: string = \"in\n, b: "), Context::Type);
    }
}
