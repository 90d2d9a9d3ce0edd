//! How often each word stands in the sources, outside of comments and strings.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::fmt::token::{Kind, lex};
use crate::source::{FileId, Files};

/// Counts of words over all files, made when they are first asked for.
pub(super) struct Mentions<'f> {
    files: &'f Files,
    counts: OnceCell<HashMap<&'f str, usize>>,
}

impl<'f> Mentions<'f> {
    pub(super) fn of(files: &'f Files) -> Mentions<'f> {
        Mentions { files, counts: OnceCell::new() }
    }

    pub(super) fn count(&self, word: &str) -> usize {
        self.counts.get_or_init(|| count(self.files)).get(word).copied().unwrap_or(0)
    }
}

fn count(files: &Files) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for file in 0..files.len() {
        let words = lex(files.text(FileId(file))).into_iter().filter(|it| it.kind == Kind::Word);
        words.for_each(|word| *counts.entry(word.text).or_insert(0) += 1);
    }
    counts
}
