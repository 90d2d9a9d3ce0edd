//! What the fuzzer starts from: the schemas, vectors and error pages of this repository, as inputs of a
//! target. They are made anew in each run, so they are always those of today.

use std::path::Path;

use myc_codegen::import::Format;
use myc_schema::Arena;
use mycelium_agreement::{Random, value_of};
use mycelium_wire::reflect::Type;
use mycelium_wire::{canon, hex, value};
use serde_json::Value as Json;

use crate::import::path;
use crate::machine::granted;
use crate::messages::{MESSAGES, files, prepare};
use crate::read::READERS;

/// Values of each made-up message.
const MADE_UP_VALUES: u64 = 3;

/// Folder to write seeds to, which `cargo xtask fuzz` sets.
const FOLDER: &str = "MYCELIUM_SEEDS";

/// Writes the seeds of a target, where a folder is asked for.
pub fn write(target: &str) {
    prepare();
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let seeds = match target {
        "parse" | "fmt" | "generate" => sources(),
        "canon" => texts(),
        "import" => definitions(),
        "inspect" => [vectors(message_number, frame), made_up(message_number)].concat(),
        "ring" => crate::ring::seeds(),
        "read" => [vectors(reader_number, frame), made_up(reader_number)].concat(),
        "json" => {
            vectors(message_number, |vector| Some(vector.get("value")?.to_string().into_bytes()))
        }
        other => panic!("no target is called {other}"),
    };
    for (number, seed) in seeds.iter().enumerate() {
        let path = Path::new(&folder).join(format!("{number:04}"));
        granted(std::fs::write(&path, seed), format_args!("the seed {}", path.display()));
    }
}

/// Schemas, good and bad.
fn sources() -> Vec<Vec<u8>> {
    let folders = ["schemas", "examples", "myc-schema/tests"];
    let paths = folders.into_iter().flat_map(|folder| files(folder, ".myc"));
    let mut sources: Vec<Vec<u8>> = paths.filter_map(|path| std::fs::read(path).ok()).collect();
    for page in files("docs/errors", ".md") {
        let text = std::fs::read_to_string(page).unwrap_or_default();
        let blocks = text.split("```").skip(1).step_by(2);
        sources.extend(blocks.filter_map(|block| Some(block.split_once('\n')?.1.into())));
    }
    sources
}

/// The canonical text of each message, with all that it reaches in front of it.
fn texts() -> Vec<Vec<u8>> {
    let Some(first) = MESSAGES.first() else { return Vec::new() };
    let arena = Arena::new();
    let defs = first.schema.reflect_all(&arena);
    defs.iter().map(|def| canon::text(def).into_bytes()).collect()
}

/// What the importers' tests are given, behind the number of the format.
fn definitions() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (number, format) in Format::ALL.into_iter().enumerate() {
        let (_, ending) = path(format).split_once('.').expect("a path has an ending");
        for file in files("myc-codegen/tests/import", &format!(".{ending}")) {
            let bytes = std::fs::read(file).unwrap_or_default();
            seeds.push([vec![number as u8], bytes].concat());
        }
    }
    seeds
}

fn message_number(name: &str) -> Option<usize> {
    MESSAGES.iter().position(|message| message.name == name)
}

fn reader_number(name: &str) -> Option<usize> {
    READERS.iter().position(|reader| reader.name == name)
}

/// Frames of made-up messages, behind the number of the message and a byte that has nothing put right.
fn made_up(number: impl Fn(&str) -> Option<usize>) -> Vec<Vec<u8>> {
    let made_up = READERS.iter().filter(|reader| reader.name.starts_with("random."));
    let mut seeds = Vec::new();
    for (reader, number) in made_up.filter_map(|reader| Some((reader, number(reader.name)?))) {
        for seed in 0..MADE_UP_VALUES {
            let value = value_of(&mut Random(seed), &Type::Named(reader.def));
            let frame = value::encode(reader.def, &value).unwrap_or_else(|error| {
                panic!("seed {seed} makes no value of {}: {error}", reader.name)
            });
            seeds.push([vec![number as u8, 0], frame].concat());
        }
    }
    seeds
}

/// The frame of a vector, behind a byte that has nothing of its header put right.
fn frame(vector: &Json) -> Option<Vec<u8>> {
    let frame = hex::decode(vector["frame"].as_str()?)?;
    Some([vec![0], frame].concat())
}

/// Something of each golden vector, behind the number of its message.
fn vectors(
    number: impl Fn(&str) -> Option<usize>,
    part: impl Fn(&Json) -> Option<Vec<u8>>,
) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for path in files("schemas/vectors", ".json") {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let file: Json = serde_json::from_str(&text).unwrap_or_default();
        for vector in file["vectors"].as_array().into_iter().flatten() {
            let number = vector["type"].as_str().and_then(&number);
            if let (Some(number), Some(part)) = (number, part(vector)) {
                seeds.push([vec![number as u8], part].concat());
            }
        }
    }
    seeds
}
