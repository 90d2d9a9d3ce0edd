//! `// mycc: allow(rule)` in a source.

use std::collections::BTreeSet;

use super::RULES;
use crate::tree;

/// What such a comment begins with.
pub(super) const MARK: &str = "mycc:";

/// What the comments of a file allow.
pub(super) struct Allowed {
    /// Rules by the line that they are allowed on, from 0.
    lines: BTreeSet<(usize, String)>,
    /// Rules that are allowed in the whole file.
    everywhere: BTreeSet<String>,
    /// Places and names of what is no rule.
    pub(super) unknown: Vec<(usize, String)>,
}

impl Allowed {
    pub(super) fn read(text: &str, tree: &tree::File) -> Allowed {
        let mut allowed =
            Allowed { lines: BTreeSet::new(), everywhere: BTreeSet::new(), unknown: Vec::new() };
        let package = tree.package.as_ref().map_or(0, |package| package.span.start);
        let starts = line_starts(text);
        for comment in &tree.comments {
            let words = text[comment.range()].trim_start_matches('/').trim();
            let Some(names) = words
                .strip_prefix(MARK)
                .and_then(|rest| rest.trim().strip_prefix("allow("))
                .and_then(|rest| rest.split_once(')'))
            else {
                continue;
            };
            let line = starts.partition_point(|start| *start <= comment.start) - 1;
            // A comment alone on its line speaks of what stands below.
            let is_alone = text[starts[line]..comment.start].trim().is_empty();
            let target = if is_alone { line_below(text, &starts, line) } else { line };
            for name in names.0.split(',').map(str::trim) {
                if !RULES.iter().any(|rule| rule.name == name) {
                    allowed.unknown.push((comment.start, name.to_owned()));
                } else if comment.start < package {
                    allowed.everywhere.insert(name.to_owned());
                } else {
                    allowed.lines.insert((target, name.to_owned()));
                }
            }
        }
        allowed
    }

    /// Whether a rule is silent on a line, counted from 0.
    pub(super) fn covers(&self, rule: &str, line: usize) -> bool {
        self.everywhere.contains(rule) || self.lines.contains(&(line, rule.to_owned()))
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let behind = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(behind).collect()
}

/// The next line that is no comment and no attribute.
fn line_below(text: &str, starts: &[usize], line: usize) -> usize {
    let is_code = |index: &usize| {
        let rest = text[starts[*index]..].lines().next().unwrap_or_default().trim();
        let is_attribute = rest.starts_with('@') && (rest.ends_with(')') || !rest.contains(' '));
        !rest.is_empty() && !rest.starts_with("//") && !is_attribute
    };
    (line + 1..starts.len()).find(is_code).unwrap_or(line)
}
