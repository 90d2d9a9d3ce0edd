//! The C back end: golden headers, compiled as C and as C++, that judge the golden vectors as every other
//! language does.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use myc_codegen::{Backend, c::C};
use myc_schema::schema::{Schema, TypeId};
use myc_schema::{Arena, Format, SourceSet};
use mycelium_wire::frame::FrameHeader;
use mycelium_wire::reflect::Def;
use mycelium_wire::{hex, value};
use serde_json::Value;

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

const WARNINGS: [&str; 5] = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-Wno-unused-function"];

/// Whoever reads outside of what is there, or does what C does not define, ends the program.
const SANITIZED: [&str; 5] =
    ["-std=c11", "-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/// Compiles a program that includes generated headers.
fn compile(compiler: &str, flags: &[&str], source: &Path, program: &Path) {
    let output = Command::new(compiler)
        .args(flags)
        .args(WARNINGS)
        .arg("-I")
        .arg(folder("../generated/c"))
        .arg(source)
        .arg("-o")
        .arg(program)
        .output()
        .unwrap_or_else(|error| panic!("{compiler}: {error}; the package g++ brings both"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What a program prints.
fn run(program: &Path) -> String {
    let output = Command::new(program).output().expect("the program runs");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

fn vector_files() -> Vec<(String, Value)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder("../schemas/vectors"))
        .expect("the vectors")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    let read = |path: &PathBuf| {
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("a file of vectors");
        (stem, serde_json::from_str(&text).expect("JSON"))
    };
    files.iter().map(read).collect()
}

/// A program that judges every frame of the vectors, and what is near it: a line each, a letter for each
/// verdict.
fn judging_program() -> String {
    let mut program = format!("#include {:?}\n", folder("tests/c/judge.h"));
    let (mut types, mut calls) = (BTreeSet::new(), String::new());
    for (stem, file) in vector_files() {
        writeln!(program, "#include \"vectors_{stem}.h\"").unwrap();
        for vector in file["vectors"].as_array().expect("vectors") {
            let ty = text(vector, "type").replace('.', "_");
            let bytes: String =
                bytes_of(text(vector, "frame")).iter().map(|byte| format!("{byte},")).collect();
            let near = u8::from(is_accepted(vector));
            writeln!(calls, "    JUDGE({ty}, {near}, {bytes})").unwrap();
            types.insert(ty);
        }
    }
    for ty in types {
        writeln!(program, "OPENS({ty})").unwrap();
    }
    program + "int main(void) {\n" + &calls + "    return 0;\n}\n"
}

fn text<'v>(vector: &'v Value, key: &str) -> &'v str {
    vector[key].as_str().unwrap_or_default()
}

fn is_accepted(vector: &Value) -> bool {
    vector.get("error").is_none()
}

/// What is near a frame, in the order of `judge.h`: each byte another one, each early end, and each shorter
/// payload whose header says so. Of a long frame only what is near its ends: what lies between is text.
fn near(frame: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let is_tried = |place: &usize| *place < 512 || *place + 512 >= frame.len();
    let places: Vec<usize> = (0..frame.len()).filter(is_tried).collect();
    let altered = places.clone().into_iter().flat_map(move |place| {
        [0x00, 0x01, 0x7f, 0x80, 0xff].into_iter().map(move |byte| {
            let mut other = frame.to_vec();
            other[place] = byte;
            other
        })
    });
    let cut = places.clone().into_iter().map(|len| frame[..len].to_vec());
    let whole = |len: &usize| *len >= FrameHeader::SIZE && len.is_multiple_of(8);
    let shorter = places.into_iter().filter(whole).map(|len| {
        let mut other = frame[..len].to_vec();
        other[..4].copy_from_slice(&((len - FrameHeader::SIZE) as u32).to_le_bytes());
        other
    });
    altered.chain(cut).chain(shorter)
}

/// What Rust says of a frame, by the name of the kind.
fn verdict(def: &Def<'_>, frame: &[u8]) -> &'static str {
    value::decode(def, frame).map_or_else(|error| error.error.kind.name(), |_| "ok")
}

/// The names of codes, in the order of `mycelium_wire.h`.
fn codes() -> Vec<String> {
    let header = fs::read_to_string(folder("../generated/c/mycelium_wire.h")).expect("the header");
    let start = header.find("MYC_WIRE_OK = 0").expect("the codes");
    let codes = header[start..].split('}').next().expect("their end");
    let code = |line: &str| {
        let name = line.trim().strip_prefix("MYC_WIRE_")?;
        Some(name.split([',', ' ']).next()?.to_lowercase())
    };
    codes.lines().filter_map(code).collect()
}

fn bytes_of(hex: &str) -> Vec<String> {
    (0..hex.len() / 2).map(|index| format!("0x{}", &hex[2 * index..2 * index + 2])).collect()
}

/// What C says of all vectors and of what is near them, by the names of codes: a line a vector.
fn judged_by_c() -> Vec<Vec<String>> {
    let place = tempfile::tempdir().expect("a folder");
    let (source, program) = (place.path().join("vectors.c"), place.path().join("vectors"));
    fs::write(&source, judging_program()).expect("written");
    compile("gcc", &SANITIZED, &source, &program);
    let codes = codes();
    let name = |letter: u8| codes.get(usize::from(letter.wrapping_sub(b'A'))).cloned();
    let names = |line: &str| line.bytes().map(|b| name(b).unwrap_or("nonsense".into())).collect();
    run(&program).lines().map(names).collect()
}

/// Where C says something else than a vector, or than Rust of what is near it.
fn differences(schema: &Schema, vector: &Value, in_c: &[String]) -> Vec<String> {
    let frame = hex::decode(text(vector, "frame")).expect("a frame");
    let expected = if is_accepted(vector) { "ok" } else { text(vector, "error") };
    let arena = Arena::new();
    let mut ids = (0..schema.types.len()).map(TypeId);
    let id = ids.find(|id| schema.qualified_name(*id) == text(vector, "type"));
    let def = schema.reflect(&arena, id.expect("the type"));
    let mut in_c = in_c.iter();
    let mut found = Vec::new();
    let mut hold = |bytes: &[u8], expected: &str| {
        let in_c = in_c.next().expect("a verdict");
        if in_c != expected {
            found.push(format!("{in_c} in C, {expected} elsewhere: {}", hex::encode(bytes)));
        }
    };
    hold(&frame, expected);
    if is_accepted(vector) {
        near(&frame).for_each(|bytes| hold(&bytes, verdict(def, &bytes)));
    }
    assert!(in_c.next().is_none(), "one verdict too many");
    found
}

#[test]
fn any_bytes_are_judged_as_in_rust() {
    let judged = judged_by_c();
    let mut lines = judged.iter();
    let files = vector_files();
    assert!(files.len() >= 14);
    for (stem, file) in &files {
        let schema = schema(&folder(&format!("../schemas/vectors/{stem}.myc")));
        for vector in file["vectors"].as_array().expect("vectors") {
            let found = differences(&schema, vector, lines.next().expect("a line a vector"));
            assert!(found.is_empty(), "{}:\n{}", text(vector, "name"), found.join("\n"));
        }
    }
}

fn schema(path: &Path) -> Schema {
    let (schema, diagnostics) =
        myc_schema::compile(&SourceSet::new(|path: &Path| fs::read(path)).root(path));
    schema.unwrap_or_else(|| panic!("{}", diagnostics.render(Format::Line)))
}

/// Names that the back end uses itself, as words and as parts of words.
#[test]
fn odd_names_compile_without_a_warning() {
    let place = tempfile::tempdir().expect("a folder");
    for file in C.generate(&schema(&folder("tests/c/retail.myc"))) {
        fs::write(place.path().join(file.path), file.contents).expect("written");
    }
    let include = format!("-I{}", place.path().display());
    for (compiler, standard, name) in
        [("gcc", "-std=c11", "odd.c"), ("g++", "-std=c++11", "odd.cc")]
    {
        let source = place.path().join(name);
        fs::write(&source, "#include \"retail.h\"\nint main(void) { return 0; }\n")
            .expect("written");
        compile(compiler, &[standard, &include], &source, &place.path().join("odd"));
    }
}

#[test]
fn headers_are_cplusplus_too() {
    let place = tempfile::tempdir().expect("a folder");
    let (source, program) = (place.path().join("all.cc"), place.path().join("all"));
    let mut text = String::new();
    for entry in fs::read_dir(folder("../generated/c")).expect("the headers") {
        writeln!(text, "#include {:?}", entry.expect("an entry").file_name()).unwrap();
    }
    fs::write(&source, text + "int main() { return 0; }\n").expect("written");
    compile("g++", &["-std=c++11"], &source, &program);
}

/// The frames of all vectors that are accepted, called `file__name_of_the_vector`.
fn frames() -> String {
    let mut text = String::new();
    for (stem, file) in vector_files() {
        for vector in file["vectors"].as_array().expect("vectors") {
            let frame = vector["frame"].as_str().unwrap_or_default();
            if vector.get("error").is_some() {
                continue;
            }
            let name = vector["name"].as_str().unwrap_or_default();
            let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
            let bytes = bytes_of(frame).join(",");
            let unused = "__attribute__((unused, aligned(8)))";
            writeln!(text, "{unused} static const unsigned char {stem}__{name}[] = {{{bytes}}};")
                .unwrap();
        }
    }
    text
}

#[test]
fn fields_read_as_they_were_written() {
    let place = tempfile::tempdir().expect("a folder");
    let program = place.path().join("fields");
    fs::write(place.path().join("frames.h"), frames()).expect("written");
    let include = format!("-I{}", place.path().display());
    let flags = [&SANITIZED[..], &[include.as_str()]].concat();
    compile("gcc", &flags, &folder("tests/c/fields.c"), &program);
    run(&program);
}
