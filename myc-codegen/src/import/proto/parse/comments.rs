//! Comments: which are the documentation of what, and those that are kept beside it.

use super::{Around, Parsed, Parser, Token};

impl Parser<'_> {
    /// Comments in front of the next token.
    pub(super) fn around(&self) -> Around {
        let Token { line, apart, docs, .. } = self.token().clone();
        Around { line, docs, comments: apart, is_deprecated: false }
    }

    /// All comments on the tokens from `start` to the one that was read last.
    pub(super) fn comments_since(&self, start: usize) -> Vec<String> {
        let read = &self.tokens[start..self.at.min(self.tokens.len())];
        let each = read.iter().flat_map(|token| [&token.apart, &token.docs, &token.behind]);
        each.flatten().cloned().collect()
    }

    /// The end of a statement that began at `start`; comments inside and behind it document it too.
    pub(super) fn end_of(&mut self, around: &mut Around, start: usize) -> Parsed<()> {
        self.expect(';')?;
        self.document(around, start);
        Ok(())
    }

    /// The beginning of a block behind a keyword and a name, likewise.
    pub(super) fn open(&mut self, around: &mut Around) -> Parsed<()> {
        self.expect('{')?;
        self.document(around, self.at - 3);
        Ok(())
    }

    /// Whether the block ends here; comments in front of its end are kept.
    pub(super) fn close(&mut self, around: &mut Around) -> bool {
        self.accept_and_keep('}', around)
    }

    /// Whether a statement without anything ends here, likewise.
    pub(super) fn empty(&mut self, around: &mut Around) -> bool {
        self.accept_and_keep(';', around)
    }

    fn accept_and_keep(&mut self, symbol: char, around: &mut Around) -> bool {
        let found = self.accept(symbol);
        if found {
            around.comments.extend(self.comments_since(self.at - 1));
        }
        found
    }

    /// Comments behind the first token are documentation; those in front of it are in `around` already.
    fn document(&self, around: &mut Around, start: usize) {
        around.docs.extend(self.tokens[start].behind.iter().cloned());
        around.docs.extend(self.comments_since(start + 1));
    }
}
