//! What a name of a schema is called in each language.
//!
//! One rule for all: **a name stays as it is where the language's habit allows it; a name that falls
//! on a keyword gets a trailing `_`** (in Rust a raw identifier, `r#type`, where Rust has one). The
//! compiler refuses two names that become equal in any language, so no back end needs to look for
//! clashes.
//!
//! | | Rust | Python | OCaml |
//! |---|---|---|---|
//! | type `BookTicker` | `BookTicker` | `BookTicker` | module `BookTicker` |
//! | field `bid_size` | `bid_size` | `bid_size` | `bid_size` |
//! | member, arm `book_update` | `BookUpdate` | `BOOK_UPDATE` | `Book_update` |
//! | constant `MAX_DEPTH` | `MAX_DEPTH` | `MAX_DEPTH` | `max_depth` |
//! | package `a.b` | `a.b.rs` | `a/b.py` | `a_b.ml`, `a_b.mli` |

use std::path::PathBuf;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// Words that Rust's 2024 edition reserves and that may be written raw, `r#type`.
const RUST_KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Words that Rust reserves even as raw identifiers.
const RUST_PATH_KEYWORDS: &[&str] = &["Self", "crate", "self", "super"];

/// Words that Python reserves.
const PYTHON_KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Names that a field or package must not shadow in Python: what annotations and bodies of generated
/// classes use, soft keywords, and the methods that every class has.
const PYTHON_TAKEN: &[&str] = &[
    "bool",
    "bytes",
    "case",
    "classmethod",
    "decode",
    "decode_many",
    "dict",
    "encode",
    "float",
    "from_frame",
    "from_frame_strict",
    "from_json",
    "frozenset",
    "int",
    "len",
    "list",
    "match",
    "object",
    "print",
    "property",
    "self",
    "set",
    "staticmethod",
    "str",
    "super",
    "to_frame",
    "to_json",
    "tuple",
    "type",
    "validate",
    "view",
    "wire",
];

/// Words that OCaml reserves.
const OCAML_KEYWORDS: &[&str] = &[
    "and",
    "as",
    "asr",
    "assert",
    "begin",
    "class",
    "constraint",
    "do",
    "done",
    "downto",
    "effect",
    "else",
    "end",
    "exception",
    "external",
    "false",
    "for",
    "fun",
    "function",
    "functor",
    "if",
    "in",
    "include",
    "inherit",
    "initializer",
    "land",
    "lazy",
    "let",
    "lor",
    "lsl",
    "lsr",
    "lxor",
    "match",
    "method",
    "mod",
    "module",
    "mutable",
    "new",
    "nonrec",
    "object",
    "of",
    "open",
    "or",
    "private",
    "rec",
    "sig",
    "struct",
    "then",
    "to",
    "true",
    "try",
    "type",
    "val",
    "virtual",
    "when",
    "while",
    "with",
];

/// A type, field or constant in Rust: as is, raw where it is a keyword.
pub fn rust_name(name: &str) -> String {
    if RUST_PATH_KEYWORDS.contains(&name) {
        format!("{name}_")
    } else if RUST_KEYWORDS.contains(&name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}

/// A member of an enum or an arm of a union in Rust.
pub fn rust_variant(name: &str) -> String {
    rust_name(&name.to_upper_camel_case())
}

/// Module of a package in Rust, `a_b`.
pub fn rust_module(package: &str) -> String {
    rust_name(&package.replace('.', "_"))
}

/// File of a package in Rust.
pub fn rust_file(package: &str) -> PathBuf {
    format!("{package}.rs").into()
}

/// A type, field or constant in Python.
pub fn python_name(name: &str) -> String {
    let taken = PYTHON_KEYWORDS.contains(&name) || PYTHON_TAKEN.contains(&name);
    if taken { format!("{name}_") } else { name.to_owned() }
}

/// A member of an enum or of flags in Python.
pub fn python_member(name: &str) -> String {
    python_name(&name.to_shouty_snake_case())
}

/// Dotted module of a package in Python, `a.b`.
pub fn python_module(package: &str) -> String {
    let parts: Vec<String> = package.split('.').map(python_name).collect();
    parts.join(".")
}

/// File of a package in Python.
pub fn python_file(package: &str) -> PathBuf {
    format!("{}.py", python_module(package).replace('.', "/")).into()
}

/// A field in OCaml.
pub fn ocaml_name(name: &str) -> String {
    let name = snake_case(name);
    if OCAML_KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// A member of an enum or an arm of a union in OCaml.
pub fn ocaml_constructor(name: &str) -> String {
    capitalise(&snake_case(name))
}

/// In snake_case, which names of fields and members are already.
fn snake_case(name: &str) -> String {
    let is_part = |part: &[u8]| {
        !part.is_empty() && part.iter().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    match name.as_bytes().split(|c| *c == b'_').all(is_part) {
        true => name.to_owned(),
        false => name.to_snake_case(),
    }
}

/// Module of a package in OCaml, `A_b`.
pub fn ocaml_module(package: &str) -> String {
    capitalise(&ocaml_stem(package))
}

/// Name of a package's files in OCaml without `.ml` or `.mli`, `a_b`.
pub fn ocaml_stem(package: &str) -> String {
    package.replace('.', "_")
}

fn capitalise(name: &str) -> String {
    let mut chars = name.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// Words that C11 or C++20 reserves, and macros of the standard headers that generated ones include.
const C_KEYWORDS: &[&str] = &[
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "offsetof",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
    "linux",
    "unix",
];

/// A field or an arm in C.
pub fn c_name(name: &str) -> String {
    let name = snake_case(name);
    if C_KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// A member of an enum, flags or a constant in C, behind the name of its type.
pub fn c_member(name: &str) -> String {
    name.to_shouty_snake_case()
}

/// Whether a name stands in code as a word of its own: neither as a part of another word, nor as a label or
/// member, nor inside of a string.
#[cfg(feature = "tools")]
pub(crate) fn has_word(code: &str, name: &str) -> bool {
    // A prime is a part of names in OCaml.
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '\'';
    outside_strings(code).any(|part| {
        part.match_indices(name).any(|(start, _)| {
            let before = part[..start].chars().next_back();
            let after = part[start + name.len()..].chars().next();
            !before.is_some_and(|c| is_part(c) || c == '.' || c == '~')
                && !after.is_some_and(is_part)
        })
    })
}

/// What stands before, between and behind literals of strings, whose quotes are escaped by `\`.
#[cfg(feature = "tools")]
fn outside_strings(code: &str) -> impl Iterator<Item = &str> {
    let mut is_escaped = false;
    let is_quote = move |c: char| {
        let is_quote = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_quote
    };
    code.split(is_quote).step_by(2)
}

/// Prefix of a package in C, and the name of its header without `.h`.
pub fn c_stem(package: &str) -> String {
    package.replace('.', "_")
}

#[cfg(all(test, feature = "tools"))]
mod tests {
    use super::has_word;

    #[test]
    fn words_are_whole_and_no_labels_members_or_text() {
        assert!(
            has_word("at + 4", "at") && has_word("load(at)", "at") && has_word("r->frame", "r")
        );
        for code in
            ["that", "at_", "at'", "market.at", "~at:4", "retail", "\"at\"", "\"look at it\""]
        {
            assert!(!has_word(code, "at") && !has_word(code, "tail"), "{code}");
        }
        assert!(has_word(r#"text "\"" at "at""#, "at"));
        assert!(!has_word(r#"text "\\\" at" r"#, "at"));
    }
}
