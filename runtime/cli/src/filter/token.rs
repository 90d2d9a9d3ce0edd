//! The words of a condition.

use super::{Fault, Placed};
use std::ops::Range;

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    /// As it is written.
    Number(String),
    Text(String),
    /// An operator or a sign.
    Sign(&'static str),
}

/// A word and its place.
pub(super) type At = (Range<usize>, Token);

/// Longer ones first, so that they win.
const SIGNS: [&str; 16] =
    ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "(", ")", "[", "]", ".", "!", "=", ","];

/// Splits a condition into words.
pub(super) fn split(text: &str) -> Result<Vec<At>, Placed> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (len, token) = next(&text[at..]).map_err(|(len, fault)| (at..at + len, fault))?;
        words.push((at..at + len, token));
        at += len;
    }
    Ok(words)
}

/// The first word and its length; a fault and the length of what is wrong.
fn next(text: &str) -> Result<(usize, Token), (usize, Fault)> {
    let bytes = text.as_bytes();
    if bytes[0] == b'"' {
        return quoted(text);
    }
    let is_number = bytes[0].is_ascii_digit()
        || (bytes[0] == b'-' && bytes.get(1).is_some_and(u8::is_ascii_digit));
    if is_number {
        return number(text);
    }
    if bytes[0].is_ascii_alphabetic() || bytes[0] == b'_' {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let len = bytes.iter().take_while(|byte| is_part(byte)).count();
        return Ok((len, Token::Name(text[..len].to_owned())));
    }
    match SIGNS.iter().find(|sign| text.starts_with(**sign)) {
        Some(&"=") => Err((1, Fault::Refused("two are compared by `==`".to_owned()))),
        Some(sign) => Ok((sign.len(), Token::Sign(sign))),
        None => {
            let len = text.chars().next().map_or(1, char::len_utf8);
            Err((len, Fault::Expected("a name, a number, a \"text\" or an operator")))
        }
    }
}

fn number(text: &str) -> Result<(usize, Token), (usize, Fault)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut len = usize::from(bytes[0] == b'-');
    len += digits(len);
    if bytes.get(len) == Some(&b'.') && bytes.get(len + 1).is_some_and(u8::is_ascii_digit) {
        len += 1 + digits(len + 1);
    }
    if bytes.get(len).is_some_and(u8::is_ascii_alphabetic) {
        let fault = "a number in plain digits, as in 0.001; times and durations are \"texts\"";
        return Err((len + 1, Fault::Expected(fault)));
    }
    Ok((len, Token::Number(text[..len].to_owned())))
}

fn quoted(text: &str) -> Result<(usize, Token), (usize, Fault)> {
    let mut content = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Ok((at + 1, Token::Text(content))),
            '\\' => match chars.next() {
                Some((_, 'n')) => content.push('\n'),
                Some((_, 't')) => content.push('\t'),
                Some((_, escaped @ ('"' | '\\'))) => content.push(escaped),
                _ => return Err((at + 2, Fault::Expected(r#"`\"`, `\\`, `\n` or `\t`"#))),
            },
            other => content.push(other),
        }
    }
    Err((text.len(), Fault::Expected("a `\"` that ends the text")))
}
