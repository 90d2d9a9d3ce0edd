//! The golden vectors, read by the code that the derives make.

use std::fs;
use std::path::Path;

use mycelium::{Digest, Message};
use mycelium_generated::vectors;
use mycelium_wire::{hex, json, value};
use serde_json::Value as Json;

/// A file of vectors and the messages in it.
struct Group {
    file: &'static str,
    messages: &'static [(&'static str, fn(&Vector), fn() -> Digest)],
}

macro_rules! groups {
    ($($module:ident: $($message:ident),+;)+) => {
        &[$(Group {
            file: concat!(stringify!($module), ".json"),
            messages: &[$((
                concat!("vectors.", stringify!($module), ".", stringify!($message)),
                check::<vectors::$module::$message>,
                || vectors::$module::$message::DIGEST,
            )),+],
        }),+]
    };
}

const GROUPS: &[Group] = groups! {
    containers: Arrays, Bounded, Lists, Tuples;
    enums: Enums, Rows;
    evolution: Grown, Log, Outer, Strict;
    names: Message;
    nested: Leaf, Branch, Empty, Tree, Holders;
    optionals: Note, Optionals;
    scalars: Scalars, Padding, Nothing;
    text: Unbounded, Bounded, Huge;
    unions: Order, Unions;
};

/// One vector.
struct Vector {
    name: String,
    value: Json,
    frame: Vec<u8>,
    is_canonical: bool,
    error: Option<String>,
}

#[test]
fn every_vector_holds_for_the_derived_code() {
    for group in GROUPS {
        let file = read(group.file);
        let vectors = file["vectors"].as_array().expect("a list of vectors");
        assert!(!vectors.is_empty(), "{} has no vectors", group.file);
        for vector in vectors {
            let type_name = vector["type"].as_str().expect("a type");
            let (_, check, _) = group
                .messages
                .iter()
                .find(|(name, ..)| *name == type_name)
                .unwrap_or_else(|| panic!("{type_name} is not listed in this test"));
            check(&Vector::read(vector));
        }
    }
}

#[test]
fn every_file_of_vectors_is_tested() {
    let files = fs::read_dir(folder()).expect("the folder of vectors");
    let mut names: Vec<String> = files
        .map(|file| file.expect("a file").file_name().into_string().expect("a plain name"))
        .filter(|name| name.ends_with(".json"))
        .collect();
    names.sort();
    assert_eq!(names, GROUPS.iter().map(|group| group.file).collect::<Vec<_>>());
}

#[test]
fn digests_are_those_that_the_compiler_gives() {
    for group in GROUPS {
        let file = read(group.file);
        let digests = file["digests"].as_object().expect("digests by type");
        assert_eq!(digests.len(), group.messages.len(), "{}", group.file);
        for (name, _, digest) in group.messages {
            assert_eq!(digests[*name], digest().to_string(), "{name}");
        }
    }
}

fn check<M: Message>(vector: &Vector) {
    let name = &vector.name;
    let decoded = M::from_frame(&vector.frame);
    if let Some(kind) = &vector.error {
        let error = decoded.err().unwrap_or_else(|| panic!("{name}: it is not refused"));
        assert_eq!(error.kind.name(), kind, "{name}: {error}");
        assert!(M::view(&vector.frame).is_err(), "{name}: a view refuses what decoding refuses");
        return;
    }
    let message = decoded.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(M::view(&vector.frame).is_ok(), "{name}: a view takes what decoding takes");
    let again = message.to_frame();
    assert_eq!(again == vector.frame, vector.is_canonical, "{name}: {}", hex::encode(&again));
    assert_eq!(M::from_frame_strict(&vector.frame).is_ok(), vector.is_canonical, "{name}");
    // What it encodes to says the same as the vector's value.
    let value =
        value::decode_strict(M::DEF, &again).unwrap_or_else(|error| panic!("{name}: {error}"));
    let shown = json::to_json(M::DEF, &value).expect("a decoded value has a JSON form");
    assert_eq!(shown, vector.value, "{name}");
}

impl Vector {
    fn read(vector: &Json) -> Self {
        let text = |key: &str| vector[key].as_str().map(str::to_owned);
        let name = text("name").expect("a name");
        let frame = hex::decode(&text("frame").expect("a frame")).expect("hexadecimal digits");
        let is_canonical = vector["canonical"].as_bool().expect("whether it is canonical");
        Self { name, value: vector["value"].clone(), frame, is_canonical, error: text("error") }
    }
}

fn read(file: &str) -> Json {
    let text = fs::read_to_string(folder().join(file)).expect("a file of vectors");
    serde_json::from_str(&text).expect("JSON")
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/vectors"))
}
