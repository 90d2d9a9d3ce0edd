//! Variables of the environment in the strings of a topology file.
//!
//! `${NAME}` stands for the variable's value, `${NAME:-text}` for the text where the variable is not
//! set or empty, and `$$` for `$`. Any other `$` stands for itself.

use std::ops::Range;

/// Where variables come from: the value of a name, if it is set.
pub(super) type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What cannot be replaced, with its place in the string.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unknown {
    /// In bytes of the string.
    pub(super) span: Range<usize>,
    /// The variable that is not set; else what stands there is no variable.
    pub(super) name: Option<String>,
}

/// Whether anything in the text is to be replaced.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${")
}

/// The text with its variables replaced, or all that cannot be.
pub(super) fn expand(text: &str, variables: Variables<'_>) -> Result<String, Vec<Unknown>> {
    let (mut expanded, mut unknown) = (String::new(), Vec::new());
    let mut at = 0;
    while let Some(dollar) = text[at..].find('$').map(|found| at + found) {
        expanded.push_str(&text[at..dollar]);
        let rest = &text[dollar + 1..];
        at = if rest.starts_with('$') {
            expanded.push('$');
            dollar + 2
        } else if let Some(inner) = rest.strip_prefix('{') {
            let len = inner.find('}').unwrap_or(inner.len());
            let end = (dollar + 2 + len + 1).min(text.len());
            let is_closed = len < inner.len();
            match value(&inner[..len], variables) {
                Ok(value) if is_closed => expanded.push_str(&value),
                Ok(_) => unknown.push(Unknown { span: dollar..end, name: None }),
                Err(name) => {
                    let name = name.filter(|_| is_closed);
                    unknown.push(Unknown { span: dollar..end, name });
                }
            }
            end
        } else {
            expanded.push('$');
            dollar + 1
        };
    }
    expanded.push_str(&text[at..]);
    if unknown.is_empty() { Ok(expanded) } else { Err(unknown) }
}

/// What stands between the braces; the name of a variable that is not set, if it is one.
fn value(inner: &str, variables: Variables<'_>) -> Result<String, Option<String>> {
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    };
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_name =
        name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit());
    if !is_name {
        return Err(None);
    }
    match (variables(name), default) {
        (Some(value), None) => Ok(value),
        (Some(value), Some(_)) if !value.is_empty() => Ok(value),
        (_, Some(default)) => Ok(default.to_owned()),
        (None, None) => Err(Some(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::{Unknown, expand};

    fn known(name: &str) -> Option<String> {
        match name {
            "HOST" => Some("10.0.2.20".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        }
    }

    #[test]
    fn variables_are_replaced() {
        for (text, expected) in [
            ("", ""),
            ("plain $5 $", "plain $5 $"),
            ("${HOST}:9002", "10.0.2.20:9002"),
            ("a${EMPTY}b", "ab"),
            ("${EMPTY:-x}${HOST:-y}${NONE:-}", "x10.0.2.20"),
            ("$${HOST} costs $$5", "${HOST} costs $5"),
            ("é${HOST}é", "é10.0.2.20é"),
        ] {
            assert_eq!(expand(text, &known).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_unknown_is_named_with_its_place() {
        let unknown = |span, name: Option<&str>| Unknown { span, name: name.map(str::to_owned) };
        for (text, expected) in [
            ("a${NONE}", vec![unknown(1..8, Some("NONE"))]),
            ("${NONE}${MORE}", vec![unknown(0..7, Some("NONE")), unknown(7..14, Some("MORE"))]),
            ("${1}", vec![unknown(0..4, None)]),
            ("${HOST", vec![unknown(0..6, None)]),
            ("${", vec![unknown(0..2, None)]),
        ] {
            assert_eq!(expand(text, &known), Err(expected), "{text}");
        }
    }
}
