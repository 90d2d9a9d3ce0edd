//! Documentation from Markdown to HTML that can do no harm, whatever was written.
//!
//! Of Markdown: paragraphs, emphasis, code, lists, quotes, headings, rules and links. HTML in it is
//! shown as text, pictures are links, and links lead only to the web or to an address of mail. Code that is the name of a type leads to its page.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Parser, Tag, TagEnd, html};

use super::model::Html;
use crate::text::is_unseen;

/// Most letters of a summary.
const SUMMARY: usize = 160;

/// Beginnings of the addresses that a link may have.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// Documentation as blocks. `find` gives the address of a type that is named in code.
pub(super) fn to_html(lines: &[String], find: impl Fn(&str) -> Option<String>) -> Html {
    let text = source(lines);
    if text.trim().is_empty() {
        return Html::default();
    }
    let mut events = Vec::new();
    // Of each link that is open, whether it is printed.
    let mut links = Vec::new();
    for event in Parser::new(&text) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let is_printed = !links.contains(&true) && is_harmless(&dest_url);
                links.push(is_printed);
                events.extend(is_printed.then(|| Event::Start(link(dest_url))));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                events.extend((links.pop() == Some(true)).then_some(Event::End(TagEnd::Link)));
            }
            Event::Code(code) if !links.contains(&true) => match find(&code) {
                Some(href) => {
                    let start = Event::Start(link(href.into()));
                    events.extend([start, Event::Code(code), Event::End(TagEnd::Link)]);
                }
                None => events.push(Event::Code(code)),
            },
            other => events.push(harmless(other)),
        }
    }
    let mut out = String::with_capacity(text.len() * 2);
    html::push_html(&mut out, events.into_iter());
    Html(out.trim_end().to_owned())
}

/// The first sentence or so as HTML without links, for a line of a list.
pub(super) fn summary(lines: &[String]) -> Html {
    let mut out = String::new();
    html::push_html(&mut out, first_sentence(&source(lines)).into_iter());
    Html(out)
}

/// The same as plain text.
pub(super) fn summary_text(lines: &[String]) -> String {
    let text_of = |event: &Event<'_>| match event {
        Event::Text(text) | Event::Code(text) => text.to_string(),
        _ => String::new(),
    };
    first_sentence(&source(lines)).iter().map(text_of).collect()
}

/// Text in a line: what cannot be seen, or turns the direction of what follows, is left out.
pub(super) fn plain(text: &str) -> String {
    text.replace(is_unseen, "")
}

/// The same for a text of several lines.
pub(super) fn plain_lines(text: &str) -> String {
    text.replace(|c| c != '\n' && is_unseen(c), "")
}

fn source(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| plain(&line.replace('\t', "    "))).collect();
    lines.join("\n")
}

/// An event that prints nothing but text and harmless tags.
fn harmless(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: below_page(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below_page(level))),
        Event::Start(Tag::CodeBlock(_)) => {
            Event::Start(Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Indented))
        }
        other => other,
    }
}

fn link(dest_url: CowStr<'_>) -> Tag<'_> {
    Tag::Link { link_type: LinkType::Inline, dest_url, title: "".into(), id: "".into() }
}

/// Whether an address leads to the web or to mail, and runs nothing.
fn is_harmless(url: &str) -> bool {
    SCHEMES.iter().any(|scheme| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// The page's own headings are of the first and second level.
fn below_page(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

/// Texts, code and emphasis of the first paragraph up to the end of its first sentence.
fn first_sentence(text: &str) -> Vec<Event<'_>> {
    let mut events = Vec::new();
    let mut open = Vec::new();
    let mut left = SUMMARY;
    for event in Parser::new(text) {
        match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                let (kept, is_end) = cut(&text, left);
                left = left.saturating_sub(kept.len());
                events.push(Event::Text(kept.into()));
                if is_end {
                    break;
                }
            }
            Event::Code(code) => {
                left = left.saturating_sub(code.len());
                events.push(Event::Code(code));
            }
            Event::SoftBreak | Event::HardBreak => events.push(Event::Text(" ".into())),
            Event::Start(tag @ (Tag::Emphasis | Tag::Strong)) => {
                open.push(tag.to_end());
                events.push(Event::Start(tag));
            }
            Event::End(end @ (TagEnd::Emphasis | TagEnd::Strong)) => {
                open.pop();
                events.push(Event::End(end));
            }
            Event::End(end) if is_block(end) => break,
            _ => {}
        }
    }
    events.extend(open.into_iter().rev().map(Event::End));
    events
}

fn is_block(end: TagEnd) -> bool {
    !matches!(end, TagEnd::Link | TagEnd::Image)
}

/// What of a text belongs to the summary, and whether it ends there.
fn cut(text: &str, most: usize) -> (String, bool) {
    let sentence = text.match_indices(". ").find(|(at, _)| is_sentence_end(text, *at));
    let end = sentence.map_or(text.len(), |(at, _)| at + 1);
    if end <= most {
        return (text[..end].to_owned(), sentence.is_some());
    }
    let mut kept: String = text.chars().take(most).collect();
    kept.push('…');
    (kept, true)
}

/// Not the point of `e.g.`: a capital letter or so follows.
fn is_sentence_end(text: &str, at: usize) -> bool {
    text[at + 1..].trim_start().chars().next().is_some_and(|next| !next.is_lowercase())
}
