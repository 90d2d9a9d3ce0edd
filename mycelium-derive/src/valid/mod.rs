//! All refusals. An [`Input`] goes in; an [`Item`] comes out, or errors say why not.
//!
//! The rules are those of the language: a type that passes here could have come from a `.myc` file.

mod enums;
mod flags;
mod nameless;
mod names;
mod record;
mod union;

use mycelium_wire::Digest;
use quote::format_ident;
use syn::{Ident, LitStr, Path};

use crate::ast::{Body, Derive, Input};
use crate::attr::Attrs;
use crate::borrowed;
use crate::errors::Errors;
use crate::item::{Item, Kind};

pub(crate) use self::nameless::{check_nameless, is_nameless};
pub(crate) use self::names::is_snake_case;

/// Package of the frames that transports exchange; its message has type id 0.
const CONTROL: &str = "mycelium.control";

/// Checks everything that can be seen without knowing the types of the fields.
pub(crate) fn check<'a>(input: &'a Input<'a>, errors: &Errors) -> Option<Item<'a>> {
    check_generics(input, errors);
    check_impls(input, errors);
    let package = check_package(input, errors);
    let name = check_name(input, errors);
    check_digest(&input.attrs, errors);
    let was = name.as_ref().and_then(|name| check_was_of_type(&input.attrs, name, errors));
    let view = view_name(input, errors);
    let kind = match input.derive {
        // A message that was renamed keeps its topic.
        Derive::Message => {
            record::check_message(input, &package, was.as_ref().or(name.as_ref()), errors)
        }
        Derive::Struct => record::check_struct(input, errors),
        Derive::Enum => enums::check_enum(input, errors),
        Derive::Flags => flags::check_flags(input, errors),
        Derive::Union => union::check_union(input, errors),
    }?;
    Some(Item {
        original: input.original,
        krate: krate(&input.attrs),
        package: package?,
        name: name?,
        was,
        digest: input.attrs.digest.clone(),
        ancestors: &input.attrs.ancestors,
        view: view?,
        impls: input.attrs.impls.clone(),
        kind,
        declared: None,
    })
}

/// Path of the crate that the expansion names.
pub(crate) fn krate(attrs: &Attrs) -> Path {
    attrs.krate.clone().unwrap_or_else(|| syn::parse_quote!(::mycelium))
}

fn check_generics(input: &Input<'_>, errors: &Errors) {
    let generics = &input.original.generics;
    let may_borrow = matches!((input.derive, &input.body),
        (Derive::Message | Derive::Struct, Body::Named(_)) if borrowed::lifetime(generics).is_some());
    if !generics.params.is_empty() && !may_borrow {
        errors.at(
            &generics.params,
            "a wire type has one layout and one digest, so it cannot be generic; \
             derive on a type without parameters, or with one lifetime on a message or struct \
             that borrows from the frame",
        );
    } else if let Some(clause) = &generics.where_clause {
        errors.at(clause, "a wire type cannot be generic and needs no `where` clause");
    }
}

fn check_impls(input: &Input<'_>, errors: &Errors) {
    let is_borrowed = borrowed::lifetime(&input.original.generics).is_some();
    if let (Some(word), true) = (&input.attrs.impls.arbitrary, is_borrowed) {
        errors.at(
            word,
            "what borrows from a frame cannot be made of random bytes: \
             put `arbitrary` on a type that owns what it holds",
        );
    }
}

fn check_package(input: &Input<'_>, errors: &Errors) -> Option<String> {
    let Some(package) = &input.attrs.package else {
        let derive = input.derive.name();
        missing(
            input,
            "package",
            format!(
                "`#[derive({derive})]` needs the package, which is part of the type's name on the \
                 wire: #[myc(package = \"…\")]"
            ),
            errors,
        );
        return None;
    };
    let text = package.value();
    if !text.split('.').all(names::is_snake_case) {
        errors.at(
            package,
            format!("`{text}` is not a package: expected names such as `market` or `market.data`"),
        );
        return None;
    }
    Some(text)
}

fn check_name(input: &Input<'_>, errors: &Errors) -> Option<String> {
    let ident = &input.original.ident;
    let (name, place) = names::named(&input.attrs.name, ident, ToString::to_string);
    if !names::is_pascal_case(&name) {
        errors.push(syn::Error::new(
            place,
            format!(
                "`{name}` is not the name of a type: expected PascalCase of letters and digits; \
                 say another with #[myc(name = \"…\")]"
            ),
        ));
        return None;
    }
    Some(name)
}

fn check_was_of_type(attrs: &Attrs, name: &str, errors: &Errors) -> Option<String> {
    names::former(&attrs.was, name, names::is_pascal_case, errors)
}

fn check_digest(attrs: &Attrs, errors: &Errors) {
    let wrong = |digest: &&LitStr| Digest::parse(&digest.value()).is_none();
    for digest in attrs.digest.iter().chain(&attrs.ancestors).filter(wrong) {
        errors.at(digest, "expected `myc1:` and 64 hexadecimal digits, lower case");
    }
}

fn view_name(input: &Input<'_>, errors: &Errors) -> Option<Ident> {
    let ident = &input.original.ident;
    let Some(view) = &input.attrs.view else {
        return Some(format_ident!("{ident}View"));
    };
    match view.parse() {
        Ok(name) => Some(name),
        Err(_) => {
            errors.at(view, "expected the name of the view type: view = \"TradeView\"");
            None
        }
    }
}

/// Refuses a list of pairs (what, place) in which something occurs twice.
fn check_distinct<T: PartialEq + std::fmt::Display>(
    what: &str,
    all: &[(T, proc_macro2::Span)],
    errors: &Errors,
) {
    for (index, (value, place)) in all.iter().enumerate() {
        if all[..index].iter().any(|(earlier, _)| earlier == value) {
            errors.push(syn::Error::new(*place, format!("{what} `{value}` is already taken")));
        }
    }
}

/// Reads `open` or `closed`, one of which must be there.
fn check_openness(input: &Input<'_>, errors: &Errors) -> Option<bool> {
    let attrs = &input.attrs;
    if let (Some(_), Some(closed)) = (&attrs.open, &attrs.closed) {
        errors.at(closed, "a type is either `open` or `closed`, not both");
    }
    let openness = attrs.openness();
    if openness.is_none() {
        let what = if input.derive == Derive::Enum { "values" } else { "arms" };
        errors.at(
            &input.original.ident,
            format!(
                "say whether {what} that it does not know are kept or refused: \
                 #[myc(open)] or #[myc(closed)]"
            ),
        );
    }
    openness
}

/// Says that a key is missing, unless it was written and is wrong already.
fn missing(input: &Input<'_>, key: &str, message: impl std::fmt::Display, errors: &Errors) {
    if !input.attrs.mentions(key) {
        errors.at(&input.original.ident, message);
    }
}

/// Says that a derive was put on the wrong shape of type.
fn wrong_shape(input: &Input<'_>, message: &str, errors: &Errors) -> Option<Kind<'static>> {
    errors.at(&input.original.ident, message);
    None
}

/// A string attribute's text with its place.
fn text_of(text: &Option<LitStr>) -> Option<(String, proc_macro2::Span)> {
    text.as_ref().map(|text| (text.value(), text.span()))
}
