//! Words that mean "not finished", or that belong to one person's machine.

use super::{Finding, Source};

/// A word, and what to do instead.
const WORDS: &[(&str, &str)] = &[
    ("TODO", "finish it, or say in a sentence what is left out and why"),
    ("FIXME", "mend it"),
    ("todo!(", "finish it"),
    ("unimplemented!(", "finish it"),
    ("#[ignore", "a test that never runs tests nothing"),
    ("pytest.mark.skip(", "a test that never runs tests nothing"),
    ("/home/", "paths of one machine help nobody else"),
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let own = file!();
    let text = sources.iter().filter(|source| source.path != own && !source.is_generated());
    text.flat_map(check_file).collect()
}

fn check_file(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        for (word, instead) in WORDS.iter().filter(|(word, _)| line.contains(word)) {
            findings.push(source.find(index + 1, format!("`{word}`: {instead}")));
        }
    }
    findings
}
