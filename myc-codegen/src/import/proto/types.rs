//! Types of fields.

use super::declared::Declared;
use crate::import::model::Type;

/// What a type name of protobuf means.
pub(super) enum Meaning {
    /// A number, bool or enum: without `optional` its default is this.
    Scalar(Type, String),
    /// Text or bytes, likewise; bytes have no default.
    Text(Type, Option<String>),
    /// A message, which is there or not.
    Message(Type),
    /// A well-known type that is a scalar in a message, so that it may be absent.
    Wrapper(Type),
    /// A well-known type that has no meaning here, and why.
    Nothing(&'static str),
    Unknown,
}

/// Looks up a type; declared names hide none of the built-in ones.
pub(super) fn meaning(name: &str, scope: &str, declared: &Declared) -> Meaning {
    if let Some((ty, default)) = scalar(name) {
        return Meaning::Scalar(Type::Plain(ty), default.to_owned());
    }
    match name {
        "string" => return Meaning::Text(Type::Plain("string"), Some("\"\"".to_owned())),
        "bytes" => return Meaning::Text(Type::Plain("bytes"), None),
        _ => {}
    }
    if let Some(found) = declared.find(name, scope) {
        let ty = Type::Item(found.item.clone());
        return match found.members.as_deref() {
            None => Meaning::Message(ty),
            Some(members) => {
                let first = members.iter().flatten().next().cloned();
                Meaning::Scalar(ty, first.unwrap_or_default())
            }
        };
    }
    well_known(name.trim_start_matches('.').trim_start_matches("google.protobuf."), name)
}

fn scalar(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "double" => ("f64", "0"),
        "float" => ("f32", "0"),
        "int32" | "sint32" | "sfixed32" => ("i32", "0"),
        "int64" | "sint64" | "sfixed64" => ("i64", "0"),
        "uint32" | "fixed32" => ("u32", "0"),
        "uint64" | "fixed64" => ("u64", "0"),
        "bool" => ("bool", "false"),
        _ => return None,
    })
}

fn well_known(short: &str, name: &str) -> Meaning {
    if short.len() == name.len() {
        return Meaning::Unknown;
    }
    let wrapper = |ty| Meaning::Wrapper(Type::Plain(ty));
    match short {
        "Timestamp" => Meaning::Message(Type::Plain("timestamp")),
        "Duration" => Meaning::Message(Type::Plain("duration")),
        "DoubleValue" => wrapper("f64"),
        "FloatValue" => wrapper("f32"),
        "Int32Value" => wrapper("i32"),
        "Int64Value" => wrapper("i64"),
        "UInt32Value" => wrapper("u32"),
        "UInt64Value" => wrapper("u64"),
        "BoolValue" => wrapper("bool"),
        "StringValue" => wrapper("string"),
        "BytesValue" => wrapper("bytes"),
        "Any" => Meaning::Nothing("a value of any type; an open union names those it may have"),
        "Struct" | "Value" | "ListValue" | "NullValue" => Meaning::Nothing("JSON"),
        "FieldMask" => Meaning::Nothing("a choice of fields by name"),
        "Empty" => Meaning::Nothing("nothing"),
        _ => Meaning::Unknown,
    }
}

/// Whether a map may have keys of this type.
pub(super) fn is_key(name: &str) -> bool {
    name == "string" || scalar(name).is_some_and(|(ty, _)| !ty.starts_with('f'))
}
