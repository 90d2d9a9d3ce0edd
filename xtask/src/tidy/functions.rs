//! A function does one thing: at most 80 lines, tests apart.
//!
//! rustfmt puts a function's last brace under its first letter, so indentation finds its end.

use super::{Finding, Source};

const MOST_LINES: usize = 80;

/// Functions that may be longer, as `(file, function, reason)`.
const LONGER: &[(&str, &str, &str)] = &[];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let rust = sources
        .iter()
        .filter(|source| source.has_extension(&["rs"]) && !source.is_generated())
        .filter(|source| !source.is_test());
    rust.flat_map(check_file).collect()
}

fn check_file(source: &Source) -> Vec<Finding> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut findings = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        if *line == "#[cfg(test)]" {
            break;
        }
        let Some(name) = function_name(line) else { continue };
        let indent = &line[..line.len() - line.trim_start().len()];
        let ends_here = |later: &&str| later.strip_prefix(indent) == Some("}");
        let Some(below) = lines[start..].iter().position(ends_here) else {
            continue;
        };
        let listed = LONGER.iter().any(|(path, long, _)| *path == source.path && *long == name);
        if below + 1 > MOST_LINES && !listed && opens_block(&lines[start..start + below]) {
            let what = format!("`{name}` has {} lines, at most {MOST_LINES}", below + 1);
            findings.push(source.find(start + 1, what));
        }
    }
    findings
}

fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let words = ["pub", "const", "async", "unsafe", "extern", "\"C\"", "default"];
    let only_qualifiers =
        before.split_whitespace().all(|word| words.iter().any(|known| word.starts_with(known)));
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    (only_qualifiers && end > 0).then(|| &after[..end])
}

/// A declaration in a trait, or a body on one line, has no block of its own.
fn opens_block(lines: &[&str]) -> bool {
    for line in lines {
        if line.ends_with('{') {
            return true;
        }
        if line.ends_with(';') || line.ends_with('}') {
            return false;
        }
    }
    false
}
