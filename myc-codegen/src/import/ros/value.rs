//! Values of constants and defaults.

use mycelium_wire::hex;

use super::types::{Base, Row, TypeName};
use crate::import::print::float_literal;
use crate::text;

/// A value as the language writes it, unless it is none of this type.
pub(super) fn literal(ty: &TypeName, text: &str) -> Option<String> {
    if ty.row == Row::One {
        return single(&ty.base, text);
    }
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    let items: Vec<String> =
        split(inside).into_iter().map(|item| single(&ty.base, item)).collect::<Option<_>>()?;
    let fits = match ty.row {
        Row::Array(len) => items.len() == usize::try_from(len).ok()?,
        Row::AtMost(most) => items.len() <= usize::try_from(most).ok()?,
        Row::One | Row::Any => true,
    };
    if !fits {
        return None;
    }
    // Rows of bytes are bytes, which are written as digits.
    if ty.base == Base::Plain("u8") {
        let bytes: Vec<u8> = items.iter().map(|item| item.parse().ok()).collect::<Option<_>>()?;
        return Some(text::literal(&hex::encode(&bytes)));
    }
    Some(format!("[{}]", items.join(", ")))
}

fn single(base: &Base, text: &str) -> Option<String> {
    let text = text.trim();
    match base {
        Base::Plain("bool") => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some("true".to_owned()),
            "false" | "0" => Some("false".to_owned()),
            _ => None,
        },
        Base::Plain(ty @ ("f32" | "f64")) => float_literal(text, *ty == "f64"),
        Base::Plain("timestamp" | "duration") | Base::Named { .. } => None,
        Base::Plain(ty) => integer(ty, text),
        Base::String { most, .. } => {
            let inside = unquote(text);
            let most = most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
            (inside.chars().count() <= most).then(|| text::literal(&inside))
        }
    }
}

fn integer(ty: &str, text: &str) -> Option<String> {
    let (minus, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.trim_start_matches('+')),
    };
    let (radix, digits) = match digits.get(..2) {
        Some("0x" | "0X") => (16, &digits[2..]),
        Some("0b" | "0B") => (2, &digits[2..]),
        Some("0o" | "0O") => (8, &digits[2..]),
        _ => (10, digits),
    };
    if !digits.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let value = i128::from_str_radix(digits, radix).ok()?;
    let value = if minus { value.checked_neg()? } else { value };
    let bits: u32 = ty.get(1..)?.parse().ok()?;
    let (least, most) = match ty.starts_with('u') {
        true => (0, (1i128 << bits) - 1),
        false => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
    };
    (least..=most).contains(&value).then(|| value.to_string())
}

/// The text without its quotes and escapes; without quotes it is the text itself.
fn unquote(text: &str) -> String {
    let quote = text.chars().next().filter(|c| *c == '"' || *c == '\'');
    let inside = quote.and_then(|quote| text[1..].strip_suffix(quote));
    let Some(inside) = inside else { return text.to_owned() };
    let (mut plain, mut is_escaped) = (String::new(), false);
    for c in inside.chars() {
        match c {
            '\\' if !is_escaped => is_escaped = true,
            'n' if is_escaped => (is_escaped, _) = (false, plain.push('\n')),
            't' if is_escaped => (is_escaped, _) = (false, plain.push('\t')),
            other => (is_escaped, _) = (false, plain.push(other)),
        }
    }
    plain
}

/// Items between commas that are not in quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut items, mut start, mut quote) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (',', None) => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
    }
    if !text.trim().is_empty() {
        items.push(&text[start..]);
    }
    items
}
