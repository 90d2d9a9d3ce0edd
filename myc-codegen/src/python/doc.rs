//! Docstrings.

/// The docstring of some lines; empty where there is nothing to say.
///
/// Lines but the first are not indented: the templates do that.
pub(super) fn docstring(lines: &[String], deprecated: Option<&str>) -> String {
    let mut lines: Vec<String> = lines.iter().map(|line| escaped(line.trim_end())).collect();
    if let Some(reason) = deprecated {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(escaped(&format!("Deprecated: {reason}")));
    }
    let is_blank = |line: &String| line.trim().is_empty();
    while lines.last().is_some_and(is_blank) {
        lines.pop();
    }
    let first = lines.iter().position(|line| !is_blank(line)).unwrap_or(lines.len());
    lines.drain(..first);
    let Some(first) = lines.first_mut() else { return String::new() };
    *first = first.trim_start().to_owned();
    match lines.as_slice() {
        [line] => format!("\"\"\"{}\"\"\"", quotable(line)),
        _ => format!("\"\"\"{}\n\"\"\"", lines.join("\n")),
    }
}

/// A line as it stands between triple quotes.
fn escaped(line: &str) -> String {
    let line = line.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    match line.strip_prefix('"') {
        Some(rest) => format!("\\\"{rest}"),
        None => line,
    }
}

/// A quote before the closing ones would be taken for one of them.
fn quotable(line: &str) -> String {
    match line.strip_suffix('"') {
        Some(rest) => format!("{rest}\\\""),
        None => line.to_owned(),
    }
}
