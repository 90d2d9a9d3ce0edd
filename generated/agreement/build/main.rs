//! Makes up a schema, compiles it, and writes for its types and those of `schemas/` how a view of each
//! becomes a value.
//!
//! The schema is the same in each build, and lies with all else in `OUT_DIR`.

mod random;
#[path = "../src/splitmix64.rs"]
mod splitmix64;
mod views;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use myc_schema::schema::Schema;
use myc_schema::{Format, SourceSet};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let random = out.join("random.myc");
    fs::write(&random, random::schema())?;
    mycelium_build::compile(&[&random]);
    take_out_digests(&out.join("mycelium/random.rs"))?;
    let made_up = views::of(&compile(&random)?, "crate");
    let given = views::of(&compile("../../schemas".as_ref())?, "mycelium_generated");
    fs::write(out.join("made_up.rs"), made_up)?;
    fs::write(out.join("given.rs"), given)?;
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=src/splitmix64.rs");
    println!("cargo:rerun-if-changed=../../schemas");
    Ok(())
}

/// The schema of a file, or of all files of a folder.
fn compile(path: &Path) -> Result<Schema, Box<dyn Error>> {
    let mut roots = vec![path.to_owned()];
    if path.is_dir() {
        let entries = fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
        roots = entries.into_iter().map(|entry| entry.path()).collect();
        for folder in roots.clone().iter().filter(|path| path.is_dir()) {
            let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
            roots.extend(entries.into_iter().map(|entry| entry.path()));
        }
        roots.retain(|path| path.extension().is_some_and(|it| it == "myc"));
        roots.sort();
    }
    let (schema, diagnostics) =
        myc_schema::compile(&SourceSet::new(|path: &Path| fs::read(path)).roots(roots));
    schema.ok_or_else(|| diagnostics.render(Format::Line).into())
}

/// Generated code carries digests, which here the derives are to find out; and it has a `repr(C)` where that
/// makes types plain, which here others have, and not all of those, as hand-written ones may.
fn take_out_digests(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut code = String::new();
    for line in fs::read_to_string(path)?.lines() {
        if line.starts_with("#[myc(digest") || line == "#[repr(C)]" {
            continue;
        }
        // Every second type, by its number.
        let number = line
            .strip_prefix("pub struct ")
            .map(|rest| rest.trim_matches(|c: char| !c.is_ascii_digit()));
        if number.is_some_and(|number| number.ends_with(['0', '2', '4', '6', '8']))
            && line.ends_with('{')
        {
            code.push_str("#[repr(C)]\n");
        }
        code.push_str(line);
        code.push('\n');
    }
    Ok(fs::write(path, code)?)
}
