//! The C back end: golden headers, compiled as C and as C++, that judge the golden vectors as every other
//! language does.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use myc_codegen::{Backend, c::C};
use myc_schema::schema::Schema;
use myc_schema::{Format, SourceSet};
use serde_json::Value;

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

const WARNINGS: [&str; 5] = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-Wno-unused-function"];

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

fn run(program: &Path) {
    let output = Command::new(program).output().expect("the program runs");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
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

/// A program that opens every frame of the vectors, and says which outcome is another one.
fn vectors_program() -> String {
    let mut program = String::from("#include <stdio.h>\n#include <stdlib.h>\n");
    let mut checks = String::new();
    let files = vector_files();
    assert!(files.len() >= 14);
    for (stem, file) in &files {
        writeln!(program, "#include \"vectors_{stem}.h\"").unwrap();
        for vector in file["vectors"].as_array().expect("vectors") {
            checks.push_str(&check(vector));
        }
    }
    program.push_str(
        "#define OPEN(type, name, expected, ...)                                       \\\n\
         {                                                                             \\\n\
             static const unsigned char bytes[] = {__VA_ARGS__ 0};                     \\\n\
             size_t len = sizeof bytes - 1;                                            \\\n\
             /* Of the very size, so that a tool sees whoever reads beyond it. */      \\\n\
             void *frame = malloc(len == 0 ? 1 : len);                                 \\\n\
             type##_View view;                                                         \\\n\
             myc_WireError error;                                                      \\\n\
             memcpy(frame, bytes, len);                                                \\\n\
             int code = type##_View_open(&view, frame, len, &error);                   \\\n\
             if (code != expected || code != error.code || (code == 0) != (view.payload.block != NULL)) { \\\n\
                 printf(\"%s: %s, at %zu of %s\\n\", name, myc_wire_message(code), error.offset, error.field); \\\n\
                 failures++;                                                           \\\n\
             }                                                                         \\\n\
             free(frame);                                                              \\\n\
         }\n",
    );
    write!(
        program,
        "int main(void) {{\n    int failures = 0;\n{checks}    return failures > 0;\n}}\n"
    )
    .unwrap();
    program
}

fn bytes_of(hex: &str) -> Vec<String> {
    (0..hex.len() / 2).map(|index| format!("0x{}", &hex[2 * index..2 * index + 2])).collect()
}

fn check(vector: &Value) -> String {
    let text = |key: &str| vector[key].as_str().unwrap_or_default();
    let frame = text("frame");
    let bytes = bytes_of(frame);
    let code = match text("error") {
        "" => "OK".to_owned(),
        error => error.to_uppercase(),
    };
    let (package, name) = text("type").rsplit_once('.').expect("a package and a name");
    let bytes: String = bytes.iter().map(|byte| format!("{byte},")).collect();
    format!(
        "    OPEN({}_{name}, {:?}, MYC_WIRE_{code}, {bytes})\n",
        package.replace('.', "_"),
        format!("{}: {}", text("type"), text("name")),
    )
}

#[test]
fn every_vector_is_judged_as_in_other_languages() {
    let place = tempfile::tempdir().expect("a folder");
    let (source, program) = (place.path().join("vectors.c"), place.path().join("vectors"));
    fs::write(&source, vectors_program()).expect("written");
    compile("gcc", &["-std=c11", "-g", "-fsanitize=address,undefined"], &source, &program);
    run(&program);
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
    let flags = ["-std=c11", "-g", "-fsanitize=address,undefined", &include];
    compile("gcc", &flags, &folder("tests/c/fields.c"), &program);
    run(&program);
}
