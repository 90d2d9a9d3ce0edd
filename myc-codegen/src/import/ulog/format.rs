//! Definitions: `name:uint64_t timestamp;float[3] xyz;`.

/// A message as a log defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) parts: Vec<Part>,
    /// Where in the log it stands.
    pub(super) at: usize,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) ty: String,
    pub(super) len: Option<u32>,
}

impl Part {
    pub(super) fn is_padding(&self) -> bool {
        self.name.starts_with("_padding")
    }
}

/// The type of a primitive of ULog; `char` is text.
pub(super) fn primitive(name: &str) -> Option<&'static str> {
    Some(match name {
        "int8_t" => "i8",
        "uint8_t" => "u8",
        "int16_t" => "i16",
        "uint16_t" => "u16",
        "int32_t" => "i32",
        "uint32_t" => "u32",
        "int64_t" => "i64",
        "uint64_t" => "u64",
        "float" => "f32",
        "double" => "f64",
        "bool" => "bool",
        _ => return None,
    })
}

/// Reads a definition; an error says what is wrong with it.
pub(super) fn parse(text: &str, at: usize) -> Result<Definition, String> {
    let Some((name, rest)) = text.split_once(':') else {
        return Err("a definition without `:`".to_owned());
    };
    if !is_name(name) {
        return Err(format!("`{}` is not the name of a definition", name.escape_debug()));
    }
    let fields = rest.split(';').filter(|field| !field.is_empty());
    let parts = fields.map(part).collect::<Result<Vec<Part>, String>>()?;
    Ok(Definition { name: name.to_owned(), parts, at })
}

fn part(field: &str) -> Result<Part, String> {
    let wrong = || format!("`{}` is not a field", field.escape_debug());
    let (ty, name) = field.split_once(' ').ok_or_else(wrong)?;
    let (ty, len) = match ty.split_once('[') {
        None => (ty, None),
        Some((ty, len)) => {
            let len = len.strip_suffix(']').and_then(|len| len.parse().ok());
            (ty, Some(len.filter(|len| *len > 0).ok_or_else(wrong)?))
        }
    };
    if !is_name(name) || !is_name(ty) {
        return Err(wrong());
    }
    Ok(Part { name: name.to_owned(), ty: ty.to_owned(), len })
}

/// Longest name; PX4 has much shorter ones.
const LONGEST: usize = 256;

fn is_name(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-/".contains(c))
}
