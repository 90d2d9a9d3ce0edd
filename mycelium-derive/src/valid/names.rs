//! Names in the schema: where they come from and how they look.

use proc_macro2::Span;
use syn::{Ident, LitStr};

use super::text_of;
use crate::errors::Errors;

/// The name that an attribute gives, else the one that `convert` makes of the Rust identifier
/// without a raw prefix; with its place.
pub(super) fn named(
    given: &Option<LitStr>,
    ident: &Ident,
    convert: impl Fn(&str) -> String,
) -> (String, Span) {
    text_of(given).unwrap_or_else(|| {
        let name = ident.to_string();
        (convert(name.strip_prefix("r#").unwrap_or(&name)), ident.span())
    })
}

/// `trade_id`: words of lower-case letters and digits with single underscores between them, beginning
/// with a letter.
pub(crate) fn is_snake_case(name: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('_').all(is_word)
}

/// `BookTicker`: letters and digits, beginning with an upper case letter.
pub(super) fn is_pascal_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Why a name of a field, member or arm is refused.
pub(super) fn not_snake_case(what: &str, name: &str) -> String {
    format!(
        "`{name}` is not the name of {what}: expected snake_case of letters, digits and `_`; \
         say another with #[myc(name = \"…\")]"
    )
}

/// The name that the digest keeps, where another is given: one of the same habit, and not the name that
/// stands there now.
pub(super) fn former(
    given: &Option<LitStr>,
    name: &str,
    is_name: impl Fn(&str) -> bool,
    errors: &Errors,
) -> Option<String> {
    let given = given.as_ref()?;
    let was = given.value();
    if !is_name(&was) {
        errors.at(given, format!("`{was}` was never a name here: it is not written as one"));
    } else if was == name {
        errors.at(given, format!("`{was}` is the name already; `was` says the one before"));
    }
    Some(was)
}

/// Refuses two members that the digest would know by one name; each comes with its name, its former
/// name and its identifier. Where none has a former name, the names were compared already.
pub(super) fn check_kept<'n>(
    members: impl Iterator<Item = (&'n String, &'n Option<String>, &'n Ident)> + Clone,
    errors: &Errors,
) {
    if members.clone().all(|(_, was, _)| was.is_none()) {
        return;
    }
    let kept: Vec<(&str, Span)> = members
        .map(|(name, was, ident)| (was.as_ref().unwrap_or(name).as_str(), ident.span()))
        .collect();
    super::check_distinct("the name in the digest", &kept, errors);
}
