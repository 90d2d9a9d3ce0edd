//! Reads `#[myc(…)]`: which keys stand where, and what kind of value each takes.

use proc_macro2::{Span, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, LitStr, Path, Token, parenthesized};

use crate::ast::Derive;
use crate::errors::Errors;

/// What the `#[myc(…)]` attributes of one place say; a place has only those that fit it.
#[derive(Default)]
pub(crate) struct Attrs {
    pub(crate) package: Option<LitStr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) krate: Option<Path>,
    pub(crate) digest: Option<LitStr>,
    pub(crate) ancestors: Vec<LitStr>,
    pub(crate) schema: Option<LitStr>,
    pub(crate) view: Option<LitStr>,
    pub(crate) id: Option<Expr>,
    pub(crate) topic: Option<LitStr>,
    pub(crate) open: Option<Ident>,
    pub(crate) closed: Option<Ident>,
    pub(crate) repr: Option<Ident>,
    pub(crate) bits: Option<Bits>,
    pub(crate) default: Option<Expr>,
    pub(crate) key: Option<Ident>,
    pub(crate) value: Option<Expr>,
    pub(crate) tag: Option<Expr>,
    pub(crate) unknown: Option<Ident>,
    pub(crate) was: Option<LitStr>,
    pub(crate) unit: Option<LitStr>,
    pub(crate) range: Option<Held>,
    pub(crate) len: Option<Held>,
    pub(crate) nonempty: Option<Ident>,
    pub(crate) impls: Impls,
    /// Keys that were written, or meant.
    mentioned: Vec<String>,
}

/// Traits of other crates that a type gets, by the words that ask for them.
#[derive(Default, Clone)]
pub(crate) struct Impls {
    pub(crate) serde: Option<Ident>,
    pub(crate) arbitrary: Option<Ident>,
}

/// `range(0..=100)`, `len(1..)`
pub(crate) struct Held {
    pub(crate) key: Ident,
    pub(crate) range: Expr,
}

/// `bits(auction = 0, block = 1)`.
pub(crate) struct Bits {
    pub(crate) key: Ident,
    pub(crate) bits: Vec<Bit>,
}

/// One bit of flags, with the docs and other attributes that its constant gets.
pub(crate) struct Bit {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) name: Ident,
    pub(crate) number: Expr,
}

const MESSAGE: &[&str] = &[
    "package",
    "name",
    "was",
    "id",
    "topic",
    "schema",
    "view",
    "crate",
    "digest",
    "older",
    "serde",
    "arbitrary",
];
const STRUCT: &[&str] =
    &["package", "name", "was", "view", "crate", "digest", "serde", "arbitrary"];
const ENUM: &[&str] =
    &["package", "name", "was", "open", "closed", "repr", "crate", "digest", "serde", "arbitrary"];
const FLAGS: &[&str] = &["package", "name", "was", "bits", "crate", "digest", "serde", "arbitrary"];
const UNION: &[&str] =
    &["package", "name", "was", "open", "closed", "view", "crate", "digest", "serde", "arbitrary"];

/// Keys that a type itself may have.
pub(crate) fn container_keys(derive: Derive) -> &'static [&'static str] {
    match derive {
        Derive::Message => MESSAGE,
        Derive::Struct => STRUCT,
        Derive::Enum => ENUM,
        Derive::Flags => FLAGS,
        Derive::Union => UNION,
    }
}

/// Keys that a field may have.
pub(crate) fn field_keys(derive: Derive) -> &'static [&'static str] {
    match derive {
        Derive::Message => &["name", "was", "default", "key", "unit", "range", "len", "nonempty"],
        // A struct is frozen and inline: no field of it is ever missing, and none is a key.
        Derive::Struct => &["name", "was", "unit", "range", "len", "nonempty"],
        _ => &[],
    }
}

/// Keys that a variant may have.
pub(crate) fn variant_keys(derive: Derive) -> &'static [&'static str] {
    match derive {
        Derive::Enum => &["name", "was", "value", "unknown"],
        Derive::Union => &["name", "was", "tag", "unknown"],
        _ => &[],
    }
}

/// Keys that a bit of flags may have.
pub(crate) const BIT: &[&str] = &["was"];

/// Reads all `#[myc(…)]` among `attributes`, of which only `keys` are known here. On a message,
/// `#[message(…)]` says the same.
pub(crate) fn read(attributes: &[Attribute], keys: &[&str], errors: &Errors) -> Attrs {
    let mut attrs = Attrs::default();
    for attribute in attributes.iter().filter(|attribute| is_ours(attribute)) {
        let parser = |input: ParseStream<'_>| attrs.read_list(input, keys, errors);
        if let Err(error) = attribute.parse_args_with(parser) {
            errors.push(error);
        }
    }
    attrs
}

/// Whether an attribute is one that is read here.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    ["myc", "message"].iter().any(|name| attribute.path().is_ident(name))
}

impl Attrs {
    /// Whether an open or a closed type was asked for, and where.
    pub(crate) fn openness(&self) -> Option<bool> {
        match (&self.open, &self.closed) {
            (Some(_), _) => Some(true),
            (None, Some(_)) => Some(false),
            (None, None) => None,
        }
    }

    /// Whether a key was written, be it with a wrong value or misspelt: then it is not missing too.
    pub(crate) fn mentions(&self, key: &str) -> bool {
        self.mentioned.iter().any(|mentioned| mentioned == key)
    }

