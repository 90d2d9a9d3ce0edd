//! The text of `#[myc(…)]`. Prettyplease takes what stands in an attribute for any tokens and would not
//! print expressions there as people write them.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::{format_ident, quote};

/// Longest line.
const LINE_WIDTH: usize = 100;

/// Attributes of one item, which are put in once the item is printed.
#[derive(Default)]
pub(super) struct Attributes(Vec<Vec<String>>);

impl Attributes {
    /// Stands where the attribute with these arguments goes; nothing where there are none.
    pub(super) fn place(&mut self, args: &[TokenStream]) -> Option<TokenStream> {
        if args.is_empty() {
            return None;
        }
        let name = format_ident!("__{}", self.0.len());
        self.0.push(args.iter().map(|arg| text_of(arg.clone()).trim().to_owned()).collect());
        Some(quote!(#[myc(#name)]))
    }

    /// Puts the attributes into what was printed: an attribute stands on a line of its own.
    pub(super) fn put_into(&self, text: &str) -> String {
        let mut lines = Vec::new();
        let mut places = self.0.iter().enumerate().peekable();
        for line in text.lines() {
            let placed =
                places.next_if(|(index, _)| line.trim_start() == format!("#[myc(__{index})]"));
            match placed {
                Some((_, args)) => {
                    let indent = &line[..line.len() - line.trim_start().len()];
                    lines.push(attribute(indent, args));
                }
                None => lines.push(line.to_owned()),
            }
        }
        lines.join("\n") + "\n"
    }
}

fn attribute(indent: &str, args: &[String]) -> String {
    let line = format!("{indent}#[myc({})]", args.join(", "));
    if line.chars().count() <= LINE_WIDTH {
        return line;
    }
    let args: Vec<String> = args.iter().map(|arg| format!("{indent}    {arg}")).collect();
    format!("{indent}#[myc(\n{}\n{indent})]", args.join(",\n"))
}

/// Tokens as Rust's habit spaces them, on one line.
fn text_of(tokens: TokenStream) -> String {
    let (mut text, mut is_joint) = (String::new(), false);
    for token in tokens {
        match token {
            TokenTree::Group(group) => text.push_str(&match group.delimiter() {
                Delimiter::Parenthesis => format!("({})", text_of(group.stream())),
                Delimiter::Bracket => format!("[{}]", text_of(group.stream())),
                Delimiter::Brace => format!(" {{ {} }}", text_of(group.stream())),
                Delimiter::None => text_of(group.stream()),
            }),
            TokenTree::Punct(punct) => {
                text.push_str(&match punct.as_char() {
                    ',' => ", ".to_owned(),
                    '=' if !is_joint => " = ".to_owned(),
                    '|' => " | ".to_owned(),
                    ':' if !is_joint && punct.spacing() == Spacing::Alone => ": ".to_owned(),
                    other => other.to_string(),
                });
                is_joint = punct.spacing() == Spacing::Joint;
                continue;
            }
            TokenTree::Ident(ident) => text.push_str(&ident.to_string()),
            TokenTree::Literal(literal) => text.push_str(&literal.to_string()),
        }
        is_joint = false;
    }
    text
}
