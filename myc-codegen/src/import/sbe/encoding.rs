//! Primitive types, alone and in arrays.

use roxmltree::Node;

use super::Schema;
use crate::import::model::Type;
use crate::import::report::ImportError;

/// The type of a primitive of SBE.
pub(super) fn primitive(name: &str) -> Option<&'static str> {
    Some(match name {
        "char" | "uint8" => "u8",
        "int8" => "i8",
        "int16" => "i16",
        "int32" => "i32",
        "int64" => "i64",
        "uint16" => "u16",
        "uint32" => "u32",
        "uint64" => "u64",
        "float" => "f32",
        "double" => "f64",
        _ => return None,
    })
}

/// Values of an integer type, as `1` and `255` of `u8`.
pub(super) fn integer_range(ty: &str) -> Option<(i128, i128)> {
    let bits: u32 = ty.get(1..)?.parse().ok()?;
    match ty.as_bytes().first()? {
        b'u' => Some((0, (1 << bits) - 1)),
        b'i' => Some((-(1 << (bits - 1)), (1 << (bits - 1)) - 1)),
        _ => None,
    }
}

/// Whether text in this encoding is UTF-8 as it is.
pub(super) fn is_text(encoding: &str) -> bool {
    let plain = encoding.to_ascii_uppercase().replace(['-', '_'], "");
    matches!(plain.as_str(), "UTF8" | "ASCII" | "USASCII")
}

impl<'x> Schema<'x, '_> {
    /// Type of a `<type>`, whatever its presence.
    pub(super) fn encoded(&mut self, node: Node<'x, 'x>) -> Result<Type, ImportError> {
        let name = self.required(node, "primitiveType")?;
        let Some(primitive) = primitive(name) else {
            return self.error(node, format!("`{name}` is not a primitive type of SBE"));
        };
        let item = Type::Plain(primitive);
        match self.number::<u32>(node, "length")? {
            None | Some(1) => Ok(item),
            Some(0) => {
                let message = "a length of 0 is only for the data of a field of variable length";
                self.error(node, message)
            }
            Some(length) if name == "char" => {
                let encoding = node.attribute("characterEncoding").unwrap_or("US-ASCII");
                if is_text(encoding) {
                    return Ok(Type::Sized("string", length));
                }
                let text = format!("text in {encoding} becomes bytes: strings are UTF-8");
                self.report.note(self.lines.at(node), text);
                Ok(Type::Sized("bytes", length))
            }
            Some(length) => Ok(item.array(length)),
        }
    }
}
