//! The set as Rust, for each of the derives.

use super::set::{Record, Scalar, Set, Shape};

/// Whose derive it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    /// Nothing but `Debug`, `Clone` and `PartialEq`, which the others have too.
    None,
    Mycelium,
    Rkyv,
    Prost,
}

pub(super) const CODECS: [Codec; 4] = [Codec::None, Codec::Mycelium, Codec::Rkyv, Codec::Prost];

impl Codec {
    /// Of its packages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Codec::None => "plain",
            Codec::Mycelium => "mycelium",
            Codec::Rkyv => "rkyv",
            Codec::Prost => "prost",
        }
    }
}

/// All types.
pub(super) fn types(set: &Set, codec: Codec) -> String {
    let mut source = match codec {
        Codec::Mycelium => "use mycelium::{Decimal, Timestamp};\n".to_owned(),
        _ => String::new(),
    };
    source.extend(set.enums.iter().map(|name| enumeration(name, codec)));
    source.extend(set.structs.iter().map(|item| record(item, None, set, codec)));
    for (item, id) in set.messages.iter().zip(1..) {
        source.push_str(&record(item, Some(id), set, codec));
    }
    source
}

/// A program that makes, reads and reads in place each message. What it is given is never there, which
/// only the reader of this knows.
pub(super) fn program(set: &Set, codec: Codec) -> String {
    let uses = match codec {
        Codec::None => "",
        Codec::Mycelium => "use mycelium::Message;\n",
        Codec::Rkyv => "use rkyv::rancor::Error;\n",
        Codec::Prost => "use prost::Message;\n",
    };
    let mut source = format!(
        "mod types;\nuse std::hint::black_box;\n{uses}use types::*;\n\nfn main() {{\n    {};\n}}\n",
        set.messages
            .iter()
            .map(function)
            .map(|name| name + "()")
            .collect::<Vec<_>>()
            .join(";\n    ")
    );
    source.extend(set.messages.iter().map(|message| exercise(message, codec)));
    source
}

fn function(message: &Record) -> String {
    format!("of_{}", message.name.to_lowercase())
}

fn exercise(message: &Record, codec: Codec) -> String {
    let name = &message.name;
    let fields = message.fields.iter().map(|(field, _)| field);
    let (body, read): (String, Option<&str>) = match codec {
        Codec::None => ("black_box(value.clone() == value);".to_owned(), None),
        Codec::Prost => (
            format!(
                "let bytes = value.encode_to_vec();\n    \
                 black_box({name}::decode(&bytes[..]).ok() == Some(value));"
            ),
            None,
        ),
        Codec::Rkyv => (
            format!(
                "let Ok(bytes) = rkyv::to_bytes::<Error>(&value) else {{ return }};\n    \
                 black_box(rkyv::from_bytes::<{name}, Error>(&bytes).ok() == Some(value));\n    \
                 let Ok(view) = rkyv::access::<Archived{name}, Error>(&bytes) else {{ return }};"
            ),
            Some(""),
        ),
        Codec::Mycelium => (
            format!(
                "let bytes = value.to_frame();\n    \
                 black_box({name}::from_frame(&bytes).ok() == Some(value));\n    \
                 let Ok(view) = {name}::view(&bytes) else {{ return }};"
            ),
            Some("()"),
        ),
    };
    let reads = read.map(|call| {
        let reads = fields.map(|field| match call {
            "" => format!("\n    black_box(&view.{field});"),
            call => format!("\n    black_box(view.{field}{call});"),
        });
        reads.collect::<String>()
    });
    format!(
        "\nfn {}() {{\n    let Some(value) = black_box(None::<{name}>) else {{ return }};\n    \
         {body}{}\n}}\n",
        function(message),
        reads.unwrap_or_default()
    )
}

fn enumeration(name: &str, codec: Codec) -> String {
    let derives = match codec {
        Codec::None => "#[derive(Debug, Clone, Copy, PartialEq)]",
        Codec::Mycelium => {
            "#[derive(Debug, Clone, Copy, PartialEq, mycelium_derive::Enum)]\n\
             #[myc(package = \"cost\", closed, repr = u8)]"
        }
        Codec::Rkyv => {
            "#[derive(Debug, Clone, Copy, PartialEq, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]"
        }
        Codec::Prost => "#[derive(Debug, Clone, Copy, PartialEq, prost::Enumeration)]",
    };
    let variants =
        "    Unset = 0,\n    Open = 1,\n    Halted = 2,\n    Closing = 3,\n    Closed = 4,\n";
    format!("\n{derives}\npub enum {name} {{\n{variants}}}\n")
}

