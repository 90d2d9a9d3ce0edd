//! A page of the book: what is fenced in it, and what stands in comments to be run without being shown.

use super::notation::Use;
use crate::markdown::{self, BlockKind, Markdown};

/// Begins a comment whose code is run without being shown.
const HIDDEN: &str = "<!-- hidden ";

/// A page as it is read.
pub(super) struct Page {
    /// Path from the repository's folder, `docs/bus.md`.
    pub(super) path: String,
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
}

/// Fenced text, or a comment that hides code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The line of its fence, from 1.
    pub(super) line: usize,
    pub(super) is_hidden: bool,
    pub(super) language: String,
    pub(super) usage: Use,
    /// Its lines, each with its end.
    pub(super) text: String,
}

/// Something in a page that is not so.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) page: String,
    pub(super) line: usize,
    pub(super) what: String,
}

impl Page {
    /// Reads the blocks; what is no block of ours is a fault.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, Vec<Fault>> {
        let (mut blocks, mut faults) = (Vec::new(), Vec::new());
        for found in Markdown::parse(text).blocks {
            let line = found.line;
            match read(found) {
                Ok(block) => blocks.extend(block),
                Err(what) => faults.push(Fault { page: path.to_owned(), line, what }),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self { path: path.to_owned(), text: text.to_owned(), blocks })
    }

    /// The page's name as a word: `docs/errors/README.md` is `docs_errors_readme`.
    pub(super) fn word(&self) -> String {
        let plain = self.path.trim_end_matches(".md").to_lowercase();
        plain.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect()
    }

    /// The text of the blocks that `wanted` picks, each line where it is in the page; all others are empty. So a
    /// compiler names the line of the page.
    pub(super) fn only(&self, wanted: impl Fn(&Block) -> bool) -> String {
        let mut lines = vec![""; self.text.lines().count()];
        for block in self.blocks.iter().filter(|block| wanted(block)) {
            for (place, line) in lines.iter_mut().skip(block.line).zip(block.text.lines()) {
                *place = line;
            }
        }
        lines.join("\n")
    }

    /// A fault at a line of the page.
    pub(super) fn fault(&self, line: usize, what: impl Into<String>) -> Fault {
        Fault { page: self.path.clone(), line, what: what.into() }
    }
}

/// What is to be done with a block; nothing with HTML that hides nothing.
fn read(found: markdown::Block) -> Result<Option<Block>, String> {
    let markdown::Block { line, kind, text } = found;
    let (info, text, is_hidden) = match kind {
        BlockKind::Fenced { is_closed: false, .. } => {
            return Err("the fence has no end: it takes all that follows".into());
        }
        BlockKind::Fenced { info, .. } => (info, text, false),
        BlockKind::Indented => {
            return Err("code without fences cannot say what is done with it".into());
        }
        BlockKind::Html => {
            let Some(comment) = text.strip_prefix(HIDDEN) else { return Ok(None) };
            let (info, body) = comment.split_once('\n').unwrap_or((comment, ""));
            let Some(body) = body.strip_suffix("-->\n").or_else(|| body.strip_suffix("-->")) else {
                return Err(
                    "what is hidden ends at the first `-->`, which stands on a line alone".into()
                );
            };
            (info.to_owned(), body.to_owned(), true)
        }
    };
    let (language, usage) = Use::parse(&info, &text)?;
    Ok(Some(Block { line, is_hidden, language, usage, text }))
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.page, self.line, self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_with_their_lines() {
        let text = "# A\n\n```text\nx\n```\n\n<!-- hidden rust\nlet y = 1;\n-->\n```rust\ny\n```\n";
        let page = Page::parse("docs/a-b.md", text).unwrap();
        let found = page.blocks.iter().map(|block| (block.line, block.is_hidden, &*block.text));
        assert_eq!(
            found.collect::<Vec<_>>(),
            [(3, false, "x\n"), (7, true, "let y = 1;\n"), (10, false, "y\n"),]
        );
        assert_eq!(page.word(), "docs_a_b");
        assert_eq!(
            page.only(|block| block.language == "rust"),
            "\n\n\n\n\n\n\nlet y = 1;\n\n\ny\n"
        );
    }

    #[test]
    fn a_block_that_says_nothing_is_a_fault() {
        let Err(faults) = Page::parse("a.md", "\n```\nx\n```\n") else { panic!("no fault") };
        assert!(faults[0].to_string().starts_with("a.md:2: "), "{}", faults[0]);
    }

    #[test]
    fn blocks_in_lists_and_hidden_ones_side_by_side_are_found() {
        let text = "1. so:\n\n   ~~~python\n   if x:\n       y\n   ~~~\n\n<!-- hidden json\n{}\n-->\n<!-- hidden sh\na\n-->\n";
        let page = Page::parse("a.md", text).unwrap();
        let found = page.blocks.iter().map(|block| (block.line, block.is_hidden, &*block.text));
        assert_eq!(
            found.collect::<Vec<_>>(),
            [(3, false, "if x:\n    y\n"), (8, true, "{}\n"), (11, true, "a\n")]
        );
        // Each line stays where it is in the page.
        assert_eq!(page.only(|block| block.language == "python").lines().nth(4), Some("    y"));
    }

    #[test]
    fn blocks_that_end_elsewhere_than_it_seems_are_faults() {
        for text in ["```sh\na\n", "<!-- hidden sh\na --> b\n-->\n", "a\n\n    $ b\n"] {
            let Err(faults) = Page::parse("a.md", text) else { panic!("no fault: {text}") };
            assert_eq!(faults.len(), 1, "{text}");
        }
    }
}
