//! Tokens to lists in brackets: all the structure that white space depends on.

use super::token::{Kind, Token};

/// What stands between two brackets, or in the whole file.
#[derive(Debug, Default)]
pub(super) struct List<'t> {
    /// A comment on the line of the opening bracket.
    pub(super) opening: Option<&'t str>,
    pub(super) elements: Vec<Element<'t>>,
    /// Whether there is a line break anywhere in it.
    pub(super) is_broken: bool,
}

#[derive(Debug)]
pub(super) struct Element<'t> {
    pub(super) has_blank_before: bool,
    pub(super) kind: ElementKind<'t>,
}

#[derive(Debug)]
pub(super) enum ElementKind<'t> {
    /// A comment, or documentation of the file, on a line of its own.
    Comment(Token<'t>),
    Entry(Entry<'t>),
}

/// An item, a member, or whatever commas separate.
#[derive(Debug, Default)]
pub(super) struct Entry<'t> {
    pub(super) pieces: Vec<Piece<'t>>,
    /// `,` or, in braces, `;`.
    pub(super) separator: Option<&'t str>,
    /// A comment behind it on its line.
    pub(super) trailing: Option<&'t str>,
}

#[derive(Debug)]
pub(super) enum Piece<'t> {
    Token(Token<'t>),
    Group { open: Token<'t>, list: List<'t>, close: &'t str },
}

/// The list of a file's entries.
pub(super) fn build<'t>(tokens: &[Token<'t>]) -> List<'t> {
    let mut builder = Builder { tokens, at: 0 };
    builder.list(None)
}

struct Builder<'s, 't> {
    tokens: &'s [Token<'t>],
    at: usize,
}

impl<'t> Builder<'_, 't> {
    fn next(&mut self) -> Option<Token<'t>> {
        let token = self.tokens.get(self.at).copied();
        self.at += 1;
        token
    }

    fn peek(&self) -> Option<Token<'t>> {
        self.tokens.get(self.at).copied()
    }

    /// Everything up to the closing bracket, which stays. Brackets nest only as deep as the parser
    /// allows.
    fn list(&mut self, open: Option<&str>) -> List<'t> {
        let start = self.at;
        let mut list = List::default();
        while let Some(token) = self.peek().filter(|token| token.kind != Kind::Close) {
            match token.kind {
                Kind::Comment | Kind::InnerDoc => {
                    self.at += 1;
                    list.add_comment(token, open.is_some());
                }
                _ => self.entry(open, &mut list),
            }
        }
        let end = self.tokens.len().min(self.at + 1);
        list.is_broken = self.tokens[start..end].iter().any(|token| token.line_breaks > 0);
        list
    }

    fn entry(&mut self, open: Option<&str>, list: &mut List<'t>) {
        let mut entry = Entry::default();
        let has_blank_before = self.peek().is_some_and(|token| token.line_breaks > 1);
        while let Some(token) = self.peek().filter(|token| token.kind != Kind::Close) {
            self.at += 1;
            if token.kind == Kind::Open {
                entry.pieces.push(self.group(token));
                if open.is_none() && token.text == "{" {
                    break;
                }
                continue;
            }
            if ends_entry(open, token) && !(token.text == "," && entry.is_withdrawal()) {
                match open {
                    Some(_) => entry.separator = Some(token.text),
                    None => entry.pieces.push(Piece::Token(token)),
                }
                break;
            }
            entry.pieces.push(Piece::Token(token));
        }
        let comments = entry.take_comments();
        list.elements.push(Element { has_blank_before, kind: ElementKind::Entry(entry) });
        for comment in comments {
            list.add_comment(comment, open.is_some());
        }
    }

    fn group(&mut self, open: Token<'t>) -> Piece<'t> {
        let list = self.list(Some(open.text));
        let close = self.next().map_or("", |token| token.text);
        Piece::Group { open, list, close }
    }
}

/// In a file `;` ends an entry, in brackets `,`, and in braces either.
fn ends_entry(open: Option<&str>, token: Token<'_>) -> bool {
    match open {
        None => token.text == ";",
        Some("{") => token.text == "," || token.text == ";",
        Some(_) => token.text == ",",
    }
}

impl<'t> List<'t> {
    /// Adds a comment that stands between entries.
    fn add_comment(&mut self, comment: Token<'t>, is_in_brackets: bool) {
        if comment.line_breaks == 0 {
            match self.elements.last_mut().map(|last| &mut last.kind) {
                Some(ElementKind::Entry(Entry { trailing: trailing @ None, .. })) => {
                    *trailing = Some(comment.text);
                    return;
                }
                None if is_in_brackets && self.opening.is_none() => {
                    self.opening = Some(comment.text);
                    return;
                }
                _ => {}
            }
        }
        let has_blank_before = comment.line_breaks > 1;
        self.elements.push(Element { has_blank_before, kind: ElementKind::Comment(comment) });
    }
}

impl<'t> Entry<'t> {
    /// Whether it is `reserved 1, "a";`, whose commas separate no entries; a member may be called
    /// `reserved` too.
    fn is_withdrawal(&self) -> bool {
        let mut words = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Token(token) if token.kind == Kind::Comment => None,
            Piece::Token(token) | Piece::Group { open: token, .. } => Some(token.text),
        });
        words.next() == Some("reserved")
            && words.next().is_some_and(|next| next != ":" && next != "=")
    }

    /// Comments at its end, which stand better behind its separator.
    fn take_comments(&mut self) -> Vec<Token<'t>> {
        let is_comment =
            |piece: &Piece<'_>| matches!(piece, Piece::Token(token) if token.kind == Kind::Comment);
        let kept = self.pieces.iter().rposition(|piece| !is_comment(piece)).map_or(0, |at| at + 1);
        let tokens = self.pieces.drain(kept..).filter_map(|piece| match piece {
            Piece::Token(token) => Some(token),
            Piece::Group { .. } => None,
        });
        tokens.collect()
    }
}
