//! Type names of `.msg` files: `string<=10[<=5]`.

/// A type with its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TypeName {
    pub(super) base: Base,
    pub(super) row: Row,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Base {
    Plain(&'static str),
    /// Text with at most that many characters.
    String {
        most: Option<u32>,
        is_wide: bool,
    },
    Named {
        package: Option<String>,
        name: String,
    },
}

/// Whether there is one value or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    One,
    Array(u32),
    AtMost(u32),
    Any,
}

/// Reads a type; an error says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<TypeName, String> {
    let (base, row) = match text.split_once('[') {
        None => (text, Row::One),
        Some((base, rest)) => {
            let Some(inside) = rest.strip_suffix(']') else {
                return Err(format!("`{text}` has no `]`"));
            };
            (base, parse_row(inside)?)
        }
    };
    Ok(TypeName { base: parse_base(base)?, row })
}

fn parse_row(inside: &str) -> Result<Row, String> {
    match inside.strip_prefix("<=") {
        _ if inside.is_empty() => Ok(Row::Any),
        Some(most) => number(most).map(Row::AtMost),
        None => number(inside).map(Row::Array),
    }
}

fn number(text: &str) -> Result<u32, String> {
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("`{text}` is not a length"))
}

fn parse_base(text: &str) -> Result<Base, String> {
    let (name, most) = match text.split_once("<=") {
        None => (text, None),
        Some((name, most)) => (name, Some(number(most)?)),
    };
    let base = match name {
        "string" | "wstring" => Base::String { most, is_wide: name == "wstring" },
        _ if most.is_some() => return Err(format!("only strings have a bound, not `{name}`")),
        "bool" => Base::Plain("bool"),
        "byte" | "char" | "uint8" => Base::Plain("u8"),
        "int8" => Base::Plain("i8"),
        "int16" => Base::Plain("i16"),
        "int32" => Base::Plain("i32"),
        "int64" => Base::Plain("i64"),
        "uint16" => Base::Plain("u16"),
        "uint32" => Base::Plain("u32"),
        "uint64" => Base::Plain("u64"),
        "float32" => Base::Plain("f32"),
        "float64" => Base::Plain("f64"),
        "builtin_interfaces/Time" | "builtin_interfaces/msg/Time" => Base::Plain("timestamp"),
        "builtin_interfaces/Duration" | "builtin_interfaces/msg/Duration" => {
            Base::Plain("duration")
        }
        _ => named(name)?,
    };
    Ok(base)
}

fn named(text: &str) -> Result<Base, String> {
    let parts: Vec<&str> = text.split('/').collect();
    let (package, name) = match parts[..] {
        [name] => (None, name),
        [package, name] | [package, "msg", name] => (Some(package.to_owned()), name),
        _ => return Err(format!("`{text}` is not a type")),
    };
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if !is_word(name) || !package.as_deref().is_none_or(is_word) {
        return Err(format!("`{text}` is not a type"));
    }
    Ok(Base::Named { package, name: name.to_owned() })
}
