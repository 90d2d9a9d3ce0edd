//! Text to tokens, each with the line breaks before it.

/// A token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'t> {
    pub(crate) kind: Kind,
    /// Without white space at its end.
    pub(crate) text: &'t str,
    /// Line breaks between the token before and this one.
    pub(crate) line_breaks: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name, number or string.
    Word,
    /// Anything else that is no bracket.
    Mark,
    /// `(`, `[`, `{` or `<`.
    Open,
    /// `)`, `]`, `}` or `>`.
    Close,
    /// `// …`
    Comment,
    /// `/// …`
    Doc,
    /// `//! …`
    InnerDoc,
}

impl Kind {
    pub(crate) fn is_doc(self) -> bool {
        matches!(self, Kind::Doc | Kind::InnerDoc)
    }
}

/// All tokens of a text; those of one that the grammar does not take are told by their look.
pub(crate) fn lex(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let space = text[at..].len() - text[at..].trim_start_matches([' ', '\t', '\r', '\n']).len();
        let line_breaks = text[at..at + space].matches('\n').count();
        at += space;
        let rest = &text[at..];
        if rest.is_empty() {
            break;
        }
        let (kind, length) = first(rest);
        tokens.push(Token { kind, text: rest[..length].trim_end(), line_breaks });
        at += length;
    }
    tokens
}

/// Kind and length of the token that a text begins with.
fn first(text: &str) -> (Kind, usize) {
    let bytes = text.as_bytes();
    match bytes[0] {
        b'/' if bytes.get(1) == Some(&b'/') => (comment_kind(text), until_line_end(text)),
        b'"' => (Kind::Word, string_length(bytes)),
        b'0'..=b'9' => (Kind::Word, number_length(bytes)),
        byte if is_word(byte) => {
            let end = bytes.iter().position(|byte| !is_word(*byte));
            (Kind::Word, end.unwrap_or(bytes.len()))
        }
        b'(' | b'[' | b'{' | b'<' => (Kind::Open, 1),
        b')' | b']' | b'}' | b'>' => (Kind::Close, 1),
        _ if text.starts_with("..=") => (Kind::Mark, 3),
        _ if text.starts_with("..") => (Kind::Mark, 2),
        _ => (Kind::Mark, text.chars().next().map_or(1, char::len_utf8)),
    }
}

fn comment_kind(text: &str) -> Kind {
    match text.as_bytes().get(2..4) {
        Some([b'!', _]) => Kind::InnerDoc,
        Some([b'/', next]) if *next != b'/' => Kind::Doc,
        _ if text == "//!" => Kind::InnerDoc,
        _ if text == "///" => Kind::Doc,
        _ => Kind::Comment,
    }
}

fn until_line_end(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Up to the quote, or to the end of the line where that is missing.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\n' => return at,
            b'\\' if bytes.get(at + 1).is_some_and(|next| *next != b'\n') => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A point or sign belongs to a number only where a digit follows.
fn number_length(bytes: &[u8]) -> usize {
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_radix = matches!(bytes.get(1), Some(b'x' | b'X'));
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        let has_sign = matches!(bytes.get(at + 1), Some(b'+' | b'-')) && is_digit(at + 2);
        match byte {
            b'e' | b'E' if !is_radix && has_sign => at += 2,
            b'.' if is_digit(at + 1) => at += 1,
            byte if is_word(*byte) => at += 1,
            _ => break,
        }
    }
    at
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
