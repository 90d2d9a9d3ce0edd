//! The styles of names: how each kind is written.

/// Whether a name is what types are called.
pub(crate) fn is_pascal_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether a name is what fields and members are called.
pub(crate) fn is_snake_case(name: &str) -> bool {
    is_snake(name, |c| c.is_ascii_lowercase())
}

/// Whether a name is words of letters of one case and digits, with single underscores between them.
pub(crate) fn is_snake(name: &str, is_letter: impl Fn(char) -> bool) -> bool {
    name.starts_with(&is_letter)
        && name.split('_').all(|word| {
            !word.is_empty() && word.chars().all(|c| is_letter(c) || c.is_ascii_digit())
        })
}
