//! Generated Rust is as rustfmt would have it, whatever the types and however long the names.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use myc_codegen::Backend;
use myc_codegen::rust::Rust;
use myc_schema::{Format, Memory, SourceSet};

/// What rustfmt, with the settings of this workspace, makes of a text.
fn rustfmt(text: &str) -> String {
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rustfmt.toml");
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(settings)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt, which a toolchain has");
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn check(schema: &str) {
    let sources = SourceSet::new(Memory::new().file("shapes.myc", schema)).root("shapes.myc");
    let (schema, diagnostics) = myc_schema::compile(&sources);
    let Some(schema) = schema else {
        panic!("{}", diagnostics.render(Format::Text { color: false }));
    };
    let text = &Rust::default().generate(&schema)[0].contents;
    let wanted = rustfmt(text);
    let differs = text.lines().zip(wanted.lines()).position(|(ours, theirs)| ours != theirs);
    if let Some(line) = differs {
        let from = |text: &str| text.lines().skip(line).take(12).collect::<Vec<_>>().join("\n");
        panic!("line {}: we print\n{}\nrustfmt\n{}", line + 1, from(text), from(&wanted));
    }
    assert_eq!(text, &wanted);
}

/// One type in each place where types stand, with names of each length from short to long, so that all
/// that can be at the end of a line is there once.
fn everywhere(ty: &str, longest: usize) -> String {
    let mut text = String::from("package shapes;\n");
    let (mut fields, mut arms) = (String::new(), String::new());
    for length in 1..=longest {
        let name = "n".repeat(length);
        let _ = writeln!(fields, "    {name}: {ty},");
        let _ = writeln!(arms, "    {name}: {ty} = {length},");
        let _ = writeln!(text, "type A{name} = {ty};");
    }
    let _ = write!(text, "struct Fields {{\n{fields}}}\nopen union Arms {{\n{arms}}}\n");
    text
}

#[test]
fn types_are_broken_as_rustfmt_breaks_them() {
    let twelve = "(u8, u128, u8, string, u16, (u8, u32), bool, [string], u8, f64, i32, u8)";
    let long = "(decimal<2>, timestamp, string<300>, duration, uuid, bytes<12>)";
    let shapes = [
        "u8".to_owned(),
        "map<string<3000>, [timestamp]>".to_owned(),
        "map<string<3000>, map<string<3000>, decimal<18>>>".to_owned(),
        "map<uuid, map<uuid, map<string<3000>, map<timestamp, decimal<18>>>>>".to_owned(),
        twelve.to_owned(),
        long.to_owned(),
        format!("[{twelve}]"),
        format!("[{long}]"),
        format!("{long}?"),
        format!("[{long}; 3]"),
        format!("[{long}; ..300]"),
        format!("[[{long}]]"),
        format!("[[{long}; 3]]"),
        format!("map<u8, {long}>"),
        "[map<string<3000>, map<timestamp, decimal<18>>>; 32]".to_owned(),
        "[[map<string<3000>, map<timestamp, decimal<18>>>; 3]]".to_owned(),
        format!("(u8, [{long}], {twelve})"),
        format!("(u8, ({long}, {twelve})?, bool)"),
    ];
    for shape in shapes {
        check(&everywhere(&shape, 80));
    }
    // Behind longer names rustfmt breaks what is behind the items of arrays in arrays.
    check(&everywhere(&format!("[[{long}; 3]; 40]"), 60));
}
