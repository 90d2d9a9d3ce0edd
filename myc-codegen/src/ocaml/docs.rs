//! Doc comments: from the schema's Markdown to what odoc reads.

/// A doc comment whose lines stand at `indent`, without the last newline; nothing where there is
/// nothing to say.
pub(super) fn comment(docs: &[String], deprecated: Option<&str>, indent: usize) -> String {
    let mut lines: Vec<String> = docs.iter().map(|line| escape(line)).collect();
    if let Some(reason) = deprecated {
        lines.push(format!("@deprecated {}", escape(reason)));
    }
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    if lines.is_empty() {
        return String::new();
    }
    let mut text = String::from("(** ");
    for (index, line) in lines.iter().enumerate() {
        let line = line.trim_end();
        if index > 0 {
            text.push('\n');
        }
        if index > 0 && !line.is_empty() {
            text.extend(std::iter::repeat_n(' ', indent + 4));
        }
        text.push_str(line);
    }
    text + " *)"
}

/// Text of a doc comment: code in brackets, and nothing that odoc or OCaml's lexer would take for
/// its own.
fn escape(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut in_code = false;
    for c in line.chars() {
        match c {
            '`' => {
                text.push(if in_code { ']' } else { '[' });
                in_code = !in_code;
            }
            // A quotation mark would begin a string that the comment need not end.
            '"' => text.push_str("''"),
            '{' | '}' | '[' | ']' | '@' => {
                text.push('\\');
                text.push(c);
            }
            // `{|` and `{name|` would begin a string too, and `(*` and `*)` a comment and the end of
            // this one.
            '|' if opens_string(&text) => text.push_str(" |"),
            '*' if text.ends_with('(') => text.push_str(" *"),
            ')' if text.ends_with('*') => text.push_str(" )"),
            c => text.push(c),
        }
    }
    if in_code {
        text.push(']');
    }
    text
}

/// Whether a `|` behind the text would begin a string literal.
fn opens_string(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_lowercase() || c == '_').ends_with('{')
}
