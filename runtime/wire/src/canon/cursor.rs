//! A place in a text, and what can be taken from there.

use super::error::{ParseError, ParseErrorKind};

/// Bytes of one name; the language allows no more.
const NAME_BYTES: usize = 128;

/// A place in a text.
pub(super) struct Cursor<'t> {
    rest: &'t str,
    pub(super) line: usize,
}

pub(super) type Parsed<T> = Result<T, ParseError>;

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Cursor<'t> {
        Cursor { rest: text, line: 1 }
    }

    pub(super) fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn fail<T>(&self, kind: ParseErrorKind) -> Parsed<T> {
        Err(ParseError { line: self.line, kind })
    }

    /// What is left of the text, by which a stretch of it is measured.
    pub(super) fn rest(&self) -> &'t str {
        self.rest
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.bytes().next()
    }

    /// Takes exactly this, if it stands here.
    pub(super) fn take(&mut self, literal: &str) -> bool {
        match self.rest.strip_prefix(literal) {
            Some(rest) => {
                self.line += literal.bytes().filter(|byte| *byte == b'\n').count();
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn expect(&mut self, literal: &str, what: &'static str) -> Parsed<()> {
        if self.take(literal) { Ok(()) } else { self.fail(ParseErrorKind::Expected(what)) }
    }

    fn take_while(&mut self, is_part: impl Fn(u8) -> bool) -> &'t str {
        let end = self.rest.bytes().position(|byte| !is_part(byte)).unwrap_or(self.rest.len());
        // Only ASCII is part of anything, so that the end is that of a character.
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// A word of letters, digits and underscores.
    pub(super) fn name(&mut self, what: &'static str) -> Parsed<&'t str> {
        let name = self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        self.checked_name(name, what)
    }

    /// Names with points between them, the last of which is that of a type.
    pub(super) fn path(&mut self, what: &'static str) -> Parsed<&'t str> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
        let path = self.take_while(is_part);
        if path.split('.').any(str::is_empty) || !path.contains('.') {
            return self.fail(ParseErrorKind::Expected(what));
        }
        self.checked_name(path, what)
    }

    fn checked_name(&self, name: &'t str, what: &'static str) -> Parsed<&'t str> {
        if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
            return self.fail(ParseErrorKind::Expected(what));
        }
        if name.len() > 4 * NAME_BYTES {
            return self.fail(ParseErrorKind::Limit { of: "bytes of a name", max: 4 * NAME_BYTES });
        }
        Ok(name)
    }

    /// Digits, perhaps with a sign and a point.
    pub(super) fn number(&mut self) -> &'t str {
        self.take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
    }

    /// The same, but no more than one point, and none that is not followed by a digit; so that a range
    /// can be written behind it.
    pub(super) fn plain_number(&mut self) -> &'t str {
        let bytes = self.rest.as_bytes();
        let digits = |from: usize| {
            bytes.get(from..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count()
        };
        let sign = usize::from(bytes.first() == Some(&b'-'));
        let whole = sign + digits(sign);
        let fraction = if bytes.get(whole) == Some(&b'.') { digits(whole + 1) } else { 0 };
        let end = if fraction > 0 { whole + 1 + fraction } else { whole };
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number
    }

    /// A whole number.
    pub(super) fn integer<N: core::str::FromStr>(&mut self, what: &'static str) -> Parsed<N> {
        match self.number().parse() {
            Ok(number) => Ok(number),
            Err(_) => self.fail(ParseErrorKind::Expected(what)),
        }
    }

    /// Free text with its length in bytes before it: `5:hello`.
    pub(super) fn text(&mut self) -> Parsed<&'t str> {
        let what = "text with its length in bytes before it";
        let len: usize = self.integer(what)?;
        self.expect(":", what)?;
        let Some((text, rest)) = self.rest.split_at_checked(len) else {
            return self.fail(ParseErrorKind::Expected(what));
        };
        self.line += text.bytes().filter(|byte| *byte == b'\n').count();
        self.rest = rest;
        Ok(text)
    }
}
