//! Crates that compile their schemas at build time, built by Cargo; and generated code that is held
//! against its schemas.

mod check_generated;
mod packages;
mod releases;
mod small_crate;

use std::fs;
use std::path::Path;

use myc_schema::{Format, SourceSet, compile};

use small_crate::Crate;

#[test]
fn a_crate_with_a_schema() {
    let krate = Crate::example("weather-station");
    let run = krate.cargo(&["run", "--quiet"], &[]);
    let stdout = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(stdout.contains("topic   weather.report\n"), "{stdout}");
    assert!(stdout.contains("goes round\n"), "{stdout}");

    // Nothing changed, nothing is built.
    krate.stays();

    // A schema changed, one that is imported, and a new one came.
    krate.edit("schemas/weather.myc", "/// One reading.", "/// One reading of all instruments.");
    krate.rebuilds();
    krate.stays();
    krate.edit("schemas/places.myc", "/// A weather station.", "/// Where the instruments stand.");
    krate.rebuilds();
    krate.stays();
    krate.write("schemas/new/tides.myc", "package tides; struct Tide { height: f32 }");
    krate.rebuilds();
    krate.stays();

    // The compiler's warnings are Cargo's.
    krate.edit("schemas/new/tides.myc", "tides;", "tides; import \"../places.myc\";");
    krate.warns("warning: weather-station@0.0.0: schemas/new/tides.myc:1:23: warning[E0008]: ");
}

/// What the build script writes is newer than the build script's start, and no reason to run it again.
#[test]
fn a_schema_that_the_build_script_has_made() {
    let krate = Crate::new("made-schema", &[("src/lib.rs", ""), ("made/place", "Harbour")]);
    krate.write(
        "build.rs",
        "fn main() {
             let made = format!(\"{}/made.myc\", std::env::var(\"OUT_DIR\").unwrap());
             let name = std::fs::read_to_string(\"made/place\").unwrap();
             std::fs::write(&made, format!(\"package made; struct {name} {{ depth: f32 }}\")).unwrap();
             mycelium_build::compile(&[&made]);
             println!(\"cargo::rerun-if-changed=made\");
         }",
    );
    krate.rebuilds();
    krate.stays();
    krate.edit("made/place", "Harbour", "Bay");
    krate.rebuilds();
    krate.stays();
}

#[test]
fn a_wrong_schema_is_shown_as_mycc_shows_it() {
    let krate = Crate::example("wrong-schema");
    krate.edit("schemas/weather.myc", "decimal<1>", "decimal<99>");
    krate.edit("schemas/places.myc", "u32", "u33");
    let shown = as_mycc_shows(&krate);
    assert!(shown.contains("error[E0010]: unknown type `u33`"), "{shown}");
    assert!(shown.contains("--> schemas/weather.myc:21:26"), "{shown}");
    // Cargo indents what a build script says.
    let lines: Vec<&str> = shown.lines().collect();
    krate.script_fails(&lines);
    krate.fails_with(&[("CARGO_TERM_COLOR", "always")], &["\x1b[1m\x1b[91merror[E0010]"]);

    krate.edit("schemas/weather.myc", "decimal<99>", "decimal<1>");
    krate.edit("schemas/places.myc", "u33", "u32");
    krate.rebuilds();

    // An import that is not there, and then is.
    krate.edit("schemas/weather.myc", "places.myc", "sites.myc");
    krate.script_fails(&["cannot read `schemas/sites.myc`", "--> schemas/weather.myc:4:8"]);
    fs::rename(krate.path().join("schemas/places.myc"), krate.path().join("schemas/sites.myc"))
        .unwrap();
    krate.rebuilds();
    krate.stays();
}

/// What the compiler has to say about the schemas of the crate.
fn as_mycc_shows(krate: &Crate) -> String {
    let read = |path: &Path| fs::read(krate.path().join(path));
    let set = SourceSet::new(read).root("schemas/places.myc").root("schemas/weather.myc");
    compile(&set).1.render(Format::Text { color: false })
}

#[test]
fn what_is_no_schema() {
    let krate = Crate::new("no-schema", &[("src/lib.rs", ""), ("empty/readme", "")]);
    let build = |call: &str| krate.write("build.rs", &format!("fn main() {{ {call} }}"));
    build("mycelium_build::compile(&[\"schemes\"]);");
    krate.script_fails(&[
        "error: cannot read `schemes`: No such file or directory",
        "= help: paths are relative to the crate's folder",
    ]);
    build("mycelium_build::compile(&[\"empty\"]);");
    krate.script_fails(&["error: no .myc file in `empty`"]);
    build("mycelium_build::compile(&[\"\"; 0]);");
    krate.script_fails(&["error: no schema to compile"]);
    build("mycelium_build::compile(&[std::env::var(\"OUT_DIR\").unwrap()]);");
    krate.script_fails(&["holds what is built, and so changes with every build"]);

    // A path cannot tell Cargo anything.
    krate.write("schemas/a.myc", "package a; import \"b\\ncargo::warning=c\";");
    krate.write("schemas/b\ncargo::warning=c", "package b;");
    build("mycelium_build::compile(&[\"schemas/a.myc\"]);");
    krate.script_fails(&["its name has a line break"]);
}

#[test]
fn outside_of_a_build_script() {
    let error = mycelium_build::Config::new().schema("none.myc").try_compile().unwrap_err();
    assert_eq!(
        error.to_string(),
        "error: OUT_DIR is not set\n  = help: call mycelium_build from a build script, build.rs"
    );
}
