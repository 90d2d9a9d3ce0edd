//! Pages of Markdown, read as CommonMark and the forges' tables say: by the parser that mdBook has too.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// What is looked at in a page, each in order. Lines count from 1.
#[derive(Default)]
pub(crate) struct Markdown {
    pub(crate) blocks: Vec<Block>,
    pub(crate) links: Vec<Link>,
    pub(crate) headings: Vec<String>,
}

/// Code, or HTML that stands for itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line of its fence, or its first one.
    pub(crate) line: usize,
    pub(crate) kind: BlockKind,
    /// Its lines, each with its end, without what they are indented by.
    pub(crate) text: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    Fenced {
        info: String,
        /// Whether it has a fence at its end too: without one it takes all that follows.
        is_closed: bool,
    },
    Indented,
    Html,
}

pub(crate) struct Link {
    pub(crate) line: usize,
    pub(crate) target: String,
}

impl Markdown {
    pub(crate) fn parse(text: &str) -> Self {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS;
        let mut page = Self::default();
        let mut lines = LineNumbers { text, offset: 0, line: 1 };
        let mut title: Option<String> = None;
        let mut events = Parser::new_ext(text, options).into_offset_iter();
        while let Some((event, range)) = events.next() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let kind = block_kind(kind, &text[range.clone()]);
                    page.blocks.push(lines.block(range.start, kind, &mut events));
                }
                Event::Start(Tag::HtmlBlock) => {
                    page.blocks.push(lines.block(range.start, BlockKind::Html, &mut events));
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let (line, target) = (lines.at(range.start), dest_url.into_string());
                    page.links.push(Link { line, target });
                }
                Event::Start(Tag::Heading { .. }) => title = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => page.headings.extend(title.take()),
                Event::Text(part) | Event::Code(part) => {
                    if let Some(title) = &mut title {
                        title.push_str(&part);
                    }
                }
                Event::SoftBreak | Event::HardBreak => {
                    if let Some(title) = &mut title {
                        title.push(' ');
                    }
                }
                _ => {}
            }
        }
        page
    }
}

fn block_kind(kind: CodeBlockKind<'_>, source: &str) -> BlockKind {
    match kind {
        CodeBlockKind::Indented => BlockKind::Indented,
        CodeBlockKind::Fenced(info) => {
            let fence: String =
                source.chars().take_while(|char| ['`', '~'].contains(char)).collect();
            let last = source.lines().skip(1).last().unwrap_or_default();
            // In a quotation each line has its mark.
            let last = last.trim_start_matches(['>', ' ']).trim_end();
            let is_closed =
                last.len() >= fence.len() && last.trim_start_matches(&fence[..1]).is_empty();
            BlockKind::Fenced { info: info.into_string(), is_closed }
        }
    }
}

/// Numbers of lines, of places that are asked for in order.
struct LineNumbers<'t> {
    text: &'t str,
    offset: usize,
    line: usize,
}

impl LineNumbers<'_> {
    fn at(&mut self, offset: usize) -> usize {
        if offset < self.offset {
            (self.offset, self.line) = (0, 1);
        }
        self.line += self.text[self.offset..offset].matches('\n').count();
        self.offset = offset;
        self.line
    }

    /// The block that has begun, up to its end.
    fn block<'e>(
        &mut self,
        offset: usize,
        kind: BlockKind,
        events: &mut impl Iterator<Item = (Event<'e>, std::ops::Range<usize>)>,
    ) -> Block {
        let mut text = String::new();
        for (event, _) in events {
            match event {
                Event::Text(part) | Event::Html(part) => text.push_str(&part),
                _ => break,
            }
        }
        Block { line: self.at(offset), kind, text }
    }
}

#[cfg(test)]
mod tests {
    use super::{BlockKind, Markdown};

    fn fenced(text: &str) -> Vec<(usize, String, String)> {
        let blocks = Markdown::parse(text).blocks.into_iter();
        let told = blocks.filter_map(|block| match block.kind {
            BlockKind::Fenced { info, .. } => Some((block.line, info, block.text)),
            _ => None,
        });
        told.collect()
    }

    fn one(line: usize, info: &str, text: &str) -> Vec<(usize, String, String)> {
        vec![(line, info.to_owned(), text.to_owned())]
    }

    #[test]
    fn fences_are_those_of_commonmark() {
        assert_eq!(fenced("~~~sh\na\n```\n~~~\n"), one(1, "sh", "a\n```\n"));
        assert_eq!(fenced("````text\n```\n````\n"), one(1, "text", "```\n"));
        assert_eq!(fenced("```text\n  ```` \n"), one(1, "text", ""));
        assert_eq!(fenced("``` rust , x \na\n```\n"), one(1, "rust , x", "a\n"));
        assert_eq!(fenced("- list\n\n  ```sh\n  a\n    b\n  ```\n"), one(3, "sh", "a\n  b\n"));
        assert_eq!(fenced("> ```sh\n> a\n> ```\nb\n"), one(1, "sh", "a\n"));
        assert_eq!(fenced("1. a\n   ```sh\n   x\n   ```\n"), one(2, "sh", "x\n"));
        assert_eq!(fenced("```not a `fence`\n"), []);
        assert_eq!(fenced("a\n\n    ```sh\n    x\n"), []);
        assert_eq!(fenced("<!--\n```sh\nx\n```\n-->\n"), []);
    }

    #[test]
    fn a_fence_that_is_not_closed_is_told_from_one_that_is() {
        let closed = |text: &str| {
            let mut blocks = Markdown::parse(text).blocks.into_iter();
            matches!(blocks.next().unwrap().kind, BlockKind::Fenced { is_closed: true, .. })
        };
        for text in ["```a\n```\n", "~~~a\nx\n~~~~\n", "> ```a\n> ```\n", "- ```a\n  x\n  ```"] {
            assert!(closed(text), "{text}");
        }
        for text in ["```a\nx\n", "````a\n```\n", "```a", "- ```a\n  x\n\nb\n"] {
            assert!(!closed(text), "{text}");
        }
    }

    #[test]
    fn links_and_headings_are_those_that_are_seen() {
        let text = "# A `b` [c](d.md)\n\nB\n=\n\n`[no](x)` [e](f.md \"t\")\n[g][h] \\\n![i](j.svg)\n\n[h]: k.md\n";
        let page = Markdown::parse(text);
        assert_eq!(page.headings, ["A b c", "B"]);
        let links = page.links.iter().map(|link| (link.line, &*link.target));
        let expected = [(1, "d.md"), (6, "f.md"), (7, "k.md"), (8, "j.svg")];
        assert_eq!(links.collect::<Vec<_>>(), expected);
    }
}
