//! Reads what stands in `#[myc(…)]`, docs and `#[deprecated]`.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprRange, Ident, Lit, Meta, Token, parenthesized};

use super::Refusals;
use crate::text;

/// The keys of one place.
#[derive(Default)]
pub(super) struct Keys(Vec<Key>);

struct Key {
    name: Ident,
    value: Value,
}

enum Value {
    Word,
    Is(Box<Expr>),
    Bits(Vec<Bit>),
    Range(ExprRange),
    Other,
}

/// A bit of flags.
pub(super) struct Bit {
    pub(super) attributes: Vec<Attribute>,
    pub(super) name: Ident,
    pub(super) number: Expr,
}

/// Keys that say nothing about the schema.
const OF_RUST: [&str; 5] = ["digest", "older", "view", "crate", "schema"];

/// Reads all keys, of which `known` and those of Rust alone are taken.
pub(super) fn read(
    attributes: &[Attribute],
    known: &[&str],
    file: usize,
    refusals: &mut Refusals,
) -> Keys {
    let (keys, errors) = parse(attributes);
    for error in errors {
        refusals.add(file, error.span(), error.to_string());
    }
    for key in &keys.0 {
        let name = key.name.unraw().to_string();
        if !known.contains(&name.as_str()) && !OF_RUST.contains(&name.as_str()) {
            refusals.add(
                file,
                key.name.span(),
                format!("`{name}` cannot be carried over from here"),
            );
        }
    }
    keys
}

/// All keys that can be read, whatever they are.
pub(super) fn keys(attributes: &[Attribute]) -> Keys {
    parse(attributes).0
}

fn parse(attributes: &[Attribute]) -> (Keys, Vec<syn::Error>) {
    let (mut keys, mut errors) = (Keys::default(), Vec::new());
    let ours = ["myc", "message"];
    for attribute in attributes.iter().filter(|it| ours.iter().any(|name| it.path().is_ident(name)))
    {
        match attribute.parse_args_with(Punctuated::<Key, Token![,]>::parse_terminated) {
            Ok(read) => keys.0.extend(read),
            Err(error) => errors.push(error),
        }
    }
    (keys, errors)
}

impl Keys {
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|key| key.name == name)
    }

    pub(super) fn expr(&self, name: &str) -> Option<&Expr> {
        self.0.iter().find(|key| key.name == name).and_then(|key| match &key.value {
            Value::Is(expr) => Some(&**expr),
            _ => None,
        })
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.expr(name)? {
            Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        }
    }

    /// `was`, `unit` and constraints as attributes of the language, each with a space behind it.
    pub(super) fn facts(&self) -> Option<String> {
        let mut facts = String::new();
        for name in ["was", "unit"] {
            if let Some(text) = self.text(name) {
                facts.push_str(&format!("@{name}({}) ", text::literal(&text)));
            }
        }
        for key in &self.0 {
            match &key.value {
                Value::Range(range) => {
                    facts.push_str(&format!("@{}({}) ", key.name, range_text(range)?));
                }
                Value::Word if key.name == "nonempty" => facts.push_str("@nonempty "),
                _ => {}
            }
        }
        Some(facts)
    }

    pub(super) fn bits(&self) -> &[Bit] {
        let bits = self.0.iter().find_map(|key| match &key.value {
            Value::Bits(bits) if key.name == "bits" => Some(bits.as_slice()),
            _ => None,
        });
        bits.unwrap_or_default()
    }
}

impl Parse for Key {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let value = if input.parse::<Option<Token![=]>>()?.is_some() {
            Value::Is(Box::new(input.parse()?))
        } else if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            if name == "bits" {
                Value::Bits(
                    Punctuated::<Bit, Token![,]>::parse_terminated(&content)?.into_iter().collect(),
                )
            } else if name == "range" || name == "len" {
                Value::Range(content.parse()?)
            } else {
                content.parse::<TokenStream>()?;
                Value::Other
            }
        } else {
            Value::Word
        };
        Ok(Key { name, value })
    }
}

impl Parse for Bit {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        Ok(Bit { attributes, name, number: input.parse()? })
    }
}

/// Doc lines, as a schema has them, and the reason of a deprecation; each on a line of its own.
pub(super) fn head(attributes: &[Attribute]) -> String {
    let docs: String =
        docs(attributes).iter().map(|line| format!("///{}\n", spaced(line))).collect();
    let deprecated = attributes.iter().find(|attribute| attribute.path().is_ident("deprecated"));
    match deprecated {
        Some(attribute) => format!("{docs}@deprecated({})\n", text::literal(&reason(attribute))),
        None => docs,
    }
}

/// Lines of `#[doc]`, without the space that follows the marker.
pub(super) fn docs(attributes: &[Attribute]) -> Vec<String> {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Some(text) = text_of(&attribute.meta) {
            lines.extend(
                text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned()),
            );
        }
    }
    lines
}

fn spaced(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}

fn text_of(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// `#[deprecated]`, `= "why"` or `(note = "why")`.
fn reason(attribute: &Attribute) -> String {
    let mut note = text_of(&attribute.meta).unwrap_or_default();
    // Whatever else it says has no place in a schema.
    let _ = attribute.parse_nested_meta(|meta| {
        let value: syn::LitStr = meta.value()?.parse()?;
        if meta.path.is_ident("note") {
            note = value.value();
        }
        Ok(())
    });
    note
}

/// A range of number literals, open where an end is missing.
fn range_text(range: &ExprRange) -> Option<String> {
    let end = |end: &Option<Box<Expr>>| match end {
        Some(end) => number(end),
        None => Some(String::new()),
    };
    let (min, max) = (end(&range.start)?, end(&range.end)?);
    Some(if max.is_empty() { format!("{min}..") } else { format!("{min}..={max}") })
}

/// An integer literal, possibly negative.
pub(super) fn integer(expr: &Expr) -> Option<String> {
    number(expr).filter(|text| !text.contains(['.', 'e', 'E']))
}

/// A number literal, in decimal.
pub(super) fn number(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Group(group) => number(&group.expr),
        Expr::Paren(paren) => number(&paren.expr),
        Expr::Unary(syn::ExprUnary { op: syn::UnOp::Neg(_), expr, .. }) => {
            number(expr).map(|text| format!("-{text}"))
        }
        Expr::Lit(syn::ExprLit { lit: Lit::Int(int), .. }) => Some(int.base10_digits().to_owned()),
        Expr::Lit(syn::ExprLit { lit: Lit::Float(float), .. }) => {
            Some(float.base10_digits().trim_end_matches('.').to_owned())
        }
        _ => None,
    }
}

/// Place of an expression or anything else.
pub(super) fn span(tokens: &impl quote::ToTokens) -> Span {
    syn::spanned::Spanned::span(tokens)
}
