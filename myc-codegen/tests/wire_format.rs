//! The worked examples of docs/wire-format.md: schema, value and bytes belong together.

use std::path::Path;

use myc_schema::schema::{Schema, TypeDef, TypeId, TypeKind};
use myc_schema::{Arena, Format, Memory, SourceSet, compile};
use mycelium_wire::{Digest, canon, json, sha256, value};

/// A `myc`, a `json` and a `hex` block that follow one another.
struct Example {
    schema: String,
    value: String,
    bytes: Vec<u8>,
}

#[test]
fn worked_examples_are_what_the_codec_makes() {
    let examples = examples();
    assert_eq!(examples.len(), 4);
    for example in examples {
        let schema = compile_text(&example.schema);
        let arena = Arena::default();
        let id = u16::from_le_bytes([example.bytes[4], example.bytes[5]]);
        let of_frame = |ty: &TypeDef| matches!(&ty.kind, TypeKind::Message(it) if it.id == id);
        let index = schema.types.iter().position(of_frame).expect("a message has the frame's id");
        let def = schema.reflect(&arena, TypeId(index));

        let wanted: serde_json::Value = serde_json::from_str(&example.value).unwrap();
        let decoded = value::decode(def, &example.bytes).unwrap_or_else(|error| {
            panic!("{}: {error}", def.name);
        });
        assert_eq!(json::to_json(def, &decoded).unwrap(), wanted, "{}", def.name);
        let encoded = value::encode(def, &json::from_json(def, &wanted).unwrap()).unwrap();
        assert_eq!(encoded, example.bytes, "{}", def.name);
    }
}

#[test]
fn digests_of_the_compiler_follow_the_written_rule() {
    let schema = compile_text("package a; struct S { x: u8 } message M = 1 { s: S, n: [u16; 3]? }");
    let arena = Arena::default();
    let digest = |id: usize| schema.types[id].digest;
    let inner = canon::facts(schema.reflect(&arena, TypeId(0)));
    assert_eq!(inner, "myc-digest/1 struct a.S\nfield x _\n");
    let hash = |facts: &str, types: &[u8]| {
        Digest(sha256(&[b"myc-digest/1\n", &sha256(facts.as_bytes())[..], types].concat()))
    };
    assert_eq!(digest(0), hash(&inner, b"u8;"));
    let outer = canon::facts(schema.reflect(&arena, TypeId(1)));
    assert_eq!(outer, "myc-digest/1 message a.M 1 3:a.m\nfield s _\nfield n _\n");
    assert_eq!(digest(1), hash(&outer, &[b"#", &digest(0).0[..], b";[u16;3]?;"].concat()));
}

fn compile_text(text: &str) -> Schema {
    let files = Memory::new().file("example.myc", text);
    let (schema, diagnostics) = compile(&SourceSet::new(files).root("example.myc"));
    schema.unwrap_or_else(|| panic!("{}", diagnostics.render(Format::Line)))
}

fn examples() -> Vec<Example> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/wire-format.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut blocks = text.split("\n```").filter_map(|block| {
        let (language, body) = block.split_once('\n')?;
        matches!(language, "myc" | "json" | "hex").then_some((language, body))
    });
    let mut examples = Vec::new();
    while let Some((language, schema)) = blocks.next() {
        let (json, value) = blocks.next().unwrap();
        let (hex, bytes) = blocks.next().unwrap();
        assert_eq!((language, json, hex), ("myc", "json", "hex"));
        examples.push(Example {
            schema: schema.into(),
            value: value.into(),
            bytes: parse_hex(bytes),
        });
    }
    examples
}

/// Reads hexadecimal bytes; `#` begins a comment.
fn parse_hex(text: &str) -> Vec<u8> {
    let digits = text.lines().flat_map(|line| line.split('#').next().unwrap().split_whitespace());
    digits.map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}
