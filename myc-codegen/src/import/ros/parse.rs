//! Lines of `.msg` files.

use super::types::{self, TypeName};
use crate::import::report::{At, ImportError, Report};

/// A file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) docs: Vec<String>,
    /// Comments behind all fields and constants.
    pub(super) comments: Vec<String>,
    pub(super) fields: Vec<Line>,
    pub(super) constants: Vec<Line>,
}

/// A field or constant.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) line: usize,
    pub(super) ty: TypeName,
    pub(super) name: String,
    /// Default or value, as it is written.
    pub(super) value: Option<String>,
    pub(super) docs: Vec<String>,
    /// Comments in front of it that a blank line parts from it.
    pub(super) comments: Vec<String>,
}

/// Reads a file.
pub(super) fn parse(text: &str, report: &mut Report) -> Result<File, ImportError> {
    let mut file = File::default();
    let (mut docs, mut apart) = (Vec::new(), Vec::new());
    let mut is_top = true;
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let at = At::Line(index + 1);
        let (code, comment) = split_comment(line);
        let comment = comment.map(|text| text.trim_start_matches('#').trim().to_owned());
        if code.trim().is_empty() {
            match comment {
                Some(comment) => docs.push(comment),
                // What stands at the top, with a blank line behind it, is about the whole file.
                None if is_top && !docs.is_empty() => {
                    file.docs = std::mem::take(&mut docs);
                    is_top = false;
                }
                None => apart.append(&mut docs),
            }
            continue;
        }
        is_top = false;
        let (is_constant, mut parsed) =
            declaration(code.trim()).map_err(|message| report.error(at, message))?;
        parsed.line = index + 1;
        parsed.docs = std::mem::take(&mut docs);
        parsed.docs.extend(comment.filter(|comment| !comment.is_empty()));
        parsed.comments = std::mem::take(&mut apart);
        if is_constant {
            file.constants.push(parsed);
        } else {
            file.fields.push(parsed);
        }
    }
    if file.fields.is_empty() && file.docs.is_empty() {
        file.docs = std::mem::take(&mut docs);
    }
    file.comments = [apart, docs].concat();
    Ok(file)
}

/// Parts a line at the `#` that is not in quotes.
fn split_comment(line: &str) -> (&str, Option<&str>) {
    let (mut quote, mut is_escaped) = (None, false);
    for (at, c) in line.char_indices() {
        match (c, quote) {
            _ if is_escaped => is_escaped = false,
            ('\\', Some(_)) => is_escaped = true,
            ('#', None) => return (&line[..at], Some(&line[at..])),
            // An apostrophe inside a word begins no string.
            ('"' | '\'', None) if line[..at].ends_with([' ', '\t', '=', '[', ',']) => {
                quote = Some(c);
            }
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
    }
    (line, None)
}

/// A field or constant, and whether it is one.
fn declaration(code: &str) -> Result<(bool, Line), String> {
    let Some((ty, rest)) = code.split_once(char::is_whitespace) else {
        return Err(format!("`{code}` has no name: a line is a type and a name"));
    };
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (name, value) = rest.split_at(end);
    if name.is_empty() {
        return Err(format!("`{rest}` is not a name"));
    }
    let ty = types::parse(ty)?;
    let value = value.trim();
    let (is_constant, value) = match value.strip_prefix('=') {
        Some(value) => (true, Some(value.trim())),
        None if value.is_empty() => (false, None),
        None => (false, Some(value)),
    };
    let (value, name) = (value.map(str::to_owned), name.to_owned());
    Ok((is_constant, Line { line: 0, ty, name, value, docs: Vec::new(), comments: Vec::new() }))
}
