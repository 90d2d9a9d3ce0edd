//! What every language makes of the same texts of JSON: `schemas/vectors/json/readings.json`.

use std::fs;
use std::path::Path;

use mycelium_wire::json::{Document, to_json};
use mycelium_wire::reflect::{Arm, Def, Field, Kind, Member, Repr, Type};
use mycelium_wire::{Digest, Value};
use serde_json::Value as Json;

const fn named(kind: Kind<'_>) -> Def<'_> {
    Def { package: "test", name: "Named", was: None, kind, digest: Digest([0; 32]) }
}

const fn flags(repr: Repr, members: &'static [Member<'static>]) -> Def<'static> {
    named(Kind::Flags { repr, members })
}

const VENUE: Type<'static> = Type::Named(&named(Kind::Enum {
    open: true,
    repr: Repr::U16,
    members: &[Member::new("none", 0), Member::new("north_sea", 1), Member::new("south", 65535)],
}));
const SIDE: Type<'static> = Type::Named(&named(Kind::Enum {
    open: false,
    repr: Repr::U8,
    members: &[Member::new("buy", 1), Member::new("sell", 2)],
}));
const SMALL: Type<'static> =
    Type::Named(&flags(Repr::U8, &[Member::new("first", 0), Member::new("last", 7)]));
const LARGE: Type<'static> =
    Type::Named(&flags(Repr::U64, &[Member::new("low", 0), Member::new("high", 63)]));

/// The arms of the schema's unions, which no text here gives a value: only their tags matter.
const ARMS: &[Arm<'static>] = &[
    Arm::new("tick", 1, &Type::Bool),
    Arm::new("note", 2, &Type::Bool),
    Arm::new("order", 3, &Type::Bool),
    Arm::new("count", 4, &Type::Bool),
    Arm::new("path", 5, &Type::Bool),
    Arm::new("shape", 6, &Type::Bool),
    Arm::new("pair", 7, &Type::Bool),
    Arm::new("heartbeat", 65535, &Type::Bool),
];
const EVENT: Type<'static> = Type::Named(&named(Kind::Union { open: true, arms: ARMS }));
const SHAPE: Type<'static> = Type::Named(&named(Kind::Union { open: false, arms: ARMS }));

/// The type that the field has in `schemas/vectors/*.myc`.
fn type_of(field: &str) -> &'static Type<'static> {
    match field.strip_prefix("vectors.").unwrap_or_default() {
        "enums.Enums.large" => &LARGE,
        "enums.Enums.side" => &SIDE,
        "enums.Enums.small" => &SMALL,
        "enums.Enums.venue" => &VENUE,
        "identifiers.Identifiers.wide" => &Type::U256,
        "scalars.Scalars.float32" => &Type::F32,
        "scalars.Scalars.float64" => &Type::F64,
        "scalars.Scalars.int8" => &Type::I8,
        "scalars.Scalars.int16" => &Type::I16,
        "scalars.Scalars.int32" => &Type::I32,
        "scalars.Scalars.int64" => &Type::I64,
        "scalars.Scalars.int128" => &Type::I128,
        "scalars.Scalars.price" => &Type::Decimal(8),
        "scalars.Scalars.span" => &Type::Duration,
        "scalars.Scalars.time" => &Type::Timestamp,
        "scalars.Scalars.uint8" => &Type::U8,
        "scalars.Scalars.uint16" => &Type::U16,
        "scalars.Scalars.uint32" => &Type::U32,
        "scalars.Scalars.uint64" => &Type::U64,
        "scalars.Scalars.uint128" => &Type::U128,
        "unions.Unions.event" => &EVENT,
        "unions.Unions.shape" => &SHAPE,
        _ => panic!("no type for {field}"),
    }
}

/// Does `check` with a message that holds the field alone, under the name `it`.
fn with_field<T>(field: &str, check: impl FnOnce(&Def<'_>) -> T) -> T {
    let fields = [Field::new("it", type_of(field))];
    check(&named(Kind::Message { id: 1, topic: "test.holder", fields: &fields }))
}

fn read(def: &Def<'_>, text: &str) -> Result<Value, String> {
    let json: Document =
        serde_json::from_str(&format!("{{\"it\":{text}}}")).map_err(|error| error.to_string())?;
    json.read(def).map_err(|error| error.to_string())
}

/// What is wrong with how the text of a field is read; `wanted` is its own JSON, unless it is refused.
fn fault(field: &str, text: &str, wanted: Option<&str>) -> Option<String> {
    with_field(field, |def| {
        let written = read(def, text).map(|value| to_json(def, &value).unwrap().to_string());
        match (written, wanted) {
            (Ok(written), Some(wanted)) if written == format!("{{\"it\":{wanted}}}") => None,
            (Err(_), None) => None,
            (found, _) => Some(format!("{field}: {text}: {found:?}")),
        }
    })
}

fn readings() -> Vec<Json> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/vectors/json/readings.json");
    let file: Json = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    file["readings"].as_array().unwrap().clone()
}

#[test]
fn the_texts_of_all_languages() {
    let mut faults = Vec::new();
    for reading in readings() {
        let list = |name: &str| reading[name].as_array().unwrap().clone();
        for field in list("fields") {
            let field = field.as_str().unwrap();
            for pair in list("read") {
                faults.extend(fault(field, pair[0].as_str().unwrap(), pair[1].as_str()));
            }
            for text in list("refused") {
                faults.extend(fault(field, text.as_str().unwrap(), None));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