/// A message where there is an id, else a struct.
fn record(item: &Record, id: Option<u16>, set: &Set, codec: Codec) -> String {
    let derives = match (codec, id) {
        (Codec::None, _) => "#[derive(Debug, Clone, PartialEq)]".to_owned(),
        (Codec::Mycelium, Some(id)) => format!(
            "#[derive(Debug, Clone, PartialEq, mycelium_derive::Message)]\n\
             #[myc(package = \"cost\", id = {id})]"
        ),
        (Codec::Mycelium, None) => {
            "#[derive(Debug, Clone, PartialEq, mycelium_derive::Struct)]\n#[myc(package = \"cost\")]"
                .to_owned()
        }
        (Codec::Rkyv, _) => {
            "#[derive(Debug, Clone, PartialEq, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]"
                .to_owned()
        }
        // This one brings a `Debug` of its own.
        (Codec::Prost, _) => "#[derive(Clone, PartialEq, prost::Message)]".to_owned(),
    };
    let fields = item.fields.iter().zip(1..).map(|((name, shape), tag)| {
        let ty = ty(*shape, set, codec);
        match codec {
            Codec::Prost => {
                let kind = prost(*shape, set);
                format!("    #[prost({kind}, tag = \"{tag}\")]\n    pub {name}: {ty},\n")
            }
            _ => format!("    pub {name}: {ty},\n"),
        }
    });
    format!("\n{derives}\npub struct {} {{\n{}}}\n", item.name, fields.collect::<String>())
}

fn ty(shape: Shape, set: &Set, codec: Codec) -> String {
    let scalar = |scalar| scalar_type(scalar, set, codec);
    let record = |place: usize| &set.structs[place].name;
    match shape {
        Shape::Value(value) => scalar(value),
        Shape::Optional(value) => format!("Option<{}>", scalar(value)),
        Shape::List(value) => format!("Vec<{}>", scalar(value)),
        Shape::Struct(place) if codec != Codec::Prost => record(place).clone(),
        // There every message inside another is optional.
        Shape::Struct(place) | Shape::OptionalStruct(place) => {
            format!("Option<{}>", record(place))
        }
        Shape::Structs(place) => format!("Vec<{}>", record(place)),
    }
}

fn scalar_type(scalar: Scalar, set: &Set, codec: Codec) -> String {
    let name = match scalar {
        Scalar::Bool => "bool",
        Scalar::U16 if codec == Codec::Prost => "u32",
        Scalar::U16 => "u16",
        Scalar::U32 => "u32",
        Scalar::U64 => "u64",
        Scalar::I32 => "i32",
        Scalar::I64 => "i64",
        Scalar::F32 => "f32",
        Scalar::F64 => "f64",
        Scalar::Time if codec == Codec::Mycelium => "Timestamp",
        Scalar::Decimal if codec == Codec::Mycelium => "Decimal<8>",
        Scalar::Time | Scalar::Decimal => "i64",
        Scalar::Text => "String",
        Scalar::Enum(_) if codec == Codec::Prost => "i32",
        Scalar::Enum(place) => &set.enums[place],
    };
    name.to_owned()
}

/// What prost has to be told of a field.
fn prost(shape: Shape, set: &Set) -> String {
    let scalar = |scalar| match scalar {
        Scalar::Bool => "bool".to_owned(),
        Scalar::U16 | Scalar::U32 => "uint32".to_owned(),
        Scalar::U64 => "uint64".to_owned(),
        Scalar::I32 => "int32".to_owned(),
        Scalar::I64 | Scalar::Time | Scalar::Decimal => "int64".to_owned(),
        Scalar::F32 => "float".to_owned(),
        Scalar::F64 => "double".to_owned(),
        Scalar::Text => "string".to_owned(),
        Scalar::Enum(place) => format!("enumeration = \"{}\"", set.enums[place]),
    };
    match shape {
        Shape::Value(value) => scalar(value),
        Shape::Optional(value) => scalar(value) + ", optional",
        Shape::List(value) => scalar(value) + ", repeated",
        Shape::Struct(_) | Shape::OptionalStruct(_) => "message, optional".to_owned(),
        Shape::Structs(_) => "message, repeated".to_owned(),
    }
}