    /// Reads `key, key = value, …`, and goes on behind what is wrong.
    fn read_list(
        &mut self,
        input: ParseStream<'_>,
        keys: &[&str],
        errors: &Errors,
    ) -> syn::Result<()> {
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            if let Err(error) = self.read_key(key, keys, input) {
                errors.push(error);
                skip_to_comma(input)?;
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn read_key(&mut self, key: Ident, keys: &[&str], input: ParseStream<'_>) -> syn::Result<()> {
        let name = key.to_string();
        if keys.contains(&name.as_str()) {
            self.mentioned.push(name);
            return self.read_value(key, input);
        }
        let meant = nearest(&name, keys);
        self.mentioned.extend(meant.map(str::to_owned));
        Err(syn::Error::new(key.span(), unknown_key(&name, meant, keys)))
    }

    fn read_value(&mut self, key: Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "package" => text(&mut self.package, key, input),
            "name" => text(&mut self.name, key, input),
            "schema" => text(&mut self.schema, key, input),
            "digest" => text(&mut self.digest, key, input),
            // One a digest, so that each has a line of its own.
            "older" => {
                let mut digest = None;
                text(&mut digest, key, input)?;
                self.ancestors.extend(digest);
                Ok(())
            }
            "topic" => text(&mut self.topic, key, input),
            "view" => text(&mut self.view, key, input),
            "was" => text(&mut self.was, key, input),
            "unit" => text(&mut self.unit, key, input),
            "range" => held(&mut self.range, key, input, "range(0..=100)"),
            "len" => held(&mut self.len, key, input, "len(1..=64)"),
            "nonempty" => word(&mut self.nonempty, key, input),
            "crate" => {
                let mut path = None;
                text(&mut path, key.clone(), input)?;
                let path = path.map(|path| path.parse_with(Path::parse_mod_style)).transpose()?;
                set(&mut self.krate, &key, path)
            }
            "repr" => assigned(&mut self.repr, key, input),
            "id" => assigned(&mut self.id, key, input),
            "default" => assigned(&mut self.default, key, input),
            "value" => assigned(&mut self.value, key, input),
            "tag" => assigned(&mut self.tag, key, input),
            "bits" => {
                let bits = read_bits(&key, input)?;
                set(&mut self.bits, &key.clone(), Some(Bits { key, bits }))
            }
            "open" => word(&mut self.open, key, input),
            "closed" => word(&mut self.closed, key, input),
            "key" => word(&mut self.key, key, input),
            "serde" => word(&mut self.impls.serde, key, input),
            "arbitrary" => word(&mut self.impls.arbitrary, key, input),
            _ => word(&mut self.unknown, key, input),
        }
    }
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn unknown_key(name: &str, meant: Option<&str>, keys: &[&str]) -> String {
    match (meant, keys) {
        (Some(meant), _) => format!("`{name}` is not known; did you mean `{meant}`?"),
        (None, []) => format!("`{name}` means nothing here: this place has no `#[myc(…)]`"),
        (None, keys) => format!("`{name}` is not known here; known are `{}`", keys.join("`, `")),
    }
}

/// The known key that differs by a letter or two.
fn nearest<'k>(name: &str, keys: &[&'k str]) -> Option<&'k str> {
    let distance = |key: &&'k str| edit_distance(name, key);
    keys.iter().copied().min_by_key(distance).filter(|key| edit_distance(name, key) <= 2)
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn set<T>(place: &mut Option<T>, key: &Ident, value: Option<T>) -> syn::Result<()> {
    if place.is_some() {
        return Err(syn::Error::new(key.span(), format!("`{key}` is given twice")));
    }
    *place = value;
    Ok(())
}

/// `key = "text"`
fn text(place: &mut Option<LitStr>, key: Ident, input: ParseStream<'_>) -> syn::Result<()> {
    expect_equals(&key, input, "\"…\"")?;
    let expr: Expr = input.parse()?;
    match &expr {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
            set(place, &key, Some(text.clone()))
        }
        _ => Err(syn::Error::new_spanned(expr, format!("`{key}` takes a string: {key} = \"…\""))),
    }
}

/// `key = something`
fn assigned<T: Parse>(
    place: &mut Option<T>,
    key: Ident,
    input: ParseStream<'_>,
) -> syn::Result<()> {
    expect_equals(&key, input, "…")?;
    let value = input.parse()?;
    set(place, &key, Some(value))
}

/// `key`
fn word(place: &mut Option<Ident>, key: Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if !input.is_empty() && !input.peek(Token![,]) {
        return Err(input.error(format!("`{key}` stands alone and takes no value")));
    }
    let value = key.clone();
    set(place, &key, Some(value))
}

fn expect_equals(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<()> {
    if input.parse::<Option<Token![=]>>()?.is_none() {
        return Err(syn::Error::new(
            key.span(),
            format!("`{key}` takes a value: {key} = {example}"),
        ));
    }
    Ok(())
}

/// `key(from..=to)`
fn held(
    place: &mut Option<Held>,
    key: Ident,
    input: ParseStream<'_>,
    example: &str,
) -> syn::Result<()> {
    if !input.peek(syn::token::Paren) {
        let message = format!("`{key}` takes what it goes from and to: {example}");
        return Err(syn::Error::new(key.span(), message));
    }
    let content;
    parenthesized!(content in input);
    let range = content.parse()?;
    if !content.is_empty() {
        return Err(content.error(format!("`{key}` takes one range: {example}")));
    }
    set(place, &key.clone(), Some(Held { key, range }))
}

/// `(auction = 0, block = 1)`
fn read_bits(key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<Bit>> {
    let wrong = |span: Span| syn::Error::new(span, "`bits` lists the flags: bits(first = 0, …)");
    if !input.peek(syn::token::Paren) {
        return Err(wrong(key.span()));
    }
    let content;
    parenthesized!(content in input);
    let bits = Punctuated::<Bit, Token![,]>::parse_terminated(&content)?;
    Ok(bits.into_iter().collect())
}

impl Parse for Bit {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Bit { attrs, name, number: input.parse()? })
    }
}
