//! Any bytes, given to the compiler, give a schema or errors; never a panic, and soon.
//!
//! The diagnostics can be shown in every format. The canonical text of a schema is read back as the same.

use bumpalo::Bump;
use myc_schema::lint::{Level, Levels, RULES, lint};
use myc_schema::{Arena, Diagnostics, Format, Memory, Schema, SourceSet, compile};
use mycelium_wire::canon;

/// What inputs may import.
const IMPORTED: &str = "package common; type Price = decimal<8>; const MOST: u8 = 4;
    open enum Venue: u8 { one = 1, two = 2 }";

/// The path of the input.
pub const PATH: &str = "a.myc";

/// Compiles the input.
pub fn compile_input(bytes: &[u8]) -> (Option<Schema>, Diagnostics) {
    let files = Memory::new().file(PATH, bytes).file("common.myc", IMPORTED);
    compile(&SourceSet::new(files).root(PATH))
}

/// Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let (schema, diagnostics) = compile_input(bytes);
    show(&diagnostics);
    assert_eq!(schema.is_none(), diagnostics.has_errors());
    let Some(schema) = schema else { return };
    let mut levels = Levels::default();
    assert!(RULES.iter().all(|rule| levels.set(rule.name, Level::Warn)));
    lint(&schema, &diagnostics, &levels);
    read_back(&schema);
}

fn show(diagnostics: &Diagnostics) {
    for color in [false, true] {
        diagnostics.render(Format::Text { color });
    }
    for line in diagnostics.render(Format::Json).lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("a line is JSON");
    }
    for format in [Format::Line, Format::Github] {
        let shown = diagnostics.render(format);
        assert!(shown.lines().count() <= diagnostics.iter().count() + 1, "{shown}");
    }
}

fn read_back(schema: &Schema) {
    let (arena, other) = (Arena::new(), Bump::new());
    let defs = schema.reflect_all(&arena);
    let text: String = defs.iter().map(|def| canon::text(def)).collect();
    let read = canon::parse(&other, &text).expect("a canonical text is read");
    assert!(read.iter().map(|def| def.digest).eq(defs.iter().map(|def| def.digest)));
}
