//! The text of `#[myc(…)]`, with expressions as people write them.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Longest line.
const LINE_WIDTH: usize = 100;

/// The lines of an attribute with these arguments, indented; nothing where there are none.
pub(super) fn attribute(indent: &str, args: &[TokenStream]) -> String {
    if args.is_empty() {
        return String::new();
    }
    let args: Vec<String> = args.iter().map(|arg| text_of(arg.clone()).trim().to_owned()).collect();
    let line = format!("{indent}#[myc({})]\n", args.join(", "));
    if line.chars().count() <= LINE_WIDTH + 1 {
        return line;
    }
    let args: Vec<String> = args.iter().map(|arg| format!("{indent}    {arg}")).collect();
    format!("{indent}#[myc(\n{}\n{indent})]\n", args.join(",\n"))
}

/// Tokens as Rust's habit spaces them, on one line.
pub(super) fn text_of(tokens: TokenStream) -> String {
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
